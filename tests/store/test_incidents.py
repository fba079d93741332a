"""Incidents as the rules see them, and the lock that lets one process at a time decide about a brand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import Cell, Dimension, IncidentState, Severity
from monitor.models import Brand
from monitor.store import incidents
from monitor.store.database import open_database, session_of
from tests.factories import NOON, make_brand, make_incident, make_mention, make_source

HOUR = timedelta(hours=1)


def test_an_incident_is_told_with_its_evidence(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    refund = Cell(Dimension.THEME, "refund")
    made = make_incident(session, brand, [mention], cell=refund, told_size=4.0, told_sources=["reviews"])
    (facts,) = incidents.going_on(session, brand.id, NOON)
    assert (facts.id, facts.cell, facts.opened_at) == (made.id, refund, NOON)
    assert (facts.mention_ids, facts.told_size, facts.told_sources) == ({mention.id}, 4.0, ("reviews",))


@pytest.mark.parametrize(
    ("state", "hours_ago", "going_on"),
    [
        (IncidentState.OPEN, 300, True),
        (IncidentState.CALMED, 300, True),
        (IncidentState.RESOLVED, 1, False),
        (IncidentState.DISMISSED, 1, True),
        (IncidentState.DISMISSED, 7, False),
    ],
)
def test_what_goes_on(session: Session, state: IncidentState, hours_ago: int, going_on: bool):
    brand = make_brand(session)
    make_incident(session, brand, at=NOON - hours_ago * HOUR, state=state)
    assert bool(incidents.going_on(session, brand.id, NOON - 6 * HOUR)) is going_on


def test_the_incidents_of_another_brand_are_its_own(session: Session):
    one, other = make_brand(session, "one"), make_brand(session, "other")
    make_incident(session, one)
    assert incidents.going_on(session, other.id, NOON) == []
    assert incidents.troubled(session, other.id, NOON - HOUR) == []


def test_notices_and_false_alarms_are_no_trouble(session: Session):
    brand = make_brand(session)
    make_incident(session, brand, at=NOON, severity=Severity.HIGH)
    make_incident(session, brand, at=NOON, severity=Severity.WATCH)
    make_incident(session, brand, at=NOON, state=IncidentState.DISMISSED)
    assert incidents.troubled(session, brand.id, NOON - HOUR) == [(NOON - timedelta(minutes=40), NOON)]


def test_a_locked_brand_keeps_others_waiting_until_the_commit(session: Session):
    brand = make_brand(session)
    session.commit()
    incidents.lock(session, brand.id)
    hasty = open_database(str(session.get_bind().url), busy_timeout_seconds=0.01)
    with session_of(hasty) as other, pytest.raises(sa.exc.OperationalError, match="locked"):
        incidents.lock(other, brand.id)
    session.commit()
    with session_of(hasty) as other:
        incidents.lock(other, brand.id)
    hasty.dispose()


def test_locking_changes_nothing(session: Session):
    brand = make_brand(session)
    brand.active = False
    session.commit()
    incidents.lock(session, brand.id)
    session.commit()
    session.expire_all()
    assert session.get_one(Brand, brand.id).active is False
