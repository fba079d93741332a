"""Tests of brands side by side and of the branches of one, in a report."""

from dataclasses import replace

from monitor.reports.comparing import (
    BRANCHES_SHOWN,
    NOT_SHARED,
    OTHERS,
    Beside,
    Branch,
    Compared,
    branch_groups,
    brand_groups,
)
from monitor.reports.figures import Figure, Group
from monitor.store.comparing import Located, Stars
from monitor.store.reports import Sums

NOTHING = Sums()


def brand(slug: str, mentions: float = 10.0, negative: float = 4.0, **values: object) -> Compared:
    """Heard all the time, at one source that is watched for all; last week half as much was said."""
    this, last = Sums(mentions, negative, 1.0), Sums(mentions / 2, negative / 2, 1.0)
    made = Compared(
        slug=slug,
        name=slug.title(),
        competitor=False,
        whole=[this, last],
        heard=[1.0, 1.0],
        sources={"news": [this, last]},
        themes={"delivery": [Sums(5, 3, 0.5), Sums(2, 1, 0.1)], "staff": [Sums(5, 1, 0.5), NOTHING]},
        rated=[Stars(4, 10.0), Stars()],
        watched=frozenset({"news"}),
    )
    return replace(made, **values)


def beside(*brands: Compared, heard: tuple[float, float] = (1.0, 1.0)) -> Beside:
    return Beside(brands=brands, shared_heard=heard, theme_names={"delivery": "Delivery", "staff": "Staff"})


def one(group: Group, name: str) -> Figure:
    return next(figure for figure in group.figures if figure.name.endswith(name))


def test_a_brand_alone_is_compared_with_nothing() -> None:
    assert brand_groups(beside(brand("rose"))) == ()


def test_the_share_of_voice_is_compared_with_last_weeks() -> None:
    groups = brand_groups(beside(brand("rose", 30.0), brand("lily", 10.0)))
    assert [(one(group, "voice").value, one(group, "voice").last) for group in groups] == [(0.75, 0.75), (0.25, 0.25)]


def test_only_sources_that_are_watched_for_all_count_for_the_share_of_voice() -> None:
    own = {"news": [Sums(10, 1, 0), NOTHING], "page": [Sums(90, 1, 0), NOTHING]}
    groups = brand_groups(beside(brand("rose", sources=own, watched=frozenset({"news", "page"})), brand("lily", 10.0)))
    assert [one(group, "voice").value for group in groups] == [0.5, 0.5]
    assert groups[0].note == "1 of its 2 sources is not watched for all"


def test_without_a_source_for_all_the_share_of_voice_is_not_known_and_says_why() -> None:
    groups = brand_groups(beside(brand("rose"), brand("lily", watched=frozenset({"forum"}))))
    assert (one(groups[0], "voice").value, one(groups[0], "voice").note) == (None, NOT_SHARED)


def test_a_week_that_was_heard_for_another_time_is_not_compared() -> None:
    groups = brand_groups(beside(brand("rose", 30.0), brand("lily"), heard=(1.0, 0.5)))
    assert one(groups[0], "voice").last is None


def test_a_brand_that_nobody_listened_to_is_not_known() -> None:
    deaf = brand("lily", whole=[NOTHING, NOTHING], heard=[0.0, 0.0], themes={}, rated=[Stars(), Stars()])
    group = brand_groups(beside(brand("rose"), deaf))[1]
    assert {figure.value for figure in group.figures if figure.name != "share_of_voice"} == {None}


def test_the_largest_complaint_is_named_as_a_part_of_all_mentions() -> None:
    figure = one(brand_groups(beside(brand("rose"), brand("lily")))[0], "top_complaint")
    assert (figure.note, figure.value, figure.last) == ("Delivery", 0.3, 0.2)


def test_a_rating_says_of_how_many() -> None:
    figure = one(brand_groups(beside(brand("rose"), brand("lily")))[0], "rating")
    assert (figure.value, figure.last, figure.note) == (2.5, None, "of 4 ratings")


def branch(number: int, mentions: float) -> Branch:
    said = Located(Sums(mentions, mentions / 2, 0.1), Stars(1, 3.0), {"staff": Sums(mentions, mentions / 2, 0.1)})
    return Branch(f"b{number}", f"Branch {number}", [said, Located()], [1, 0])


def test_branches_stand_the_most_mentions_first_and_the_silent_ones_nowhere() -> None:
    found = branch_groups(Beside(branches=[branch(1, 0.0), branch(2, 5.0), branch(3, 9.0)]), [1.0, 1.0])
    assert [group.key for group in found] == ["b3", "b2"]


def test_very_many_branches_end_in_one_row_for_the_rest() -> None:
    many = [branch(number, 100.0 - number) for number in range(BRANCHES_SHOWN + 3)]
    last = branch_groups(Beside(branches=many), [1.0, 1.0])[-1]
    assert (last.key, last.name) == (OTHERS, "3 more")
    assert (one(last, "mentions").value, one(last, "incidents").value) == (80.0 + 79.0 + 78.0, 3.0)
