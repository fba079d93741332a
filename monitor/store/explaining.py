"""All that is kept of one incident and of who was told of it, read at once to explain it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from monitor.facts import Severity
from monitor.models import (
    Alert,
    AlertMark,
    AlertThread,
    Brand,
    Finding,
    HeldFinding,
    Incident,
    IncidentChange,
    Silence,
)

AROUND = timedelta(days=7)
"""Near misses of the same cell that were held so long before the incident, or since, are told with it."""
MOST_MISSED = 10
NEWEST = 10


class Named(NamedTuple):
    """An incident in a list of those that there are."""

    id: int
    brand: str
    severity: Severity
    sentence: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One incident with its changes, oldest first, and all that was decided about them."""

    incident: Incident
    brand: Brand
    changes: tuple[IncidentChange, ...]
    findings: dict[int, Finding]  # by id
    alerts: tuple[Alert, ...]  # by id
    together: dict[int, tuple[Alert, ...]]  # messages that went out as one, by the id of the one that carried them
    silences: dict[int, Silence]  # by id
    refs: dict[str, str]  # the receiver's own id of the incident's thread, by channel
    marks: tuple[AlertMark, ...]
    missed: tuple[HeldFinding, ...]  # newest first


def newest(session: Session, limit: int = NEWEST) -> list[Named]:
    """The incidents that there are, newest first."""
    query = select(Incident.id, Brand.name, Incident.severity, Incident.sentence)
    query = query.join(Brand, col(Brand.id) == Incident.brand_id).order_by(col(Incident.id).desc()).limit(limit)
    return [
        Named(number or 0, brand, Severity(severity), sentence)
        for number, brand, severity, sentence in session.exec(query)
    ]


def dossier(session: Session, incident_id: int) -> Dossier | None:
    """All that is kept of an incident; None when there is none of that id."""
    query = select(Incident, Brand).join(Brand, col(Brand.id) == Incident.brand_id).where(Incident.id == incident_id)
    row = session.exec(query).first()
    if row is None:
        return None
    incident, brand = row
    changes = select(IncidentChange).where(IncidentChange.incident_id == incident_id).order_by(col(IncidentChange.id))
    findings = session.exec(select(Finding).where(Finding.incident_id == incident_id))
    alerts = tuple(session.exec(select(Alert).where(Alert.incident_id == incident_id).order_by(col(Alert.id))))
    marks = select(AlertMark).where(AlertMark.incident_id == incident_id).order_by(col(AlertMark.id))
    threads = session.exec(select(AlertThread).where(AlertThread.incident_id == incident_id))
    return Dossier(
        incident=incident,
        brand=brand,
        changes=tuple(session.exec(changes)),
        findings={one.id or 0: one for one in findings},
        alerts=alerts,
        together=_together(session, alerts),
        silences=_silences(session, {one.silence_id for one in alerts if one.silence_id is not None}),
        refs={one.channel: one.ref for one in threads},
        marks=tuple(session.exec(marks)),
        missed=tuple(_missed(session, incident)),
    )


def _together(session: Session, alerts: Iterable[Alert]) -> dict[int, tuple[Alert, ...]]:
    """The messages that ours went out with; they may be of other incidents."""
    leaders = {one.bundle_id or one.id or 0 for one in alerts}
    query = select(Alert).where(or_(col(Alert.bundle_id).in_(leaders), col(Alert.id).in_(leaders)))
    carried: dict[int, list[Alert]] = {}
    for one in session.exec(query.order_by(col(Alert.id))):
        carried.setdefault(one.bundle_id or one.id or 0, []).append(one)
    return {leader: tuple(members) for leader, members in carried.items() if len(members) > 1}


def _silences(session: Session, numbers: set[int]) -> dict[int, Silence]:
    found = session.exec(select(Silence).where(col(Silence.id).in_(numbers))) if numbers else ()
    return {one.id or 0: one for one in found}


def _missed(session: Session, incident: Incident) -> list[HeldFinding]:
    query = select(HeldFinding).where(
        HeldFinding.brand_id == incident.brand_id,
        HeldFinding.dimension == incident.dimension,
        HeldFinding.key == incident.key,
        HeldFinding.last_at >= incident.started_at - AROUND,
    )
    return list(session.exec(query.order_by(col(HeldFinding.last_at).desc()).limit(MOST_MISSED)))
