"""What is told of the database: read through indexes, so that a look costs the same at any size of the store."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

import sqlalchemy as sa
from sqlmodel import Session

from monitor.config import Settings
from monitor.errors import SchemaOutOfDate
from monitor.facts import Severity
from monitor.models import JobHealth
from monitor.store import backlog, tallies
from monitor.store import queues as lines
from monitor.store.backlog import Outbox, Unposted, Unread
from monitor.store.database import check_schema, newest_revision, session_of
from monitor.store.queues import QueueState
from monitor.store.sources import due_since

FAILED_WITHIN = timedelta(days=7)
LONGEST_LOOK_SECONDS = 5
"""Of one query, at a server: what takes longer is no look any more, and would hold a connection."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures at one moment."""

    at: datetime
    backend: str
    schema: str
    wanted: str
    fits: bool  # newer ones may, until the upgrade is over
    database_bytes: int
    last_life_at: datetime | None
    jobs: tuple[JobHealth, ...]
    unread: Unread
    outbox: Outbox
    unposted: tuple[Unposted, ...]
    sources: dict[str, int] = field(default_factory=dict)  # by health
    sources_due_since: datetime | None = None
    troubled_channels: int = 0
    incidents: dict[tuple[str, Severity], int] = field(default_factory=dict)  # by brand
    cases: dict[str, tuple[int, int]] = field(default_factory=dict)  # by brand: open, overdue
    queues: tuple[QueueState, ...] | None = None  # None where there are no workers
    workers: int = 0
    took_seconds: float = 0.0


def look(engine: sa.Engine, settings: Settings, now: datetime) -> Figures:
    """Read all figures; an error of the database means that there are none."""
    started, fits = monotonic(), schema_fits(engine)
    with session_of(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(sa.text(f"SET LOCAL statement_timeout = '{LONGEST_LOOK_SECONDS}s'"))
        found = _gather(session, settings, now)
    return replace(found, fits=fits, took_seconds=monotonic() - started)


def _gather(session: Session, settings: Settings, now: datetime) -> Figures:
    healths = backlog.job_healths(session)
    channels = {channel.id for channel in settings.channels if channel.enabled}
    is_fleet = lines.is_used(session)
    return Figures(
        at=now,
        backend=session.get_bind().dialect.name,
        schema=str(session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()),
        wanted=newest_revision(),
        fits=True,
        database_bytes=backlog.bytes_of(session),
        last_life_at=backlog.last_life(session, list(healths.values())),
        jobs=tuple(healths.values()),
        unread=backlog.unread(session),
        outbox=backlog.outbox(session, now - FAILED_WITHIN, now),
        unposted=tuple(backlog.unposted(session, now)),
        sources=tallies.sources(session),
        sources_due_since=due_since(session, settings, now),
        troubled_channels=sum(row.channel in channels for row in backlog.troubled_channels(session)),
        incidents=dict(tallies.incidents(session)),
        cases=tallies.cases(session, now),
        queues=tuple(lines.queues(session)) if is_fleet else None,
        workers=sum(worker.is_alive(now) for worker in lines.workers(session)) if is_fleet else 0,
    )


def schema_fits(engine: sa.Engine) -> bool:
    """Whether the database answers and is at a schema that this version can work with."""
    try:
        check_schema(engine)
    except SchemaOutOfDate:
        return False
    return True
