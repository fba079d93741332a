"""The tables. They validate nothing: what comes from outside is validated where it enters."""

from monitor.facts import MediaKind, MentionKind, Precision
from monitor.models.alert import Alert, AlertState, ChannelHealth
from monitor.models.assessment import Assessment, AssessmentTheme, Theme
from monitor.models.brand import Brand, Location
from monitor.models.case import Case, CaseEvent, CaseState, Reply, ReplyState
from monitor.models.count import Count, Resolution
from monitor.models.incident import Finding, Incident, IncidentChange, IncidentMention
from monitor.models.mention import (
    Author,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    ReadState,
    Snapshot,
    Story,
    StoryBand,
)
from monitor.models.report import Report
from monitor.models.run import Installation, JobHealth, Run, RunOutcome
from monitor.models.search import SearchEntry
from monitor.models.source import Coverage, Fetch, Rating, Source, SourceBrand, SourceHealth

__all__ = [
    "Alert",
    "AlertState",
    "Assessment",
    "AssessmentTheme",
    "Author",
    "Brand",
    "Case",
    "CaseEvent",
    "CaseState",
    "ChannelHealth",
    "Count",
    "Coverage",
    "Fetch",
    "Finding",
    "Incident",
    "IncidentChange",
    "IncidentMention",
    "Installation",
    "JobHealth",
    "Location",
    "Media",
    "MediaKind",
    "Mention",
    "MentionBrand",
    "MentionKind",
    "MentionVersion",
    "Precision",
    "Rating",
    "ReadState",
    "Reply",
    "ReplyState",
    "Report",
    "Resolution",
    "Run",
    "RunOutcome",
    "SearchEntry",
    "Snapshot",
    "Source",
    "SourceBrand",
    "SourceHealth",
    "Story",
    "StoryBand",
    "Theme",
]
