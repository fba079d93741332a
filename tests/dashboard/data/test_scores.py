"""The scores of surveys, as those who made them reckon them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from dashboard.data.scores import Score, Week, scores, week_of
from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.models import Brand
from tests.dashboard.pages import open_page, words_of
from tests.factories import database_session, make_mention, make_source


@pytest.mark.parametrize(
    ("counted", "recommends", "week"),
    [
        ({5: 3, 4: 1, 3: 2, 1: 2}, False, Week(8, 50.0)),
        ({10: 2, 9: 2, 8: 3, 7: 1, 6: 1, 0: 1}, True, Week(10, 20.0)),
        ({0: 4}, True, Week(4, -100.0)),
        ({}, True, Week(0, None)),
    ],
)
def test_a_week_is_scored_by_its_kind(counted: dict[float, int], recommends: bool, week: Week):
    assert week_of(counted, recommends=recommends) == week


@pytest.fixture
def answered(empty: str) -> str:
    """A survey with three answers in this week, one before, and an old one."""
    now = utcnow()
    with database_session(empty) as session:
        brand = session.exec(select(Brand)).one()
        source = make_source(session, brand, slug="visit", kind="survey")
        for days, rating in ((1, 5), (2, 4), (3, 1), (8, 2), (40, 1)):
            make_mention(session, brand, source, at=now - timedelta(days=days), rating=rating, kind=MentionKind.SURVEY)
        session.commit()
    return empty


def test_this_week_stands_beside_the_one_before(answered: str):
    assert scores(utcnow()) == {
        "visit": Score(recommends=False, now=Week(3, pytest.approx(200 / 3)), before=Week(1, 0.0))
    }


def test_the_sources_page_shows_the_score_of_a_survey(answered: str):
    words = words_of(open_page("sources"))
    assert "<b>67 %</b> satisfied (CSAT), 3 answers in 7 days, 0 % the week before" in words


def test_the_mentions_page_calls_an_answer_an_answer(answered: str):
    assert "answer in <bdi>visit</bdi>" in words_of(open_page("mentions"))
