"""What has to change in a database that came out of a back-up before anything may work on it.

Between the back-up and now the monitor went on, and the database knows nothing of it: what it owed then was most likely
sent, and the numbers it would give next were most likely given to others.
"""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import func, update
from sqlmodel import Session, col

from monitor.models import Alert, AlertState, IncidentChange, Reply, ReplyState
from monitor.store import numbering

RESTORED = "restored"
"""Why an alert is withheld: a value of alerting.reasons.Reason."""
NOT_POSTED = (
    "the database was restored from a back-up, and this may be out already: look at the place before you post it again"
)
_OWED = (AlertState.PENDING, AlertState.SENDING)


class Settled(NamedTuple):
    """How many alerts were withheld, answers held back, and changes of incidents taken for told."""

    alerts: int
    answers: int
    changes: int


def settle(session: Session, owed_before: datetime, now: datetime) -> Settled:
    """Let nothing go out that was owed before then, nor any public answer, and give no number a second time."""
    numbering.leave_a_gap(session)
    return Settled(
        alerts=_changed(session, _withhold(owed_before)),
        answers=_changed(session, _hold_back()),
        changes=_changed(session, _take_for_told(owed_before, now)),
    )


def _withhold(before: datetime) -> Any:
    due_at = func.coalesce(col(Alert.due_at), col(Alert.created_at))
    nothing = {"bundle_id": None, "leased_until": None, "next_try_at": None}
    owed = update(Alert).where(col(Alert.state).in_(_OWED), due_at < before)
    return owed.values(state=AlertState.WITHHELD, reason=RESTORED, **nothing)


def _hold_back() -> Any:
    """Also what was asked a minute ago: a public answer that stands there twice is worse than one that comes late."""
    going = col(Reply.state).in_((ReplyState.OWED, ReplyState.POSTING))
    return update(Reply).where(going).values(state=ReplyState.FAILED, error=NOT_POSTED, next_try_at=None)


def _take_for_told(before: datetime, now: datetime) -> Any:
    waiting = (col(IncidentChange.routed_at).is_(None), col(IncidentChange.at) < before)
    return update(IncidentChange).where(*waiting).values(routed_at=now)


def _changed(session: Session, query: Any) -> int:
    result = session.execute(query.execution_options(synchronize_session=False))
    assert isinstance(result, sa.CursorResult)  # noqa: S101 (an UPDATE gives one)
    return result.rowcount
