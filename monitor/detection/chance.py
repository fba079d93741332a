"""How unlikely the counts of voices are by chance, in -log10 of the probability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.detection.baseline import Share, Usual
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
"""Over days: where little else is usually said, it cannot show that all is up; that doubt adds to the spread."""
WAVES = 2.0
"""The same within a day, as a part of how much the volume varies. By theory 1; but single subjects come in waves of
their own too, and 2 gave the fewest false alarms for the same delay."""
RAMP = 4.0
"""What is known of the rise in a longer window weighs as much as four voices in the next shorter one."""
STORY_HOURS = 2.0
"""A story brings two thirds of its voices in the first two hours (median response time 20 minutes, long tail)."""
UNSEEN_SHARE, UNSEEN_SHAPE = 0.05, 0.5
"""What a new theme or language may bring of the brand's usual, with great doubt."""
TINY = 1e-12
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
    """What is usual per look, cell and window, shape (..., cells, windows); cells without any past are endless."""

    certain: Floats
    negative: Floats
    spread: Floats


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is needed to say what is usual for some cells at any look, as long as the usual is not learnt anew."""

    usual: Usual
    windows: Floats  # (windows,): seconds
    shares: tuple[Floats, Floats]  # of certain and of negative voices per mention, each (cells, 1)
    growing: Floats  # (cells, windows): what a story usually brings; 0 in other cells
    spread: Floats  # (cells, windows)
    doubtful: Floats  # (cells, 1): 1 where little volume adds to the spread, 0 for stories

    def __getitem__(self, rows: NDArray[np.bool_]) -> "Outlook":
        shares = (self.shares[0][rows], self.shares[1][rows])
        return Outlook(self.usual, self.windows, shares, self.growing[rows], self.spread[rows], self.doubtful[rows])

    def at(self, now: Floats) -> Expected:
        """The usual in the windows that end at `now` (Unix seconds), of one look or of an array of them."""
        mentions = self.usual.mentions_at(self.windows, now)[..., None, :]
        # The volume is drawn to what is usual with the weight 1 / wave, and known the better the more else is said.
        unseen = WAVES / (1 / self.usual.wave(self.windows) + self.usual.calm * mentions)
        return Expected(
            self.shares[0] * mentions + self.growing,
            self.shares[1] * mentions + self.growing,
            self.spread + self.doubtful * unseen,
        )


def outlook(cells: tuple[Cell, ...], usual: Usual, story: StoryUsual, windows: Floats) -> Outlook:
    """What there is to know of the usual of some cells in windows of some lengths in seconds."""
    shares = [usual.shares.get(cell) or _unseen(cell, usual) for cell in cells]
    told = np.array([[cell.dimension == Dimension.STORY] for cell in cells], bool).reshape(-1, 1)
    whole = usual.shares[WHOLE]
    certain = np.array([[share.certain] for share in shares]).reshape(-1, 1)
    negative = np.array([[share.negative] for share in shares]).reshape(-1, 1)
    doubt = np.array([[1 / share.shape] for share in shares]).reshape(-1, 1)
    measured = {dimension: usual.spread(dimension, windows) for dimension in {cell.dimension for cell in cells}}
    spread = np.array([measured[cell.dimension] for cell in cells]).reshape(-1, len(windows)) + doubt
    return Outlook(
        usual,
        windows,
        (
            np.where(told, story.share * whole.certain, certain),
            np.where(told, story.share * whole.negative, negative),
        ),
        np.where(told, story.voices * (1 - np.exp(-windows / (3600 * STORY_HOURS))), 0.0),
        np.where(told, story.spread, spread),
        np.where(told, 0.0, 1.0),
    )


def _unseen(cell: Cell, usual: Usual) -> Share:
    """A theme or language without history beside others is usually silent; a source without history is unknown."""
    counted = any(other.dimension == cell.dimension for other in usual.shares)
    if cell.dimension == Dimension.SOURCE or not counted:
        return Share(np.inf, np.inf, 1.0)
    whole = usual.shares[WHOLE]
    return Share(whole.certain * UNSEEN_SHARE, whole.negative * UNSEEN_SHARE, UNSEEN_SHAPE)


@dataclass(frozen=True, slots=True)
class Rest:
    """All that is not negative, shape (..., windows): how many times its usual, and how many voices more than usual."""

    rise: Floats
    excess: Floats


@dataclass(frozen=True, slots=True)
class Misread:
    """The share of praise beyond the usual that is read as negative, and the squared coefficient of variation of it."""

    share: float
    spread: float

    def among(self, expected: Expected, rest: Rest) -> tuple[Floats, Floats]:
        """What is usual when the volume of all else is allowed for: mean and spread, shape (..., cells, windows).

        The two parts are uncertain for reasons of their own. What is known of a brand's complaints says nothing about
        how often its praise is misread.
        """
        usual = expected.certain * rest.rise[..., None, :]
        misread = self.share * rest.excess[..., None, :]
        mean: Floats = usual + misread
        part = misread / np.maximum(mean, TINY)
        spread: Floats = expected.spread * (1 - part) ** 2 + self.spread * part**2
        return mean, spread

    def least_spread(self, spread: Floats) -> Floats:
        """No more than any spread that `among` gives, whatever the parts are, same shape."""
        least: Floats = spread * self.spread / (spread + self.spread)
        return least


def calm_weight(negative: Floats) -> Floats:
    """How surely each voice is not negative, 0..1; what is rather negative does not count."""
    weight: Floats = np.where(negative < SURE, (1 - negative) ** 2, 0.0)
    return weight


def rest_of(calm: Floats, usual: Usual, now: Floats, windows: Floats) -> Rest:
    """The rest of the stream at one look or several; `calm` are the sums of `calm_weight`, shape (..., windows).

    The rise in a window is drawn to that in the next longer one: in a few minutes there is too little to see it by, and
    the hour before knows more.
    """
    expected = usual.calm * usual.mentions_at(windows, now)
    rise = np.empty(np.broadcast_shapes(calm.shape, expected.shape))
    before: Floats | float = 1.0
    for window in range(len(windows) - 1, -1, -1):
        ratio = (calm[..., window] + RAMP * before) / (expected[..., window] + RAMP)
        rise[..., window] = before = np.maximum(ratio, 1.0)
    return Rest(rise, np.maximum(calm - expected, 0.0))


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
