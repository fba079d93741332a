"""The tables. They validate nothing: what comes from outside is validated where it enters."""

from monitor.facts import MediaKind, MentionKind, Precision
from monitor.models.alert import Alert, AlertMark, AlertState, AlertThread, ChannelHealth, Silence
from monitor.models.assessment import Assessment, AssessmentTheme, Theme
from monitor.models.audit import AuditEntry, Outcome
from monitor.models.brand import Brand, Location
from monitor.models.case import Case, CaseEvent, CaseMention, CaseState, Relation, Reply, ReplyState
from monitor.models.count import Count, Resolution
from monitor.models.door import DoorEvent, DoorNote
from monitor.models.found import FoundState, FoundTheme, FoundThemeMention
from monitor.models.incident import Finding, HeldFinding, Incident, IncidentChange, IncidentMention
from monitor.models.learning import Idea, IdeaState, IdeaVote, Praise, SavedView
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
from monitor.models.source import (
    Coverage,
    Fetch,
    Host,
    Rating,
    RobotsVerdict,
    Source,
    SourceBrand,
    SourceHealth,
    SourceHost,
    Spending,
)
from monitor.models.tombstone import Forgotten, Tombstone

__all__ = [
    "Alert",
    "AlertMark",
    "AlertState",
    "AlertThread",
    "Assessment",
    "AssessmentTheme",
    "AuditEntry",
    "Author",
    "Brand",
    "Case",
    "CaseEvent",
    "CaseMention",
    "CaseState",
    "ChannelHealth",
    "Count",
    "Coverage",
    "DoorEvent",
    "DoorNote",
    "Fetch",
    "Finding",
    "Forgotten",
    "FoundState",
    "FoundTheme",
    "FoundThemeMention",
    "HeldFinding",
    "Host",
    "Idea",
    "IdeaState",
    "IdeaVote",
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
    "Outcome",
    "Praise",
    "Precision",
    "Rating",
    "ReadState",
    "Relation",
    "Reply",
    "ReplyState",
    "Report",
    "Resolution",
    "RobotsVerdict",
    "Run",
    "RunOutcome",
    "SavedView",
    "SearchEntry",
    "Silence",
    "Snapshot",
    "Source",
    "SourceBrand",
    "SourceHealth",
    "SourceHost",
    "Spending",
    "Story",
    "StoryBand",
    "Theme",
    "Tombstone",
]
