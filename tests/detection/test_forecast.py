"""Forecasts of how many voices there will be."""

import numpy as np
import pytest

from monitor.detection.forecast import END_HOURS, HOUR_SECONDS, Course, forecast, shipped, until_the_end

HOURS = (1.0, 3.0, 6.0, 24.0)
COURSES = pytest.mark.parametrize("course", list(Course))


def fading(voices: int, *, seconds: float = 3600.0) -> np.ndarray:
    """Voices that came quickly at first, and ever more rarely until then."""
    return seconds * np.linspace(0, 1, voices) ** 4


def swelling(voices: int, *, seconds: float = 3600.0) -> np.ndarray:
    return seconds * np.linspace(0, 1, voices) ** 0.5


@COURSES
def test_there_are_never_less_than_now_and_never_less_than_an_hour_before(course: Course):
    answers = forecast(fading(60), 3600, HOURS, course)
    assert [answer.hours for answer in answers] == list(HOURS)
    assert all(60 <= answer.low <= answer.median <= answer.high for answer in answers)
    for name in ("low", "median", "high"):
        values = [getattr(answer, name) for answer in answers]
        assert values == sorted(values)


@COURSES
def test_more_is_expected_of_what_swells_than_of_what_fades(course: Course):
    fades, swells = (forecast(times, 3600, (3.0,), course)[0] for times in (fading(120), swelling(120)))
    assert swells.median > 1.2 * fades.median
    assert swells.high > fades.high


@COURSES
def test_nearly_nothing_is_expected_of_what_has_long_been_silent(course: Course):
    (answer,) = forecast(fading(150, seconds=7200), 40 * HOUR_SECONDS, (6.0,), course)
    assert answer.median < 1.05 * 150
    assert answer.high < 1.25 * 150


def test_the_interval_is_wider_for_what_is_farther_away():
    near, *_, far = forecast(fading(60), 3600, HOURS)
    assert far.high / far.low > 1.5 * near.high / near.low


def test_an_incident_is_forecast_by_its_shape_and_hardly_by_how_much_of_it_was_found():
    small, large = (forecast(fading(voices), 3600, (6.0,))[0] for voices in (40, 400))
    assert large.median / 400 == pytest.approx(small.median / 40, rel=0.25)


def test_nothing_is_said_before_the_first_voice():
    assert forecast([], 3600, HOURS) == ()
    assert forecast([7200.0], 3600, HOURS) == ()


def test_what_comes_later_is_not_looked_at():
    early = fading(60)
    assert forecast([*early, 3700.0, 9000.0], 3600, HOURS) == forecast(early, 3600, HOURS)


def test_the_order_of_the_voices_does_not_matter():
    times = fading(60)
    assert forecast(times[::-1], 3600, HOURS) == forecast(times, 3600, HOURS)


def test_the_end_is_a_week_after_the_first_voice():
    assert until_the_end(3600) == END_HOURS - 1
    assert until_the_end(1_000_000) == 0
    (answer,) = forecast(fading(60), 1_000_000, (until_the_end(1_000_000),))
    assert (answer.low, answer.median, answer.high) == (60, 60, 60)


@COURSES
@pytest.mark.parametrize("after", [3590, 5000, 30_000, 80_000])
def test_between_the_times_that_were_fitted_the_forecast_changes_little_by_little(course: Course, after: float):
    times = fading(90, seconds=0.95 * after)
    sooner, later = (forecast(times, when, (6.0,), course)[0].median for when in (after, after * 1.005))
    assert later == pytest.approx(sooner, rel=0.03)


@COURSES
@pytest.mark.parametrize("voices", [1, 2, 200_000])
@pytest.mark.parametrize("after", [0, 1, 5_000_000])
def test_what_was_never_seen_when_fitting_still_gets_a_finite_answer(course: Course, voices: int, after: float):
    answers = forecast(np.zeros(voices), after, (0.0, 1.0, 10_000.0), course)
    assert all(voices <= answer.low <= answer.high < 10_000 * voices for answer in answers)
    assert answers[0].high == voices  # no time, no more


@COURSES
def test_the_shipped_numbers_fit_together(course: Course):
    table = shipped(course)
    inputs = len(table.mean)
    assert all(network.inner.shape[0] == inputs and network.outer.shape[1] == 3 for network in table.networks)
    assert table.stretch.shape == (len(table.sizes) + 1, len(table.hours) + 1, 2)
    assert (table.lowest <= table.highest).all()
