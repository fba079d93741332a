"""What the average rating of a page says of the newest ratings behind it, as exactly as its rounding allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.facts import RatingTrack

SLACK = 0.02
"""Of the scale; a mean of new ratings this far outside of it is no rating: the page changed its scale or its count."""
PAGE_WEIGHT, NEW_WEIGHT = 20.0, 60.0
"""The average of all years counts like so many ratings, those since we look like at most so many: tastes change."""
MOST_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """The average of a page at one time, from 0 (worst) to 1 (best), and how many ratings stand behind it."""

    at: datetime
    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Added:
    """Ratings that came between two steps: how many, and their mean (0..1) as it is at best by the rounding."""

    number: int
    mean: float
    highest: float


def steps_of(track: RatingTrack) -> list[Step]:
    """The steps since the page last began anew, oldest first; those without a count, or beyond the scale, say nothing.

    It begins anew when ratings vanish, or when those that came would need a mean that no rating has.
    """
    width = track.best - track.worst
    if width <= 0:
        return []
    half = rounding(track) / width
    kept: list[Step] = []
    for at, value, count in track.steps:
        if count is None or count <= 0 or not track.worst <= value <= track.best:
            continue
        step = Step(at, (value - track.worst) / width, count)
        if kept and not _goes_on(kept[-1], step, half):
            kept = []
        kept.append(step)
    return kept


def rounding(track: RatingTrack) -> float:
    """Half of the last decimal place that any of the page's values shows, in its scale."""
    decimals = max((_decimals(value) for _, value, _ in track.steps), default=0)
    return 0.5 * 10.0 ** -max(1, decimals)


def _decimals(value: float) -> int:
    return next((places for places in range(MOST_DECIMALS) if abs(round(value, places) - value) < 1e-9), MOST_DECIMALS)


def _goes_on(before: Step, after: Step, half: float) -> bool:
    if after.count < before.count:
        return False
    if after.count == before.count:
        return abs(after.value - before.value) <= 2 * half + 1e-9
    slack = SLACK + half * (after.count + before.count) / (after.count - before.count)
    mean = _mean(before, after)
    return -slack <= mean <= 1 + slack


def added(before: Step, after: Step, half: float) -> Added:
    """What came between two steps; `half` is the rounding, 0..1."""
    number = after.count - before.count
    if number <= 0:
        return Added(0, 0.0, 1.0)
    mean = _mean(before, after)
    doubt = half * (after.count + before.count) / number
    return Added(number, min(max(mean, 0.0), 1.0), min(max(mean + doubt, 0.0), 1.0))


def _mean(before: Step, after: Step) -> float:
    """The mean of the ratings between: (v1 n1 - v0 n0) / (n1 - n0)."""
    return (after.value * after.count - before.value * before.count) / (after.count - before.count)


def step_at(steps: Sequence[Step], moment: datetime) -> Step | None:
    """The step that held at a moment; None when the page was not known then."""
    return next((step for step in reversed(steps) if step.at <= moment), None)


def usual_rating(steps: Sequence[Step], before: Step) -> tuple[float, float]:
    """The usual mean of a new rating, 0..1, and how many ratings it is worth, from the steps up to `before`.

    The average of all ratings so far, drawn to the mean of those that came while we looked.
    """
    first = steps[0]
    page = min(float(before.count), PAGE_WEIGHT)
    came = before.count - first.count
    weight = min(float(came), NEW_WEIGHT)
    lately = min(max(_mean(first, before), 0.0), 1.0) if came > 0 else 0.0
    return (before.value * page + lately * weight) / (page + weight), page + weight
