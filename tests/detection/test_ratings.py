"""What steps of a page's average say of the ratings that came between."""

from datetime import timedelta

import pytest

from monitor.detection.ratings import Step, added, rounding, step_at, steps_of, usual_rating
from monitor.facts import RatingTrack
from tests.detection.streams import NOW

DAY = timedelta(days=1)


def track(*steps: tuple[float, int | None], worst: float = 1.0, best: float = 5.0) -> RatingTrack:
    """One step a day, the newest one now."""
    days = [NOW - DAY * age for age in reversed(range(len(steps)))]
    return RatingTrack("shop", "", worst, best, tuple((at, *step) for at, step in zip(days, steps, strict=True)))


def test_the_mean_of_new_ratings_is_recovered_from_two_averages():
    before, after = steps_of(track((4.50, 100), (4.00, 120)))
    new = added(before, after)
    assert new.number == 20
    assert 1 + 4 * new.mean == pytest.approx((4.0 * 120 - 4.5 * 100) / 20)


def test_rounding_leaves_the_new_mean_open_where_many_ratings_stand_behind_the_average():
    few, many = track((4.5, 20), (4.1, 25)), track((4.5, 2000), (4.4, 2040))
    highest = [added(*steps_of(one)).highest for one in (few, many)]
    assert highest[0] < 0.5
    assert highest[1] > 0.85


def test_the_precision_is_read_off_the_values_of_the_page():
    assert rounding([4.5, 4.0]) == pytest.approx(0.05)
    assert rounding([4.56, 4.5]) == pytest.approx(0.005)
    assert rounding([4.0]) == pytest.approx(0.05)
    assert [step.half for step in steps_of(track((4.56, 10), (4.5, 11)))] == pytest.approx([0.00125] * 2)


def test_a_page_that_shows_more_decimals_than_before_tells_no_more_of_what_it_showed_then():
    steps = steps_of(track((4.5, 200), (4.5, 200), (4.44, 210)))
    new = added(steps[0], steps[-1])
    assert 1 + 4 * new.highest > 4.1  # 4.45 to 4.55 then: nothing says that the ten are below 4.1 in the mean


def test_a_single_rating_that_is_taken_down_is_no_new_beginning():
    steps = steps_of(track((4.4, 2000), (4.4, 1999), (4.3, 2019), (4.3, 2018), (4.2, 2040)))
    assert [step.gone for step in steps] == [0, 1, 1, 2, 2]
    assert added(steps[0], steps[-1]).number == 42


def test_ratings_that_were_taken_down_may_have_been_the_best_ones():
    steps = steps_of(track((3.99, 1000), (3.97, 980), (3.99, 1020)))
    new, doubt = added(steps[0], steps[-1]), 0.00125 * 2020 / 40
    assert new.number == 40
    assert new.highest == pytest.approx((0.7475 * 20 + 20) / 40 + doubt)


def test_a_digit_that_flips_over_many_ratings_does_not_move_what_is_usual():
    steps = steps_of(track((3.4, 10_000), (3.5, 10_070)))
    usual, _ = usual_rating(steps, steps[-1])
    assert 1 + 4 * usual == pytest.approx(3.5, abs=0.01)


def test_a_page_that_resets_its_counts_begins_anew():
    assert [step.count for step in steps_of(track((4.5, 900), (4.5, 905), (2.0, 3), (2.5, 4)))] == [3, 4]


def test_a_change_of_scale_begins_anew():
    steps = steps_of(track((8.6, 900), (4.3, 910), (4.3, 915), worst=1.0, best=10.0))
    assert [step.count for step in steps] == [910, 915]


def test_an_average_that_moves_without_new_ratings_begins_anew():
    assert [step.value for step in steps_of(track((4.5, 50), (3.0, 50)))] == [0.5]


def test_steps_without_a_count_or_beyond_the_scale_say_nothing():
    assert steps_of(track((4.5, None), (4.4, 0), (7.0, 10))) == []
    assert steps_of(track((4.5, 10), worst=5.0, best=5.0)) == []


def test_a_step_holds_until_the_next_one():
    steps = steps_of(track((4.5, 10), (4.5, 12), (4.5, 14)))
    found = step_at(steps, NOW - timedelta(hours=30))
    assert found is not None
    assert found.count == 10
    assert step_at(steps, NOW - 9 * DAY) is None


def test_the_usual_rating_is_drawn_from_the_average_of_all_years_to_what_came_lately():
    old, new = Step(NOW - 9 * DAY, 0.9, 1000), Step(NOW, (0.9 * 1000 + 0.5 * 60) / 1060, 1060)
    rating, weight = usual_rating([old, new], new)
    assert rating == pytest.approx((20 * new.value + 60 * 0.5) / 80)
    assert weight == 80
