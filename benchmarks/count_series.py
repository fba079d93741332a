"""A series of counts as it comes, and the shipped score of its newest bucket."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.detection.baseline import Usual, learn
from monitor.detection.variation import above, variation
from monitor.detection.volume import VolumeOptions
from monitor.facts import WHOLE, Series

Floats = NDArray[np.float64]

HOUR = 3600.0
AHEAD = 2
"""Hours beyond the newest one that the usual is laid out for: a bucket may reach into the next."""
ROOM = 4096
MOST = 2**22
"""Buckets of one series: forty years of five minutes. A wrong year must not fill the memory."""


class MisplacedError(ValueError):
    """A count whose time does not fit those before it."""


@dataclass(slots=True)
class Counts:
    """Equal buckets of `step` seconds from `start` (Unix time) on; where nothing came, nothing is known."""

    start: float
    step: float
    size: int = 0
    values: Floats = field(default_factory=lambda: np.zeros(ROOM))
    known: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(ROOM, bool))

    def put(self, at: float, value: float) -> None:
        """Add what came at a time; what comes twice for one bucket adds up. Raises MisplacedError."""
        bucket = round((at - self.start) / self.step)
        if bucket < self.size - 1:
            raise MisplacedError("before the line above it")
        if bucket >= MOST:
            raise MisplacedError("too long after the first line")
        if bucket >= len(self.values):
            room = 2 * (bucket + 1) - len(self.values)
            self.values, self.known = np.pad(self.values, (0, room)), np.pad(self.known, (0, room))
        self.size = bucket + 1
        self.values[bucket] += value
        self.known[bucket] = True

    def newest(self, width: int) -> float:
        """The sum of the newest buckets."""
        return float(self.values[max(0, self.size - width) : self.size].sum())

    def time(self, bucket: int) -> float:
        """When a bucket begins."""
        return self.start + bucket * self.step

    def width(self, window: timedelta) -> int:
        """How many buckets a window has, one at least."""
        return max(1, round(window.total_seconds() / self.step))


@dataclass(slots=True)
class VolumeScore:
    """The shipped score; the usual and the variation are learnt once an hour, from what came before that hour."""

    options: VolumeOptions = field(default_factory=VolumeOptions)
    _hour: float = -1.0
    _usual: Usual | None = None
    _variations: Floats = field(default_factory=lambda: np.ones(1))

    def __call__(self, counts: Counts) -> float:
        """How many times its own variation the series is above its usual; 0 until enough is known."""
        hour = counts.time(counts.size - 1) // HOUR
        if hour != self._hour:
            self._hour = hour
            self._learn(counts)
        if self._usual is None:
            return 0.0
        widths = [counts.width(window) for window in self.options.windows]
        seen = np.array([counts.newest(width) for width in widths])
        expected = self._usual.mentions(np.array(widths) * counts.step, moment(counts.time(counts.size)))
        return max(0.0, float((above(seen, expected) / self._variations).max()))

    def _learn(self, counts: Counts) -> None:
        first = max(0, counts.size - 1 - counts.width(self.options.history))
        past = slice(first, counts.size - 1)
        hourly = hours(counts, past)
        now = moment(counts.time(counts.size - 1) // HOUR * HOUR)
        self._usual = learn({WHOLE: hourly}, now, (), self.options.baseline)
        if self._usual is None:
            return
        edges = counts.start + np.arange(first, counts.size) * counts.step
        position = (edges - hourly.start.timestamp()) / hourly.step.total_seconds()
        expected = np.diff(np.interp(position, np.arange(len(self._usual.volume)), self._usual.volume))
        values, known, part = counts.values[past], counts.known[past], counts.step / HOUR
        widths = [counts.width(window) for window in self.options.windows]
        self._variations = np.array([variation(values, expected, known, width, part) for width in widths])


def hours(counts: Counts, past: slice) -> Series:
    """Some buckets by the hour, or as they are when they are longer, and the hours ahead, of which nothing is known."""
    step = max(HOUR, counts.step)
    times = counts.start + np.arange(past.start, past.stop) * counts.step
    start = counts.time(past.start) // HOUR * HOUR
    number = ((times - start) // step).astype(np.intp)
    size = int(number.max(initial=-1)) + 1 + AHEAD
    sums = np.bincount(number, counts.values[past], size)
    known = np.bincount(number, counts.known[past], size) >= step / counts.step / 2
    nothing = np.zeros(size)
    return Series(WHOLE, moment(start), timedelta(seconds=step), sums, nothing, nothing, known)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(slots=True)
class Speaker:
    """Tells a score only when there is news: as people are told again of an incident when it has grown so much.

    After `rest` seconds in which nothing was told it is a new one.
    """

    growth: float
    rest: float
    _told: float = 0.0
    _at: float = -np.inf

    def tell(self, score: float, at: float) -> float:
        """The score, or 0 when it says nothing that was not told."""
        if at - self._at > self.rest:
            self._told = 0.0
        if score <= self._told * self.growth:
            return 0.0
        self._told, self._at = score, at
        return score
