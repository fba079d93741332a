"""Forecasts how many voices a story or an incident will have, from the times of its voices so far.

Twelve numbers describe the course up to now (how many, since when, how the newest part compares with the rest, and how
far ahead to look). Three small networks say what usually followed, as the logarithm of the growth: the point with the
least relative error, and the ends of a 90 % interval. The interval's ends are moved by what the forecast missed on
courses it had not learnt from, by size and distance (conformalised quantile regression: Romano, Patterson and Candès,
2019), so it is narrow where the course is plain. All numbers stand in forecast.json beside this module and were fitted
by `benchmarks.fit_cascades`, which also says how well they hold on courses kept aside.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monitor.facts import Forecast

Floats = NDArray[np.float64]

HOUR_SECONDS = 3600.0
END_HOURS = 168.0
"""A course is followed for a week from its first voice; "in the end" is then."""
PARTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4, 9 / 10)
"""The newest parts of the time so far whose pace is compared with that of the whole."""
BLUR_SECONDS = 60.0
"""Within the first minute it says little when exactly a voice came."""
TABLE = Path(__file__).with_name("forecast.json")


class Course(StrEnum):
    """What kind of course is followed; each has its own numbers."""

    CASCADE = "cascade"  # the reposts of one post, of which there are already about a hundred, or which will be many
    INCIDENT = "incident"  # anything: complaints that know nothing of each other, small stories, mixtures


@dataclass(frozen=True, slots=True)
class Layers:
    """One network: tanh(inputs @ inner + inner_bias) @ outer + outer_bias; shapes (12, h), (h,), (h, 3), (3,)."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def __call__(self, inputs: Floats) -> Floats:
        hidden = np.tanh(inputs @ self.inner + self.inner_bias)
        answers: Floats = hidden @ self.outer + self.outer_bias
        return answers


@dataclass(frozen=True, slots=True)
class Table:
    """The fitted numbers of one kind of course.

    Inputs are kept within `lowest` and `highest`, what was seen when fitting, and scaled by `mean` and `spread`; all
    have shape (12,). `stretch[i, j]` is how many times as far (below, above) an interval's ends must lie from its
    point, for the i-th range of `sizes` (voices so far) and the j-th of `hours` (ahead).
    """

    lowest: Floats
    highest: Floats
    mean: Floats
    spread: Floats
    networks: tuple[Layers, ...]
    sizes: Floats
    hours: Floats
    stretch: Floats

    def growth(self, inputs: Floats) -> Floats:
        """The logarithms of the growth: (n, 12) to (n, 3), with the point, then the raw ends of the interval."""
        scaled = (np.clip(inputs, self.lowest, self.highest) - self.mean) / self.spread
        answers: Floats = np.mean([network(scaled) for network in self.networks], axis=0)
        return answers

    def widened(self, growth: Floats, voices: int, hours: Floats) -> Floats:
        """The same with the ends where they must lie to hold 90 %; hours (n,)."""
        point = growth[:, 0]
        factor = self.stretch[np.searchsorted(self.sizes, voices, "right"), np.searchsorted(self.hours, hours)]
        low = point - factor[:, 0] * reach_of(point - growth[:, 1], voices)
        high = point + factor[:, 1] * reach_of(growth[:, 2] - point, voices)
        return np.stack([point, low, high], axis=1)


def reach_of(distance: Floats, voices: int | Floats) -> Floats:
    """How far an end lies from the point; at least as far as half a voice more or less would move it."""
    return np.maximum(distance, np.log1p(0.5 / voices))


def read_table(numbers: Mapping[str, Any]) -> Table:
    """The table written as plain lists, as in forecast.json."""
    arrays = {name: np.array(values, float) for name, values in numbers.items() if name != "networks"}
    networks = [{name: np.array(values, float) for name, values in one.items()} for one in numbers["networks"]]
    return Table(networks=tuple(Layers(**one) for one in networks), **arrays)


@cache
def shipped(course: Course) -> Table:
    """The numbers that come with the package."""
    return read_table(json.loads(TABLE.read_text(encoding="utf-8"))[course.value])


def describe_course(times: Floats, after: float) -> list[float]:
    """Eleven numbers for a course `after` seconds (more than 0), from the rising times of its voices up to then.

    But for the first two (how many, how long) they are relative to the time so far: slow and fast courses of the same
    shape look alike.
    """
    voices = len(times)
    before = np.searchsorted(times, after * (1 - np.array(PARTS)), "right")
    paces = np.log((voices - before + 0.5) / (voices + 1) / np.array(PARTS))
    silence = (after - times[-1]) / after + 1 / (voices + 1)
    middle = float(np.mean(np.log((times + BLUR_SECONDS) / (after + BLUR_SECONDS))))
    return [float(np.log(voices)), float(np.log(after / HOUR_SECONDS)), *paces.tolist(), float(np.log(silence)), middle]


def forecast(
    times: ArrayLike,
    after: float,
    hours: Sequence[float],
    course: Course = Course.INCIDENT,
    table: Table | None = None,
) -> tuple[Forecast, ...]:
    """How many voices there will be in all, so many hours from now, by rising hours.

    `times` are the seconds from the first voice to each, in any order; those beyond `after`, which is now, are not
    looked at. Nothing is said without a voice. `table` replaces the shipped numbers.
    """
    known = np.sort(np.asarray(times, np.float64))
    known = np.maximum(known[known <= after], 0.0)
    ahead = np.array(sorted(hours), float)
    if not len(known) or not len(ahead):
        return ()
    table = table or shipped(course)
    described = describe_course(known, max(after, 1.0))
    inputs = np.array([[*described, np.log(max(hour, 1e-3))] for hour in ahead])
    growth = table.widened(table.growth(inputs), len(known), ahead)
    return _whole(growth, len(known), ahead)


def until_the_end(after: float) -> float:
    """How many hours are left of the week for which a course is followed, `after` seconds."""
    return max(0.0, END_HOURS - after / HOUR_SECONDS)


def _whole(growth: Floats, voices: int, hours: Floats) -> tuple[Forecast, ...]:
    """Forecasts in whole voices: never less than there are, never less than an hour before, and none for no time."""
    growth = np.where(hours[:, None] > 0, np.maximum(growth, 0.0), 0.0)
    point, low, high = np.maximum.accumulate(voices * np.exp(growth), axis=0).T
    # Rounded before it is rounded up, so that 60.000000001 is 60.
    lows, highs = np.floor(np.round(np.minimum(low, point), 6)), np.ceil(np.round(np.maximum(high, point), 6))
    return tuple(
        Forecast(hours=float(hour), low=float(least), median=float(middle), high=float(most))
        for hour, least, middle, most in zip(hours, lows, point, highs, strict=True)
    )
