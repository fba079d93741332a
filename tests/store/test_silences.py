"""Silences in the database: which hold now, and how one is ended early."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.facts import Severity
from monitor.models import AlertState, Silence
from monitor.store import silences
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident

HOUR = timedelta(hours=1)


def silence(session: Session, start: datetime = NOON, end: datetime = NOON + HOUR, **values: object) -> int:
    given = {"up_to": Severity.HIGH, "reason": "a sale", "actor": "Amna"} | values
    made = silences.add(session, Silence(starts_at=start, ends_at=end, created_at=start, **given))
    return made.id or 0


def test_a_silence_holds_from_its_start_until_its_end(session: Session) -> None:
    number = silence(session)
    looks = (NOON - HOUR / 60, NOON, NOON + 59 * HOUR / 60, NOON + HOUR)
    assert [[one.id for one in silences.active(session, now)] for now in looks] == [[], [number], [number], []]


def test_one_that_is_ended_early_holds_no_longer_and_says_who_did_it(session: Session) -> None:
    number = silence(session)
    assert silences.active(session, NOON)
    assert silences.end(session, number, "Ravi", NOON + HOUR / 2)
    assert silences.active(session, NOON + HOUR / 2) == []
    (row,) = silences.listed(session)
    assert (row.ends_at, row.ended_by) == (NOON + HOUR / 2, "Ravi")


def test_one_that_is_over_or_unknown_is_not_ended(session: Session) -> None:
    number = silence(session)
    assert not silences.end(session, number, "Ravi", NOON + HOUR)
    assert not silences.end(session, 77, "Ravi", NOON)
    assert silences.listed(session)[0].ended_by == ""


def test_one_that_is_ended_before_it_began_never_holds(session: Session) -> None:
    number = silence(session, NOON + HOUR, NOON + 3 * HOUR)
    assert silences.end(session, number, "Ravi", NOON)
    assert silences.active(session, NOON + 2 * HOUR) == []


def test_they_are_listed_from_the_one_that_ends_last(session: Session) -> None:
    short, long, old = silence(session), silence(session, end=NOON + 3 * HOUR), silence(session, end=NOON - HOUR)
    assert [one.id for one in silences.listed(session)] == [long, short, old]
    assert [one.id for one in silences.listed(session, 1)] == [long]
    assert [one.id for one in silences.recent(session, NOON)] == [long, short]


@pytest.mark.parametrize(
    ("mine", "values", "released"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"state": AlertState.SENT}, False),
        (True, {"due_at": NOON - HOUR}, False),
    ],
)
def test_what_a_silence_holds_is_released(
    session: Session, values: dict[str, object], *, mine: bool, released: bool
) -> None:
    number, other = silence(session), silence(session)
    incident = make_incident(session, make_brand(session))
    given = {"state": AlertState.PENDING, "due_at": NOON + HOUR, "held": "silenced"} | values
    alert = make_alert(session, make_change(session, incident), **given, silence_id=number if mine else other)
    silences.release(session, number, NOON)
    session.refresh(alert)
    assert (alert.next_try_at == NOON) is released
