"""Incidents as the rules see them, and the lock that lets one process at a time decide about a brand."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.facts import Cell, Change, ChangeKind, Dimension, IncidentState, Kind, Mark, RatingFall, Severity
from monitor.models import Brand, Finding
from monitor.store import incidents
from monitor.store.database import open_database, session_of
from monitor.store.trouble import Trouble, trouble_of
from tests.factories import NOON, make_brand, make_incident, make_mention, make_source
from tests.incidents.samples import FINDING

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
    with session_of(hasty) as other, pytest.raises(sa.exc.OperationalError) as refused:
        incidents.lock(other, brand.id)
    assert trouble_of(refused.value) is Trouble.BUSY
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


def test_a_change_names_the_trouble_and_says_why(session: Session):
    brand = make_brand(session)
    fall = RatingFall(before=4.4, now=2.1, worst=1.0, best=5.0, ratings=38)
    found = replace(FINDING, kind=Kind.RATING_DROP, rating=fall, mention_ids=(), first_mention_id=None)
    opened = Change(ChangeKind.OPENED, None, Severity.HIGH, "Rating fell", found, Kind.RATING_DROP, "High: it fell.")
    incident = incidents.apply(session, brand.id, opened, 0.0, NOON)
    assert (incident.kind, incident.why) == (Kind.RATING_DROP, "High: it fell.")
    row = session.exec(select(Finding)).one()
    assert (row.kind, row.evidence["rating"]["now"]) == (Kind.RATING_DROP, 2.1)
    (facts,) = incidents.going_on(session, brand.id, NOON)
    assert facts.kind is Kind.RATING_DROP


def test_a_change_without_a_name_or_a_reason_keeps_those_there_were(session: Session):
    brand = make_brand(session)
    known = make_incident(session, brand, kind=Kind.SLOW_BURN, why="High: for days.")
    calmed = Change(ChangeKind.CALMED, known.id, Severity.HIGH, "Calmer", None)
    incident = incidents.apply(session, brand.id, calmed, 0.0, NOON + HOUR)
    assert (incident.kind, incident.why) == (Kind.SLOW_BURN, "High: for days.")


def test_what_people_said_of_incidents_is_read_with_what_found_them(session: Session):
    brand, other = make_brand(session), make_brand(session, "other")
    make_incident(session, brand, at=NOON - 9 * HOUR)
    useful = make_incident(session, brand, at=NOON - 3 * HOUR)
    dismissed = make_incident(session, brand, at=NOON - 2 * HOUR, state=IncidentState.DISMISSED)
    kept = make_incident(session, other, at=NOON - HOUR, state=IncidentState.DISMISSED)
    assert incidents.mark(session, useful.id, Mark.USEFUL, "Ayesha", NOON)
    assert incidents.mark(session, kept.id, Mark.USEFUL, "Ayesha", NOON)
    found = incidents.judged(session, None, NOON - 4 * HOUR)
    assert [(one.incident.id, one.detector, one.mark, one.dismissed, one.verdict) for one in found] == [
        (useful.id, "spike", Mark.USEFUL, False, Mark.USEFUL),
        (dismissed.id, "spike", None, True, Mark.NOISE),
        (kept.id, "spike", Mark.USEFUL, True, Mark.USEFUL),
    ]
    assert [one.incident.id for one in incidents.judged(session, brand.id, NOON - 9 * HOUR)] == [1, 2, 3]


def test_an_incident_that_nobody_judged_has_no_verdict(session: Session):
    make_incident(session, make_brand(session))
    (one,) = incidents.judged(session, None, NOON)
    assert one.verdict is None
