"""What people said of alerts and incidents, with the rule that raised each; who differs is kept, the latest counts."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Mark
from monitor.models import Alert, AlertMark, Finding, Incident
from monitor.store import incidents

T = TypeVar("T")


class Share(NamedTuple):
    """How much of what was raised or sent people called useful."""

    useful: int
    noise: int

    @property
    def marked(self) -> int:
        return self.useful + self.noise


class Precision(NamedTuple):
    """Counted by the latest word on each: incidents by detector, alerts by (channel, reason)."""

    detectors: dict[str, Share]
    alerts: dict[tuple[str, str], Share]


def keep(session: Session, incident: Incident, alert: Alert | None, mark: Mark, actor: str, now: datetime) -> AlertMark:
    """Keep what a person says of an alert, or of the incident as a whole, in the place of what they said of it before;
    the incident has it as the latest word.
    """
    incident_id, alert_id = incident.id or 0, alert.id if alert else None
    _forget(session, incident_id, col(AlertMark.actor) == actor, col(AlertMark.alert_id).is_not_distinct_from(alert_id))
    row = AlertMark(
        incident_id=incident_id,
        alert_id=alert_id,
        mark=mark,
        actor=actor,
        at=now,
        detector=_first_detector(session, incident_id),
        kind=incident.kind,
        channel=alert.channel if alert else "",
        reason=alert.reason if alert else "",
    )
    session.add(row)
    session.flush()
    incidents.mark(session, incident_id, mark, actor, now)
    return row


def take_back(
    session: Session, incident_id: int, actors: Collection[str], now: datetime, alert_id: int | None = None
) -> None:
    """Forget what these people said of an alert, or of all the incident; the latest word that is left counts then."""
    conditions: list[sa.ColumnElement[bool]] = [col(AlertMark.actor).in_(actors)]
    if alert_id is not None:
        conditions.append(col(AlertMark.alert_id) == alert_id)
    _forget(session, incident_id, *conditions)
    left = of_incident(session, incident_id)
    if left:
        incidents.mark(session, incident_id, left[0].mark, left[0].actor, left[0].at)
    else:
        incidents.mark(session, incident_id, None, "", now)


def _forget(session: Session, incident_id: int, *conditions: sa.ColumnElement[bool]) -> None:
    gone = sa.delete(AlertMark).where(col(AlertMark.incident_id) == incident_id, *conditions)
    session.execute(gone.execution_options(synchronize_session="fetch"))


def _first_detector(session: Session, incident_id: int) -> str:
    query = select(Finding.detector).where(Finding.incident_id == incident_id).order_by(col(Finding.id)).limit(1)
    return session.exec(query).first() or ""


def of_incident(session: Session, incident_id: int) -> list[AlertMark]:
    """What everybody said of an incident and of its alerts, the latest word first."""
    query = select(AlertMark).where(AlertMark.incident_id == incident_id)
    return list(session.exec(query.order_by(col(AlertMark.at).desc(), col(AlertMark.id).desc())))


def of_alerts(session: Session, alert_ids: Iterable[int]) -> dict[int, list[AlertMark]]:
    """What everybody said of each of these alerts, the latest word first; those of which nobody said anything lack."""
    query = select(AlertMark).where(col(AlertMark.alert_id).in_(list(alert_ids)))
    found: dict[int, list[AlertMark]] = {}
    for row in session.exec(query.order_by(col(AlertMark.at).desc(), col(AlertMark.id).desc())):
        found.setdefault(row.alert_id or 0, []).append(row)
    return found


def precision(session: Session, since: datetime) -> Precision:
    """How much was useful: of the incidents opened from `since` on per detector that found them first, and of the
    alerts created since then per channel and reason. A dismissed incident is noise unless somebody marked it otherwise,
    as in the backtest.
    """
    verdicts = [(one.detector, one.verdict) for one in incidents.judged(session, None, since)]
    query = select(AlertMark).join(Alert, col(Alert.id) == AlertMark.alert_id).where(col(Alert.created_at) >= since)
    latest: dict[int, AlertMark] = {}
    for row in session.exec(query.order_by(col(AlertMark.at), col(AlertMark.id))):
        latest[row.alert_id or 0] = row
    return Precision(
        detectors=_shares((name, mark) for name, mark in verdicts if mark is not None),
        alerts=_shares(((row.channel, row.reason), row.mark) for row in latest.values()),
    )


def _shares(said: Iterable[tuple[T, Mark]]) -> dict[T, Share]:
    """Sorted by name."""
    found: dict[T, list[Mark]] = {}
    for name, mark in said:
        found.setdefault(name, []).append(mark)
    return {
        name: Share(found[name].count(Mark.USEFUL), found[name].count(Mark.NOISE)) for name in sorted(found, key=str)
    }
