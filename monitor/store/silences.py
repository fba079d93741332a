"""Silences: stretches of time in which nobody is told of some trouble, each made by a person with a reason."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from monitor.models import Alert, AlertState, Silence


def add(session: Session, silence: Silence) -> Silence:
    """Keep a silence; the row with its id."""
    session.add(silence)
    session.flush()
    return silence


def end(session: Session, silence_id: int, actor: str, now: datetime) -> bool:
    """Bring the end of a silence forward to now; False if there is none of that id, or it is over.

    One that has not begun never will. What it holds goes on waiting: see `release`.
    """
    ended = session.execute(
        sa.update(Silence)
        .where(col(Silence.id) == silence_id, col(Silence.ends_at) > now, col(Silence.ended_by) == "")
        .values(ends_at=now, ended_by=actor)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(ended, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return ended.rowcount > 0


def release(session: Session, silence_id: int, now: datetime) -> None:
    """What a silence holds back is due now, for it ended early. What else holds it is looked at before it goes."""
    held = (col(Alert.silence_id) == silence_id) & (col(Alert.state) == AlertState.PENDING) & (col(Alert.due_at) > now)
    session.execute(
        sa.update(Alert).where(held).values(due_at=now, next_try_at=now).execution_options(synchronize_session="fetch")
    )


def active(session: Session, now: datetime) -> list[Silence]:
    """Those that hold now, the one that ends first foremost."""
    query = select(Silence).where(col(Silence.starts_at) <= now, col(Silence.ends_at) > now)
    return _read(session, query.order_by(col(Silence.ends_at), col(Silence.id)))


def listed(session: Session, limit: int = 50) -> list[Silence]:
    """All that there are or were, the one that ends last foremost."""
    return _read(session, select(Silence).order_by(*_LAST_FIRST).limit(limit))


def recent(session: Session, since: datetime) -> list[Silence]:
    """Those that had not ended at that time, the one that ends last foremost."""
    return _read(session, select(Silence).where(col(Silence.ends_at) > since).order_by(*_LAST_FIRST))


_LAST_FIRST = (col(Silence.ends_at).desc(), col(Silence.id).desc())


def _read(session: Session, query: SelectOfScalar[Silence]) -> list[Silence]:
    return list(session.exec(query.execution_options(populate_existing=True)))
