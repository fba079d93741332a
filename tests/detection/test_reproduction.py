"""How many further voices one voice brings."""

import numpy as np
import pytest

from monitor.detection.reproduction import FEWEST, HOUR_SECONDS, reproduction

NOW = 1_772_600_000.0


def reposts(rng: np.random.Generator, first: int, each: float, hours: float) -> np.ndarray:
    """Times of a post at 0 with `first` answers, of which each brings `each` more, until so many hours after."""
    times, waiting = [0.0], [(0.0, first)]
    while waiting and len(times) < 3000:
        start, number = waiting.pop()
        for at in start + rng.lognormal(np.log(1200), 1.3, number):
            if at < hours * HOUR_SECONDS:
                times.append(at)
                waiting.append((at, int(rng.poisson(each))))
    return np.sort(times)


@pytest.mark.parametrize("each", [0.5, 0.8])
def test_what_a_much_read_post_brings_itself_is_not_taken_for_what_its_reposts_bring(each: float):
    rng = np.random.default_rng(3)
    found = [reproduction(reposts(rng, 40, each, 4), 4 * HOUR_SECONDS) for _ in range(60)]
    values = [one.value for one in found if one]
    assert np.mean(values) == pytest.approx(each, abs=0.12)


def test_the_interval_holds_the_truth_nine_times_in_ten():
    rng = np.random.default_rng(4)
    found = [reproduction(reposts(rng, 40, 0.7, 4), 4 * HOUR_SECONDS) for _ in range(100)]
    assert 0.85 <= np.mean([one.low <= 0.7 <= one.high for one in found if one]) <= 1


def test_what_doubles_every_half_hour_is_growing_for_sure():
    at = 1800 * np.log2(np.arange(1, 201))
    found = reproduction(at, at[-1])
    assert found is not None
    assert found.growing > 0.95
    assert 1 < found.low < found.value < found.high


def test_what_dies_out_is_fading_for_sure():
    rng = np.random.default_rng(5)
    found = reproduction(np.sort(rng.exponential(HOUR_SECONDS, 200)), 5 * HOUR_SECONDS)
    assert found is not None
    assert found.growing < 0.05


def test_what_comes_later_is_not_looked_at():
    at = np.linspace(0, 3600, 60)
    assert reproduction(np.append(at, [3700, 9000]), 3600) == reproduction(at, 3600)


def test_few_voices_say_nothing():
    at = NOW - np.linspace(3600, 0, FEWEST - 1)
    assert reproduction(at, NOW) is None
    assert reproduction(np.append(at, NOW), NOW) is not None


def test_nothing_is_said_when_all_answers_would_have_come_long_ago():
    assert reproduction(np.linspace(0, 3600, 50), 60 * 24 * HOUR_SECONDS) is None


def test_voices_of_one_and_the_same_moment_say_nothing():
    assert reproduction(np.full(50, NOW), NOW) is None


@pytest.mark.parametrize("days", [1, 30])
def test_a_hundred_thousand_voices_over_days_are_no_matter(days: int):
    at = np.linspace(NOW - days * 24 * HOUR_SECONDS, NOW, 100_000)
    found = reproduction(at, NOW)
    assert found is not None
    assert found.value == pytest.approx(1, abs=0.1)
