"""What was found, and what should happen to an incident."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.facts.read import Cell


class Severity(StrEnum):
    """How urgent an incident is. Only HIGH and CRITICAL interrupt people; WATCH is a notice."""

    WATCH = "watch"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Kind(StrEnum):
    """The shape of a trouble: what it is called, how severe it is and what to do about it depend on it."""

    SPIKE = "spike"  # more negative voices than usual, within minutes or hours
    REVIEW_BOMBING = "review_bombing"  # many new authors or templates at one source
    RATING_DROP = "rating_drop"  # the stars fall
    SLOW_BURN = "slow_burn"  # more negative voices than usual, over days
    VOLUME = "volume"  # more is said than usual, good or bad


class Held(StrEnum):
    """Why a finding is kept, but raised nothing."""

    BELOW = "below_threshold"
    FEW_AUTHORS = "few_authors"
    ALL_UP = "all_up"  # as much more is said that is not negative: a launch, a holiday
    COPIES = "copies"  # the same text again and again
    OVER = "over"  # the newest voice is too old: it does not go on
    DISMISSED = "dismissed"  # a person said that it is none


class Mark(StrEnum):
    """What people say of an incident afterwards; precision is counted from it."""

    USEFUL = "useful"
    NOISE = "noise"


class Sensitivity(StrEnum):
    """How early detectors speak; each has its threshold for it."""

    QUIET = "quiet"
    BALANCED = "balanced"
    EARLY = "early"


class ChangeKind(StrEnum):
    """What happened to an incident."""

    OPENED = "opened"
    WORSENED = "worsened"
    CALMED = "calmed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    ACKNOWLEDGED = "acknowledged"  # by a person: somebody has seen it, and nobody else need be called
    OWNED = "owned"  # by a person, who looks after it from now on


class Worse(StrEnum):
    """Why an incident is worse than what people were told."""

    SEVERER = "severer"
    RENAMED = "renamed"  # it is trouble of a more telling kind
    AMPLIFIED = "amplified"  # a big voice joined in
    GROWING = "growing"  # more of the same
    NEW_SOURCE = "new_source"


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
    kind: Kind = Kind.SPIKE
    rating: "RatingFall | None" = None  # of a RATING_DROP
    held: Held | None = None  # why it raises nothing; None: it does


@dataclass(frozen=True, slots=True)
class RatingFall:
    """How far the stars fell, in the scale of their page."""

    before: float
    now: float
    worst: float
    best: float
    ratings: int  # how many stand behind `now`
    item: str = ""  # the product or place, as the page names it; "" when it is the whole source


@dataclass(frozen=True, slots=True)
class Reproduction:
    """How many further voices one voice brings (Cori's R), with its 90 % interval."""

    value: float
    low: float
    high: float
    growing: float  # P(R > 1), 0..1


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many voices there will be in all, `hours` from now; 90 % of the truth lies in [low, high]."""

    hours: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Amplifier:
    """A voice that many heard, or after which many spoke."""

    mention_id: int
    followers: int
    followed_by: int  # voices of the same story in the hour after it


@dataclass(frozen=True, slots=True)
class Spread:
    """How far an incident has gone at one look, how fast it goes on, and where it is going."""

    voices: int
    per_hour: float  # of the last hour
    authors: int
    reach: int  # followers of the distinct authors, summed
    sources: int
    languages: int
    video: bool
    reproduction: Reproduction | None = None  # None: too few to say
    forecasts: tuple[Forecast, ...] = ()  # by rising hours
    amplifiers: tuple[Amplifier, ...] = ()  # most telling first


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
    kind: Kind = Kind.SPIKE
    mention_ids: frozenset[int] = field(default_factory=frozenset)
    told_amplifier: int = 0  # followers of the largest voice that people were told of


@dataclass(frozen=True, slots=True)
class Change:
    """What should happen to an incident, and why in one plain sentence."""

    kind: ChangeKind
    incident_id: int | None  # None: open a new one
    severity: Severity
    sentence: str
    finding: Finding | None
    trouble: Kind | None = None  # what the incident is called from now on; None: as before
    why: str = ""  # the rule that gives it its severity, in plain words; "": as before
    amplifier: int = 0  # followers of the largest voice, as people are told of it by this change
    because: Worse | None = None  # of a WORSENED
