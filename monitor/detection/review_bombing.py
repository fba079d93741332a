"""Finds review bombing: within hours or two days many bad reviews at one source, by newcomers or in copied words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.detection.baseline import BaselineOptions, Usual, learn, volume_ratio
from monitor.detection.chance import CELL_COST, VOLUME_DOUBT, strength
from monitor.detection.evidence import Hit, describe
from monitor.detection.odds import Habit, share_strength, together
from monitor.detection.reviews import Reviews, by_source, count_bad_authors, read_reviews
from monitor.detection.series import window_counts
from monitor.detection.voices import SURE, Heard, hear, newest_first, rising
from monitor.detection.windows import Windows
from monitor.facts import (
    WHOLE,
    Cell,
    Dimension,
    Finding,
    Held,
    Kind,
    MentionKind,
    Reviewed,
    Sensitivity,
    Series,
    Severity,
    Stream,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NAME = "review_bombing"
NEWCOMERS_BEFORE, COPIES_BEFORE = Habit(2.4, 1.6), Habit(0.2, 9.8)
"""Before any review was seen: at places for reviews most authors write once, and hardly anybody copies."""
NEW_ODDS = 1.5
"""Who complains is new so many times as often (in odds) as who praises: many write only once, and only in anger."""
EARLIER_WEIGHT = 60.0
"""The reviews of the weeks before teach like at most so many: how many newcomers come differs from day to day."""
TOLD_BEFORE = 4.0
"""As many reviews as it takes to learn half of how far low ratings and negative texts differ."""
SIGNS_COST = 0.3
"""log10 of the signs tried, when only one of them is there."""
STILL, STILL_TIMES = timedelta(hours=2), 2.0
"""It goes on while the last quarter of the window, or the last two hours, bring twice as many bad reviews as usual."""
KEPT = 1.5
"""A strength this far below the threshold is kept, though it raises nothing."""


class ReviewBombingOptions(BaseModel):
    """When many bad reviews are a campaign rather than customers in trouble."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 7.0,
        Sensitivity.BALANCED: 5.5,
        Sensitivity.EARLY: 4.5,
    }
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["review_bombing"] = "review_bombing"
    threshold: float = Field(5.5, gt=0, description="-log10 of chance, of the rise and of its signs together")
    windows: Windows = tuple(timedelta(hours=hours) for hours in (3, 6, 12, 24, 48))
    low: float = Field(
        0.25, ge=0, le=1, description="ratings up to this are bad; 0 is the worst, 2 stars of 5 are 0.25"
    )
    least_authors: int = Field(8, ge=1, description="distinct authors of bad reviews, at least")
    least_sign: float = Field(2.0, gt=0, description="-log10 of chance that newcomers or copies must reach alone")
    least_rise: float = Field(1.0, ge=0, description="-log10 of chance that the number of bad reviews must reach alone")
    newcomers: float = Field(0.6, ge=0, le=1, description="share of newcomers that makes it a bombing")
    copies: float = Field(0.2, ge=0, le=1, description="or share of copied texts")
    alone: float = Field(0.7, ge=0, le=1, description="share of the brand's excess that must be in reviews")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")
    baseline: BaselineOptions = BaselineOptions()


Options = ReviewBombingOptions


@dataclass(frozen=True, slots=True)
class _Look:
    """What the sources of one look have in common."""

    stream: Stream
    usual: Usual
    cells: tuple[Cell, ...]
    elsewhere: Heard  # negative voices that are no reviews, newest first
    usual_elsewhere: float  # sum of P of them per mention of the brand
    options: ReviewBombingOptions
    windows: Floats  # seconds, rising


@dataclass(frozen=True, slots=True)
class _Burst:
    """How far the bad reviews of one source are above their usual, per window, shape (windows,)."""

    seen: Floats
    expected: Floats
    strength: Floats


def detect(stream: Stream, options: ReviewBombingOptions) -> list[Finding]:
    """One finding for every source of reviews that is being bombed, in the window that shows it best."""
    places = by_source(stream.voices)
    numbers: dict[Cell, int] = {}
    windows = np.array([window.total_seconds() for window in options.windows])
    signed: dict[str, tuple[Reviews, Floats]] = {}
    for place, told in places.items():
        if count_bad_authors(told, options.low) >= options.least_authors:
            reviews = read_reviews(told, numbers, stream.now, options.low)
            habit = _usual_newcomers(stream.reviewed.get(place, Reviewed()))
            signs = np.array([_sign(reviews, window, habit, options) for window in windows.tolist()])
            if signs.max() >= options.least_sign:
                signed[place] = (reviews, signs)
    usual = learn(stream.hourly, stream.now, stream.troubled, options.baseline) if signed else None
    if usual is None:
        return []
    look = _look(stream, usual, tuple(numbers), places, options)
    found = [_judge(look, Cell(Dimension.SOURCE, place), *told) for place, told in signed.items()]
    return sorted((one for one in found if one), key=lambda one: (-one.strength, one.cell))


def _look(
    stream: Stream, usual: Usual, cells: tuple[Cell, ...], places: Iterable[str], options: ReviewBombingOptions
) -> _Look:
    loud = [voice for voice in stream.voices if voice.fresh and voice.negative >= SURE]
    elsewhere = newest_first(hear([voice for voice in loud if voice.kind is not MentionKind.REVIEW], {}))
    shares = [usual.shares.get(Cell(Dimension.SOURCE, place)) for place in sorted(places)]
    reviews = sum(share.negative for share in shares if share)
    windows = np.array([window.total_seconds() for window in options.windows])
    return _Look(stream, usual, cells, elsewhere, max(0.0, usual.shares[WHOLE].negative - reviews), options, windows)


def _judge(look: _Look, cell: Cell, reviews: Reviews, signs: Floats) -> Finding | None:
    """The finding of one source, from the window in which rise and signs together are strongest."""
    if cell not in look.usual.shares or cell not in look.stream.hourly:
        return None
    burst = _burst(look, cell, reviews)
    best, strongest = -1, 0.0
    for number, window in enumerate(look.windows.tolist()):
        rise, sign = float(burst.strength[number]), float(signs[number])
        if sign < look.options.least_sign or rise < look.options.least_rise:
            continue
        both = together((rise, sign))
        if both > strongest and _going_on(look, cell, reviews, window) and _alone(look, burst, number):
            best, strongest = number, both
    if strongest < look.options.threshold - KEPT:
        return None
    return _finding(look, cell, reviews, burst, best, strongest)


def _burst(look: _Look, cell: Cell, reviews: Reviews) -> _Burst:
    """Bad reviews, one per author, against what is usual there when the good ones are up as well."""
    fresh = reviews[reviews.heard.fresh]
    gains = rising(fresh.heard.author, fresh.bad)
    seen = _sums(fresh.age, gains, look.windows)
    mentions = look.usual.mentions(look.windows, look.stream.now)
    share = look.usual.shares[cell]
    calm = mentions * _calm_part(look.stream.hourly[WHOLE], look.stream.hourly[cell])
    rise = volume_ratio(_sums(fresh.age, np.where(fresh.bad < SURE, 1.0 - fresh.bad, 0.0), look.windows), calm)
    expected = share.certain * mentions * rise * _told_more(reviews)
    doubt = 1 / share.shape + VOLUME_DOUBT / (calm + 2.0)
    spread = look.usual.spread(Dimension.SOURCE, look.windows) + doubt
    found = np.maximum(strength(seen, expected, spread) - CELL_COST[Dimension.SOURCE], 0.0)
    return _Burst(seen, share.negative * mentions, found)


def _calm_part(whole: Series, source: Series) -> float:
    """How many mentions of the source are not negative, per mention of the brand, in the hours known of both."""
    known = whole.known & source.known
    calm = source.mentions - source.negative
    return float(calm[known].sum() / max(whole.mentions[known].sum(), 1.0))


def _told_more(reviews: Reviews) -> float:
    """How many times as many reviews are bad by stars and words together as by the words alone, which are stored."""
    by_words = float((reviews.heard.negative**2).sum())
    return max(1.0, (float(reviews.bad.sum()) + TOLD_BEFORE) / (by_words + TOLD_BEFORE))


def _sums(age: Floats, weights: Floats, windows: Floats) -> Floats:
    sums: Floats = window_counts(age, weights, np.zeros(len(age), np.intp), 1, windows)[0]
    return sums


def _usual_newcomers(earlier: Reviewed) -> Habit:
    """What share of newcomers is usual at a place, by the reviews of the weeks before."""
    return NEWCOMERS_BEFORE.after(float(earlier.newcomers), earlier.known / NEW_ODDS, EARLIER_WEIGHT)


def _sign(reviews: Reviews, window: float, newcomers: Habit, options: ReviewBombingOptions) -> float:
    """-log10 of chance that so many authors of bad reviews are new, or copied, given how it is among the other reviews.

    Bad reviews before the window teach nothing, as they may be the same bombing.
    """
    bad, others = reviews[reviews.bad_within(window)].authors(), reviews[reviews.bad < SURE].authors()
    number = len(bad.age)
    if number < options.least_authors:
        return 0.0
    new, copies = int(bad.newcomer.sum()), int(bad.copy.sum())
    signs = []
    if new >= options.newcomers * number:
        signs.append(share_strength(new, number, _habit(newcomers, others.newcomer, NEW_ODDS)))
    if copies >= options.copies * number:
        signs.append(share_strength(copies, number, _habit(COPIES_BEFORE, others.copy)))
    return together(signs) if len(signs) == 2 else max(0.0, sum(signs) - SIGNS_COST)


def _habit(before: Habit, others: Flags, odds: float = 1.0) -> Habit:
    return before.after(float(others.sum()), float((~others).sum()) / odds)


def _going_on(look: _Look, cell: Cell, reviews: Reviews, window: float) -> bool:
    newest = max(window / 4, STILL.total_seconds())
    usual = look.usual.shares[cell].certain * float(look.usual.mentions(np.array([newest]), look.stream.now)[0])
    bad = reviews.heard.author[reviews.bad_within(newest)]
    return len(np.unique(bad)) >= max(1.0, STILL_TIMES * usual)


def _alone(look: _Look, burst: _Burst, number: int) -> bool:
    """Whether negative voices are up in reviews and not elsewhere: an outage is heard in posts and comments too."""
    window, elsewhere = float(look.windows[number]), look.elsewhere
    age = look.stream.now.timestamp() - elsewhere.at
    rows = age <= window
    heard = float(rising(elsewhere.author[rows], elsewhere.negative[rows]).sum())
    mentions = float(look.usual.mentions(look.windows, look.stream.now)[number])
    up = max(0.0, heard - look.usual_elsewhere * mentions)
    excess = max(0.0, float(burst.seen[number] - burst.expected[number]))
    return excess > 0 and excess >= look.options.alone * (excess + up)


def _finding(look: _Look, cell: Cell, reviews: Reviews, burst: _Burst, number: int, strongest: float) -> Finding:
    """As of any detector, but copies count: that there are many is what it is about."""
    window = float(look.windows[number])
    bad = reviews[reviews.bad_within(window)]
    expected = float(burst.expected[number])
    hit = Hit(cell, Severity.HIGH, strongest, expected, timedelta(seconds=window))
    # Bad by their stars alone are evidence too; `describe` shows what is negative by its words.
    told = replace(bad.heard, negative=np.maximum(bad.heard.negative, bad.bad))
    found = describe(NAME, hit, told, look.cells, look.stream.now, look.options.evidence)
    return replace(
        found,
        kind=Kind.REVIEW_BOMBING,
        seen=float(burst.seen[number]),
        authors=len(np.unique(bad.heard.author)),
        copies=int(bad.copy.sum()),
        held=Held.BELOW if strongest < look.options.threshold else None,
    )
