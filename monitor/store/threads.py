"""The first message of each incident at channels that can change what they sent: where it is, and what it shows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, delete, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, and_, col, or_, select

from monitor.models import Alert, AlertState, AlertThread, IncidentChange
from monitor.secret import hide

LONGEST_ERROR = 500
_UNSEEN = {"synchronize_session": False}
"""Rows in the session are not looked through for what an UPDATE changed."""


class Stale(NamedTuple):
    """A first message that shows less than is known: the number of its row, and the newest change of its incident."""

    thread_id: int
    newest_change_id: int


def ref_of(session: Session, channel: str, thread: str) -> str:
    """The receiver's own id of the thread's first message; "" when none is known."""
    query = select(AlertThread.ref).where(AlertThread.channel == channel, AlertThread.thread == thread)
    return session.exec(query).first() or ""


def keep(session: Session, alert: Alert, message: dict[str, Any], ref: str, now: datetime) -> None:
    """Remember a message that was sent as the first of its incident at the channel, in the place of one that is gone.

    `message` is as the outbox stores it (`alerting.stored.to_dict`); its quotes are left out, they are looked up when
    it is shown again. Messages without a ref, or that stand for more than one incident, are no such thing and are not
    kept; nor is one whose ref is known.
    """
    thread = message["thread"]
    if not ref or alert.incident_id is None or thread != f"incident:{alert.incident_id}":
        return
    row = _row(session, alert.channel, thread, now)
    if row.ref == ref:
        return
    row.incident_id = alert.incident_id
    row.ref, row.message = ref, message | {"quotes": [], "sections": []}
    row.shows_change_id, row.shown_at = alert.change_id or 0, now
    row.next_try_at, row.attempts, row.error = None, 0, ""
    session.add(row)
    session.flush()


def _row(session: Session, channel: str, thread: str, now: datetime) -> AlertThread:
    known = select(AlertThread).where(AlertThread.channel == channel, AlertThread.thread == thread)
    if session.exec(known).first() is None:
        try:
            with session.begin_nested():
                session.add(AlertThread(channel=channel, thread=thread, ref="", shown_at=now))
        except IntegrityError:  # another process made it just now
            pass
    return session.exec(known.execution_options(populate_existing=True)).one()


def stale(session: Session, now: datetime, channels: Collection[str]) -> list[Stale]:
    """First messages at these channels whose incident changed since, oldest first; not those that wait for a retry."""
    newest = func.max(IncidentChange.id)
    query = (
        select(AlertThread.id, newest)
        .join(IncidentChange, col(IncidentChange.incident_id) == AlertThread.incident_id)
        .where(
            col(AlertThread.channel).in_(channels),
            col(IncidentChange.id) > AlertThread.shows_change_id,
            or_(col(AlertThread.next_try_at).is_(None), col(AlertThread.next_try_at) <= now),
        )
        .group_by(col(AlertThread.id))
        .order_by(col(AlertThread.id))
    )
    return [Stale(thread_id, change_id) for thread_id, change_id in session.exec(query) if thread_id and change_id]


def claim(session: Session, found: Stale, now: datetime, until: datetime) -> AlertThread | None:
    """Take one that is stale for ourselves until then; None if another process was faster or it is up to date now."""
    result = session.execute(
        update(AlertThread)
        .where(
            col(AlertThread.id) == found.thread_id,
            col(AlertThread.shows_change_id) < found.newest_change_id,
            or_(col(AlertThread.next_try_at).is_(None), col(AlertThread.next_try_at) <= now),
        )
        .values(next_try_at=until, attempts=AlertThread.attempts + 1)
        .execution_options(**_UNSEEN)
    )
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return session.get(AlertThread, found.thread_id, populate_existing=True) if result.rowcount else None


def alert_behind(session: Session, row: AlertThread) -> Alert | None:
    """The alert by which the channel first heard of the incident."""
    sent = col(Alert.state) == AlertState.SENT
    query = select(Alert).where(Alert.channel == row.channel, Alert.incident_id == row.incident_id, sent)
    return session.exec(query.order_by(col(Alert.id)).limit(1)).first()


def changes(session: Session, incident_id: int) -> list[IncidentChange]:
    """All that happened to the incident, oldest first."""
    query = select(IncidentChange).where(IncidentChange.incident_id == incident_id)
    return list(session.exec(query.order_by(col(IncidentChange.id)).execution_options(populate_existing=True)))


def shown(session: Session, row: AlertThread, change_id: int, now: datetime) -> None:
    """It shows the incident as it stood after that change."""
    done = {"shows_change_id": change_id, "shown_at": now, "next_try_at": None, "attempts": 0, "error": ""}
    _write(session, row, done)


def failed(session: Session, row: AlertThread, error: str, again: datetime) -> None:
    """It is tried again then; and so are the others of its channel, whose receiver is the same."""
    _write(session, row, {"error": hide(error)[:LONGEST_ERROR], "next_try_at": again})
    others = and_(
        col(AlertThread.channel) == row.channel,
        or_(col(AlertThread.next_try_at).is_(None), col(AlertThread.next_try_at) < again),
    )
    session.execute(update(AlertThread).where(others).values(next_try_at=again).execution_options(**_UNSEEN))


def given_up(session: Session, row: AlertThread, error: str, change_id: int) -> None:
    """It is left as it is, until the next change of the incident."""
    left = {"shows_change_id": change_id, "error": hide(error)[:LONGEST_ERROR], "next_try_at": None, "attempts": 0}
    _write(session, row, left)


def _write(session: Session, row: AlertThread, values: dict[str, Any]) -> None:
    """Only if it is still about the same message: meanwhile a new one may have begun the thread anew."""
    same = and_(col(AlertThread.id) == row.id, col(AlertThread.ref) == row.ref)
    session.execute(update(AlertThread).where(same).values(**values).execution_options(**_UNSEEN))


def forget(session: Session, row: AlertThread) -> None:
    """The receiver no longer has it: what comes next for this incident begins a thread anew."""
    same = and_(col(AlertThread.id) == row.id, col(AlertThread.ref) == row.ref)
    session.execute(delete(AlertThread).where(same).execution_options(**_UNSEEN))


def show_again(session: Session, incident_ids: Any) -> None:
    """Have the first messages of these incidents (ids, or a query for them) made anew: a text in them is gone."""
    about = col(AlertThread.incident_id).in_(incident_ids)
    session.execute(update(AlertThread).where(about).values(shows_change_id=0).execution_options(**_UNSEEN))
