"""What was read of a text, and the streams and series that detectors look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from monitor.facts.collected import MentionKind


class Dimension(StrEnum):
    """What a cell of a brand's stream is cut by; `ALL` is the whole brand."""

    ALL = "all"
    THEME = "theme"
    SOURCE = "source"
    LANGUAGE = "language"
    STORY = "story"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A part of one brand's stream, for example the theme `delivery`; key is "" for the whole brand."""

    dimension: Dimension
    key: str = ""


WHOLE = Cell(Dimension.ALL)

RELEVANT = 0.5
"""A mention concerns a brand from this relevance on."""


class Sentiment(StrEnum):
    """What a text is held to be, by the thresholds of its language or by a person."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class ThemeScore:
    theme: str
    score: float  # how well it fits, -1..1: a probability, or the cosine to its examples, lifted by a word of it


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of one text. The three probabilities are calibrated and add up to 1."""

    language: str  # ISO 639-1 or -3; `-Latn` marks romanised Urdu, Hindi, Telugu ...; `und` when unsure
    negative: float
    neutral: float
    positive: float
    themes: tuple[ThemeScore, ...]  # best first; empty when none fits
    embedding: bytes  # int8, unit length times 127
    label: Sentiment
    unsure: bool = False  # below the certainty from which the model is trusted: a person should look


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
    kind: MentionKind = MentionKind.POST
    rating: float | None = None  # the stars, from 0 (worst of the scale) to 1 (best)
    newcomer: bool = False  # we had never heard of the author more than two days before


@dataclass(frozen=True, slots=True)
class RatingTrack:
    """The average rating that a page shows of one thing, as it changed.

    `steps` are (time we saw it first, value, how many ratings stand behind it or None), in order; the newest one holds
    until now. `worst` and `best` are the ends of its scale.
    """

    source: str
    item: str
    worst: float
    best: float
    steps: tuple[tuple[datetime, float, int | None], ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the reviews of one source were like in the weeks before the last days.

    `newcomers` and `known` are by new authors and by others; those that nobody is known to have written are in
    neither. `stars` is the sum of the `rated` ratings, each 0..1.
    """

    newcomers: int = 0
    known: int = 0
    rated: int = 0
    stars: float = 0.0


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
    `at`; `troubled` the times (start, end) of earlier incidents, which must not count as usual; `ratings` the average
    ratings of the last weeks; `reviewed` what the reviews of a source were like before, for those with recent ones.
    """

    brand: str
    now: datetime
    hourly: dict[Cell, Series]
    voices: tuple[Voice, ...]
    troubled: tuple[tuple[datetime, datetime], ...] = ()
    ratings: tuple[RatingTrack, ...] = ()
    reviewed: Mapping[str, Reviewed] = field(default_factory=dict)
