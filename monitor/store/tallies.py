"""Numbers of what is open, for figures that are asked for all the time: counted through indexes, at any size."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.facts import Severity
from monitor.models import Brand, Case, Incident, Source
from monitor.store.cases import ACTIVE
from monitor.store.overdue import OPEN


def incidents(session: Session) -> Counter[tuple[str, Severity]]:
    """Incidents that go on, by brand and severity."""
    query = (
        sa.select(col(Brand.slug), col(Incident.severity), sa.func.count())
        .join(Brand, col(Brand.id) == Incident.brand_id)
        .where(col(Incident.state).in_(ACTIVE))
        .group_by(col(Brand.slug), col(Incident.severity))
    )
    return Counter({(slug, severity): number for slug, severity, number in session.execute(query)})


def sources(session: Session) -> dict[str, int]:
    """Sources that are switched on, by health."""
    health = col(Source.health)
    query = sa.select(health, sa.func.count()).where(col(Source.active).is_(True)).group_by(health)
    return {found.value: number for found, number in session.execute(query)}


def cases(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """Open cases by brand: all of them, and those that are past the time of an answer or a solution."""
    unanswered = sa.and_(col(Case.answered_at).is_(None), col(Case.answer_due_at) <= now)
    late = sa.func.sum(sa.case((sa.or_(unanswered, col(Case.solve_due_at) <= now), 1), else_=0))
    query = (
        sa.select(col(Brand.slug), sa.func.count(), late)
        .join(Brand, col(Brand.id) == Case.brand_id)
        .where(col(Case.state).in_(OPEN))
        .group_by(col(Brand.slug))
    )
    return {slug: (number, int(overdue)) for slug, number, overdue in session.execute(query)}
