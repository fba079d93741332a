"""Frozen values that the deciding code shares: what is known, what was found, what should happen."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Dimension(StrEnum):
    """What a cell of a brand's stream is cut by; `ALL` is the whole brand."""

    ALL = "all"
    THEME = "theme"
    SOURCE = "source"
    LANGUAGE = "language"
    STORY = "story"


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


class MentionKind(StrEnum):
    REVIEW = "review"
    POST = "post"
    COMMENT = "comment"
    ARTICLE = "article"
    SURVEY = "survey"


class Precision(StrEnum):
    """How exact `published_at` is. UNKNOWN: the source gave no time, it is when we first saw it."""

    SECOND = "second"
    DAY = "day"
    UNKNOWN = "unknown"


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class MediaFile:
    kind: MediaKind
    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Engagement:
    """Counts as the source shows them; None where it does not say."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """One public text as a spider or a door read it, before anything is decided about it.

    `host` and `external_id` name it for ever (never a row number of ours); the `*_ref` fields are external ids on
    the same host. `published_at` is None when the source gives no time; with Precision.DAY only its date is meant.
    """

    kind: MentionKind
    host: str
    external_id: str
    url: str
    text: str
    title: str = ""
    author_ref: str = ""  # the author's id or address at the host; "" when unknown
    author_name: str = ""
    author_followers: int | None = None
    published_at: datetime | None = None
    precision: Precision = Precision.SECOND
    language: str = ""  # as declared by the source
    item: str = ""  # the product, page or place that it is about
    rating_value: float | None = None
    rating_worst: float | None = None
    rating_best: float | None = None
    parent_ref: str | None = None
    root_ref: str | None = None
    repost_ref: str | None = None
    quote_ref: str | None = None
    media: tuple[MediaFile, ...] = ()
    engagement: Engagement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateRating:
    """The average rating that a page shows of one thing, and of how many ratings and reviews it is made."""

    place: str  # the address of the page
    item: str = ""  # what is rated, as the page names it
    value: float
    worst: float | None = None
    best: float | None = None
    ratings: int | None = None
    reviews: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A part of one brand's stream, for example the theme `delivery`; key is "" for the whole brand."""

    dimension: Dimension
    key: str = ""


WHOLE = Cell(Dimension.ALL)

RELEVANT = 0.5
"""A mention concerns a brand from this relevance on."""


@dataclass(frozen=True, slots=True)
class ThemeScore:
    theme: str
    score: float  # cosine similarity to the theme's examples, -1..1


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one text. The three probabilities are calibrated and add up to 1."""

    language: str  # ISO 639-1 or -3; `-Latn` marks romanised Urdu, Hindi, Telugu ...; `und` when unsure
    negative: float
    neutral: float
    positive: float
    themes: tuple[ThemeScore, ...]  # best first; empty when none fits
    embedding: bytes  # int8, unit length times 127


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text to find those that tell the same story.

    `fingerprint` is the same for the same words. `signature` (two bytes per word) is what near copies are compared by,
    and share one of the `bands` (signed 64-bit numbers); both are empty for a text too short for that.
    """

    fingerprint: str
    signature: bytes = b""
    bands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """One recent mention as a detector hears it, at the time of the event."""

    mention_id: int
    at: datetime  # event time: when it was published
    seen_at: datetime  # when we collected it
    author: int
    story: int  # near-duplicates, reposts and cross-posts share it
    negative: float  # P(negative), 0..1
    source: str
    language: str
    themes: tuple[str, ...]
    followers: int = 0
    url: str = ""
    video: bool = False
    fresh: bool = True  # false for backfill, the first crawl and edits: feeds the baseline, never raises
    repost: bool = False  # declared as such; other voices of its story are copies, which count once


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one cell in equal time buckets.

    All arrays have shape (n,). `mentions` is the number of mentions, `negative` the sum of P(negative), `uncertainty`
    the sum of P(1-P): the variance of the number of truly negative ones. `known` is false where nobody listened;
    there the counts mean nothing. Bucket i covers [start + i*step, start + (i+1)*step).
    """

    cell: Cell
    start: datetime
    step: timedelta
    mentions: NDArray[np.float64]
    negative: NDArray[np.float64]
    uncertainty: NDArray[np.float64]
    known: NDArray[np.bool_]

    @property
    def end(self) -> datetime:
        return self.start + self.step * len(self.mentions)


@dataclass(frozen=True, slots=True)
class Stream:
    """All that detectors get to know of one brand at one look.

    `hourly` holds the counts of the last weeks for the whole brand (`WHOLE`, always there) and for each of its cells,
    on one time grid, up to and including the hour of `now`; `voices` the mentions of the last 48 hours in order of
    `at`; `troubled` the times (start, end) of earlier incidents, which must not count as usual.
    """

    brand: str
    now: datetime
    hourly: dict[Cell, Series]
    voices: tuple[Voice, ...]
    troubled: tuple[tuple[datetime, datetime], ...] = ()


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


@dataclass(frozen=True, slots=True)
class Quote:
    """One mention as shown in a message. Text from outside: renderers must escape it."""

    text: str
    author: str
    source: str
    language: str
    url: str
    negative: float
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section; `beside` is what it is compared with, `tone` is `good`, `bad` or `plain` news."""

    label: str
    value: str = ""
    beside: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a long message under its own heading."""

    title: str
    rows: tuple[Row, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, where the channel takes files."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told to one channel; notifiers turn it into their own form and escape it.

    `facts` are the whole of it in brief. `sections` (reports have them) say more, for channels with room: they stand
    in the place of facts and quotes.
    """

    key: str  # idempotency key, the same on every retry; e-mail makes its Message-ID of it
    thread: str  # messages of one incident share it
    subject: str
    severity: Severity
    kind: str  # a ChangeKind value, `report`, `test` or `operator`
    brand: str
    sentence: str
    facts: tuple[tuple[str, str], ...]  # label and value, in order
    quotes: tuple[Quote, ...]
    link: str  # the page of the dashboard, "" when unknown
    next_step: str
    at: datetime
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    only_for: tuple[str, ...] = ()  # recipients who still wait for it, when others have it; empty: all of the channel
