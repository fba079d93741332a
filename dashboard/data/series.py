"""Counts of a brand over time beside what is usual, from the stored counts only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from dashboard.data.opening import cached, database, settings
from monitor.detection.baseline import BaselineOptions, Usual, learn
from monitor.detection.series import build_series, known_buckets
from monitor.facts import WHOLE, Cell, Dimension, Series
from monitor.models import Resolution
from monitor.store import counts, incidents, streams

HISTORY = timedelta(days=28)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bar: what was said in [start, start + step) and what is usual then; None where that is unknown."""

    start: datetime
    step: timedelta
    mentions: float
    negative: float
    usual_mentions: float | None
    usual_negative: float | None
    known: bool


@dataclass(frozen=True, slots=True)
class Level:
    """The last 24 hours of one part of a brand's stream beside the usual for these hours."""

    cell: Cell
    mentions: float
    negative: float
    usual_mentions: float | None
    usual_negative: float | None

    @property
    def share(self) -> float | None:
        """The negative part, 0..1; None when nothing was said."""
        return self.negative / self.mentions if self.mentions >= 1 else None

    @property
    def usual_share(self) -> float | None:
        if not self.usual_mentions or self.usual_negative is None:
            return None
        return min(1.0, self.usual_negative / self.usual_mentions)


@dataclass(frozen=True, slots=True)
class _Past:
    hourly: dict[Cell, Series]
    usual: Usual | None


@cached
def _past(brand_id: int, now: datetime) -> _Past:
    with database() as session:
        hourly = _hourly(session, brand_id, now)
        troubled = incidents.troubled(session, brand_id, now - HISTORY)
    return _Past(hourly, learn(hourly, now, troubled, _baseline()))


def _baseline() -> BaselineOptions:
    """As the first detector that has one is configured, so that pages and alerts mean the same by usual."""
    found = (getattr(options, "baseline", None) for options in settings().detection.detectors)
    return next((options for options in found if isinstance(options, BaselineOptions)), BaselineOptions())


def _hourly(session: Session, brand_id: int, now: datetime) -> dict[Cell, Series]:
    start = counts.floor(now - HISTORY, HOUR)
    heard = streams.load(session, brand_id, start, now, now)
    size = heard.sums[WHOLE].shape[1]
    known = {id(spans): known_buckets(spans, start, HOUR, size) for spans in heard.known.values()}  # most share one
    return {cell: Series(cell, start, HOUR, *sums, known[id(heard.known[cell])]) for cell, sums in heard.sums.items()}


@dataclass(frozen=True, slots=True)
class _Expected:
    """Usual mentions and negatives per hour of the grid, shape (n,) each."""

    mentions: NDArray[np.float64]
    negative: NDArray[np.float64]


def _expected(past: _Past, cell: Cell) -> _Expected | None:
    if past.usual is None:
        return None
    rates = np.diff(past.usual.volume)
    share = past.usual.shares.get(cell)
    negative = rates * share.negative if share else np.zeros(len(rates))
    return _Expected(rates if cell == WHOLE else np.zeros(len(rates)), negative)


@cached
def levels(brand_id: int, now: datetime, dimension: Dimension) -> tuple[Level, ...]:
    """The last 24 hours of the cells of one dimension, most negative first."""
    past = _past(brand_id, now)
    found = [_level(past, cell, now) for cell in past.hourly if cell.dimension is dimension]
    return tuple(sorted(found, key=lambda level: -level.negative))


def _level(past: _Past, cell: Cell, now: datetime) -> Level:
    """The newest 24 hours of the grid; of the hour that is not over yet, only the part that is counts as usual."""
    series, expected = past.hourly[cell], _expected(past, cell)
    day = slice(-24, None)
    weights = np.ones(len(series.mentions[day]))
    weights[-1:] = (now - series.start) / HOUR - (len(series.mentions) - 1)
    return Level(
        cell=cell,
        mentions=float(series.mentions[day].sum()),
        negative=float(series.negative[day].sum()),
        usual_mentions=float(expected.mentions[day] @ weights) if expected and cell == WHOLE else None,
        usual_negative=float(expected.negative[day] @ weights) if expected else None,
    )


@cached
def hours(brand_id: int, now: datetime, cell: Cell, span: timedelta, width: int) -> tuple[Bucket, ...]:
    """The last `span` of a cell in buckets of `width` hours, the usual beside; the last may not be over yet."""
    past = _past(brand_id, now)
    series = past.hourly.get(cell)
    if series is None:
        return ()
    expected = _expected(past, cell)
    size = len(series.mentions)
    first = max(0, size - round(span / HOUR))
    first += (size - first) % width
    return _last_known(_bucket(series, expected, slice(at, at + width)) for at in range(first, size, width))


def _last_known(buckets: Iterable[Bucket]) -> tuple[Bucket, ...]:
    """The same, the last one as known as the one before: it is not over, so less than half of it can be covered."""
    found = list(buckets)
    if len(found) > 1:
        found[-1] = replace(found[-1], known=found[-2].known)
    return tuple(found)


def _bucket(series: Series, expected: _Expected | None, part: slice) -> Bucket:
    return Bucket(
        start=series.start + HOUR * part.start,
        step=HOUR * (part.stop - part.start),
        mentions=float(series.mentions[part].sum()),
        negative=float(series.negative[part].sum()),
        usual_mentions=float(expected.mentions[part].sum()) if expected else None,
        usual_negative=float(expected.negative[part].sum()) if expected else None,
        known=bool(series.known[part].mean() >= 0.5),
    )


FINE = timedelta(minutes=15)


def _fine_kept() -> timedelta:
    """Counts of five minutes are surely there for so long: the oldest hour may be removed just now."""
    return settings().retention.counts_5m - HOUR


@cached
def around(brand_id: int, cell: Cell, start: datetime, end: datetime, now: datetime) -> tuple[Bucket, ...]:
    """[start, end) of a cell: in quarters of an hour while these are kept and the span is short, else in hours."""
    past = _past(brand_id, now)
    if start < now - _fine_kept() or end - start > timedelta(hours=36):
        everything = hours(brand_id, now, cell, HISTORY, 1)
        return tuple(bucket for bucket in everything if start <= bucket.start + bucket.step and bucket.start < end)
    start = counts.floor(start, FINE)
    with database() as session:
        rows = counts.read(session, brand_id, Resolution.FIVE_MINUTES, start, end).get(cell, [])
    series = build_series(cell, rows, start, end, FINE, [(start, end)])
    expected = _expected(past, cell)
    return tuple(_fine(series, past.hourly.get(cell), expected, i) for i in range(len(series.mentions)))


def _fine(series: Series, hourly: Series | None, expected: _Expected | None, i: int) -> Bucket:
    start = series.start + FINE * i
    hour = (start - hourly.start) // HOUR if hourly else -1
    usual = expected if expected and 0 <= hour < len(expected.negative) else None
    return Bucket(
        start=start,
        step=FINE,
        mentions=float(series.mentions[i]),
        negative=float(series.negative[i]),
        usual_mentions=float(usual.mentions[hour]) / 4 if usual else None,
        usual_negative=float(usual.negative[hour]) / 4 if usual else None,
        known=_heard_in(hourly, hour),
    )


def _heard_in(hourly: Series | None, hour: int) -> bool:
    """Whether an hour was listened to; one that is not over is as known as the one before."""
    if hourly is None or len(hourly.known) < 2 or hour < 0:
        return True
    return bool(hourly.known[min(hour, len(hourly.known) - 2)])
