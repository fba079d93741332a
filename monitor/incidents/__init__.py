"""Which findings open, worsen, calm and resolve an incident, how severe it is, and the sentence that says so."""

from monitor.incidents.changes import (
    NO_GAPS,
    NO_SPREADS,
    Level,
    amplifiers,
    decide,
    group_of,
    judge_all,
    loudest,
    size_told,
)
from monitor.incidents.grouping import Assigned, absorbed, assign, near_misses, remembered, size, voices_of
from monitor.incidents.options import IncidentOptions
from monitor.incidents.severity import Ground, Judged, judge, severity
from monitor.incidents.words import NO_NAMES, advice, sentence

__all__ = [
    "NO_GAPS",
    "NO_NAMES",
    "NO_SPREADS",
    "Assigned",
    "Ground",
    "IncidentOptions",
    "Judged",
    "Level",
    "absorbed",
    "advice",
    "amplifiers",
    "assign",
    "decide",
    "group_of",
    "judge",
    "judge_all",
    "loudest",
    "near_misses",
    "remembered",
    "sentence",
    "severity",
    "size",
    "size_told",
    "voices_of",
]
