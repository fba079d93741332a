"""Which alerts go out as one message with the first of them that is due: conditions on their rows."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, exists, or_

from monitor.models import Alert, AlertState

_WITH_OTHERS = ("", "grouped")
"""Holds of alerts that go out with the first of their group that is due."""


def goes_along(leader: Alert, looked_at: datetime, *, late: bool) -> Any:
    """What goes with it; for one that goes alone, in a form that an index serves: thousands may wait beside it.

    What was held until now is among it once somebody has looked at it, at the time `looked_at`.
    """
    due_now = col(Alert.next_try_at) <= looked_at
    which = and_(col(Alert.incident_id) == leader.incident_id, or_(col(Alert.id) < leader.id, due_now))
    its_hold_is_over = or_(due_now, and_(col(Alert.attempts) > 0, col(Alert.due_at) <= looked_at))
    ready = or_(col(Alert.held).in_(_WITH_OTHERS), its_hold_is_over)
    if late:
        which = or_(which, and_(col(Alert.incident_id).is_not(None), ready))
    elif leader.together:
        which = or_(which, and_(col(Alert.together) == leader.together, ready))
    return and_(
        which,
        col(Alert.channel) == leader.channel,
        col(Alert.state) == AlertState.PENDING,
        col(Alert.bundle_id).is_(None),
        col(Alert.id) != leader.id,
    )


def begins_what_goes_along(leader: Alert) -> Any:
    """What waits from before of the incidents that go along: nobody is told that it got worse before that it began."""
    later = aliased(Alert)
    of_those = exists().where(
        col(later.bundle_id) == leader.id,
        col(later.incident_id) == col(Alert.incident_id),
        col(later.state) == AlertState.SENDING,
        col(later.id) > col(Alert.id),
    )
    waits = and_(col(Alert.state) == AlertState.PENDING, col(Alert.bundle_id).is_(None))
    return and_(waits, col(Alert.channel) == leader.channel, of_those)
