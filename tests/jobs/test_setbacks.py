"""A piece of the alerts that fails: the rest goes on, it is tried again later, and the operator hears of it."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.errors import PartFailed
from monitor.jobs import acting, follow_up, owing
from monitor.jobs import alert as job
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Finding, IncidentChange
from monitor.store import outbox as rows
from tests.factories import NOON, make_brand, make_incident
from tests.jobs.test_alert import CONSOLE, settings

MINUTE = timedelta(minutes=1)
GIVEN: dict[str, Any] = {"routes": [{"channels": ["screen"], "interval": "0s", "cooldown": "0s"}]}


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def given() -> Settings:
    return settings(CONSOLE, **GIVEN)


def poison(session: Session, brand: Brand) -> None:
    """An incident whose evidence nobody can read."""
    incident = make_incident(session, brand)
    finding = session.exec(select(Finding).where(Finding.incident_id == incident.id)).one()
    finding.evidence = {"themes": [5], "sources": [[]]}
    session.commit()


def sound(session: Session, brand: Brand) -> None:
    make_incident(session, brand)
    session.commit()


def look(session: Session, given: Settings, looks: job.Looks, now: datetime = NOON) -> Counter[str]:
    session.expire_all()
    return job.run(Context(given, session, now), looks)


def sent(session: Session, reason: str) -> int:
    session.expire_all()
    sent_ones = select(sa.func.count()).select_from(Alert).where(Alert.state == AlertState.SENT)
    return session.exec(sent_ones.where(Alert.reason == reason)).one()


def until_settled(session: Session, given: Settings, looks: job.Looks, now: datetime) -> None:
    for _ in range(4):
        look(session, given, looks, now)


def test_a_change_that_cannot_be_decided_about_keeps_no_other_from_being_told(
    session: Session, brand: Brand, given: Settings
) -> None:
    poison(session, brand)
    sound(session, brand)
    looks = job.Looks()
    assert look(session, given, looks)["failed pieces"] == 1
    until_settled(session, given, looks, NOON)
    assert sent(session, "new_incident") == 1
    assert session.exec(select(IncidentChange.id).where(col(IncidentChange.routed_at).is_(None))).all() == [1]


def test_it_is_put_off_and_no_work_until_then(session: Session, brand: Brand, given: Settings) -> None:
    poison(session, brand)
    looks = job.Looks()
    assert look(session, given, looks)["failed pieces"] == 1
    assert look(session, given, looks)["failed pieces"] == 0
    assert not rows.is_work(session, NOON, looks.setbacks.changes(NOON))
    assert rows.is_work(session, NOON + MINUTE, looks.setbacks.changes(NOON + MINUTE))
    assert look(session, given, looks, NOON + MINUTE)["failed pieces"] == 1
    assert look(session, given, looks, NOON + 2 * MINUTE)["failed pieces"] == 0


def test_the_operator_hears_of_it_once_after_three_tries(session: Session, brand: Brand, given: Settings) -> None:
    poison(session, brand)
    looks = job.Looks()
    for minutes in (0, 1, 3, 7, 15):
        until_settled(session, given, looks, NOON + minutes * MINUTE)
    told = session.exec(select(Alert).where(Alert.reason == "operator")).one()
    assert told.created_at == NOON + 3 * MINUTE
    assert told.message["facts"] == [["Change 1", "TypeError"]]


def test_it_is_told_as_soon_as_it_can_be_read(session: Session, brand: Brand, given: Settings) -> None:
    poison(session, brand)
    looks = job.Looks()
    look(session, given, looks)
    session.exec(select(Finding)).one().evidence = {}
    session.commit()
    until_settled(session, given, looks, NOON + MINUTE)
    assert sent(session, "new_incident") == 1


def test_when_all_fail_what_can_be_sent_has_its_turn(
    session: Session, brand: Brand, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(job, "TURN_SECONDS", 60.0)
    for _ in range(3):
        poison(session, brand)
    sound(session, brand)
    looks = job.Looks()
    assert look(session, given, looks)["failed pieces"] == 2
    until_settled(session, given, looks, NOON)
    assert sent(session, "new_incident") == 1


def test_a_clock_that_is_set_back_does_not_keep_it_waiting(session: Session, brand: Brand, given: Settings) -> None:
    poison(session, brand)
    looks = job.Looks()
    look(session, given, looks)
    assert look(session, given, looks, NOON - timedelta(hours=3))["failed pieces"] == 1


def test_the_command_sends_all_else_and_says_what_failed(session: Session, brand: Brand, given: Settings) -> None:
    poison(session, brand)
    sound(session, brand)
    with pytest.raises(PartFailed, match="change 1 failed"):
        job.run(Context(given, session, NOON))
    assert sent(session, "new_incident") == 1


def breaks(*_: Any) -> Any:
    raise KeyError("no such thing")


def test_a_follow_up_that_fails_stops_no_alert(
    session: Session, brand: Brand, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_up, "run", breaks)
    sound(session, brand)
    looks = job.Looks()
    assert look(session, given, looks)["failed pieces"] == 1
    until_settled(session, given, looks, NOON)
    assert sent(session, "new_incident") == 1


def test_what_the_database_cannot_do_is_the_trouble_of_the_whole_job(
    session: Session, brand: Brand, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> Any:
        raise sa.exc.OperationalError("", None, Exception())

    monkeypatch.setattr(owing, "route", busy)
    sound(session, brand)
    with pytest.raises(sa.exc.OperationalError):
        look(session, given, job.Looks())


def test_a_message_that_cannot_be_made_keeps_no_other_from_being_sent(
    session: Session, brand: Brand, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = acting.links_of

    def links_of(context: Context, alert: Alert, message: Any) -> Any:
        return breaks() if alert.change_id == 1 else made(context, alert, message)

    monkeypatch.setattr(acting, "links_of", links_of)
    for _ in range(2):
        sound(session, brand)
    job.run(Context(given, session, NOON))
    assert sent(session, "new_incident") == 1
    waits = session.exec(select(Alert).where(Alert.change_id == 1)).one()
    assert (waits.state, waits.error) == (AlertState.PENDING, "the message cannot be made (KeyError)")


def test_of_several_in_one_message_that_cannot_be_made_each_goes_alone_in_the_end(
    session: Session, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(CONSOLE, routes=[{"channels": ["screen"], "wait": "1m", "interval": "5m", "cooldown": "0s"}])
    monkeypatch.setattr(
        "monitor.jobs.outbox.bundle.bundle", lambda messages, **_: breaks() if messages[1:] else messages[0]
    )
    for _ in range(3):
        sound(session, brand)
    for minutes in range(5):
        job.run(Context(given, session, NOON + minutes * MINUTE))
    assert sent(session, "new_incident") == 3


def test_thousands_of_changes_are_decided_about_in_turns_so_that_the_first_are_told(
    session: Session, brand: Brand, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "TURN_SECONDS", 0.0)
    for _ in range(3):
        sound(session, brand)
    looks = job.Looks()
    assert look(session, given, looks)["owed new_incident"] == 1
    for _ in range(8):
        look(session, given, looks)
    assert sent(session, "new_incident") == 3
