"""What following up reads and writes: only what still stands as it was read is changed."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import IncidentState, Severity
from monitor.models import Alert, AlertState, Brand, Incident, Silence
from monitor.store import following
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident

MINUTE = timedelta(minutes=1)
HELD = ("silenced", "off_duty")


@pytest.fixture
def incident(session: Session) -> Incident:
    return make_incident(session, make_brand(session))


def alert(session: Session, incident: Incident, channel: str = "support", **values: object) -> Alert:
    """An alert that is held until noon."""
    change = make_change(session, incident)
    given = {"state": AlertState.PENDING, "held": "off_duty", "due_at": NOON, "next_try_at": NOON} | values
    return make_alert(session, change, channel, **given)


def again(session: Session, row: Alert) -> Alert:
    return session.exec(select(Alert).where(Alert.id == row.id).execution_options(populate_existing=True)).one()


def looked_at(session: Session, minutes: int = 0) -> list[int]:
    return [row.id for row in following.to_look_at(session, HELD, ("escalated",), NOON + minutes * MINUTE)]


def test_only_open_incidents_that_nobody_took_up_are_unacknowledged(session: Session, incident: Incident) -> None:
    brand = session.exec(select(Brand)).one()
    make_incident(session, brand, state=IncidentState.CALMED)
    make_incident(session, brand, owner="Amna")
    make_incident(session, brand, acknowledged_at=NOON)
    assert [one.id for one, _ in following.unacknowledged(session)] == [incident.id]
    assert following.is_unacknowledged(session, incident.id)
    assert not following.is_unacknowledged(session, incident.id + 2)


def test_a_message_is_written_once_and_what_else_was_written_stays(session: Session, incident: Incident) -> None:
    first = alert(session, incident)
    make_change(session, incident, at=NOON + MINUTE)
    same = Alert(key=first.key, channel="support", reason="escalated", created_at=NOON)
    assert not following.owe(session, same)
    assert following.owe(session, Alert(key="another", channel="support", reason="escalated", created_at=NOON))
    session.commit()
    assert len(session.exec(select(Alert)).all()) == 2


def test_only_what_is_still_held_can_be_changed(session: Session, incident: Incident) -> None:
    held = alert(session, incident)
    assert following.change_held(session, held.key, held="", due_at=NOON + MINUTE)
    assert not following.change_held(session, held.key, reason="reminder")
    assert (again(session, held).due_at, again(session, held).reason) == (NOON + MINUTE, "new_incident")


def test_what_is_being_sent_is_neither_held_nor_withheld(session: Session, incident: Incident) -> None:
    sending, waiting = alert(session, incident, state=AlertState.SENDING), alert(session, incident)
    following.hold(session, sending.id, "silenced", NOON + MINUTE, None)
    assert following.withhold(session, [sending.id, waiting.id], "over_meanwhile") == 1
    assert (again(session, sending).state, again(session, sending).held) == (AlertState.SENDING, "off_duty")
    assert (again(session, waiting).state, again(session, waiting).reason) == (AlertState.WITHHELD, "over_meanwhile")


def test_held_messages_are_looked_at_when_their_hold_is_over(session: Session, incident: Incident) -> None:
    later, due = alert(session, incident, due_at=NOON + MINUTE), alert(session, incident, "care")
    alert(session, incident, "boss", held="grouped")
    alert(session, incident, "boss", reason="escalated")
    alert(session, incident, "boss", attempts=1)
    assert looked_at(session) == [due.id]
    assert looked_at(session, 1) == [due.id, later.id]


def test_a_message_whose_silence_has_ended_is_looked_at_before_its_hold_is_over(
    session: Session, incident: Incident
) -> None:
    given = {"up_to": Severity.HIGH, "starts_at": NOON, "reason": "sale", "actor": "Amna", "created_at": NOON}
    session.add(silence := Silence(**given, ends_at=NOON + MINUTE))
    session.flush()
    held = alert(session, incident, held="silenced", silence_id=silence.id, due_at=NOON + 60 * MINUTE)
    assert looked_at(session) == []
    assert looked_at(session, 1) == [held.id]


def test_what_goes_out_for_the_sake_of_later_news_is_not_looked_at(session: Session, incident: Incident) -> None:
    held = alert(session, incident)
    assert looked_at(session) == [held.id]
    alert(session, incident, held="")
    assert looked_at(session) == []


def test_a_message_is_owed_with_what_else_is_written_or_not_at_all(session: Session) -> None:
    session.commit()
    assert following.owe(session, Alert(key="digest:mail", channel="mail", reason="digest", created_at=NOON))
    session.rollback()  # the process died before all was written
    assert session.exec(select(Alert)).all() == []


def test_a_message_is_owed_once_and_as_it_was_written(session: Session) -> None:
    row = {"channel": "mail", "reason": "digest", "created_at": NOON, "due_at": NOON, "message": {"subject": "ٹ"}}
    assert [following.owe(session, Alert(key="digest:mail", **row)) for _ in range(2)] == [True, False]
    kept = session.exec(select(Alert)).one()
    assert (kept.key, kept.state, kept.attempts, kept.due_at) == ("digest:mail", AlertState.PENDING, 0, NOON)
    assert kept.message == {"subject": "ٹ"}
