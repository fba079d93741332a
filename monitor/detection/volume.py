"""Finds that much more is said about a brand than usual, good or bad: a notice, never an alarm."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration
from monitor.detection.baseline import BaselineOptions, Usual, learn
from monitor.detection.evidence import Hit, describe
from monitor.detection.moving import normal_strength
from monitor.detection.series import window_counts
from monitor.detection.variation import above, variation
from monitor.detection.voices import Heard, group, hear, rising
from monitor.detection.windows import Windows
from monitor.facts import WHOLE, Cell, Finding, Held, Kind, Sensitivity, Series, Severity, Stream

Floats = NDArray[np.float64]

NAME = "volume"
STILL = timedelta(minutes=10)
"""A rise goes on while its newest voice is in the last quarter of the window, or this young."""
AUTHOR_SECONDS = 6 * 3600
"""An author counts once in six hours, however often they write."""
KEPT = 1.5
"""A strength this far below that of the threshold is kept, though it raises nothing."""


class VolumeOptions(BaseModel):
    """When so much is said that somebody should know."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 6.0,
        Sensitivity.BALANCED: 5.0,
        Sensitivity.EARLY: 4.0,
    }
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["volume"] = "volume"
    threshold: float = Field(5.0, gt=0, description="so many times the brand's own variation above its usual")
    windows: Windows = (timedelta(hours=1), timedelta(hours=6))
    history: Duration = Field(timedelta(days=28), description="how far back the brand's variation is measured")
    least_authors: int = Field(10, ge=1, description="distinct authors in the window, at least")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")
    baseline: BaselineOptions = BaselineOptions()


Options = VolumeOptions


@dataclass(frozen=True, slots=True)
class _Rise:
    """The window that stands out most: how many times the usual variation it lies above the usual."""

    window: timedelta
    times: float
    expected: float


def detect(stream: Stream, options: VolumeOptions) -> list[Finding]:
    """One WATCH for the whole brand while more is said than usual; each author and each text counts once."""
    whole = stream.hourly[WHOLE]
    usual = learn({WHOLE: whole}, stream.now, stream.troubled, options.baseline)
    numbers: dict[Cell, int] = {}
    heard = _counted(hear([voice for voice in stream.voices if voice.fresh], numbers), stream.now, options)
    if usual is None or not len(heard.id):
        return []
    rise = _rise(heard, usual, whole, stream.now, options)
    if rise is None or normal_strength(rise.times) < normal_strength(options.threshold) - KEPT:
        return []
    return [_finding(heard, rise, tuple(numbers), stream.now, options)]


def _counted(heard: Heard, now: datetime, options: VolumeOptions) -> Heard:
    """The voices that count, newest first: of an author one in six hours, of a text that is no repost one.

    All of them count as if they were negative: good ones are voices as well.
    """
    recent = heard[now.timestamp() - heard.at <= options.windows[-1].total_seconds()]
    newest = recent[np.lexsort((recent.id, -recent.at))]
    text = group(newest.story, np.where(newest.repost, newest.id, -1))
    told = newest[rising(text, np.ones(len(newest.id))) > 0]
    block = (told.at // AUTHOR_SECONDS).astype(np.int64)
    ones = np.ones(len(told.id))
    return replace(told, negative=ones)[rising(group(told.author, block), ones) > 0]


def _rise(heard: Heard, usual: Usual, whole: Series, now: datetime, options: VolumeOptions) -> _Rise | None:
    windows = np.array([window.total_seconds() for window in options.windows])
    age = np.maximum(now.timestamp() - heard.at, 0.0)
    seen = window_counts(age, heard.negative, np.zeros(len(age), np.intp), 1, windows)[0]
    expected = usual.mentions(windows, now)
    times = above(seen, expected) / _variations(whole, usual, now, options)
    goes_on = age.min() <= np.maximum(windows / 4, STILL.total_seconds())
    best = int(np.where(goes_on, times, 0.0).argmax())
    return _Rise(options.windows[best], float(times[best]), float(expected[best])) if goes_on[best] else None


def _variations(whole: Series, usual: Usual, now: datetime, options: VolumeOptions) -> Floats:
    """How much each window has varied in the hours before now that are over, shape (windows,)."""
    last = int((now - options.windows[-1] - whole.start) // whole.step)
    hours = whole.step / timedelta(hours=1)
    past = slice(max(0, last - round(options.history / whole.step)), max(0, last))
    counts, known, expected = whole.mentions[past], whole.known[past], np.diff(usual.volume)[past]
    widths = [max(1, round(window / whole.step)) for window in options.windows]
    return np.array([variation(counts, expected, known, width, hours) for width in widths])


def _finding(heard: Heard, rise: _Rise, cells: tuple[Cell, ...], now: datetime, options: VolumeOptions) -> Finding:
    inside = heard[now.timestamp() - heard.at <= rise.window.total_seconds()]
    hit = Hit(WHOLE, Severity.WATCH, normal_strength(rise.times), rise.expected, rise.window)
    found = describe(NAME, hit, inside, cells, now, options.evidence)
    few = Held.FEW_AUTHORS if found.authors < options.least_authors else None
    held = few if rise.times >= options.threshold else Held.BELOW
    return replace(found, kind=Kind.VOLUME, held=held)
