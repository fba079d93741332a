"""How unlikely the counts of voices are by chance, in -log10 of the probability."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.detection.baseline import VOLUME_PRIOR, Share, Usual, volume_ratio
from monitor.detection.series import window_counts
from monitor.detection.voices import SURE
from monitor.facts import WHOLE, Cell, Dimension

Floats = NDArray[np.float64]

CELL_COST = {
    Dimension.ALL: 0.0,
    Dimension.THEME: 0.6,
    Dimension.SOURCE: 0.4,
    Dimension.LANGUAGE: 0.6,
    Dimension.STORY: 0.0,
}
"""log10 of the cells tried per dimension: each one tried is one more chance of a false alarm."""
VOLUME_DOUBT = 0.15
"""Where little else is usually said, it cannot show that all is up: that doubt adds to the spread."""
STORY_HOURS = 2.0
"""A story brings two thirds of its voices in the first two hours (median response time 20 minutes, long tail)."""
UNSEEN_SHARE, UNSEEN_SHAPE = 0.05, 0.5
"""What a new theme or language may bring of the brand's usual, with great doubt."""
STRONGEST = 300.0
"""Probabilities below 1e-300 are all the same."""


@dataclass(frozen=True, slots=True)
class StoryUsual:
    """What one story usually brings: so many negative voices, and a share of the brand's; `spread` as in Usual."""

    voices: float
    share: float
    spread: float


@dataclass(frozen=True, slots=True)
class Expected:
    """What is usual per cell and window, shape (cells, windows); cells of which nothing is known are endless."""

    certain: Floats
    negative: Floats
    spread: Floats


def expect(cells: tuple[Cell, ...], usual: Usual, story: StoryUsual, now: datetime, windows: Floats) -> Expected:
    """The usual of every cell in windows (seconds) that end now."""
    mentions = usual.mentions(windows, now)
    shares = [usual.shares.get(cell) or _unseen(cell, usual) for cell in cells]
    certain = np.outer([share.certain for share in shares], mentions)
    negative = np.outer([share.negative for share in shares], mentions)
    doubt = np.array([[1 / share.shape] for share in shares])
    unseen = VOLUME_DOUBT / (usual.calm * mentions + VOLUME_PRIOR)
    spreads = np.array([usual.spread(cell.dimension, windows) for cell in cells]) + doubt + unseen
    told = np.array([cell.dimension == Dimension.STORY for cell in cells])
    whole = usual.shares[WHOLE]
    growing = story.voices * (1 - np.exp(-windows / (3600 * STORY_HOURS)))
    certain[told] = growing + story.share * whole.certain * mentions
    negative[told] = growing + story.share * whole.negative * mentions
    spreads[told] = story.spread
    return Expected(certain, negative, spreads)


def _unseen(cell: Cell, usual: Usual) -> Share:
    """A theme or language without history beside others is usually silent; a source without history is unknown."""
    counted = any(other.dimension == cell.dimension for other in usual.shares)
    if cell.dimension == Dimension.SOURCE or not counted:
        return Share(np.inf, np.inf, 1.0)
    whole = usual.shares[WHOLE]
    return Share(whole.certain * UNSEEN_SHARE, whole.negative * UNSEEN_SHARE, UNSEEN_SHAPE)


@dataclass(frozen=True, slots=True)
class Rest:
    """All that is not negative, shape (windows,): how many times its usual, and how many voices more than usual."""

    rise: Floats
    excess: Floats


def rest_of(negative: Floats, age: Floats, usual: Usual, now: datetime, windows: Floats) -> Rest:
    """The rest of the stream; `negative` is P(negative) of all voices, `age` their age in seconds."""
    calm = np.where(negative < SURE, (1 - negative) ** 2, 0.0)
    seen = window_counts(age, calm, np.zeros(len(age), np.intp), 1, windows)[0]
    expected = usual.calm * usual.mentions(windows, now)
    return Rest(volume_ratio(seen, expected), np.maximum(seen - expected, 0.0))


def strength(seen: Floats, expected: Floats, spread: Floats) -> Floats:
    """-log10 of the probability of at least `seen` under a negative binomial distribution, same shape.

    Its mean is `expected`, its variance expected + spread * expected squared; `seen` need not be whole.
    """
    known = np.isfinite(expected)
    mean = np.where(known, expected, 1.0)
    size = 1 / spread
    # P(X >= x) of a negative binomial is the regularised incomplete beta function; it is 1 at x = 0.
    from scipy.special import betainc  # a fifth of a second, which no crawl and no reading of the settings needs

    chance = np.where(seen > 0, betainc(np.maximum(seen, 1e-9), size, mean / (mean + size)), 1.0)
    strengths: Floats = np.where(known, -np.log10(np.maximum(chance, 10.0**-STRONGEST)), 0.0)
    return strengths
