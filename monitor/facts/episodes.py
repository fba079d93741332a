"""What was found, and what should happen to an incident."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.facts.read import Cell


class Severity(StrEnum):
    """How urgent an incident is. Only HIGH and CRITICAL interrupt people; LOW is a notice."""

    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class ChangeKind(StrEnum):
    """What happened to an incident."""

    OPENED = "opened"
    WORSENED = "worsened"
    CALMED = "calmed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


class IncidentState(StrEnum):
    OPEN = "open"
    CALMED = "calmed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a detector says at one look."""

    detector: str
    cell: Cell
    severity: Severity
    window_start: datetime
    window_end: datetime
    seen: float  # negative voices in the window (expected number, certainty-weighted)
    expected: float  # the same, as usual for this time
    strength: float  # -log10 of the probability of seeing this by chance, after counting all cells tried
    growth: float  # seen in the newer half of the window over the older half
    authors: int
    sources: tuple[str, ...]
    themes: tuple[tuple[str, float], ...]  # theme and its share of the voices, largest first
    languages: tuple[tuple[str, float], ...]
    reach: int  # followers of the distinct authors, summed
    first_mention_id: int | None
    mention_ids: tuple[int, ...]  # the evidence, most certain negative first
    video: bool = False
    copies: int = 0  # negative ones that are copies of one of these texts, and not counted


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident as the rules need to see it."""

    id: int
    state: IncidentState
    severity: Severity
    cell: Cell
    started_at: datetime  # event time of its first mention
    opened_at: datetime
    last_finding_at: datetime
    calmed_at: datetime | None
    told_size: float  # `seen` of the largest finding that people were told of
    told_sources: tuple[str, ...]
    mention_ids: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Change:
    """What should happen to an incident, and why in one plain sentence."""

    kind: ChangeKind
    incident_id: int | None  # None: open a new one
    severity: Severity
    sentence: str
    finding: Finding | None
