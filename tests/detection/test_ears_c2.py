"""EARS C2: exact looks on streams without chance."""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from monitor.detection.ears_c2 import EarsC2Options, detect
from monitor.facts import WHOLE, Cell, Series
from tests.detection.streams import HOUR, NOW, history, stream, voices

OPTIONS = EarsC2Options()


def days(*sums: float, lag: int = 48) -> dict[Cell, Series]:
    """Hourly counts of which the seven days before the lag have these negatives; all other hours have none."""
    whole = history(0)[WHOLE]
    negative = np.zeros(len(whole.mentions))
    end = len(negative) - 1 - 24 - lag
    for i, total in enumerate(reversed(sums)):
        negative[end - 24 * (i + 1) : end - 24 * i] = total / 24
    return {WHOLE: replace(whole, mentions=negative, negative=negative)}


def speaks(number: int, hourly: dict[Cell, Series], **changes: object) -> bool:
    return bool(detect(stream(hourly, voices(number, 20 * 60, negative=1.0)), EarsC2Options(**changes)))


def test_it_speaks_above_the_mean_and_three_standard_deviations_of_seven_days():
    """Mean 10, sample standard deviation 2: the bound is 16."""
    hourly = days(8, 12, 8, 12, 10, 8, 12)
    assert [speaks(number, hourly) for number in (15, 16, 17)] == [False, False, True]


def test_the_two_days_before_do_not_hide_an_outbreak_that_began_then():
    hourly = days(8, 12, 8, 12, 10, 8, 12)
    hourly[WHOLE].negative[-1 - 24 - 48 : -1 - 24] = 40
    assert speaks(17, hourly)
    assert not speaks(17, hourly, lag=timedelta())


def test_it_may_count_by_the_hour():
    hourly = history(20)
    heard = voices(30, 50)
    assert detect(stream(hourly, heard), EarsC2Options(step=HOUR))
    assert not detect(stream(hourly, voices(12, 50)), EarsC2Options(step=HOUR))


def test_a_day_window_tells_its_length():
    (found,) = detect(stream(days(1, 2, 1, 2, 1, 2, 1), voices(12, 20 * 60)), OPTIONS)
    assert found.window_start == NOW - timedelta(days=1)
    assert found.expected < 2
