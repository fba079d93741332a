"""Tests of complaints that come back week after week."""

from datetime import timedelta

import pytest

from monitor.models import Idea, IdeaState, IdeaVote
from monitor.reports.recurring import RECURRING, weeks_in_a_row
from tests.factories import make_theme
from tests.reports.conftest import DUE, MONDAY, Watched, settings_of

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.mark.parametrize(
    ("weeks", "in_a_row"),
    [((4, 4, 4), 3), ((4, 4, 2.9), 0), ((4, 0, 4), 1), ((0, 0, 0), 0), ((), 0), ((3, 3, 3, 3), 4)],
)
def test_weeks_count_up_to_the_last_that_was_not_large(weeks: tuple[float, ...], in_a_row: int) -> None:
    assert weeks_in_a_row({"refund": weeks}) == {"refund": in_a_row}


def test_a_theme_that_is_less_than_a_fifth_of_all_complaints_is_not_large() -> None:
    assert weeks_in_a_row({"refund": [4, 4], "staff": [12, 17]}) == {"refund": 0, "staff": 2}


def test_a_week_that_nobody_listened_to_neither_counts_nor_ends_the_row() -> None:
    assert weeks_in_a_row({"refund": [4, 0, 4]}, [True, False, True]) == {"refund": 2}


def _complain(watched: Watched, weeks: int, *, number: int = 5, theme: str = "refund", first: int = 0) -> None:
    for week in range(first, first + weeks):
        for i in range(number):
            watched.say(MONDAY - week * WEEK + i * HOUR, 0.9, f"again {theme} {week} {i}", themes=[theme])


def test_a_theme_recurs_from_the_third_week_on(heard: Watched) -> None:
    _complain(heard, RECURRING - 1)
    assert heard.report().recurring == ()
    _complain(heard, 1, first=RECURRING - 1)
    assert [(one.slug, one.weeks, one.figure.value) for one in heard.report().recurring] == [("refund", 3, 4.5)]


def test_a_theme_that_stopped_this_week_does_not_recur(heard: Watched) -> None:
    _complain(heard, 4, first=1)
    assert heard.report().recurring == ()


def test_while_the_week_is_running_a_theme_stands_as_last_week_left_it(heard: Watched) -> None:
    for week in range(1, 4):
        for hour in (1, 2, 3, 4):
            heard.say(MONDAY - week * WEEK + hour * HOUR, 0.9, themes=["refund"])
    assert [one.weeks for one in heard.report("current", MONDAY + 10 * HOUR).recurring] == [3]


def test_an_unheard_week_in_between_is_not_a_week_without_complaints(watched: Watched) -> None:
    watched.hear(MONDAY - 6 * WEEK, MONDAY - 2 * WEEK)
    watched.hear(MONDAY - WEEK, DUE)
    _complain(watched, 2)
    _complain(watched, 2, first=3)
    assert [one.weeks for one in watched.report().recurring] == [4]


def test_a_row_as_long_as_all_weeks_looked_at_says_so(heard: Watched) -> None:
    _complain(heard, 9)
    recurring = heard.report().recurring[0]
    assert recurring.weeks == 9
    assert "in each of the 9 weeks that were looked at" in recurring.figure.note


def test_the_longest_row_comes_first_with_its_stage_and_policy(heard: Watched) -> None:
    make_theme(heard.session, "refund", "Refunds").stage = "return"
    heard.settings = settings_of(
        themes=[{"id": "refund", "name": "Refunds", "examples": ["No refund."], "policy": "Refund within 14 days"}]
    )
    _complain(heard, 4)
    _complain(heard, 3, number=6, theme="staff")
    first, second = heard.report().recurring
    assert (first.name, first.stage, first.weeks) == ("Refunds", "Returning it", 4)
    assert first.policy == "Refund within 14 days"
    assert (second.name, second.stage, second.policy, second.weeks) == ("Staff", "", "", 3)


def _propose(
    watched: Watched, text: str, state: IdeaState = IdeaState.PROPOSED, votes: int = 0, **values: object
) -> None:  # fmt: skip
    given = {"theme": "refund", "at": MONDAY} | values
    idea = Idea(brand_id=watched.brand.id, text=text, actor="Sana", state=state, **given)
    watched.session.add(idea)
    watched.session.flush()
    for i in range(votes):
        watched.session.add(IdeaVote(idea_id=idea.id, actor=f"voter {i}", at=MONDAY))


def test_the_ideas_of_those_who_answer_stand_beside_it(heard: Watched) -> None:
    _complain(heard, 3)
    _propose(heard, "done already", IdeaState.DONE, votes=5)
    _propose(heard, "wanted by one", votes=1)
    _propose(heard, "wanted by two", IdeaState.PLANNED, votes=2)
    _propose(heard, "declined", IdeaState.DECLINED)
    _propose(heard, "of another theme", theme="staff")
    _propose(heard, "proposed later", at=DUE + HOUR)
    ideas = heard.report().recurring[0].ideas
    assert [(one.text, one.votes, one.state) for one in ideas] == [
        ("wanted by two", 2, "planned"), ("wanted by one", 1, "proposed"), ("done already", 5, "done"),
    ]  # fmt: skip
