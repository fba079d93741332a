"""The first message of an incident at a channel is found again, and which ones show less than is known."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.alerting.stored import to_dict
from monitor.facts import ChangeKind
from monitor.models import Alert, AlertThread, Incident
from monitor.store import threads
from monitor.store.threads import Stale
from tests.alerting.samples import message, quote
from tests.factories import NOON, count_rows, make_alert, make_brand, make_change, make_incident

MINUTE = timedelta(minutes=1)
TEAM = ("team",)


@pytest.fixture
def incident(session: Session) -> Incident:
    return make_incident(session, make_brand(session))


@pytest.fixture
def alert(session: Session, incident: Incident) -> Alert:
    return make_alert(session, make_change(session, incident), "team")


def sent(incident: Incident, **values: Any) -> dict[str, Any]:
    return to_dict(message(thread=f"incident:{incident.id}", **values))


def kept(session: Session, incident: Incident, alert: Alert, ref: str = "C1:1.0") -> AlertThread:
    threads.keep(session, alert, sent(incident), ref, NOON)
    session.expire_all()
    return session.exec(select(AlertThread)).one()


def alert_of(session: Session, incident: Incident, channel: str) -> Alert:
    return make_alert(session, make_change(session, incident), channel)


def reread(session: Session, row: AlertThread) -> AlertThread:
    session.expire_all()
    return session.get_one(AlertThread, row.id)


def test_a_thread_is_known_by_its_channel_and_name(session: Session, incident: Incident, alert: Alert) -> None:
    kept(session, incident, alert)
    assert threads.ref_of(session, "team", f"incident:{incident.id}") == "C1:1.0"
    assert threads.ref_of(session, "care", f"incident:{incident.id}") == ""
    assert threads.ref_of(session, "team", "incident:0") == ""


def test_the_first_message_stays_the_first(session: Session, incident: Incident, alert: Alert) -> None:
    kept(session, incident, alert)
    threads.keep(session, alert, sent(incident, key="18:team"), "C1:1.0", NOON + MINUTE)
    assert kept(session, incident, alert).message["key"] == "17:support"


def test_one_that_begins_the_thread_anew_takes_its_place(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    threads.failed(session, row, "busy", NOON + MINUTE)
    later = make_alert(session, make_change(session, incident, ChangeKind.WORSENED), "team")
    row = kept(session, incident, later, "C1:2.0")
    assert (row.ref, row.shows_change_id) == ("C1:2.0", later.change_id)
    assert (row.next_try_at, row.error) == (None, "")


@pytest.mark.parametrize("values", [{"ref": ""}, {"thread": "several:abc"}, {"thread": "incident:99"}])
def test_what_is_no_first_message_of_an_incident_is_not_kept(
    session: Session, incident: Incident, alert: Alert, values: dict[str, Any]
) -> None:
    told = sent(incident) | ({"thread": values["thread"]} if "thread" in values else {})
    threads.keep(session, alert, told, values.get("ref", "C1:1.0"), NOON)
    assert count_rows(session, AlertThread) == 0


def test_a_message_about_no_incident_is_not_kept(session: Session, incident: Incident) -> None:
    alert = Alert(key="report:1", channel="team", reason="weekly_report", created_at=NOON)
    threads.keep(session, alert, sent(incident), "C1:1.0", NOON)
    assert count_rows(session, AlertThread) == 0


def test_no_words_of_others_are_kept(session: Session, incident: Incident, alert: Alert) -> None:
    told = sent(incident, quotes=(quote("my number is 0300 1234567"),))
    threads.keep(session, alert, told, "C1:1.0", NOON)
    assert "0300" not in str(session.exec(select(AlertThread)).one().message)


def test_it_is_stale_once_the_incident_changed(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    assert threads.stale(session, NOON, TEAM) == []
    change = make_change(session, incident, ChangeKind.ACKNOWLEDGED, actor="Amna")
    assert threads.stale(session, NOON, TEAM) == [Stale(row.id or 0, change.id or 0)]
    assert threads.stale(session, NOON, ("care",)) == []
    threads.shown(session, row, change.id or 0, NOON)
    assert threads.stale(session, NOON, TEAM) == []


def test_only_one_process_takes_it(session: Session, incident: Incident, alert: Alert) -> None:
    kept(session, incident, alert)
    make_change(session, incident, ChangeKind.RESOLVED)
    (found,) = threads.stale(session, NOON, TEAM)
    assert threads.claim(session, found, NOON, NOON + MINUTE) is not None
    assert threads.claim(session, found, NOON, NOON + MINUTE) is None
    assert threads.stale(session, NOON, TEAM) == []


def test_what_a_dead_process_took_is_free_when_its_lease_ends(
    session: Session, incident: Incident, alert: Alert
) -> None:
    kept(session, incident, alert)
    make_change(session, incident, ChangeKind.RESOLVED)
    (found,) = threads.stale(session, NOON, TEAM)
    threads.claim(session, found, NOON, NOON + MINUTE)
    assert threads.stale(session, NOON + MINUTE, TEAM) == [found]


def test_what_was_brought_up_to_date_meanwhile_is_not_taken(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    make_change(session, incident, ChangeKind.RESOLVED)
    (found,) = threads.stale(session, NOON, TEAM)
    threads.shown(session, row, found.newest_change_id, NOON)
    assert threads.claim(session, found, NOON, NOON + MINUTE) is None


def test_a_failure_makes_all_of_its_channel_wait(session: Session, incident: Incident) -> None:
    other = make_incident(session, make_brand(session, "karak"))
    elsewhere = make_incident(session, make_brand(session, "mirchado"))
    for one, channel in ((incident, "team"), (other, "team"), (elsewhere, "care")):
        threads.keep(session, alert_of(session, one, channel), sent(one), f"C1:{one.id}.0", NOON)
        make_change(session, one, ChangeKind.RESOLVED)
    first, *_ = session.exec(select(AlertThread).order_by(AlertThread.id)).all()
    threads.failed(session, first, "busy", NOON + MINUTE)
    assert [found.thread_id for found in threads.stale(session, NOON, ("team", "care"))] == [(first.id or 0) + 2]
    assert len(threads.stale(session, NOON + MINUTE, ("team", "care"))) == 3


def test_one_that_was_given_up_waits_for_the_next_change(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    change = make_change(session, incident, ChangeKind.CALMED)
    threads.given_up(session, row, "too old to be changed", change.id or 0)
    assert threads.stale(session, NOON, TEAM) == []
    make_change(session, incident, ChangeKind.RESOLVED)
    assert len(threads.stale(session, NOON, TEAM)) == 1
    assert reread(session, row).error == "too old to be changed"


def test_a_message_that_is_gone_is_forgotten(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    threads.forget(session, row)
    assert threads.ref_of(session, "team", f"incident:{incident.id}") == ""


def test_what_began_the_thread_anew_meanwhile_is_left_alone(session: Session, incident: Incident, alert: Alert) -> None:
    row = kept(session, incident, alert)
    old = AlertThread(**row.model_dump())
    later = alert_of(session, incident, "team")
    kept(session, incident, later, "C1:2.0")
    threads.shown(session, old, 99, NOON)
    threads.given_up(session, old, "gone", 99)
    threads.forget(session, old)
    assert reread(session, row).shows_change_id == later.change_id


def test_first_messages_are_made_anew_when_a_text_in_them_is_gone(
    session: Session, incident: Incident, alert: Alert
) -> None:
    kept(session, incident, alert)
    threads.show_again(session, [incident.id])
    assert len(threads.stale(session, NOON, TEAM)) == 1


def test_the_alert_behind_a_thread_is_the_first_that_was_sent(
    session: Session, incident: Incident, alert: Alert
) -> None:
    row = kept(session, incident, alert)
    alert_of(session, incident, "team")
    found = threads.alert_behind(session, row)
    assert found is not None
    assert found.id == alert.id
