"""The figures of how the monitor is doing, read from the database alone; cheap at any size."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.config import BrandOptions, Settings
from monitor.jobs import JOBS
from monitor.jobs.looking import PART
from monitor.models import JobHealth, Silence, SourceHealth
from monitor.reports.weeks import due_at, week_of
from monitor.store import backlog, queues, reports, rereading, silences
from monitor.store.backlog import SILENT_AFTER, Outbox, Unposted, Unread
from monitor.store.queues import QueueState, WorkerState
from monitor.store.sources import turns as due_turns

FAILED_WITHIN = timedelta(days=7)
CRASHED_WITHIN = timedelta(days=1)
UNPOSTED_FOR = timedelta(minutes=30)
"""An answer is tried again within minutes at first: what waits longer is worth a line."""
_TROUBLED = (
    SourceHealth.FAILING,
    SourceHealth.BLOCKED,
    SourceHealth.CHANGED,
    SourceHealth.SPENT,
    SourceHealth.RESTING,
    SourceHealth.QUIET,
)


@dataclass(frozen=True, slots=True)
class JobState:
    """A job: `last_good_at` also counts idle looks, `last_work_at` only runs that did something."""

    job: str
    last_good_at: datetime | None
    last_work_at: datetime | None
    failures: int
    next_try_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class PlaceState:
    """A source or a channel in trouble."""

    name: str
    health: str
    failures: int
    last_good_at: datetime | None
    next_try_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Silenced:
    """What is kept quiet, until when, by whom and why."""

    what: str
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rereading:
    """What another model read is read anew: how many there were, and how many are left."""

    total: int
    left: int
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """All figures at one moment."""

    at: datetime
    schema: str
    database_bytes: int
    last_life_at: datetime | None
    last_crash: tuple[datetime, str] | None  # when, and how it ended
    jobs: tuple[JobState, ...]
    unread: Unread
    outbox: Outbox
    unposted: tuple[Unposted, ...]  # per poster that has answers in vain
    silences: tuple[Silenced, ...]  # that hold now, the one that ends first foremost
    sources: dict[str, int]  # per health
    troubled_sources: tuple[PlaceState, ...]
    troubled_channels: tuple[PlaceState, ...]
    reports_due: tuple[str, ...]  # brands
    queues: tuple[QueueState, ...] = ()  # none where nobody uses workers
    workers: tuple[WorkerState, ...] = ()
    rereading: Rereading | None = None

    @property
    def is_running(self) -> bool:
        return self.last_life_at is not None and self.at - self.last_life_at <= SILENT_AFTER


def gather(session: Session, settings: Settings, schema: str, now: datetime) -> Status:
    """Read the figures; every query is answered by an index or by a table of few rows."""
    healths = backlog.job_healths(session)
    sources = backlog.active_sources(session)
    turns = due_turns(session, settings, sources, now)
    shared = queues.is_used(session)
    return Status(
        at=now,
        schema=schema,
        database_bytes=backlog.bytes_of(session),
        last_life_at=backlog.last_life(session, list(healths.values())),
        last_crash=backlog.last_crash(session, now - CRASHED_WITHIN),
        jobs=tuple(_job(session, name, healths.get(name) or JobHealth(job=name)) for name in (*JOBS, *_parts(healths))),
        unread=backlog.unread(session),
        outbox=backlog.outbox(session, now - FAILED_WITHIN, now),
        unposted=tuple(backlog.unposted(session, now - UNPOSTED_FOR)),
        silences=tuple(_silenced(one) for one in silences.active(session, now)),
        sources=dict(Counter(source.health.value for source in sources)),
        troubled_sources=tuple(
            PlaceState(s.slug, s.health.value, s.failures, s.last_good_at, turns[s.slug][0], s.error)
            for s in sources
            if s.health in _TROUBLED
        ),
        troubled_channels=tuple(
            PlaceState(c.channel, "refused" if c.permanent else "failing", c.failures, c.last_good_at, None, c.error)
            for c in backlog.troubled_channels(session)
            if any(channel.id == c.channel and channel.enabled for channel in settings.channels)
        ),
        reports_due=tuple(brand.id for brand in settings.ours if _is_due(session, settings, brand, now)),
        queues=tuple(queues.queues(session)) if shared else (),
        workers=tuple(queues.workers(session)) if shared else (),
        rereading=_rereading(session),
    )


def _parts(healths: Mapping[str, JobHealth]) -> list[str]:
    """Parts of jobs that fail: one brand, source or channel."""
    return sorted(name for name, health in healths.items() if PART in name and health.failures)


def _rereading(session: Session) -> Rereading | None:
    known = rereading.latest(session)
    if known is None or known.is_over:
        return None
    left = rereading.left(session, known)
    return Rereading(max(known.total, left), left, known.begun_at)


def _silenced(silence: Silence) -> Silenced:
    what = (silence.brand, silence.location, silence.theme, silence.source, silence.language)
    return Silenced(
        ", ".join(one for one in what if one) or "everything", silence.ends_at, silence.actor, silence.reason
    )


def _job(session: Session, name: str, health: JobHealth) -> JobState:
    worked = backlog.last_work(session, name)
    return JobState(name, health.last_good_at, worked, health.failures, health.next_try_at, health.error)


def _is_due(session: Session, settings: Settings, options: BrandOptions, now: datetime) -> bool:
    """Whether the report of last week should be there, is not, and there was something to report on."""
    week = week_of(now, options.zone).before()
    brand = reports.brand_of(session, options.id)
    if brand is None or brand.id is None:
        return False
    if now < due_at(week, options.zone, weekday=settings.report.weekday, hour=settings.report.hour):
        return False
    missing = reports.report_of(session, brand.id, week.monday) is None
    return missing and reports.was_watched(session, brand.id, week.window(options.zone)[1])
