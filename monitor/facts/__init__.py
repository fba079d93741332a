"""Frozen values that the deciding code shares: what is known, what was found, what should happen."""

from monitor.facts.collected import (
    LARGEST_NUMBER,
    AggregateRating,
    Collected,
    Engagement,
    MediaFile,
    MediaKind,
    MentionKind,
    Precision,
)
from monitor.facts.episodes import Change, ChangeKind, Finding, IncidentFacts, IncidentState, Severity
from monitor.facts.messages import Attachment, Message, Quote, Row, Section
from monitor.facts.read import RELEVANT, WHOLE, Cell, Dimension, Prediction, Series, Sketch, Stream, ThemeScore, Voice

__all__ = [
    "LARGEST_NUMBER",
    "RELEVANT",
    "WHOLE",
    "AggregateRating",
    "Attachment",
    "Cell",
    "Change",
    "ChangeKind",
    "Collected",
    "Dimension",
    "Engagement",
    "Finding",
    "IncidentFacts",
    "IncidentState",
    "MediaFile",
    "MediaKind",
    "MentionKind",
    "Message",
    "Precision",
    "Prediction",
    "Quote",
    "Row",
    "Section",
    "Series",
    "Severity",
    "Sketch",
    "Stream",
    "ThemeScore",
    "Voice",
]
