"""The links that go out with an alert: which, for whom, and the same at every try."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from monitor.alerting.links import Grant, read
from monitor.jobs.acting import GOOD_FOR, key_of, links_of
from monitor.jobs.context import Context
from monitor.models import Alert, Installation
from monitor.store import authors
from tests.alerting.samples import message
from tests.contexts import make_context
from tests.factories import NOON, count_rows, make_alert, make_brand, make_change, make_incident

MAIL = {
    "type": "email", "id": "care-team", "host": "127.0.0.1", "security": "none",
    "sender": "a@karak.example", "recipients": ["b@karak.example"],
}  # fmt: skip
ALL = ["Acknowledge", "I look after it", "Useful", "Noise"]


def context(session: Session, **changes: Any) -> Context:
    given: dict[str, Any] = {"channels": [MAIL], "reception": {"url": "https://act.karak.example/"}, **changes}
    return make_context(session, NOON, **given)


@pytest.fixture
def alert(session: Session) -> Alert:
    change = make_change(session, make_incident(session, make_brand(session)))
    return make_alert(session, change, "care-team")


def labels(session: Session, alert: Alert, kind: str, **changes: Any) -> list[str]:
    return [link.label for link in links_of(context(session, **changes), alert, message(kind=kind))]


@pytest.mark.parametrize("kind", ["opened", "worsened", "escalated", "reminder"])
def test_who_hears_of_trouble_may_acknowledge_it_take_it_and_judge_the_alert(session: Session, alert: Alert, kind: str):
    assert labels(session, alert, kind) == ALL


@pytest.mark.parametrize("kind", ["calmed", "resolved", "dismissed"])
def test_of_what_is_over_people_only_say_if_it_was_good_to_hear_of_it(session: Session, alert: Alert, kind: str):
    assert labels(session, alert, kind) == ["Useful", "Noise"]


@pytest.mark.parametrize("kind", ["several", "digest", "report", "operator", "test", "acknowledged", "owned"])
def test_what_is_about_no_single_trouble_has_no_links(session: Session, alert: Alert, kind: str):
    assert labels(session, alert, kind) == []


def test_an_alert_about_no_incident_has_no_links(session: Session):
    alert = Alert(id=1, key="k", channel="care-team", reason="operator", created_at=NOON)
    assert labels(session, alert, "opened") == []


def test_there_are_none_where_they_are_switched_off_or_only_printed(session: Session, alert: Alert):
    assert labels(session, alert, "opened", reception={"actions": False}) == []
    assert labels(session, alert, "opened", channels=[{"type": "console", "id": "screen"}]) == []


def test_what_is_printed_may_be_a_log_and_has_no_links(session: Session, alert: Alert):
    alert.channel = "screen"
    assert labels(session, alert, "opened", channels=[MAIL, {"type": "console", "id": "screen"}]) == []


def test_a_link_leads_to_the_reception_and_allows_what_it_says(session: Session, alert: Alert):
    first = links_of(context(session), alert, message())[0]
    address, _, token = first.url.partition("?do=ack")[0].rpartition("/")
    assert (address, first.url.rpartition("?")[2]) == ("https://act.karak.example/act", "do=ack")
    assert read(key_of(session), token, NOON) == Grant(
        alert.incident_id or 0, alert.id or 0, "care-team", alert.created_at + GOOD_FOR
    )


def test_every_try_sends_the_same_links(session: Session, alert: Alert):
    first = links_of(context(session), alert, message())
    later = Context(context(session).settings, session, NOON + timedelta(hours=7))
    assert links_of(later, alert, message()) == first


def test_each_alert_has_links_of_its_own(session: Session, alert: Alert):
    other = make_alert(session, make_change(session, make_incident(session, make_brand(session, "tea"))), "care-team")
    urls = {link.url for one in (alert, other) for link in links_of(context(session), one, message())}
    assert len(urls) == 2 * len(ALL)


def test_the_key_is_made_once_and_kept_at_once_so_that_no_send_holds_the_database(session: Session):
    before = count_rows(session, Installation)
    key = key_of(session)
    session.rollback()
    assert key_of(session) == key
    assert count_rows(session, Installation) == before + 1


def test_the_key_is_not_the_one_that_hides_authors(session: Session):
    assert key_of(session) != authors.installation_key(session)
