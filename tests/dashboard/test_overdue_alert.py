"""A message about overdue cases on the Alerts page: what it is, why it was sent, and its words as plain text."""

from datetime import timedelta

from monitor.alerting.overdue import LateCase, build
from monitor.alerting.stored import to_dict
from monitor.clock import utcnow
from monitor.models import Alert, AlertState
from tests.dashboard.pages import open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session

Full = tuple[str, Scene]


def test_it_is_called_by_its_name_and_its_reason(full: Full):
    url, _ = full
    now = utcnow()
    late = LateCase(7, "answer", timedelta(hours=2), "<b>Eve</b>", None)
    message = build(
        [late], key="overdue:1:mail:x", brand="Rose Cart", brand_id="rose", to="Sana", dashboard="", now=now
    )
    with database_session(url) as session:
        session.add(
            Alert(
                key=message.key,
                channel="mail",
                state=AlertState.SENT,
                reason="overdue",
                message=to_dict(message),
                created_at=now,
                sent_at=now,
            )
        )
        session.commit()
    words = words_of(open_page("alerts"))
    assert "overdue cases" in words
    assert "Sent because complaints wait longer than the service policy allows" in words
    assert "<b>Eve" not in words
