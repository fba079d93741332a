"""How far counts are above their usual, measured by how much this brand has varied so far, its bursts included.

Counts are compared by their roots (Anscombe, Biometrika 35, 1948), whose variation hardly depends on how much is said.
What is left is measured by the root of its mean square over all the past. This is not robust, and should not be: a
brand that bursts every week needs a larger burst to stand out than one that never does.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROOT_PLUS = 3 / 8
"""Anscombe's: with it the roots of chance counts vary by 1/2, whatever their mean."""
CHANCE = 0.5
PRIOR_HOURS = 24.0
"""Before any past, and as much as a day of it: no more than chance."""


def above(seen: Floats, expected: Floats) -> Floats:
    """How far the roots of `seen` are above those of `expected`, same shape."""
    roots: Floats = np.sqrt(seen + ROOT_PLUS) - np.sqrt(np.maximum(expected, 0.0) + ROOT_PLUS)
    return roots


def variation(counts: Floats, expected: Floats, known: NDArray[np.bool_], width: int, hours: float) -> float:
    """How much sums of `width` buckets have varied: the root mean square of `above`, CHANCE at least.

    All arrays have shape (n,), in buckets of so many hours; only sums of known buckets count.
    """
    unknown = _sums((~known).astype(np.float64), width)
    away = above(_sums(np.where(known, counts, 0.0), width), _sums(expected, width))[unknown == 0]
    squares = float((away**2).sum()) * hours + CHANCE**2 * PRIOR_HOURS
    return max(CHANCE, float(np.sqrt(squares / (len(away) * hours + PRIOR_HOURS))))


def _sums(values: Floats, width: int) -> Floats:
    """The sums of every `width` buckets on end, shape (n - width + 1,)."""
    edges = np.concatenate([[0.0], np.cumsum(values)])
    sums: Floats = np.maximum(edges[width:] - edges[:-width], 0.0)
    return sums
