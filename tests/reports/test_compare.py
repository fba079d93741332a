"""Tests of what may be compared, and how sure a figure is."""

import pytest

from monitor.reports.compare import (
    Meaning,
    clearly_differs,
    count_figure,
    expected_figure,
    interval,
    share_figure,
    usual_range,
)
from monitor.reports.figures import Unit

MEANING = Meaning("mentions", "Mentions", "What it is.", Unit.MENTIONS)


def test_the_usual_range_is_the_middle_four_fifths() -> None:
    assert usual_range([float(value) for value in range(0, 101, 10)]) == (10, 90)


def test_two_weeks_are_not_enough_to_say_what_is_usual() -> None:
    assert usual_range([10.0, 12.0, None, None]) == (None, None)


def test_a_week_nobody_listened_to_is_unknown_and_not_zero() -> None:
    figure = count_figure(MEANING, [0, 40], [0.0, 1.0])
    assert (figure.value, figure.last, figure.note) == (None, None, "nobody listened")


def test_a_quiet_week_is_zero() -> None:
    assert count_figure(MEANING, [0, 40], [1.0, 1.0]).value == 0


def test_a_week_heard_for_a_shorter_time_is_not_compared() -> None:
    figure = count_figure(MEANING, [40, 20], [1.0, 0.5])
    assert figure.last is None
    assert figure.note == "last week, listened 50 % of the time, is not comparable"


def test_a_week_heard_in_part_says_so() -> None:
    figure = count_figure(MEANING, [40, 40], [0.6, 0.6])
    assert figure.last == 40
    assert "listened 60 % of the time" in figure.note


def test_weeks_heard_differently_do_not_make_the_usual_range() -> None:
    figure = count_figure(MEANING, [40, 10, 20, 30, 900], [1, 1, 1, 1, 0.2])
    assert (figure.usual_low, figure.usual_high) == (12, 28)
    assert figure.history == (None, 30, 20, 10)


def test_an_expected_number_has_the_interval_of_its_reading() -> None:
    assert interval(100, 20, 4) == pytest.approx((16.08, 23.92))


def test_an_interval_stays_within_what_is_possible() -> None:
    assert interval(3, 2.9, 1) == pytest.approx((0.94, 3))


def test_a_share_of_nothing_is_unknown() -> None:
    figure = share_figure(MEANING, [(0, 0, 0), (20, 5, 1)])
    assert (figure.value, figure.low, figure.note) == (None, None, "no mention to divide by")


def test_a_handful_of_mentions_does_not_say_which_share_is_usual() -> None:
    figure = share_figure(MEANING, [(50, 10, 1), (20, 4, 1), (20, 6, 1), (2, 2, 0), (20, 8, 1)])
    assert figure.history == (0.4, None, 0.3, 0.2)


def test_an_unknown_expected_number_has_no_interval() -> None:
    assert expected_figure(MEANING, [(0, 0, 0)], [0.0]).low is None


def test_shares_of_a_few_mentions_do_not_differ_clearly() -> None:
    assert not clearly_differs((10, 4, 0.5), (10, 2, 0.5))


def test_shares_of_many_mentions_do() -> None:
    assert clearly_differs((1000, 400, 50), (1000, 200, 50))
