"""The usual learnt one cell and one length of time after the other: slow and plain, to hold the fast way against."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from monitor.detection.baseline import (
    LEAST_SHAPE,
    LEAST_SPREAD,
    PRIOR_CERTAIN,
    PRIOR_NEGATIVE,
    PRIOR_SHARE_MENTIONS,
    PRIOR_SPREAD,
    PRIOR_SPREAD_WEIGHT,
    SPANS_HOURS,
    BaselineOptions,
    Floats,
    Share,
    _clipped,
    _part,
    _seasonal,
    _trusted,
    volume_ratio,
)
from monitor.detection.series import Span
from monitor.facts import WHOLE, Cell, Dimension, Series


def learn(
    hourly: Mapping[Cell, Series], now: datetime, troubled: Sequence[Span], options: BaselineOptions
) -> tuple[dict[Cell, Share], dict[Dimension, list[float]]] | None:
    """Shares and spreads of hourly series."""
    whole = hourly[WHOLE]
    trusted = _trusted(whole, now, troubled, options)
    if trusted is None:
        return None
    rates = _seasonal(whole.mentions, trusted)
    heard = [cell for cell, series in hourly.items() if cell == WHOLE or (trusted.weight * series.known).any()]
    shares: dict[Cell, Share] = {}
    for cell in sorted(heard, key=lambda cell: cell != WHOLE):
        known = 1.0 if cell == WHOLE else hourly[cell].known
        prior = _prior(cell, shares.get(WHOLE), hourly)
        shares[cell] = _share(hourly[cell], rates, trusted.weight * known, prior)
    usable = trusted.weight > 0
    calm = whole.mentions - 2 * whole.negative + _certain(whole)
    ordinary = rates * _part(calm, rates, trusted.weight, 1 - 2 * PRIOR_NEGATIVE + PRIOR_CERTAIN)
    spreads = {
        dimension: [
            _spread(
                [(hourly[cell], shares[cell]) for cell in heard if cell.dimension == dimension], rates, rest, usable
            )
            for rest in ((calm, ordinary, hours) for hours in SPANS_HOURS)
        ]
        for dimension in {cell.dimension for cell in heard}
    }
    return shares, spreads


def _prior(cell: Cell, whole: Share | None, hourly: Mapping[Cell, Series]) -> tuple[float, float]:
    if whole is None:
        return PRIOR_CERTAIN, PRIOR_NEGATIVE
    siblings = sum(other.dimension == cell.dimension for other in hourly)
    return whole.certain / siblings, whole.negative / siblings


def _certain(series: Series) -> Floats:
    return np.maximum(series.negative - series.uncertainty, 0.0)


def _share(series: Series, rates: Floats, weight: Floats, prior: tuple[float, float]) -> Share:
    certain, part = _robust(_certain(series), rates, weight, prior[0])
    _, negative = _robust(series.negative, rates, weight, prior[1])
    return Share(part, negative, float(weight @ certain) + prior[0] * PRIOR_SHARE_MENTIONS + LEAST_SHAPE)


def _robust(values: Floats, rates: Floats, weight: Floats, prior: float) -> tuple[Floats, float]:
    clipped = values
    for _ in range(2):
        clipped = _clipped(values, rates * _part(clipped, rates, weight, prior))
    return clipped, _part(clipped, rates, weight, prior)


def _spread(
    cells: list[tuple[Series, Share]], rates: Floats, rest: tuple[Floats, Floats, int], usable: np.ndarray
) -> float:
    """The variation of some cells at one length of time, block by block."""
    excess, weight, hours = PRIOR_SPREAD * PRIOR_SPREAD_WEIGHT, PRIOR_SPREAD_WEIGHT, rest[2]
    for end in range(len(rates), hours - 1, -hours):
        block = slice(end - hours, end)
        if not usable[block].all():
            continue
        rise = volume_ratio(rest[0][block].sum(), rest[1][block].sum())
        for series, share in cells:
            expected = share.certain * rates[block]
            mean = expected.sum() * rise
            excess += (_clipped(_certain(series)[block], expected).sum() - mean) ** 2 - mean
            weight += mean**2
    return float(max(LEAST_SPREAD, excess / weight))
