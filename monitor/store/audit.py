"""The audit log: who did what, or was refused; written with each write, read newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Person
from monitor.models import AuditEntry, Outcome

BATCH = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; "" and None are all of them."""

    person: str = ""  # a part of a name or a login, in any case
    deed: str = ""
    outcome: Outcome | None = None
    since: datetime | None = None


def keep(session: Session, person: Person, deed: str, about: str, now: datetime, outcome: Outcome) -> None:
    """Add one entry; `about` names the row, such as `case 12`."""
    session.add(
        AuditEntry(
            at=now,
            actor=person.name,
            login=person.login,
            role=person.role,
            way=person.way,
            deed=deed,
            about=about,
            outcome=outcome,
        )
    )


def entries(session: Session, wanted: Wanted, most: int, *, before: int | None = None) -> Sequence[AuditEntry]:
    """At most so many entries, newest first; those before the entry `before` only. They are written as they happen,
    so that their ids are in the order of time.
    """
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(most)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if wanted.person:
        query = query.where(
            sa.or_(
                col(AuditEntry.actor).icontains(wanted.person, autoescape=True),
                col(AuditEntry.login).icontains(wanted.person, autoescape=True),
            )
        )
    if wanted.deed:
        query = query.where(AuditEntry.deed == wanted.deed)
    if wanted.outcome is not None:
        query = query.where(AuditEntry.outcome == wanted.outcome)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    return session.exec(query).all()


def forget(session: Session, before: datetime) -> int:
    """Remove a batch of entries made before that time; how many."""
    old = sa.select(col(AuditEntry.id)).where(col(AuditEntry.at) < before).limit(BATCH)
    gone = sa.delete(AuditEntry).where(col(AuditEntry.id).in_(old.scalar_subquery()))
    found = session.execute(gone.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's result counts its rows
