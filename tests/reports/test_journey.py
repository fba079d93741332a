"""Tests of complaints by stage of the customer's journey."""

from datetime import timedelta

import pytest

from monitor.facts import Stage
from monitor.reports.figures import Group
from monitor.reports.learned import READ_AGAIN, read_again
from tests.factories import make_theme
from tests.reports.conftest import MONDAY, Watched

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture
def staged(heard: Watched) -> Watched:
    """Three themes at two stages, and one that has none."""
    for slug, stage in (("refund", Stage.RETURN), ("delivery", Stage.RECEIVE), ("packing", Stage.RECEIVE)):
        make_theme(heard.session, slug).stage = stage
    make_theme(heard.session, "parking")
    return heard


def values(groups: tuple[Group, ...], name: str = "stage_complaints") -> dict[str, float | None]:
    return {group.key: next(one for one in group.figures if one.name == name).value for group in groups}


def test_a_mention_counts_once_per_stage_however_many_of_its_themes_it_has(staged: Watched) -> None:
    staged.say(MONDAY, 0.9, themes=["delivery", "packing"])
    staged.say(MONDAY, 0.8, themes=["delivery", "refund"])
    assert values(staged.report().stages) == pytest.approx({"receive": 1.7, "return": 0.8, "none": 0.0})


def test_stages_stand_in_the_order_of_the_journey_and_the_rest_comes_last(staged: Watched) -> None:
    staged.say(MONDAY, 0.9, themes=["refund"])
    groups = staged.report().stages
    assert [group.name for group in groups] == ["Receiving it", "Returning it", "No stage"]
    assert {len(group.figures) for group in groups} == {3}


def test_what_has_no_theme_or_a_theme_without_a_stage_is_a_group_of_its_own(staged: Watched) -> None:
    staged.say(MONDAY, 0.9, themes=["parking"])
    staged.say(MONDAY, 0.6)
    staged.say(MONDAY, 0.1, themes=["refund"])
    groups = staged.report().stages
    assert values(groups)["none"] == pytest.approx(1.5)
    assert values(groups, "stage_compliments") == pytest.approx({"receive": 0, "return": 0.63, "none": 0.35})


def test_the_share_is_of_all_complaints(staged: Watched) -> None:
    staged.say(MONDAY, 0.75, themes=["refund"])
    staged.say(MONDAY, 0.25)
    assert values(staged.report().stages, "stage_share") == {"receive": 0.0, "return": 0.75, "none": 0.25}


def test_a_stage_is_compared_with_last_week_and_the_usual_range(staged: Watched) -> None:
    for week, number in enumerate((6, 2, 4, 4)):
        for i in range(number):
            staged.say(MONDAY - week * WEEK + i * HOUR, 0.5, themes=["refund"])
    complaints = staged.report().stages[1].figures[0]
    assert (complaints.value, complaints.last, complaints.history[-3:]) == (3, 1, (2, 2, 1))
    assert complaints.usual_high == 2


def test_the_themes_of_a_stage_are_named_with_their_numbers(staged: Watched) -> None:
    for theme, number in (("delivery", 3), ("packing", 1)):
        for i in range(number):
            staged.say(MONDAY + i * HOUR, 1.0, themes=[theme])
    assert staged.report().stages[0].note == "Delivery 3, Packing 1"


def test_without_a_stage_in_the_config_there_is_nothing_to_tell(heard: Watched) -> None:
    heard.say(MONDAY, themes=["parking"])
    assert heard.report().stages == ()


@pytest.mark.parametrize(
    ("mentions", "weeks"),
    [
        ([10, 10, 10], 3),
        ([READ_AGAIN, READ_AGAIN, 1], 2),
        ([1, 1, READ_AGAIN - 2, 1], 3),
        ([5], 1),
    ],
)
def test_only_as_many_weeks_are_read_again_as_are_small_enough(mentions: list[float], weeks: int) -> None:
    assert read_again(mentions) == weeks
