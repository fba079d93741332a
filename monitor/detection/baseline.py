"""What is usual for a brand and its cells at each hour, and how much it usually varies."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.clock import Duration
from monitor.detection.series import Span, cumulative
from monitor.facts import WHOLE, Cell, Dimension, Series

Floats = NDArray[np.float64]
T = TypeVar("T", bound=np.generic)

SPANS_HOURS = (1, 3, 6, 12, 24)
"""Window lengths at which the usual variation is measured."""
PRIOR_MENTIONS = 0.3
PRIOR_HOURS = 100.0
"""Before any history: 0.3 mentions in 100 hours, one in two weeks; it weighs less than a week of listening."""
PRIOR_SHARE_MENTIONS = 4.0
PRIOR_NEGATIVE, PRIOR_CERTAIN = 0.3, 0.2
"""Sum of P and of P squared per mention, as if four mentions had been read; review sites lie around it."""
PROFILE_MENTIONS, WEEKDAY_MENTIONS, WEEKDAY_DOUBT = 12.0, 30.0, 0.6
"""How many mentions an hour of day or a weekday needs before it moves half way from flat."""
PRIOR_SPREAD, PRIOR_SPREAD_WEIGHT = 0.2, 12.0
"""Squared coefficient of variation beyond chance, and how many expected negatives squared it weighs."""
LEAST_SHAPE = 0.5
TRIMMED, FIRST_TIMES = 0.9, 1.3
"""Hours above the ninth tenth count like it in the first estimate of the level, which is then 1.3 times the mean."""
SHORT_HOURS, SHORT_TIMES = 1 / 6, 1.4
"""Below an hour nothing is measured: talk that comes in waves of 15 minutes varies 1.4 times as much in ten minutes."""
LEAST_SPREAD = 0.02
VOLUME_PRIOR = 2.0
"""The rest of a stream is up only when there is clearly more of it than usual; two voices more are not."""
LEAST_VOLUME = 1.0
CLIP_TIMES, CLIP_ROOTS, CLIP_PLUS = 2.5, 3.0, 1.5
"""An hour counts for at most 2.5 times the usual + 3 roots of it + 1.5: an earlier storm does not become usual."""


class BaselineOptions(BaseModel):
    """How the usual is learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    history: Duration = Field(timedelta(days=21), gt=timedelta(), description="how far back to look")
    half_life: Duration = Field(timedelta(days=10), gt=timedelta(), description="after this age an hour counts half")
    recent: Duration = Field(timedelta(hours=6), description="the newest hours, which are being judged")
    least_known: Duration = Field(timedelta(hours=12), description="silent until this much has been listened to")


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a usual mention that falls into one cell."""

    certain: float  # sum of P squared per mention
    negative: float  # sum of P per mention
    shape: float  # how many certain negatives stand behind it: the doubt about it is 1 / shape


@dataclass(frozen=True, slots=True)
class Usual:
    """Expectations of one brand on the grid of its hourly series.

    `volume` has shape (n + 1,): expected mentions since the start of the grid at the edges of its buckets.
    """

    start: datetime
    step: timedelta
    volume: Floats
    calm: float  # sum of (1 - P) squared per mention
    shares: dict[Cell, Share]
    spreads: dict[Dimension, Floats]  # each (len(SPANS_HOURS),): squared coefficient of variation beyond chance
    waves: Floats  # (len(SPANS_HOURS),): the same of what is not negative: how much the volume itself varies

    def mentions(self, ages: Floats, now: datetime) -> Floats:
        """Expected mentions of the whole brand in the last `ages` seconds, same shape."""
        return self.mentions_at(ages, np.float64(now.timestamp()))

    def mentions_at(self, ages: Floats, now: Floats | np.float64) -> Floats:
        """The same for one time or many (Unix seconds), shape (*now, *ages)."""
        step = self.step.total_seconds()
        position = (np.asarray(now)[..., None] - self.start.timestamp()) / step
        edges = np.arange(len(self.volume), dtype=np.float64)
        expected: Floats = np.interp(position, edges, self.volume) - np.interp(
            position - ages / step, edges, self.volume
        )
        return expected

    def spread(self, dimension: Dimension, ages: Floats) -> Floats:
        """Squared coefficient of variation beyond chance for windows of `ages` seconds, same shape."""
        return _between(self.spreads.get(dimension, self.spreads[Dimension.ALL]), ages)

    def wave(self, ages: Floats) -> Floats:
        """The same of the volume of what is not negative."""
        return _between(self.waves, ages)


def _between(measured: Floats, ages: Floats) -> Floats:
    """Measured at SPANS_HOURS, at windows of `ages` seconds; shorter ones vary more."""
    known = np.append(measured[0] * SHORT_TIMES, measured)
    spread: Floats = np.interp(np.log(ages / 3600), np.log((SHORT_HOURS, *SPANS_HOURS)), known)
    return spread


@dataclass(frozen=True, slots=True)
class _Trusted:
    """The hours that may teach: their weights (0 where not), hours of day and weekdays, each of shape (n,)."""

    weight: Floats
    hour: NDArray[np.intp]
    weekday: NDArray[np.intp]


def learn(
    hourly: Mapping[Cell, Series], now: datetime, troubled: Sequence[Span], options: BaselineOptions
) -> Usual | None:
    """The usual of the brand and of each of its cells; None when too little has been listened to."""
    whole = hourly[WHOLE]
    trusted = _trusted(whole, now, troubled, options)
    if trusted is None:
        return None
    rates = _seasonal(whole.mentions, trusted)
    table = _tabulate(hourly, trusted.weight)
    shares = _shares(table, rates)
    calm = whole.mentions - 2 * whole.negative + table.certain[0]
    part = _part(calm, rates, trusted.weight, 1 - 2 * PRIOR_NEGATIVE + PRIOR_CERTAIN)
    spreads, waves = _spreads(table, shares, rates, _Rest(calm, part * rates), whole.step)
    return Usual(whole.start, whole.step, cumulative(rates), part, shares, spreads, waves)


@dataclass(frozen=True, slots=True)
class _Table:
    """The whole brand and the cells that were heard in hours that teach; the arrays have shape (cells, n)."""

    cells: tuple[Cell, ...]
    certain: Floats  # sum of P squared: a negative counts by how sure it is, a misread praise hardly
    negative: Floats  # sum of P
    weight: Floats  # of each hour, 0 where it does not teach
    siblings: Floats  # (cells,): how many cells its dimension has, heard or not


def _tabulate(hourly: Mapping[Cell, Series], weight: Floats) -> _Table:
    number = Counter(cell.dimension for cell in hourly)
    others = [cell for cell, series in hourly.items() if cell != WHOLE and (weight * series.known).any()]
    cells = (WHOLE, *others)
    negative = np.array([hourly[cell].negative for cell in cells])
    uncertainty = np.array([hourly[cell].uncertainty for cell in cells])
    return _Table(
        cells=cells,
        certain=np.maximum(negative - uncertainty, 0.0),
        negative=negative,
        weight=np.array([weight, *(weight * hourly[cell].known for cell in others)]),
        siblings=np.array([float(number[cell.dimension]) for cell in cells]),
    )


def _trusted(whole: Series, now: datetime, troubled: Sequence[Span], options: BaselineOptions) -> _Trusted | None:
    size = len(whole.mentions)
    step = whole.step / timedelta(hours=1)
    position = np.arange(size)
    age = (now - whole.start) / timedelta(hours=1) - (position + 1) * step
    usable = whole.known & (age >= 0) & (age <= options.history / timedelta(hours=1))
    if usable.sum() * step < options.least_known / timedelta(hours=1):
        return None
    for first, last in troubled:
        usable = _unless_scarce(usable, (first, last), whole, options)
    older = usable & (age >= options.recent / timedelta(hours=1))
    if older.sum() * step >= options.least_known / timedelta(hours=1):
        usable = older
    clock = whole.start.hour + (position * step).astype(np.intp)
    return _Trusted(
        weight=usable * 0.5 ** (age / (options.half_life / timedelta(hours=1))),
        hour=clock % 24,
        weekday=(whole.start.weekday() + clock // 24) % 7,
    )


def _unless_scarce(usable: NDArray[np.bool_], span: Span, whole: Series, options: BaselineOptions) -> NDArray[np.bool_]:
    """`usable` without the buckets that touch the span, unless hardly anything would be left."""
    edges = np.arange(len(usable))
    touched = (edges + 1 > (span[0] - whole.start) / whole.step) & (edges < (span[1] - whole.start) / whole.step)
    rest = usable & ~touched
    return rest if rest.sum() * whole.step >= options.least_known else usable


def _seasonal(counts: Floats, trusted: _Trusted) -> Floats:
    """Expected mentions per bucket, shape (n,): level times hour of day times weekday.

    Fitted, clipped and fitted again; the first clipping is by a flat level without the largest tenth of the hours.
    """
    used = trusted.weight > 0
    most = np.quantile(counts[used], TRIMMED)
    flat = np.full(len(counts), FIRST_TIMES * np.minimum(counts[used], most).mean())
    rates = _fit(_clipped(counts, flat), trusted)
    return _fit(_clipped(counts, rates), trusted)


def _fit(counts: Floats, trusted: _Trusted) -> Floats:
    weight = trusted.weight
    level = (weight @ counts + PRIOR_MENTIONS) / (weight.sum() + PRIOR_HOURS * (_thinness(weight, counts)))
    rates: Floats = np.full(len(counts), level)
    rates = rates * _factors(counts, rates, weight, trusted.weekday, 7, (WEEKDAY_MENTIONS, WEEKDAY_DOUBT))
    return rates * _factors(counts, rates, weight, trusted.hour, 24, (PROFILE_MENTIONS, 0.0))


def _thinness(weight: Floats, counts: Floats) -> float:
    """How much the prior of the level weighs, 0..1: all of it without mentions, nothing for a busy brand."""
    return float(PRIOR_MENTIONS / (PRIOR_MENTIONS + weight @ counts))


def _factors(
    counts: Floats,
    rates: Floats,
    weight: Floats,
    group: NDArray[np.intp],
    size: int,
    shrinkage: tuple[float, float],
) -> Floats:
    """How many times the expectation each group (hour or weekday) has, per bucket, shape (n,)."""
    seen = np.bincount(group, weights=weight * counts, minlength=size)
    expected = np.bincount(group, weights=weight * rates, minlength=size)
    prior = shrinkage[0] + shrinkage[1] * expected
    factors: Floats = ((seen + prior) / (expected + prior))[group]
    return factors


def _clipped(counts: Floats, rates: Floats) -> Floats:
    clipped: Floats = np.minimum(counts, CLIP_TIMES * rates + CLIP_ROOTS * np.sqrt(rates) + CLIP_PLUS)
    return clipped


def _part(values: Floats, rates: Floats, weight: Floats, prior: float) -> float:
    """The sum of `values` per usual mention, drawn to `prior` by a few mentions."""
    return float((weight @ values + prior * PRIOR_SHARE_MENTIONS) / (weight @ rates + PRIOR_SHARE_MENTIONS))


def _shares(table: _Table, rates: Floats) -> dict[Cell, Share]:
    """The share of each cell; before any history, the cells of one dimension have equal parts of the whole."""
    (whole,) = _share(table, slice(1), rates, (np.array([PRIOR_CERTAIN]), np.array([PRIOR_NEGATIVE])))
    cells = slice(1, None)
    equal = table.siblings[cells]
    shares = _share(table, cells, rates, (whole.certain / equal, whole.negative / equal))
    return dict(zip(table.cells, (whole, *shares), strict=True))


def _share(table: _Table, rows: slice, rates: Floats, prior: tuple[Floats, Floats]) -> list[Share]:
    """The shares of some rows of the table; `prior` are their parts before any history, each of shape (rows,)."""
    weight = table.weight[rows]
    certain, part = _robust_parts(table.certain[rows], rates, weight, prior[0])
    _, negative = _robust_parts(table.negative[rows], rates, weight, prior[1])
    shape = (weight * certain).sum(axis=1) + prior[0] * PRIOR_SHARE_MENTIONS + LEAST_SHAPE
    return [Share(*values) for values in zip(part.tolist(), negative.tolist(), shape.tolist(), strict=True)]


def _robust_parts(values: Floats, rates: Floats, weight: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """The clipped values, shape (rows, n), and their sums per usual mention, shape (rows,).

    Clipped twice, as a storm also lifts the first estimate.
    """
    clipped = values
    usual = weight @ rates + PRIOR_SHARE_MENTIONS
    for _ in range(2):
        clipped = _clipped(values, np.outer(_parts(clipped, weight, usual, prior), rates))
    return clipped, _parts(clipped, weight, usual, prior)


def _parts(values: Floats, weight: Floats, usual: Floats, prior: Floats) -> Floats:
    parts: Floats = ((weight * values).sum(axis=1) + prior * PRIOR_SHARE_MENTIONS) / usual
    return parts


@dataclass(frozen=True, slots=True)
class _Rest:
    """What was not negative and what was expected of it, per bucket, shape (n,)."""

    seen: Floats
    expected: Floats


def _spreads(
    table: _Table, shares: Mapping[Cell, Share], rates: Floats, rest: _Rest, step: timedelta
) -> tuple[dict[Dimension, Floats], Floats]:
    """The variation beyond chance in each dimension, pooled over its cells, and of the rest, at each of SPANS_HOURS.

    By moments, drawn to a prior by low volume. That of the cells is measured after allowing for the volume of all else.
    """
    dimensions = list(dict.fromkeys(cell.dimension for cell in table.cells))
    pool = np.array([dimensions.index(cell.dimension) for cell in table.cells])
    expected = np.outer([shares[cell].certain for cell in table.cells], rates)
    seen = _clipped(table.certain, expected)
    spreads, waves = np.empty((len(dimensions), len(SPANS_HOURS))), np.empty(len(SPANS_HOURS))
    calm = _clipped(rest.seen, rest.expected)
    for i, hours in enumerate(SPANS_HOURS):
        width = max(1, round(timedelta(hours=hours) / step))
        complete: NDArray[np.bool_] = np.logical_and.reduce(_blocks(table.weight[0] > 0, width), axis=-1)
        usual = _sums(rest.expected, width, complete)
        rise = volume_ratio(_sums(rest.seen, width, complete), usual)
        waves[i] = _moments(_sums(calm, width, complete) - usual, usual)
        mean = _sums(expected, width, complete) * rise
        error = _sums(seen, width, complete) - mean
        excess = np.bincount(pool, (error**2 - mean).sum(axis=1)) + PRIOR_SPREAD * PRIOR_SPREAD_WEIGHT
        weight = np.bincount(pool, (mean**2).sum(axis=1)) + PRIOR_SPREAD_WEIGHT
        spreads[:, i] = np.maximum(LEAST_SPREAD, excess / weight)
    return dict(zip(dimensions, spreads, strict=True)), waves


def _moments(error: Floats, mean: Floats) -> float:
    """Squared coefficient of variation beyond chance, drawn to a prior by low volume."""
    excess = float((error**2 - mean).sum()) + PRIOR_SPREAD * PRIOR_SPREAD_WEIGHT
    return max(LEAST_SPREAD, excess / (float((mean**2).sum()) + PRIOR_SPREAD_WEIGHT))


def _sums(values: Floats, width: int, complete: NDArray[np.bool_]) -> Floats:
    """Sums of blocks of `width` of which all is there: shape (..., complete blocks)."""
    sums: Floats = _blocks(values, width).sum(axis=-1)[..., complete]
    return sums


def _blocks(values: NDArray[T], width: int) -> NDArray[T]:
    """The last axis cut into blocks of `width` up to its end: shape (..., blocks, width)."""
    size = values.shape[-1] // width * width
    return values[..., values.shape[-1] - size :].reshape(*values.shape[:-1], -1, width)


def volume_ratio(seen: Floats, expected: Floats) -> Floats:
    """How many times the usual the rest of a stream is, drawn to 1 when there is little of it."""
    ratio: Floats = np.maximum(LEAST_VOLUME, (seen + VOLUME_PRIOR) / (expected + VOLUME_PRIOR))
    return ratio
