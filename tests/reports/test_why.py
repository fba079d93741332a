"""Tests of what a change in complaints came with."""

from datetime import timedelta

import pytest

from monitor.models import Location, MentionBrand
from monitor.reports.why import is_clear
from monitor.store.reports import Sums
from tests.factories import make_coverage, make_source
from tests.reports.conftest import DUE, MONDAY, Watched

MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)


def complain(watched: Watched, number: int, weeks_ago: int = 0, **values: object) -> None:
    at = MONDAY - weeks_ago * WEEK + timedelta(hours=1)
    for i in range(number):
        watched.say(at + i * MINUTE, 1.0, f"bad {values} {i}", **values)


def keys(watched: Watched) -> list[str]:
    return [group.key for group in watched.report().why]


@pytest.mark.parametrize(("now", "before", "clear"), [(40, 10, True), (12, 10, False), (3, 0.5, False), (5, 0, True)])
def test_a_change_is_clear_when_it_is_more_than_chance(now: float, before: float, *, clear: bool) -> None:
    assert is_clear(Sums(now, now, 0), Sums(before, before, 0)) is clear


def test_what_the_model_is_unsure_of_makes_a_change_less_clear() -> None:
    assert is_clear(Sums(40, 20, 0), Sums(40, 8, 0))
    assert not is_clear(Sums(40, 20, 10), Sums(40, 8, 6))


def test_the_theme_that_rose_is_named_with_its_part_of_the_change(heard: Watched) -> None:
    complain(heard, 10, 1, themes=["staff"])
    complain(heard, 10, themes=["staff"])
    complain(heard, 30, themes=["delivery"])
    complain(heard, 10)
    group = heard.report().why[0]
    assert (group.key, group.name) == ("theme:delivery", "the theme Delivery")
    assert [(one.value, one.last) for one in group.figures] == [(30, 0), (0.75, None)]


def test_a_change_that_chance_explains_has_no_reason(heard: Watched) -> None:
    complain(heard, 10, 1, themes=["staff"])
    complain(heard, 13, themes=["delivery"])
    assert keys(heard) == []


def test_a_source_that_always_has_all_complaints_explains_nothing(heard: Watched) -> None:
    complain(heard, 10, 1)
    complain(heard, 40)
    assert keys(heard) == []


def test_a_language_that_grew_more_than_its_part_is_named(heard: Watched) -> None:
    complain(heard, 10, 1)
    complain(heard, 10)
    complain(heard, 30, language="ur")
    assert keys(heard) == ["language:ur"]
    assert heard.report().why[0].name == "texts in Urdu"


def test_a_fall_is_explained_as_well(heard: Watched) -> None:
    complain(heard, 30, 1, themes=["delivery"])
    complain(heard, 10, 1, themes=["staff"])
    complain(heard, 10, themes=["staff"])
    assert keys(heard) == ["theme:delivery"]


def test_a_branch_is_named(heard: Watched) -> None:
    place = Location(brand_id=heard.brand.id, slug="anarkali", name="Anarkali")
    heard.session.add(place)
    heard.session.flush()
    complain(heard, 10, 1)
    complain(heard, 10)
    for i in range(30):
        mention = heard.say(MONDAY + i * MINUTE, 1.0, f"at Anarkali {i}")
        heard.session.get_one(MentionBrand, (mention.id, heard.brand.id)).location_id = place.id
    heard.session.flush()
    assert keys(heard) == ["branch:Anarkali"]


def test_a_source_that_was_not_listened_to_before_says_so(heard: Watched) -> None:
    for i in range(10):  # so many that the weeks can be compared all the same
        make_coverage(heard.session, make_source(heard.session, heard.brand, f"quiet-{i}"), MONDAY - 9 * WEEK, DUE)
    heard.source = make_source(heard.session, heard.brand, "new-forum")
    heard.hear(MONDAY, DUE)
    complain(heard, 20)
    group = heard.report().why[0]
    assert (group.key, group.note) == ("source:new-forum", "heard 0 % of last week, 100 % of this one")


def test_weeks_that_cannot_be_compared_have_no_reason(watched: Watched) -> None:
    watched.hear(MONDAY, DUE)
    complain(watched, 40, themes=["delivery"])
    assert keys(watched) == []


def test_whether_the_number_of_complaints_changed_clearly_is_kept_with_it(heard: Watched) -> None:
    complain(heard, 10, 1)
    complain(heard, 12)
    assert heard.report().figure("negative").clear is False
    complain(heard, 30)
    assert heard.report().figure("negative").clear is True


def test_a_part_whose_own_change_chance_explains_is_not_named(heard: Watched) -> None:
    complain(heard, 5, 1, themes=["delivery"])
    complain(heard, 35, 1)
    complain(heard, 13, themes=["delivery"])  # a third of the rise
    complain(heard, 51)
    report = heard.report()
    assert report.figure("negative").clear
    assert report.why == ()
