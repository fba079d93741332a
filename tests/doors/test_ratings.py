"""Ratings are read with their scale, whether numbers, shares, stars, words or yes and no."""

from typing import Any

import pytest

from monitor.doors.ratings import Evidence, NoRating, Ratings, answer, looks_rated


def scale_of(*values: Any, heading: str = "Rating") -> tuple[float, float] | None:
    evidence = Evidence()
    for value in values:
        evidence.add(value)
    return evidence.scale(heading)


@pytest.mark.parametrize(
    ("written", "rating"),
    [
        ("4", (4, 1, 5)), ("4,5", (4.5, 1, 5)), (3.0, (3, 1, 5)), ("٤", (4, 1, 5)), ("4/5", (4, 1, 5)),
        ("8/10", (8, 1, 10)), ("4 out of 5", (4, 1, 5)), ("80%", (80, 0, 100)), ("80 %", (80, 0, 100)),
        ("4 stars", (4, 1, 5)), ("★★★★☆", (4, 1, 5)), ("⭐⭐⭐", (3, 1, 5)), ("☆☆☆☆☆", (0, 0, 5)),
        ("Excellent", (5, 1, 5)), ("sehr gut", (5, 1, 5)), ("بہت برا", (1, 1, 5)), ("5 - Very good", (5, 1, 5)),
        ("yes", (1, 0, 1)), ("Recommended", (1, 0, 1)), ("👎", (0, 0, 1)), (True, (1, 0, 1)), ("हाँ", (1, 0, 1)),
    ],
)  # fmt: skip
def test_a_rating_is_read_with_its_scale(written: Any, rating: tuple[float, float, float]):
    assert Ratings().read(written) == rating


@pytest.mark.parametrize("nothing", [None, "", "n/a", "-"])
def test_no_rating_is_not_a_mistake(nothing: Any):
    assert Ratings().read(nothing) is None


@pytest.mark.parametrize("written", ["7", "-1", "so-so-ish", "9/5", "101%", "6 stars", 10**400, "1" * 100, "★" * 20])
def test_what_is_on_no_scale_is_a_mistake(written: Any):
    with pytest.raises(NoRating):
        Ratings().read(written)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((1, 3, 5), (1, 5)),
        (("2", "7", "10"), (1, 10)),
        ((20, 75, 100), (0, 100)),
        ((0, 1, 1), (0, 1)),
        ((-1, 0, 1), (-1, 1)),
        ((1, 1), (1, 5)),
        ((1, 5, 700), None),
        (("good", "bad"), None),
    ],
)
def test_the_scale_of_bare_numbers_is_told_by_the_column(values: tuple[Any, ...], scale: tuple[float, float] | None):
    assert scale_of(*values) == scale


def test_how_likely_one_recommends_goes_from_0_to_10():
    assert scale_of(0, 3, 4, heading="NPS score") == (0, 10)


def test_a_store_writes_0_where_nothing_was_rated():
    assert Ratings((1.0, 5.0), zero_is_none=True).read(0) is None


def test_yes_and_no_are_understood_in_many_languages():
    assert [answer(said) for said in ("Ja", "nahi", "नहीं", "0", True, None)] == [True, None, False, False, True, None]


def test_order_numbers_do_not_look_like_ratings():
    assert looks_rated(["1001", "1002", "1003"]) == 0


def test_a_few_slips_do_not_change_what_all_others_mean():
    assert scale_of(*[1, 2, 3, 4, 5] * 20, 55) == (1, 5)
    assert scale_of(*[1, 2, 3, 4, 5] * 2, 55) == (0, 100)


def test_a_star_is_the_worst_and_not_a_yes():
    assert scale_of(1, 0, 1, heading="Star Rating") == (1, 5)
    assert scale_of(0, 0, heading="Stars") == (1, 5)
    assert scale_of(1, 0, 1, heading="Recommended") == (0, 1)


def test_stars_go_to_five():
    assert scale_of(4, 5, 1, 9, heading="Stars") == (1, 5)
    assert scale_of(4, 5, 1, 9, heading="Score") == (1, 10)
    assert scale_of(9, 8, 10, 7, heading="Stars") == (1, 10)
