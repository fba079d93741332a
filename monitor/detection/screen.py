"""Which cells could be found at which looks: a bound of the strength that many looks share, never below it."""

import numpy as np

from monitor.detection.chance import strength
from monitor.detection.scene import Bools, Scene, Tally
from monitor.detection.voices import Floats

ROUNDING = 1e-6
"""Sums in another order differ in their last digits."""


def reach(level: Floats) -> Floats:
    """How many standard deviations above its mean a count is at least when its strength is `level`, same shape.

    The upper tail of a negative binomial distribution is never thinner than that of a normal one with its mean and
    variance.
    """
    from scipy.special import ndtri

    deviations: Floats = np.maximum(-ndtri(10.0**-level), 0.0)
    return deviations


def beyond(seen: Floats, mean: Floats, spread: Floats, level: Floats) -> Bools:
    """Where the strength of `seen` may be `level` or more."""
    return np.asarray(seen >= mean + reach(level) * np.sqrt(mean + spread * mean**2), bool)


def seen_at_most(scene: Scene, now: Floats, windows: Floats) -> Floats:
    """No less than what counts in each cell and window of many looks, shape (looks, cells, windows).

    Without regard to who says it, how often, and whether we had collected it by then.
    """
    return _inside(scene.certain, now, windows)


def sure_at_most(scene: Scene, now: Floats, windows: Floats) -> Floats:
    """No less than the authors of negative voices in each cell and window of many looks, shape as `seen_at_most`."""
    return _inside(scene.sure, now, windows)


def _inside(running: Tally, now: Floats, windows: Floats) -> Floats:
    sums = running.up_to(now)[:, None] - running.until(now[:, None] - windows)
    counts: Floats = np.swapaxes(sums, 1, 2)
    return counts


def reached(seen: Floats, mean: Floats, spread: Floats, level: Floats, asked: Bools) -> Bools:
    """Where the strength is `level` or more, among the entries `asked`; the others are broadcast to their shape."""
    maybe = asked & beyond(seen, mean, spread, level)
    if maybe.any():
        rows = [np.broadcast_to(values, maybe.shape)[maybe] for values in (seen, mean, spread, level)]
        maybe[maybe] = strength(*rows[:3]) >= rows[3] - ROUNDING
    return maybe
