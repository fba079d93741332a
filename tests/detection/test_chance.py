"""How unlikely counts are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from monitor.detection.baseline import BaselineOptions, learn
from monitor.detection.chance import rest_of, strength
from tests.detection.streams import NOW, history


def of(seen: float, expected: float, spread: float = 0.2) -> float:
    return float(strength(np.array([seen]), np.array([expected]), np.array([spread]))[0])


@pytest.mark.parametrize(("seen", "expected", "spread"), [(5, 1.0, 0.2), (30, 10.0, 0.5), (3, 0.01, 1.0)])
def test_strength_is_the_tail_of_the_negative_binomial(seen: int, expected: float, spread: float):
    tail = nbinom.sf(seen - 1, 1 / spread, 1 / (1 + spread * expected))
    assert of(seen, expected, spread) == pytest.approx(-np.log10(tail), rel=1e-6)


def test_nothing_seen_is_not_strange():
    assert of(0, 3) == 0


def test_what_is_not_known_is_not_strange():
    assert of(100, np.inf) == 0


def test_the_strongest_is_finite():
    assert of(5000, 0.001, 0.02) == 300


@given(st.floats(0, 500), st.floats(0, 100), st.floats(0.001, 100), st.floats(0.02, 3))
def test_more_is_never_less_strange(seen: float, more: float, expected: float, spread: float):
    assert of(seen + more, expected, spread) >= of(seen, expected, spread) - 1e-9


WINDOWS = np.array([300.0, 3600.0, 21600.0])
USUAL = learn(history(20), NOW, (), BaselineOptions())


def rises(*calm: float) -> list[float]:
    assert USUAL is not None
    return [float(rise) for rise in rest_of(np.array(calm), USUAL, np.array(NOW.timestamp()), WINDOWS).rise]


def test_all_else_as_usual_or_below_is_no_rise():
    assert rises(0, 5, 20) == [1, 1, 1]


def test_a_few_minutes_are_judged_by_the_hour_before_them_when_all_is_up():
    few, hour, hours = rises(4, 60, 80)
    assert hour > 3
    assert few > 2
    assert hours < 1.5


def test_a_rise_that_is_over_does_not_lift_the_last_minutes_for_long():
    few, hour, hours = rises(1, 12, 400)
    assert hours > 4
    assert few < hour < hours / 1.5
