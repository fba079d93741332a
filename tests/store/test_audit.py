"""Who may do what, and the log of it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.access import Deed
from monitor.errors import AnswerRefused
from monitor.facts import Role
from monitor.jobs.answer.permitting import permit, record
from monitor.models import Outcome, Reply, ReplyState
from monitor.store import audit, backlog
from monitor.store.audit import Wanted
from tests.factories import NOON, make_brand, make_case, make_mention, make_source, person


def found(session: Session, **wanted: object) -> list[tuple[str, str, Outcome]]:
    rows = audit.entries(session, Wanted(**wanted), 10)  # type: ignore[arg-type]  # of the tests below
    return [(row.actor, row.deed, row.outcome) for row in rows]


def test_what_was_done_and_refused_is_kept_found_and_forgotten(session: Session):
    sana, ali = person("Sana 100%_ Ünal", role=Role.ADMIN), person("Ali", role=Role.VIEWER)
    permit(session, sana, Deed.ASSIGN, NOON, "case 1")
    record(session, sana, Deed.ASSIGN, NOON, "case 1")
    session.commit()
    with pytest.raises(AnswerRefused):
        permit(session, ali, Deed.ASSIGN, NOON + timedelta(days=1), "case 1")
    done, refused = (sana.name, "assign case", Outcome.DONE), ("Ali", "assign case", Outcome.REFUSED)
    assert found(session) == [refused, done]
    assert found(session, person="100%_ ÜNAL") == [done]
    assert found(session, person="%") == [done]
    assert found(session, outcome=Outcome.REFUSED, deed="assign case") == [refused]
    assert found(session, since=NOON + timedelta(hours=1)) == [refused]
    assert audit.forget(session, NOON + timedelta(hours=1)) == 1
    assert found(session) == [refused]


def test_a_refusal_undoes_what_was_begun_before_it(session: Session):
    make_brand(session, "karak")
    with pytest.raises(AnswerRefused):
        permit(session, person("Ali", role=Role.VIEWER), Deed.SILENCE, NOON)
    assert not session.new
    assert found(session) == [("Ali", "silence", Outcome.REFUSED)]


def test_answers_that_do_not_get_out_are_counted(session: Session):
    brand = make_brand(session)
    case = make_case(session, make_mention(session, brand, make_source(session, brand)))
    for hours in (1, 3, 5):
        session.add(
            Reply(
                case_id=case.id, state=ReplyState.OWED, actor="Ana", text="x", poster="blog", attempts=2,
                written_at=NOON - timedelta(hours=hours), error="the site answers 502",
            )
        )  # fmt: skip
    session.commit()
    (told,) = backlog.unposted(session, NOON - timedelta(hours=2))
    assert (told.poster, told.waiting, told.since) == ("blog", 2, NOON - timedelta(hours=5))
