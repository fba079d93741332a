"""Regular series: from stored bucket rows to equal buckets, wider buckets, and sums over windows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.facts import Cell, Series

Span = tuple[datetime, datetime]
Row = tuple[datetime, float, float, float]


def build_series(
    cell: Cell,
    rows: Iterable[Row],
    start: datetime,
    end: datetime,
    step: timedelta,
    known: Iterable[Span],
) -> Series:
    """Counts on a regular grid from `start`; rows outside of it are ignored, rows of one bucket add up.

    A row is (time in the bucket, mentions, sum of P(negative), sum of P(1-P)). `known` are the stretches of time
    that are covered; a bucket is known when at least half of it is. The last bucket may reach past `end`.
    """
    size = max(0, -((start - end) // step))
    sums = np.zeros((3, size))
    for at, *values in rows:
        bucket = (at - start) // step
        if 0 <= bucket < size:
            sums[:, bucket] += values
    return Series(cell, start, step, sums[0], sums[1], sums[2], known_buckets(known, start, step, size))


def known_buckets(known: Iterable[Span], start: datetime, step: timedelta, size: int) -> NDArray[np.bool_]:
    """Which of `size` buckets the spans cover to one half at least."""
    covered: NDArray[np.bool_] = coverage(known, start, step, size) >= 0.5
    return covered


def coverage(known: Iterable[Span], start: datetime, step: timedelta, size: int) -> NDArray[np.float64]:
    """The share of each of `size` buckets that the spans cover, 0..1; overlapping spans count once."""
    edges = np.arange(size + 1, dtype=np.float64)
    covered = np.zeros(size + 1)
    for first, last in merge_spans(known):
        covered += np.clip(edges, (first - start) / step, (last - start) / step)
    shares: NDArray[np.float64] = np.diff(covered)
    return shares


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The same stretches of time in order and without overlaps; empty and reversed ones are dropped."""
    merged: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] < span[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def rebin(series: Series, factor: int) -> Series:
    """The same series in buckets `factor` times as wide; a wide bucket is known when all of it is.

    An incomplete wide bucket at the end is left out.
    """
    size = len(series.mentions) // factor * factor

    def wide(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = values[:size].reshape(-1, factor).sum(axis=1)
        return sums

    known: NDArray[np.bool_] = np.logical_and.reduce(series.known[:size].reshape(-1, factor), axis=1)
    return Series(
        series.cell,
        series.start,
        series.step * factor,
        wide(series.mentions),
        wide(series.negative),
        wide(series.uncertainty),
        known,
    )


def window_counts(
    ages: NDArray[np.float64],
    weights: NDArray[np.float64],
    groups: NDArray[np.intp],
    size: int,
    windows: Sequence[float] | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sums of `weights` per group and window, shape (size, len(windows)).

    `ages` and `windows` are seconds before now, windows rising; an event belongs to every window not shorter than
    its age.
    """
    width = len(windows) + 1
    smallest = np.searchsorted(np.asarray(windows), ages)
    sums = np.bincount(groups * width + smallest, weights=weights, minlength=size * width).astype(np.float64)
    return np.cumsum(sums.reshape(size, width), axis=1)[:, :-1]


def cumulative(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running total at the edges of the buckets, shape (n + 1,), starting at 0."""
    return np.concatenate([[0.0], np.cumsum(rates)])
