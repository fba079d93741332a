"""The dossier of an incident has all that was decided about it, and nothing of others."""

from datetime import timedelta

from sqlmodel import Session, select

from monitor.facts import WHOLE, Cell, Dimension, Held, Kind
from monitor.models import Alert, Brand, HeldFinding, Incident, IncidentChange
from monitor.store.explaining import MOST_MISSED, dossier, newest
from tests.factories import NOON, make_alert, make_brand, make_change, make_incident

DAY = timedelta(days=1)


def opening(session: Session, incident: Incident) -> IncidentChange:
    return session.exec(select(IncidentChange).where(IncidentChange.incident_id == incident.id)).one()


def nearly(session: Session, brand: Brand, cell: Cell = WHOLE, days: int = 0) -> None:
    at = NOON + days * DAY
    figures = {"strength": 5.0, "seen": 6.0, "expected": 1.0, "authors": 4, "first_at": at, "last_at": at}
    about = {"dimension": cell.dimension, "key": cell.key, "reason": Held.BELOW, "kind": Kind.SPIKE}
    session.add(HeldFinding(brand_id=brand.id, detector="spike", sentence=f"{days}", **about, **figures))


def test_there_is_none_of_an_incident_that_does_not_exist(session: Session):
    assert dossier(session, 1) is None
    assert newest(session) == []


def test_it_has_the_changes_findings_and_alerts_of_this_incident_alone(session: Session):
    brand = make_brand(session)
    mine, other = make_incident(session, brand), make_incident(session, brand)
    make_change(session, mine, at=NOON + DAY)
    alert = make_alert(session, opening(session, other))
    found = dossier(session, other.id or 0)
    assert found is not None
    assert (len(found.changes), len(found.findings), found.alerts) == (1, 1, (alert,))


def test_it_has_what_went_out_as_one_message_also_of_other_incidents(session: Session):
    brand = make_brand(session)
    mine, other = make_incident(session, brand), make_incident(session, brand)
    leader = make_alert(session, opening(session, other))
    member: Alert = make_alert(session, opening(session, mine), bundle_id=leader.id)
    alone = make_alert(session, opening(session, mine), "boss")
    found = dossier(session, mine.id or 0)
    assert found is not None
    assert found.together == {leader.id: (leader, member)}
    assert alone.id not in found.together


def test_it_has_near_misses_of_the_same_cell_around_its_time_newest_first(session: Session):
    brand, refund = make_brand(session), Cell(Dimension.THEME, "refund")
    incident = make_incident(session, brand, cell=refund)
    for days in (-20, -3, 2):
        nearly(session, brand, refund, days)
    nearly(session, brand)
    found = dossier(session, incident.id or 0)
    assert found is not None
    assert [one.sentence for one in found.missed] == ["2", "-3"]


def test_near_misses_without_end_are_cut(session: Session):
    brand = make_brand(session)
    incident = make_incident(session, brand)
    for days in range(MOST_MISSED + 3):
        nearly(session, brand, days=days)
    found = dossier(session, incident.id or 0)
    assert found is not None
    assert len(found.missed) == MOST_MISSED


def test_the_newest_incidents_come_first(session: Session):
    brand = make_brand(session)
    first, second = make_incident(session, brand), make_incident(session, brand)
    assert [one.id for one in newest(session, 5)] == [second.id, first.id]
