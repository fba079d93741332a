"""What the people who answer carry: open cases, those of the last days, and how many of them are hostile."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.models import Case
from monitor.store.overdue import OPEN


class Carried(NamedTuple):
    """Cases opened in some days that one person owns, or owned when they were closed."""

    cases: int
    hostile: int
    answered: int

    @property
    def hostile_share(self) -> float:
        """0..1."""
        return self.hostile / self.cases if self.cases else 0.0


def loads(session: Session, names: Collection[str] | None = None) -> dict[str, int]:
    """How many open cases each owner has, of all brands; of these people only when they are named.

    One query, answered by the index of owner and state alone.
    """
    owned = sa.select(col(Case.owner), sa.func.count()).where(col(Case.state).in_(OPEN))
    owned = owned.where(col(Case.owner) != "" if names is None else col(Case.owner).in_(list(names)))
    return {row[0]: row[1] for row in session.execute(owned.group_by(col(Case.owner)))}


def carried(session: Session, since: datetime, brand_id: int | None = None) -> dict[str, Carried]:
    """By owner, the cases opened since then: how many, how many hostile, how many with an answer. One query."""
    query = sa.select(
        col(Case.owner),
        sa.func.count(),
        sa.func.sum(sa.case((col(Case.hostile), 1), else_=0)),
        sa.func.count(col(Case.answered_at)),
    ).where(col(Case.opened_at) >= since, col(Case.owner) != "")
    if brand_id is not None:
        query = query.where(col(Case.brand_id) == brand_id)
    rows = session.execute(query.group_by(col(Case.owner)))
    return {owner: Carried(cases, int(hostile), answered) for owner, cases, hostile, answered in rows}
