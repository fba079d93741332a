"""The stretches that the simple rules compare with."""

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import norm

from monitor.detection.moving import Rule, normal_strength, stretches
from monitor.facts import WHOLE, Series
from tests.detection.streams import HOUR, NOW

DAY = timedelta(days=1)
START = NOW.replace(minute=0) - 12 * DAY
SIZE = 12 * 24 + 1


def series(known: np.ndarray | None = None) -> Series:
    """An hour that is i hours after the start brings i."""
    counts = np.arange(SIZE, dtype=float)
    return Series(WHOLE, START, HOUR, counts, counts, counts * 0, np.ones(SIZE, bool) if known is None else known)


def test_the_hours_end_before_the_window_on_a_full_hour():
    past = stretches(series(), NOW - HOUR, Rule("r", HOUR, timedelta()), 7)
    assert past is not None
    assert (len(past), past[-1]) == (168, SIZE - 3)  # the window began in the hour SIZE - 2


def test_the_days_of_ears_c2_end_two_days_before_the_day_that_is_judged():
    past = stretches(series(), NOW - DAY, Rule("r", DAY, 2 * DAY), 7)
    assert past is not None
    end = SIZE - 1 - 24 - 48
    assert (len(past), past[-1]) == (7, sum(range(end - 24, end)))


def test_unknown_stretches_do_not_count_and_half_known_ones_are_scaled_up():
    known = np.ones(SIZE, bool)
    end = SIZE - 1 - 24
    known[end - 24 : end - 12] = False
    known[end - 48 : end - 24] = False
    past = stretches(series(known), NOW - DAY, Rule("r", DAY, timedelta()), 7)
    assert past is not None
    assert (len(past), past[-1]) == (6, 2 * sum(range(end - 12, end)))


def test_with_less_than_half_of_the_stretches_there_is_nothing_to_compare_with():
    known = np.zeros(SIZE, bool)
    known[-100:] = True
    assert stretches(series(known), NOW - DAY, Rule("r", DAY, timedelta()), 7) is None
    assert stretches(series(), START + 2 * DAY, Rule("r", DAY, timedelta()), 7) is None


def test_three_standard_deviations_have_the_strength_of_the_normal_tail():
    assert normal_strength(3.0) == pytest.approx(-np.log10(norm.sf(3.0)))
    assert normal_strength(1e6) == 300.0
