"""How unlikely counts are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from monitor.detection.chance import strength


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
