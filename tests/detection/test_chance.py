"""How unlikely counts are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from monitor.detection.baseline import BaselineOptions, learn
from monitor.detection.chance import Expected, Misread, Rest, rest_of, strength
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


amounts = st.floats(0, 100)


def among(certain: float, excess: float, spread: float, misread: Misread) -> tuple[float, float]:
    """Mean and spread of one cell and window when all else is not up."""
    expected = Expected(*(np.array([[value]]) for value in (certain, certain, spread)))
    mean, spreads = misread.among(expected, Rest(np.array([1.0]), np.array([excess])))
    return mean.item(), spreads.item()


@given(amounts, amounts, st.floats(0.02, 5), st.floats(0.02, 5))
def test_variances_of_the_usual_and_of_the_misread_add_up(certain, excess, spread, doubt):
    mean, both = among(certain, excess, spread, Misread(0.05, doubt))
    assert mean == pytest.approx(certain + 0.05 * excess)
    assert both * mean**2 == pytest.approx(spread * certain**2 + doubt * (0.05 * excess) ** 2, abs=1e-9)


@given(amounts, amounts, st.floats(0.02, 5), st.floats(0.02, 5))
def test_no_parts_have_less_spread_than_the_least(certain, excess, spread, doubt):
    misread = Misread(0.05, doubt)
    assert among(certain, excess, spread, misread)[1] >= misread.least_spread(np.array([spread])).item() * (1 - 1e-9)


def test_what_is_not_known_stays_unknown_however_much_is_misread():
    assert among(np.inf, 50, 0.2, Misread(0.05, 0.25)) == (np.inf, 0.2)
