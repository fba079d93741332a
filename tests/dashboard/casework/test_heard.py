"""What the customer said later stands on the page of the case; and a solved case has a link that asks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.models import Assessment, Brand, Case, CaseMention, CaseState, Mention, Relation, Source
from tests.dashboard.pages import words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_mention

Full = tuple[str, Scene]
HOSTILE = "<script>alert(1)</script>"


def _later() -> None:
    from zoneinfo import ZoneInfo

    from dashboard.casework import heard

    heard.later_texts(1, ZoneInfo("Asia/Karachi"))


def _link() -> None:
    from dashboard.casework import heard
    from dashboard.data import inbox

    row = inbox.complaint_of_case(4)
    assert row is not None
    heard.ask_link(row)


def shown(script: Callable[[], None]) -> AppTest:
    return AppTest.from_function(script, default_timeout=60).run()


def linked(url: str, relation: Relation, *, read: bool = True, **values: object) -> None:
    """A later text of the first case."""
    now = utcnow()
    with database_session(url) as session:
        brand, source = session.exec(select(Brand)).one(), session.exec(select(Source)).first()
        assert source is not None
        said = make_mention(session, brand, source, HOSTILE, at=now - timedelta(minutes=3), **values)
        if not read:
            session.delete(session.exec(select(Assessment).where(Assessment.mention_id == said.id)).one())
        session.add(CaseMention(case_id=1, mention_id=said.id, relation=relation, linked_at=now))
        session.commit()


def test_without_a_later_text_nothing_is_shown(full: Full):
    assert words_of(shown(_later)) == ""


def test_a_later_text_says_how_it_reads_and_is_harmless(full: Full):
    linked(full[0], Relation.LATER)
    words = words_of(shown(_later))
    assert "The customer wrote again" in words
    assert "&lt;script&gt;" in words
    assert "<script>" not in words


def test_one_that_nobody_read_says_so(full: Full):
    linked(full[0], Relation.LATER, read=False)
    words = words_of(shown(_later))
    assert "not read: it names no brand" in words
    assert "neutral" not in words.lower()


def test_a_survey_answer_shows_its_score(full: Full):
    linked(full[0], Relation.SURVEY, kind=MentionKind.SURVEY, rating=2.0)
    words = words_of(shown(_later))
    assert "The customer answered the survey" in words
    assert "★ 2 of 5" in words


def test_a_changed_text_is_told_apart(full: Full):
    with database_session(full[0]) as session:
        case = session.get_one(Case, 1)
        link = {"case_id": 1, "mention_id": case.mention_id, "relation": Relation.LATER, "linked_at": utcnow()}
        session.add(CaseMention(**link))
        session.commit()
    assert "The customer changed the text" in words_of(shown(_later))


def test_our_own_answers_are_not_the_customers(full: Full):
    linked(full[0], Relation.ANSWER)
    assert words_of(shown(_later)) == ""


def test_what_was_deleted_is_said_to_be(full: Full):
    linked(full[0], Relation.LATER)
    with database_session(full[0]) as session:
        said = session.exec(select(Mention).where(Mention.text == HOSTILE)).one()
        said.text, said.deleted_at = "", utcnow()
        session.commit()
    assert "Deleted at the source" in words_of(shown(_later))


SURVEY = (
    "doors: [{id: visit, type: survey, brands: [rosecart]}]\nreception: {url: 'https://in.example', actions: false}\n"
)


@pytest.fixture
def asked(full: Full, tmp_path: Path) -> str:
    """With a survey that customers can reach."""
    config = tmp_path / "config.yaml"
    config.write_text(config.read_text() + SURVEY)
    return full[0]


def test_a_solved_case_has_a_link_to_send_along(asked: str):
    app = shown(_link)
    assert app.code[0].value.startswith("https://in.example/ask/visit?case=4.0&sig=")
    assert "it can be given once" in app.caption[0].value


def test_without_a_survey_or_before_the_solution_there_is_none(full: Full, asked: str, tmp_path: Path):
    with database_session(asked) as session:
        session.get_one(Case, 4).state = CaseState.OWNED
        session.commit()
    assert list(shown(_link).code) == []


def test_without_a_survey_there_is_no_link(full: Full):
    assert list(shown(_link).code) == []
