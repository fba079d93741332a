"""How far counts are above their usual, in times of the brand's own variation."""

import numpy as np
import pytest

from monitor.detection.variation import CHANCE, above, variation

DAYS = 28
HOURS = 24 * DAYS


def known(size: int = HOURS) -> np.ndarray:
    return np.ones(size, bool)


def test_what_is_usual_is_not_above():
    assert above(np.array([0.0, 7.0]), np.array([0.0, 7.0])) == pytest.approx([0, 0])


def test_chance_counts_vary_by_chance_whatever_their_mean():
    rng = np.random.default_rng(1)
    for mean in (3.0, 30.0, 3000.0):
        counts = rng.poisson(mean, HOURS).astype(float)
        assert variation(counts, np.full(HOURS, mean), known(), 1, 1.0) == pytest.approx(CHANCE, rel=0.1)


def test_a_brand_that_bursts_varies_more():
    quiet = np.full(HOURS, 9.0)
    bursting = quiet.copy()
    bursting[::48] = 200.0
    assert variation(quiet, quiet, known(), 1, 1.0) == CHANCE
    assert variation(bursting, quiet, known(), 1, 1.0) > 3 * CHANCE


def test_hours_in_which_nobody_listened_do_not_count():
    counts, heard = np.full(HOURS, 9.0), known()
    counts[100:200], heard[100:200] = 0.0, False
    assert variation(counts, np.full(HOURS, 9.0), heard, 6, 1.0) == CHANCE


def test_without_a_past_it_is_chance():
    nothing = np.zeros(0)
    assert variation(nothing, nothing, known(0), 1, 1.0) == CHANCE
    assert variation(np.zeros(3), np.zeros(3), known(3), 6, 1.0) == CHANCE


def test_finer_buckets_tell_the_same():
    rng = np.random.default_rng(2)
    fine = rng.poisson(2.0, HOURS * 12).astype(float)
    expected = np.full(HOURS * 12, 2.0)
    hourly = variation(fine.reshape(-1, 12).sum(axis=1), np.full(HOURS, 24.0), known(), 1, 1.0)
    assert variation(fine, expected, known(HOURS * 12), 12, 1 / 12) == pytest.approx(hourly, rel=0.1)
