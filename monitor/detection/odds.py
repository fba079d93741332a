"""How unlikely shares are by chance when only few were seen before, and how several such chances come together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.detection.chance import STRONGEST

MOST_TRIED = 5_000.0
"""More are judged like so many of the same share, which is careful: the doubt of the habit decides by then, and a page
may show any number."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What share is usual: as if `yes` and `no` had been seen before (a beta distribution)."""

    yes: float
    no: float

    @property
    def mean(self) -> float:
        return self.yes / (self.yes + self.no)

    def after(self, yes: float, no: float, most: float = math.inf) -> "Habit":
        """The habit when so many more were seen, which weigh like `most` of the same share at most."""
        part = min(1.0, most / max(yes + no, 1e-9))
        return Habit(self.yes + yes * part, self.no + no * part)


def share_strength(yes: float, number: float, habit: Habit) -> float:
    """-log10 of the chance that at least `yes` of `number` are so: a beta-binomial distribution.

    Neither need be whole: in between, the logarithm is drawn straight, so that less never looks stranger than more.
    """
    if yes <= 0 or number <= 0:
        return 0.0
    yes, number = yes * min(1.0, MOST_TRIED / number), min(number, MOST_TRIED)
    whole = int(np.ceil(number))
    tails = np.append(_tails(whole, habit), STRONGEST)
    return float(np.clip(np.interp(yes + (whole - number), np.arange(whole + 2.0), tails), 0.0, STRONGEST))


def _tails(number: int, habit: Habit) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """-log10 P(X >= k) for k = 0 ... number, shape (number + 1,)."""
    from scipy.special import betaln, gammaln

    k = np.arange(number + 1.0)
    ways = gammaln(number + 1.0) - gammaln(k + 1.0) - gammaln(number - k + 1.0)
    chances = ways + betaln(k + habit.yes, number - k + habit.no) - betaln(habit.yes, habit.no)
    summed = np.logaddexp.accumulate(chances[::-1])[::-1]
    tails: np.ndarray[tuple[int], np.dtype[np.float64]] = np.maximum(-summed / np.log(10.0), 0.0)
    return tails


def together(strengths: Sequence[float]) -> float:
    """-log10 of the chance that independent chances are together as small as these (Fisher's method).

    With x the sum of -ln p of m chances, the chance is exp(-x) (1 + x + ... + x^(m-1) / (m-1)!).
    """
    total = float(np.log(10.0) * sum(strengths))
    terms, term = 1.0, 1.0
    for i in range(1, len(strengths)):
        term *= total / i
        terms += term
    return float((total - np.log(terms)) / np.log(10.0))
