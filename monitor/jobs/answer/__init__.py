"""Every write that people make, in the dashboard, by a link or on the terminal; and a case for each urgent incident."""

from monitor.jobs.answer.alerts import end_silence, mark_alert, resend_alert, silence
from monitor.jobs.answer.cases import (
    RULES,
    Looks,
    answer,
    dismiss,
    facts_of,
    follow_up,
    note,
    open_case,
    release,
    reopen,
    run,
    solve,
    take,
    wait,
)
from monitor.jobs.answer.incidents import acknowledge_incident, dismiss_incident, mark_incident, own_incident
from monitor.jobs.answer.texts import correct, undo_correction

__all__ = [
    "RULES",
    "Looks",
    "acknowledge_incident",
    "answer",
    "correct",
    "dismiss",
    "dismiss_incident",
    "end_silence",
    "facts_of",
    "follow_up",
    "mark_alert",
    "mark_incident",
    "note",
    "open_case",
    "own_incident",
    "release",
    "reopen",
    "resend_alert",
    "run",
    "silence",
    "solve",
    "take",
    "undo_correction",
    "wait",
]
