"""Alerts to be given out: what was owed to whom, why, and what became of it; without the texts that they quote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Report

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class AlertsWanted:
    """Which alerts; "", None and () mean any. Times are those of creation, the end left out."""

    brand_ids: tuple[int, ...] = ()
    unbranded: bool = True  # beside those of the brands: the monitor's own troubles
    since: datetime | None = None
    until: datetime | None = None
    states: tuple[AlertState, ...] = ()
    channel: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert; the fields are the columns of its export (`monitor.exports.tables`)."""

    alert_id: int
    brand: str
    incident_id: int | None
    kind: str
    severity: str
    channel: str
    state: str
    reason: str
    held: str
    subject: str
    sentence: str
    created_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    attempts: int
    error: str
    went_with: int | None


def pages(session: Session, wish: AlertsWanted) -> Iterator[Sequence[AlertLine]]:
    wanted = _narrowed(wish, Alert, Brand.slug, Brand.name, IncidentChange).order_by(col(Alert.id).desc()).limit(PAGE)
    found = session.execute(wanted).all()
    while found:
        last = found[-1][0].id
        session.expunge_all()
        yield [_line(row) for row in found]
        found = session.execute(wanted.where(col(Alert.id) < last)).all()


def total(session: Session, wish: AlertsWanted) -> int:
    wanted = _narrowed(wish, Alert.id).subquery()
    return int(session.execute(sa.select(func.count()).select_from(wanted)).scalar_one())


def _narrowed(wish: AlertsWanted, *columns: Any) -> sa.Select[Any]:
    brand = func.coalesce(col(Incident.brand_id), col(Report.brand_id))
    statement = (
        sa.select(*columns)
        .select_from(Alert)
        .outerjoin(Incident, col(Incident.id) == Alert.incident_id)
        .outerjoin(Report, col(Report.id) == Alert.report_id)
        .outerjoin(Brand, col(Brand.id) == brand)
        .outerjoin(IncidentChange, col(IncidentChange.id) == Alert.change_id)
    )
    of_brands = brand.in_(wish.brand_ids)
    return statement.where(sa.or_(of_brands, brand.is_(None)) if wish.unbranded else of_brands, *_conditions(wish))


def _conditions(wish: AlertsWanted) -> Iterator[sa.ColumnElement[bool]]:
    if wish.since is not None:
        yield col(Alert.created_at) >= wish.since
    if wish.until is not None:
        yield col(Alert.created_at) < wish.until
    if wish.states:
        yield col(Alert.state).in_(wish.states)
    if wish.channel:
        yield col(Alert.channel) == wish.channel
    if wish.reason:
        yield col(Alert.reason) == wish.reason


def _line(row: Any) -> AlertLine:
    """What was withheld has no message: the change that it was about says what it would have told."""
    alert, slug, name, change = row
    message: dict[str, Any] = alert.message or {}
    return AlertLine(
        alert_id=alert.id,
        brand=slug or "",
        incident_id=alert.incident_id,
        kind=_said(message, "kind") or (change.kind if change else ""),
        severity=_said(message, "severity") or (change.severity if change else ""),
        channel=alert.channel,
        state=alert.state,
        reason=alert.reason,
        held=alert.held,
        subject=_said(message, "subject") or (f"{name}, incident {alert.incident_id}" if alert.incident_id else ""),
        sentence=_said(message, "sentence") or (change.sentence if change else ""),
        created_at=alert.created_at,
        due_at=alert.due_at,
        sent_at=alert.sent_at,
        attempts=alert.attempts,
        error=alert.error,
        went_with=alert.bundle_id,
    )


def _said(message: dict[str, Any], name: str) -> str:
    value = message.get(name, "")
    return value if isinstance(value, str) else ""
