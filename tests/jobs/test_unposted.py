"""Answers that do not get out: the operator hears of it once a day, while who asked sees it at the case."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.jobs.answer import unposted
from monitor.models import Alert, Reply, ReplyState
from tests.contexts import make_context
from tests.factories import NOON, make_brand, make_case, make_mention, make_source

HOUR = timedelta(hours=1)


def owe(session: Session, **values: object) -> None:
    brand = make_brand(session)
    case = make_case(session, make_mention(session, brand, make_source(session, brand)))
    given = {"case_id": case.id, "state": ReplyState.OWED, "actor": "Ana", "text": "We are sorry.", "poster": "blog"}
    given |= {"written_at": NOON - 3 * HOUR, "attempts": 6, "error": "the site answers 502"}
    session.add(Reply(**(given | values)))
    session.commit()


def messages(session: Session) -> list[Alert]:
    return list(session.exec(select(Alert)))


def test_the_operator_hears_once_a_day_of_answers_that_do_not_get_out(session: Session):
    owe(session)
    for hours in (0, 1, 13):
        unposted.run(make_context(session, NOON + hours * HOUR))
    found = messages(session)
    assert [alert.key for alert in found] == ["posting:2026-03-02", "posting:2026-03-03"]
    told = str(found[0].message)
    assert "1 answer does not get out" in told
    assert "blog" in told
    assert "1, the oldest for 3 h: the site answers 502" in told
    assert "We are sorry" not in told


@pytest.mark.parametrize(
    "values",
    [
        {"written_at": NOON - HOUR}, {"attempts": 0}, {"state": ReplyState.FAILED}, {"state": ReplyState.POSTED},
        {"state": ReplyState.CANCELLED},
    ],
)  # fmt: skip
def test_what_still_may_get_out_or_was_settled_is_not_told(session: Session, values: dict[str, object]):
    owe(session, **values)
    unposted.run(make_context(session, NOON))
    assert messages(session) == []
