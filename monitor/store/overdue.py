"""Cases that are late, and those whose incident got severer than they are; each is changed only as it was seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Severity
from monitor.models import Alert, Brand, Case, CaseState, Incident
from monitor.store.cases import ACTIVE

OPEN = (CaseState.NEW, CaseState.OWNED, CaseState.ANSWERED, CaseState.WAITING)
_SEVERER: dict[Severity, tuple[Severity, ...]] = {
    one: tuple(lower for lower in Severity if lower.rank < one.rank) for one in Severity
}


def brands_with_cases(session: Session) -> list[Brand]:
    """Brands that have open cases, by their id."""
    has_open = sa.exists().where(col(Case.brand_id) == col(Brand.id), col(Case.state).in_(OPEN))
    return list(session.exec(select(Brand).where(has_open).order_by(col(Brand.id))))


def late(session: Session, brand_id: int, moment: datetime, limit: int, skip: int = 0) -> list[Case]:
    """Open cases of a brand with a duty that was due by then and was not escalated since, critical ones first, then
    the oldest.
    """

    def untold(due: Any) -> sa.ColumnElement[bool]:
        return sa.and_(due <= moment, sa.or_(col(Case.escalated_at).is_(None), col(Case.escalated_at) < due))

    answer = sa.and_(col(Case.answered_at).is_(None), untold(col(Case.answer_due_at)))
    either = sa.or_(answer, untold(col(Case.solve_due_at)))
    query = select(Case).where(Case.brand_id == brand_id, col(Case.state).in_(OPEN), either)
    critical_first = sa.case((col(Case.severity) == Severity.CRITICAL, 0), else_=1)
    query = query.order_by(critical_first, col(Case.opened_at), col(Case.id)).offset(skip).limit(limit)
    return list(session.exec(query.execution_options(populate_existing=True)))


def claim(session: Session, case: Case, now: datetime) -> bool:
    """Note that a case is escalated, unless another process did or somebody changed it; says if it was written."""
    as_seen = (
        col(Case.id) == case.id,
        col(Case.state) == case.state,
        col(Case.answered_at).is_not_distinct_from(case.answered_at),
        col(Case.escalated_at).is_not_distinct_from(case.escalated_at),
    )
    return _hit(session, sa.update(Case).where(*as_seen).values(escalated_at=now))


def told_after(session: Session, channels: Sequence[str], prefix: str, moment: datetime) -> bool:
    """Whether a message whose key begins so was made for one of these channels after that moment."""
    keys = col(Alert.key).startswith(prefix, autoescape=True)
    query = select(Alert.id).where(col(Alert.channel).in_(channels), col(Alert.created_at) > moment, keys)
    return session.exec(query.limit(1)).first() is not None


def milder_than_incident(session: Session) -> list[tuple[Case, Severity]]:
    """Open cases whose incident goes on and is severer than they are, with its severity."""
    fits = [
        sa.and_(
            col(Incident.severity) == severity,
            sa.or_(col(Case.severity).is_(None), col(Case.severity).in_(milder)),
        )
        for severity, milder in _SEVERER.items()
    ]
    query = (
        sa.select(Case, col(Incident.severity))
        .join(Incident, col(Incident.id) == Case.incident_id)
        .where(col(Incident.state).in_(ACTIVE), col(Case.state).in_(OPEN), sa.or_(*fits))
        .order_by(col(Case.id))
    )
    rows = session.execute(query.execution_options(populate_existing=True))
    return [(case, Severity(severity)) for case, severity in rows]


def worsen(session: Session, case: Case, values: dict[str, Any]) -> bool:
    """Write a severity and nearer due times, unless somebody changed the case meanwhile; says if it was written."""
    as_seen = (
        col(Case.id) == case.id,
        col(Case.state) == case.state,
        col(Case.severity).is_not_distinct_from(case.severity),
        col(Case.answered_at).is_not_distinct_from(case.answered_at),
        col(Case.solve_due_at).is_not_distinct_from(case.solve_due_at),
    )
    return _hit(session, sa.update(Case).where(*as_seen).values(**values))


def _hit(session: Session, statement: sa.Update) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
