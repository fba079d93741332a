"""Finds falling stars: new ratings that are clearly worse than usual, by the reviews heard or by a page's average."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from monitor.detection.evidence import Hit, describe
from monitor.detection.odds import Habit, share_strength
from monitor.detection.ratings import Added, Step, added, step_at, steps_of, usual_rating
from monitor.detection.voices import hear, newest_first
from monitor.detection.windows import Rising, Windows
from monitor.facts import (
    Cell,
    Dimension,
    Finding,
    Held,
    Kind,
    MentionKind,
    RatingFall,
    RatingTrack,
    Reviewed,
    Sensitivity,
    Series,
    Severity,
    Stream,
    Voice,
)

NAME = "rating_drop"
STARS = (1.0, 5.0)
"""The scale that is told of a source whose page shows none."""
STARS_WEIGHT = 60.0
"""The stars of the last weeks weigh like at most so many: tastes change."""
HISTORY_WEIGHT = 30.0
"""Where fewer are known, the texts of the last weeks stand for the missing ones: words are not stars."""
HISTORY_MATCH = 8.0
"""So many ratings beside their texts teach half of how far words and stars differ."""
PRIOR_RATING, PRIOR_WEIGHT = 0.7, 4.0
"""Before any rating was seen: 3.8 stars of 5, a little below what places for reviews show, as worth four ratings."""
LEAST_SIDE = 0.5
"""Even where all ratings were the best ones, half a bad one may have been missed."""
STILL_SHARE = 0.5
"""It goes on while the newest low rating lies in the newer half of the window."""
STILL_PAGE, STILL_QUARTER = timedelta(days=1), 0.25
"""A page's fall goes on while its newest step is not older than a day, or a quarter of the window."""
KEPT = 1.5
"""A strength this far below the threshold is kept, though it raises nothing."""


class RatingDropOptions(BaseModel):
    """When new ratings are worse than chance makes them."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 6.5,
        Sensitivity.BALANCED: 5.0,
        Sensitivity.EARLY: 4.0,
    }
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["rating_drop"] = "rating_drop"
    threshold: float = Field(5.0, gt=0, description="-log10 of chance")
    windows: Windows = tuple(timedelta(hours=hours) for hours in (6, 12, 24, 48))
    page_windows: Rising = tuple(timedelta(days=days) for days in (1, 2, 3, 7))
    least_ratings: int = Field(6, ge=1, description="new ratings, at least; of reviews, by so many authors")
    least_fall: float = Field(0.2, gt=0, le=1, description="share of the scale that new ratings must be worse by")
    low: float = Field(0.25, ge=0, le=1, description="ratings up to this are shown as evidence; 0.25 is 2 stars of 5")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")


Options = RatingDropOptions


@dataclass(frozen=True, slots=True)
class _Fall:
    """New ratings of one window against the usual one; ratings are 0..1."""

    window: timedelta
    number: int
    now: float
    usual: float
    strength: float

    @property
    def size(self) -> float:
        return self.usual - self.now


def detect(stream: Stream, options: RatingDropOptions) -> list[Finding]:
    """The strongest fall of every source (by its reviews) and of everything that a page rates (by its average)."""
    rated = _rated(stream.voices)
    found = [_by_reviews(stream, source, told, options) for source, told in sorted(rated.items())]
    found += [_by_page(stream, track, rated.get(track.source, []), options) for track in stream.ratings]
    return sorted((one for one in found if one), key=lambda one: (-one.strength, one.cell))


def _rated(voices: Sequence[Voice]) -> dict[str, list[Voice]]:
    """The reviews with stars of each source, each author's newest only, in order of time."""
    newest: dict[tuple[str, int], Voice] = {}
    for voice in voices:
        if voice.rating is not None and voice.kind is not MentionKind.SURVEY:
            newest.pop((voice.source, voice.author), None)
            newest[voice.source, voice.author] = voice
    found: dict[str, list[Voice]] = {}
    for (source, _), voice in newest.items():
        found.setdefault(source, []).append(voice)
    return found


def _by_reviews(stream: Stream, source: str, told: list[Voice], options: RatingDropOptions) -> Finding | None:
    """Reviews of a window against those before it, and against what the texts of the last weeks were like."""
    if sum(voice.fresh for voice in told) < options.least_ratings:
        return None
    falls = [_heard_fall(stream, source, told, window, options) for window in options.windows]
    fall = _clearest(falls, options)
    if fall is None or not _going_on(told, stream.now, fall.window, options.low):
        return None
    track = next((one for one in stream.ratings if one.source == source and one.best > one.worst), None)
    scale = (track.worst, track.best) if track else STARS
    return _finding(stream, Cell(Dimension.SOURCE, source), fall, told, scale, "", options)


def _heard_fall(
    stream: Stream, source: str, told: list[Voice], window: timedelta, options: RatingDropOptions
) -> _Fall | None:
    start = stream.now - window
    new = [voice.rating or 0.0 for voice in told if voice.fresh and voice.at > start]
    if len(new) < options.least_ratings:
        return None
    before = [voice for voice in told if voice.at <= start]
    series, earlier = stream.hourly.get(Cell(Dimension.SOURCE, source)), stream.reviewed.get(source, Reviewed())
    usual, weight = _usual_heard(series, earlier, told, before, start)
    return _fall(window, len(new), float(np.mean(new)), usual, weight)


def _usual_heard(
    series: Series | None, earlier: Reviewed, told: list[Voice], before: list[Voice], start: datetime
) -> tuple[float, float]:
    """The usual rating of a source, 0..1, and how many ratings it is worth.

    The stars of the weeks before (`earlier`) and those before the window. While these are few, the counts of negative
    texts help: one less their share stands for the stars, moved by how far the two differ in the reviews at hand.
    """
    weight = PRIOR_WEIGHT + min(float(earlier.rated), STARS_WEIGHT)
    stars = PRIOR_RATING * PRIOR_WEIGHT + earlier.stars * min(1.0, STARS_WEIGHT / max(earlier.rated, 1))
    missing = HISTORY_WEIGHT - earlier.rated
    if series is not None and missing > 0:
        size = int(np.clip((start - series.start) / series.step, 0, len(series.known)))
        known = series.known[:size]
        mentions, negative = series.mentions[:size][known].sum(), series.negative[:size][known].sum()
        worth = min(float(mentions), missing)
        gap = sum((voice.rating or 0.0) - (1.0 - voice.negative) for voice in told) / (len(told) + HISTORY_MATCH)
        said = float(np.clip(1.0 - negative / max(mentions, 1.0) + gap, 0.0, 1.0))
        stars, weight = stars + said * worth, weight + worth
    stars += sum(voice.rating or 0.0 for voice in before)
    return stars / (weight + len(before)), weight + len(before)


def _by_page(stream: Stream, track: RatingTrack, told: list[Voice], options: RatingDropOptions) -> Finding | None:
    """The ratings that a page's average took in lately, against those before; at their best by the page's rounding."""
    steps = steps_of(track)
    falls = [_page_fall(steps, stream.now, window, options) for window in options.page_windows]
    fall = _clearest(falls, options)
    if fall is None:
        return None
    cell, scale = Cell(Dimension.SOURCE, track.source), (track.worst, track.best)
    return _finding(stream, cell, fall, told, scale, track.item, options)


def _page_fall(steps: list[Step], now: datetime, window: timedelta, options: RatingDropOptions) -> _Fall | None:
    before = step_at(steps, now - window)
    if before is None or steps[-1].at < now - max(STILL_PAGE, STILL_QUARTER * window):
        return None
    new: Added = added(before, steps[-1])
    if new.number < options.least_ratings:
        return None
    usual, weight = usual_rating(steps, before)
    return _fall(window, new.number, new.highest, usual, weight)


def _fall(window: timedelta, number: int, now: float, usual: float, weight: float) -> _Fall:
    """With its strength. Ratings between worst and best vary no more than throws of a coin with the same mean, so they
    are tested like such throws, with the doubt of how few the usual is known by."""
    habit = Habit((1.0 - usual) * weight + LEAST_SIDE, usual * weight + LEAST_SIDE)
    return _Fall(window, number, now, usual, share_strength((1.0 - now) * number, number, habit))


def _clearest(falls: Iterable[_Fall | None], options: RatingDropOptions) -> _Fall | None:
    """The strongest fall that is large enough, and near the threshold at least."""
    large = [fall for fall in falls if fall and fall.size >= options.least_fall]
    best = max(large, key=lambda fall: fall.strength, default=None)
    return best if best and best.strength >= options.threshold - KEPT else None


def _going_on(told: list[Voice], now: datetime, window: timedelta, low: float) -> bool:
    return any(_low(voice, low) and voice.at > now - STILL_SHARE * window for voice in told)


def _low(voice: Voice, low: float) -> bool:
    return voice.fresh and voice.rating is not None and voice.rating <= low


def _finding(
    stream: Stream,
    cell: Cell,
    fall: _Fall,
    told: list[Voice],
    scale: tuple[float, float],
    item: str,
    options: RatingDropOptions,
) -> Finding:
    """`seen` and `expected` are bad ratings: each counts by how far it is from the best one."""
    evidence = [
        replace(voice, negative=1.0 - (voice.rating or 0.0))
        for voice in told
        if _low(voice, options.low) and voice.at > stream.now - fall.window
    ]
    numbers: dict[Cell, int] = {}
    heard = newest_first(hear(evidence, numbers))
    hit = Hit(cell, Severity.HIGH, fall.strength, (1.0 - fall.usual) * fall.number, fall.window)
    found = describe(NAME, hit, heard, tuple(numbers), stream.now, options.evidence)
    worst, best = scale
    rating = RatingFall(
        before=worst + fall.usual * (best - worst),
        now=worst + fall.now * (best - worst),
        worst=worst,
        best=best,
        ratings=fall.number,
        item=item,
    )
    return replace(
        found,
        kind=Kind.RATING_DROP,
        rating=rating,
        seen=(1.0 - fall.now) * fall.number,
        sources=(cell.key,),
        held=Held.BELOW if fall.strength < options.threshold else None,
    )
