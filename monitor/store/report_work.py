"""What was done in a week: incidents with their times, alerts, and the work on cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import Alert, AlertState, Case, CaseEvent, Incident, Installation, Report
from monitor.store import bulk

Window = tuple[datetime, datetime]
_UNQUOTED = "report unquoted: "
"""How the rows of Installation begin that name such reports."""


@dataclass(frozen=True, slots=True)
class AlertCount:
    state: AlertState
    reason: str
    alerts: int


def newest_report(session: Session, brand_id: int | None) -> date | None:
    """The Monday of the newest week of which a report is kept; brand None: one of all brands."""
    return session.exec(select(sa.func.max(Report.week_start)).where(Report.brand_id == brand_id)).one()


def note_unquoted(session: Session, report: Report) -> None:
    """A quote was taken out of a kept report: its files still have it."""
    bulk.insert_missing(session, Installation, [{"name": f"{_UNQUOTED}{report.id}", "value": str(report.id)}])


def unquoted(session: Session) -> list[Report]:
    """The kept reports whose files are to be written anew, because a quote was taken out of them."""
    ids = session.exec(select(Installation.value).where(col(Installation.name).startswith(_UNQUOTED)))
    found = select(Report).where(col(Report.id).in_([int(number) for number in ids])).order_by(col(Report.id))
    return list(session.exec(found.execution_options(populate_existing=True)))


def forget_unquoted(session: Session, report: Report) -> None:
    """The files of a report are as it is now."""
    session.execute(sa.delete(Installation).where(col(Installation.name) == f"{_UNQUOTED}{report.id}"))


def incidents_opened(session: Session, brand_id: int, window: Window) -> list[Incident]:
    query = select(Incident).where(
        Incident.brand_id == brand_id,
        col(Incident.opened_at) >= window[0],
        col(Incident.opened_at) < window[1],
    )
    return list(session.exec(query.order_by(col(Incident.opened_at), col(Incident.id))))


def first_sent(session: Session, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """When the first alert of each incident was accepted by a channel."""
    query = select(Alert.incident_id, sa.func.min(Alert.sent_at)).where(
        col(Alert.incident_id).in_(incident_ids), col(Alert.state) == AlertState.SENT
    )
    rows = session.exec(query.group_by(col(Alert.incident_id)))
    return {incident: sent for incident, sent in rows if incident is not None and sent is not None}


def first_answered(session: Session, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """When the first complaint of each incident was answered."""
    query = select(Case.incident_id, sa.func.min(Case.answered_at)).where(
        col(Case.incident_id).in_(incident_ids), col(Case.answered_at).is_not(None)
    )
    rows = session.exec(query.group_by(col(Case.incident_id)))
    return {incident: at for incident, at in rows if incident is not None and at is not None}


def answered_by(session: Session, incident_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Who answered complaints of each incident, the most answers first."""
    answers = sa.func.count()
    query = (
        select(Case.incident_id, CaseEvent.actor)
        .join(CaseEvent, col(CaseEvent.case_id) == col(Case.id))
        .where(col(Case.incident_id).in_(incident_ids), CaseEvent.action == "answered", CaseEvent.actor != "")
        .group_by(col(Case.incident_id), col(CaseEvent.actor))
        .order_by(answers.desc(), col(CaseEvent.actor))
    )
    people: dict[int, tuple[str, ...]] = {}
    for incident, actor in session.exec(query):
        people[incident or 0] = (*people.get(incident or 0, ()), actor)
    return people


def alert_counts(session: Session, brand_id: int, window: Window) -> list[AlertCount]:
    """Alerts made in the window, by state and reason. Only incidents alive in it can have made one."""
    alive = select(Incident.id).where(
        Incident.brand_id == brand_id,
        col(Incident.opened_at) < window[1],
        sa.or_(col(Incident.resolved_at).is_(None), col(Incident.resolved_at) >= window[0]),
        sa.or_(col(Incident.dismissed_at).is_(None), col(Incident.dismissed_at) >= window[0]),
    )
    query = (
        select(Alert.state, Alert.reason, sa.func.count())
        .where(
            col(Alert.incident_id).in_(alive),
            col(Alert.created_at) >= window[0],
            col(Alert.created_at) < window[1],
        )
        .group_by(col(Alert.state), col(Alert.reason))
        .order_by(col(Alert.state), sa.func.count().desc(), col(Alert.reason))
    )
    return [AlertCount(AlertState(state), reason, alerts) for state, reason, alerts in session.exec(query)]


def reopened(session: Session, brand_id: int, window: Window) -> int:
    """How often solved cases were taken up again in the window."""
    query = (
        select(sa.func.count())
        .select_from(CaseEvent)
        .join(Case, col(Case.id) == col(CaseEvent.case_id))
        .where(
            Case.brand_id == brand_id,
            col(Case.reopened) > 0,
            col(CaseEvent.action) == "reopened",
            col(CaseEvent.at) >= window[0],
            col(CaseEvent.at) < window[1],
        )
    )
    return session.exec(query).one()
