"""One message to a channel as pages show it: its words, how it went, what went with it and what people said of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import Mark, Severity
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Report
from monitor.store import marks


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one person said of an alert."""

    actor: str
    mark: Mark
    at: datetime


@dataclass(frozen=True, slots=True)
class AlertRow:
    id: int
    channel: str
    state: AlertState
    reason: str  # of routing; also one that this version does not know
    held: str  # why it waits, or waited; "" when it did not
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    attempts: int
    error: str
    kind: str  # of the message, see `monitor.facts.Message.kind`; "" when it is not known
    subject: str
    severity: Severity | None
    incident_id: int | None
    change_id: int | None
    route: int | None
    due_at: datetime | None
    time_zone: str  # of its brand; "" when it has none
    others: int = 0  # that went out with it, as one message
    marks: tuple[SaidRow, ...] = ()

    @property
    def until(self) -> datetime | None:
        """When a message that waits is to go out."""
        return self.next_try_at if self.state is AlertState.PENDING else None


def rows(session: Session, ids: Sequence[int]) -> tuple[AlertRow, ...]:
    """These alerts in this order, with what goes with them."""
    found = session.exec(
        select(Alert, Brand, Report, IncidentChange)
        .join(IncidentChange, col(IncidentChange.id) == Alert.change_id, isouter=True)
        .join(Report, col(Report.id) == Alert.report_id, isouter=True)
        .join(Incident, col(Incident.id) == Alert.incident_id, isouter=True)
        .join(Brand, col(Brand.id) == func.coalesce(col(Incident.brand_id), col(Report.brand_id)), isouter=True)
        .where(col(Alert.id).in_(ids))
    ).all()
    sizes = _sizes(session, {one.bundle_id or one.id or 0 for one, *_ in found})
    said = marks.of_alerts(session, ids)
    made = {
        one.id or 0: replace(
            _row(one, brand, report, change),
            others=sizes.get(one.bundle_id or one.id or 0, 1) - 1,
            marks=tuple(SaidRow(mark.actor, mark.mark, mark.at) for mark in said.get(one.id or 0, ())),
        )
        for one, brand, report, change in found
    }
    return tuple(made[number] for number in ids if number in made)


def _row(alert: Alert, brand: Brand | None, report: Report | None, change: IncidentChange | None) -> AlertRow:
    kind, subject, severity = _words(alert.message, brand, report, change)
    return AlertRow(
        id=alert.id or 0,
        channel=alert.channel,
        state=alert.state,
        reason=alert.reason,
        held=alert.held,
        created_at=alert.created_at,
        sent_at=alert.sent_at,
        next_try_at=alert.next_try_at,
        attempts=alert.attempts,
        error=alert.error,
        kind=kind,
        subject=subject.removeprefix(f"[{severity}] "),
        severity=Severity(severity) if severity in set(Severity) else None,
        incident_id=alert.incident_id,
        change_id=alert.change_id,
        route=alert.route,
        due_at=alert.due_at,
        time_zone=brand.time_zone if brand else "",
    )


def _words(
    told: dict[str, Any], brand: Brand | None, report: Report | None, change: IncidentChange | None
) -> tuple[str, str, str]:
    """Kind, subject and severity of a stored message, which another version may have written.

    Reports are stored without their words: they are made when they are sent.
    """
    kind, subject, severity = (str(told.get(name) or "") for name in ("kind", "subject", "severity"))
    if report is not None:
        name = brand.name if brand else "a brand"
        return kind or "report", subject or f"Weekly report of {name}, week of {report.week_start:%-d %B %Y}", severity
    if change is not None:
        return kind or change.kind.value, subject or change.sentence, severity or change.severity.value
    return kind, subject, severity


def _sizes(session: Session, leaders: set[int]) -> dict[int, int]:
    """Of how many alerts the messages of these leaders are, those that stand for themselves left out."""
    members = session.execute(
        sa.select(col(Alert.bundle_id), func.count())
        .where(col(Alert.bundle_id).in_(leaders), col(Alert.bundle_id) != col(Alert.id))
        .group_by(col(Alert.bundle_id))
    ).all()
    return {leader: number + 1 for leader, number in members}
