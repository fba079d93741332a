"""Sets right what was written while the clock was ahead: times in the future that nobody can have meant."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, and_, col, or_, select

from monitor.models import Alert, AlertState, Coverage

MARGIN = timedelta(minutes=5)
"""The clocks of several machines may differ by so much."""
LOOKED_AT = 50
"""The newest alerts tell whether any were made or sent in the future."""


def alerts(session: Session, now: datetime, *, longest_wait: timedelta, longest_lease: timedelta) -> int:
    """Let go what would wait, or be held by its sender, until a time that was worked out by a wrong clock; how many.

    What was sent in the future was sent now, so that no cool-down lasts until then.
    """
    made_ahead = and_(col(Alert.created_at) > now + MARGIN, col(Alert.next_try_at) > now)
    tried_ahead = and_(Alert.held == "", col(Alert.next_try_at) > now + longest_wait + MARGIN)
    waits = and_(Alert.state == AlertState.PENDING, col(Alert.next_try_at) > now, or_(made_ahead, tried_ahead))
    held = and_(Alert.state == AlertState.SENDING, col(Alert.leased_until) > now + longest_lease + MARGIN)
    found = _change(session, waits, next_try_at=now, due_at=now) + _change(session, held, leased_until=now)
    newest = select(Alert.created_at, Alert.sent_at).order_by(col(Alert.id).desc()).limit(LOOKED_AT)
    if any(max(times[0], times[1] or times[0]) > now + MARGIN for times in session.exec(newest)):
        found += _change(session, col(Alert.sent_at) > now + MARGIN, sent_at=now)
        found += _change(session, col(Alert.created_at) > now + MARGIN, created_at=now)
    return found


def _change(session: Session, which: sa.ColumnElement[bool], **values: datetime) -> int:
    """Nothing is locked for writing when there is nothing to change."""
    if session.exec(select(Alert.id).where(which).limit(1)).first() is None:
        return 0
    done = session.execute(sa.update(Alert).where(which).values(**values).execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def coverage(session: Session, source_id: int, now: datetime) -> None:
    """Nothing is known of the future of a source."""
    mine = (Coverage.source_id == source_id, col(Coverage.end) > now)
    for stretch in session.exec(select(Coverage).where(*mine)).all():
        if stretch.start >= now:
            session.delete(stretch)
        else:
            stretch.end = now
            session.add(stretch)
    session.flush()
