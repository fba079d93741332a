"""What the average rating of a page says of the newest ratings behind it, as exactly as its rounding allows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.facts import RatingTrack

SLACK = 0.02
"""Of the scale; a mean of new ratings this far outside of it is no rating: the page changed its scale or its count."""
PAGE_WEIGHT, NEW_WEIGHT = 20.0, 60.0
"""The average of all years counts like so many ratings, those since we look like at most so many: tastes change."""
MOST_DECIMALS = 3
LOOK_BACK = 4
"""Steps, the newest of them the one that is asked about, whose decimals tell to how many a page rounds."""
MOST_GONE = 0.02
"""Of the ratings of a page; when more vanish at once, it began anew. Single ones are taken down all the time."""


@dataclass(frozen=True, slots=True)
class Step:
    """The average of a page at one time, from 0 (worst) to 1 (best), and how many ratings stand behind it.

    `half` is its rounding, 0..1; `gone` how many ratings the page has taken down since its first step, at least.
    """

    at: datetime
    value: float
    count: int
    half: float = 0.0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """Ratings that came between two steps: how many, and their mean (0..1) as it is at best by the rounding."""

    number: int
    mean: float
    highest: float


def steps_of(track: RatingTrack) -> list[Step]:
    """The steps since the page last began anew, oldest first; those without a count, or beyond the scale, say nothing.

    It begins anew when many ratings vanish, or when those that came would need a mean that no rating has.
    """
    width = track.best - track.worst
    told = [one for one in track.steps if one[2] and one[2] > 0 and track.worst <= one[1] <= track.best]
    if width <= 0:
        return []
    kept: list[Step] = []
    for number, (at, value, count) in enumerate(told):
        lately = [shown for _, shown, _ in told[max(0, number + 1 - LOOK_BACK) : number + 1]]
        step = Step(at, (value - track.worst) / width, count or 0, rounding(lately) / width)
        if kept and not _goes_on(kept[-1], step):
            kept = []
        gone = kept[-1].gone + max(0, kept[-1].count - step.count) if kept else 0
        kept.append(replace(step, gone=gone))
    return kept


def rounding(values: Sequence[float]) -> float:
    """Half of the last decimal place that any of a page's values shows, in its scale."""
    return 0.5 * 10.0 ** -max([1, *map(_decimals, values)])


def _decimals(value: float) -> int:
    return next((places for places in range(MOST_DECIMALS) if abs(round(value, places) - value) < 1e-9), MOST_DECIMALS)


def _goes_on(before: Step, after: Step) -> bool:
    number = after.count - before.count
    if number < -MOST_GONE * before.count:
        return False
    doubt = before.half * before.count + after.half * after.count
    if number == 0:
        return abs(after.value - before.value) <= before.half + after.half + 1e-9
    slack = SLACK + doubt / abs(number)
    return -slack <= _mean(before, after) <= 1 + slack


def added(before: Step, after: Step) -> Added:
    """What came between two steps. Of ratings that were taken down meanwhile nobody knows how good they were: the
    highest mean is that for which they were the best ones."""
    gone = after.gone - before.gone
    number = after.count - before.count + gone
    if number <= 0 or after.count <= before.count:
        return Added(0, 0.0, 1.0)
    doubt = (before.half * before.count + after.half * after.count) / number
    highest = (after.value * after.count - before.value * before.count + gone) / number + doubt
    return Added(number, min(max(_mean(before, after), 0.0), 1.0), min(max(highest, 0.0), 1.0))


def _mean(before: Step, after: Step) -> float:
    """The mean of the ratings between, or of those that vanished: (v1 n1 - v0 n0) / (n1 - n0)."""
    return (after.value * after.count - before.value * before.count) / (after.count - before.count)


def step_at(steps: Sequence[Step], moment: datetime) -> Step | None:
    """The step that held at a moment; None when the page was not known then."""
    return next((step for step in reversed(steps) if step.at <= moment), None)


def usual_rating(steps: Sequence[Step], before: Step) -> tuple[float, float]:
    """The usual mean of a new rating, 0..1, and how many ratings it is worth, from the steps up to `before`.

    The average of all ratings so far, drawn to the mean of those that came while we looked: as far as the rounding
    tells it from that average.
    """
    first = steps[0]
    page = min(float(before.count), PAGE_WEIGHT)
    came = before.count - first.count
    if came <= 0:
        return before.value, page
    mean, weight = _mean(first, before), min(float(came), NEW_WEIGHT)
    doubt = (first.half * first.count + before.half * before.count) / came
    lately = min(max(before.value, mean - doubt, 0.0), mean + doubt, 1.0)
    return (before.value * page + lately * weight) / (page + weight), page + weight
