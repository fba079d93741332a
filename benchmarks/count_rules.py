"""The rules that others ship, as scores of a series of counts, for comparison with the shipped one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.count_series import HOUR, Counts

Floats = NDArray[np.float64]

DAY = 24 * HOUR
BASELINE_DAYS = 7
LEAST_SD = 0.5


@dataclass(frozen=True, slots=True)
class MovingRule:
    """How many standard deviations the newest window is above the mean of equal stretches of the seven days before.

    `window` and `lag`, the time between the window and its baseline, are seconds.
    """

    window: float
    lag: float = 0.0

    def __call__(self, counts: Counts) -> float:
        """0 until half of the stretches are known."""
        width, lag = round(self.window / counts.step), round(self.lag / counts.step)
        number = round(BASELINE_DAYS * DAY / self.window)
        end = counts.size - width - lag
        number = min(number, end // width)
        if number < max(2, BASELINE_DAYS * DAY / self.window / 2):
            return 0.0
        before = counts.values[end - number * width : end].reshape(number, width).sum(axis=1)
        deviation = max(float(before.std(ddof=1)), LEAST_SD)
        return max(0.0, (counts.newest(width) - float(before.mean())) / deviation)


def poisson(counts: Counts) -> float:
    """-log10 of the chance of the newest hour when counts vary by chance only around the mean of seven days."""
    from scipy.stats import poisson as chance

    width = round(HOUR / counts.step)
    number = min(BASELINE_DAYS * 24, counts.size // width - 1)
    if number < BASELINE_DAYS * 12:
        return 0.0
    end = counts.size - width
    mean = float(counts.values[end - number * width : end].sum()) / number
    return max(0.0, -float(chance.logsf(counts.newest(width) - 1, max(mean, 0.1))) / float(np.log(10.0)))


RULES = {
    "mean + k sd of the hour, 7 days": MovingRule(HOUR),
    "EARS C2 by the day (lag 2 days)": MovingRule(DAY, 2 * DAY),
    "EARS C2 by the hour (lag 2 days)": MovingRule(HOUR, 2 * DAY),
    "Poisson chance of the hour, 7 days": poisson,
}
