"""What was told of incidents that nobody has acknowledged, and what is still owed or held of those that are over."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import CursorResult
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from monitor.facts import ChangeKind, IncidentState
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Silence
from monitor.store import bulk

AT_ONCE = 200
"""So many held messages are looked at again in one go; the rest has its turn at the next look."""
_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)


class Written(NamedTuple):
    """A message on an incident, without its text."""

    id: int
    key: str
    incident_id: int
    channel: str
    state: AlertState
    reason: str
    held: str
    due_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    silence_id: int | None
    change_id: int
    kind: ChangeKind


def unacknowledged(session: Session) -> list[tuple[Incident, Brand]]:
    """The incidents that are open, and that nobody has acknowledged or looks after, oldest first."""
    query = (
        select(Incident, Brand)
        .join(Brand, col(Brand.id) == Incident.brand_id)
        .where(col(Incident.brand_id).in_(select(Brand.id)), *_unanswered())  # the index begins with the brand
        .order_by(col(Incident.id))
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def is_unacknowledged(session: Session, incident_id: int) -> bool:
    """Whether that is still so; nobody else can change it before the commit."""
    same = sa.update(Incident).where(col(Incident.id) == incident_id, *_unanswered())
    return _changed(session, same.values(state=col(Incident.state))) > 0


def _unanswered() -> tuple[Any, ...]:
    return (
        col(Incident.state) == IncidentState.OPEN,
        col(Incident.acknowledged_at).is_(None),
        col(Incident.owner) == "",
    )


def written(session: Session, incident_ids: Collection[int], channel: str | None = None) -> list[Written]:
    """All that was written for channels (or one) because of changes of these incidents, in that order."""
    query = (
        sa.select(
            col(Alert.id),
            col(Alert.key),
            col(Alert.incident_id),
            col(Alert.channel),
            col(Alert.state),
            col(Alert.reason),
            col(Alert.held),
            col(Alert.due_at),
            col(Alert.created_at),
            col(Alert.sent_at),
            col(Alert.silence_id),
            col(Alert.change_id),
            col(IncidentChange.kind),
        )
        .join(IncidentChange, col(IncidentChange.id) == Alert.change_id)
        .where(col(Alert.incident_id).in_(incident_ids))
        .order_by(col(Alert.id))
    )
    if channel is not None:
        query = query.where(col(Alert.channel) == channel)
    return [Written(*row) for row in session.execute(query)]


def newest_trouble(session: Session, incident_id: int) -> int | None:
    """The last change by which an incident opened or got worse."""
    query = select(IncidentChange.id).where(
        IncidentChange.incident_id == incident_id, col(IncidentChange.kind).in_(_TROUBLE)
    )
    return session.exec(query.order_by(col(IncidentChange.id).desc()).limit(1)).first()


def owe(session: Session, alert: Alert) -> bool:
    """Add a message under its key; False when it is there, also when another process wrote it just now."""
    return bulk.insert_one(session, Alert, alert.model_dump(exclude={"id"}))


def change_held(session: Session, key: str, **values: Any) -> bool:
    """Change a message that is held; False when it is no longer."""
    held = sa.update(Alert).where(
        col(Alert.key) == key, col(Alert.state) == AlertState.PENDING, col(Alert.held) != "", col(Alert.attempts) == 0
    )
    return _changed(session, held.values(**values)) > 0


def hold(session: Session, alert_id: int, held: str, until: datetime, silence_id: int | None) -> None:
    """Let a message wait, or wait no longer, unless somebody sends it already."""
    values = {"held": held, "due_at": until, "next_try_at": until, "silence_id": silence_id}
    waits = sa.update(Alert).where(col(Alert.id) == alert_id, col(Alert.state) == AlertState.PENDING)
    _changed(session, waits.values(**values))


def to_look_at(session: Session, held: Collection[str], besides: Collection[str], now: datetime) -> list[Alert]:
    """Held messages whose hold is over, or whose silence was ended before it, but for those of some reasons.

    Not those that go out now because something of their incident that came later does.
    """
    later = aliased(Alert)
    called_for = sa.exists().where(
        col(later.incident_id) == col(Alert.incident_id),
        col(later.channel) == col(Alert.channel),
        col(later.id) > col(Alert.id),
        sa.or_(
            col(later.state) == AlertState.SENDING,
            sa.and_(col(later.state) == AlertState.PENDING, col(later.held) == "", col(later.due_at) <= now),
        ),
    )
    ended = sa.exists().where(col(Silence.id) == col(Alert.silence_id), col(Silence.ends_at) <= now)
    query = (
        select(Alert)
        .where(
            Alert.state == AlertState.PENDING,
            Alert.attempts == 0,
            col(Alert.held).in_(held),
            col(Alert.reason).not_in(besides),
            sa.or_(col(Alert.due_at) <= now, ended),
            ~called_for,
        )
        .order_by(col(Alert.id).desc())
        .limit(AT_ONCE)
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def pointless(session: Session, held: Sequence[str], calls: Sequence[str]) -> list[tuple[Incident, str]]:
    """Incidents and channels with messages that may be owed no more, because it is over or somebody took it up.

    `held` are the holds in which a message is told only if the incident goes on after them, `calls` the reasons of
    those that ask for somebody to take it up.
    """
    is_over = col(Incident.state) != IncidentState.OPEN
    waits = sa.or_(col(Alert.held).in_(held), sa.and_(col(Alert.held) != "", col(Alert.silence_id).is_not(None)))
    query = (
        select(Alert.incident_id, Alert.channel)
        .join(Incident, col(Incident.id) == Alert.incident_id)
        .where(
            Alert.state == AlertState.PENDING,
            sa.or_(
                sa.and_(is_over, waits),
                sa.and_(col(Alert.reason).in_(calls), sa.not_(sa.and_(*_unanswered()))),
            ),
        )
        .distinct()
        .order_by(col(Alert.incident_id), col(Alert.channel))
    )
    found = session.exec(query).all()
    return [(session.get_one(Incident, number, populate_existing=True), channel) for number, channel in found]


def withhold(session: Session, alert_ids: Iterable[int], reason: str) -> int:
    """These are owed no more, unless somebody sends them already; how many."""
    owed = sa.update(Alert).where(col(Alert.id).in_(list(alert_ids)), col(Alert.state) == AlertState.PENDING)
    return _changed(session, owed.values(state=AlertState.WITHHELD, reason=reason, next_try_at=None))


def _changed(session: Session, query: sa.Update) -> int:
    result = session.execute(query.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return result.rowcount
