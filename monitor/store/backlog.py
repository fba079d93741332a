"""What waits, what is in trouble and when each part last worked: counted through indexes, at any size of the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.models import (
    Alert,
    AlertState,
    ChannelHealth,
    IncidentChange,
    JobHealth,
    Mention,
    ReadState,
    Reply,
    ReplyState,
    Run,
    RunOutcome,
    Source,
)
from monitor.models.columns import UtcDateTime
from monitor.models.mention import UNREAD

SILENT_AFTER = timedelta(minutes=5)
"""A monitor without a sign of life for so long does not run: it notes its idle looks about once a minute."""
TELLING = 3
"""Failures in a row that need a person; one or two end by themselves as a rule."""
UNPOSTED_TOO_LONG = timedelta(hours=2)
"""So long an answer may wait for a place that is down; after that somebody must look, or answer otherwise."""
_LOOKED_AT = 200
"""Waiting mentions that are looked at for the one that waits longest: the lowest ids, which came first."""
MOST_DEAD = 100
_OWED = (AlertState.PENDING, AlertState.SENDING)


@dataclass(frozen=True, slots=True)
class Unread:
    """Mentions to be read; `since` is when the one that waits longest was collected or edited."""

    waiting: int
    since: datetime | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """Changes nobody has decided about, and messages that are owed by now, held back, or were given up lately."""

    unrouted: int
    unrouted_since: datetime | None
    owed: int
    owed_since: datetime | None
    failed: int
    held: int  # for quiet hours, a silence, or to go out with others
    held_until: datetime | None  # when the first of them is due


@dataclass(frozen=True, slots=True)
class Unposted:
    """Answers that people asked a poster to post, that were tried, and that are not out."""

    poster: str
    waiting: int
    since: datetime  # when the one that waits longest was written
    error: str  # of one of them


def unposted(session: Session, before: datetime) -> list[Unposted]:
    """Those written before that moment, by poster."""
    query = (
        select(
            Reply.poster, sa.func.count(), sa.func.min(Reply.written_at, type_=UtcDateTime), sa.func.max(Reply.error)
        )
        .where(
            col(Reply.state).in_((ReplyState.OWED, ReplyState.POSTING)),
            col(Reply.written_at) <= before,
            col(Reply.attempts) > 0,
        )
        .group_by(col(Reply.poster))
        .order_by(col(Reply.poster))
    )
    return [Unposted(*row) for row in session.exec(query)]


def unread(session: Session) -> Unread:
    """How many mentions wait, since when, and how many were set aside."""
    state = col(Mention.read_state)
    numbers = dict(session.exec(select(Mention.read_state, sa.func.count()).where(UNREAD).group_by(state)).all())
    first = select(Mention.collected_at, Mention.edited_at).where(UNREAD, state == ReadState.WAITING)
    times = [
        max(came, edited or came)
        for fresh in (True, False)  # one range of the index each
        for came, edited in session.exec(
            first.where(Mention.fresh == fresh).order_by(col(Mention.id)).limit(_LOOKED_AT)
        )
    ]
    return Unread(numbers.get(ReadState.WAITING, 0), min(times, default=None), numbers.get(ReadState.FAILED, 0))


def outbox(session: Session, since: datetime, now: datetime) -> Outbox:
    """What waits to be told, what is held back, and what was given up since that moment."""
    changes = select(sa.func.count(), sa.func.min(IncidentChange.at)).where(col(IncidentChange.routed_at).is_(None))
    held = (col(Alert.state) == AlertState.PENDING) & (col(Alert.held) != "") & (col(Alert.due_at) > now)
    due = sa.func.coalesce(Alert.due_at, Alert.created_at)
    owed = select(sa.func.count(), sa.func.min(due, type_=UtcDateTime)).where(col(Alert.state).in_(_OWED), ~held)
    waits = select(sa.func.count(), sa.func.min(Alert.due_at)).where(held)
    failed = (
        select(sa.func.count())
        .select_from(Alert)
        .where(col(Alert.state) == AlertState.FAILED, col(Alert.created_at) >= since)
    )
    given_up, later = session.exec(failed).one(), session.exec(waits).one()
    return Outbox(*session.exec(changes).one(), *session.exec(owed).one(), given_up, *later)


def dead(session: Session, limit: int | None = MOST_DEAD) -> list[Alert]:
    """The messages that were given up, newest first; None for all of them."""
    query = select(Alert).where(col(Alert.state) == AlertState.FAILED).order_by(col(Alert.id).desc())
    return list(session.exec(query.limit(limit)))


def job_healths(session: Session) -> dict[str, JobHealth]:
    """How each job is doing that has ever run under the supervisor."""
    return {row.job: row for row in session.exec(select(JobHealth))}


def last_work(session: Session, job: str) -> datetime | None:
    """When a job last did something: idle looks leave no Run."""
    good = select(Run.ended_at).where(Run.job == job, Run.outcome == RunOutcome.OK)
    return session.exec(good.order_by(col(Run.started_at).desc()).limit(1)).first()


def last_life(session: Session, healths: Sequence[JobHealth]) -> datetime | None:
    """The latest moment at which the monitor surely ran: it notes idle looks about once a minute."""
    newest = select(sa.func.max(Run.id)).scalar_subquery()
    begun = session.exec(select(Run.started_at).where(col(Run.id) == newest)).first()
    times = [row.last_good_at for row in healths]
    return max((at for at in (*times, begun) if at is not None), default=None)


def last_crash(session: Session, since: datetime) -> tuple[datetime, str] | None:
    """When the monitor last had to be started anew since that moment, and how it had ended."""
    crashes = select(Run.started_at, Run.error).where(Run.job == "run", col(Run.started_at) >= since)
    return session.exec(crashes.order_by(col(Run.started_at).desc()).limit(1)).first()


def active_sources(session: Session) -> list[Source]:
    """The sources that are in the config and switched on."""
    return list(session.exec(select(Source).where(col(Source.active).is_(True)).order_by(col(Source.slug))))


def troubled_channels(session: Session) -> list[ChannelHealth]:
    """The channels whose last message was not accepted."""
    rows = select(ChannelHealth).where(sa.or_(col(ChannelHealth.failures) > 0, col(ChannelHealth.permanent)))
    return list(session.exec(rows.order_by(col(ChannelHealth.channel))))


def bytes_of(session: Session) -> int:
    """The size of the database without what is not yet written back, in bytes."""
    if session.get_bind().dialect.name == "sqlite":
        pages = session.execute(sa.text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))
        return int(pages.scalar_one())
    return int(session.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())
