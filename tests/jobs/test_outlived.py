"""Words of people go from what is kept longer than they are, when the operator says so; what was done stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.jobs import prune
from monitor.models import Alert, AlertState, Author, Case, CaseEvent, CaseState, Reply, ReplyState, Report
from tests.contexts import make_context
from tests.factories import NOON
from tests.jobs import forgettable
from tests.jobs.forgettable import World

LATER = NOON + timedelta(days=100)


@pytest.fixture
def world(session: Session) -> World:
    return forgettable.make(session)


def pruned(session: Session, **retention: str) -> dict[str, int]:
    return dict(prune.run(make_context(session, LATER, retention=retention)))


def close(session: Session, case: Case) -> None:
    case.state, case.solved_at = CaseState.SOLVED, NOON
    session.add(case)
    session.commit()


def quoted(value: Any) -> bool:
    return "samovar over the gate" in str(value)


def test_by_default_quotes_and_casework_are_kept_for_ever(session: Session, world: World) -> None:
    close(session, world.case)
    done = pruned(session)
    assert {"quotes", "casework"}.isdisjoint(done)


def test_what_is_out_loses_its_quotes_and_what_is_owed_keeps_them(session: Session, world: World) -> None:
    assert pruned(session, quotes="90d")["quotes"] == 2
    messages = {row.state: row.message for row in session.exec(select(Alert)) if row.incident_id}
    assert (quoted(messages[AlertState.SENT]), quoted(messages[AlertState.PENDING])) == (False, True)
    assert messages[AlertState.SENT]["facts"]


def test_reports_keep_their_figures_alone(session: Session, world: World) -> None:
    pruned(session, quotes="90d")
    figures = session.exec(select(Report.figures)).one()
    assert (quoted(figures), figures["practice"], figures["mentions"]) == (False, [], 12)


def test_quotes_that_are_young_stay(session: Session, world: World) -> None:
    assert "quotes" not in pruned(session, quotes="120d")


def test_a_closed_case_loses_its_words_and_keeps_what_was_done(session: Session, world: World) -> None:
    close(session, world.case)
    assert pruned(session, casework="90d")["casework"] == 1
    assert {note for note in session.exec(select(CaseEvent.note)) if note} == {"(no longer kept)"}
    assert {row.text: row.state for row in session.exec(select(Reply))}.keys() == {"(no longer kept)"}
    assert ReplyState.POSTED in session.exec(select(Reply.state)).all()
    assert "casework" not in pruned(session, casework="90d")


def test_an_open_case_keeps_its_words(session: Session, world: World) -> None:
    assert "casework" not in pruned(session, casework="90d")


def test_authors_without_texts_go(session: Session, world: World) -> None:
    session.add(Author(key_hash="f" * 64, followers=9, last_seen_at=NOON))
    session.commit()
    before = len(session.exec(select(Author)).all())
    assert pruned(session)["authors"] == 1
    assert len(session.exec(select(Author)).all()) == before - 1
