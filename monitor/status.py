"""How the monitor is doing, from the database alone: jobs, what waits, what is in trouble; cheap at any size."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from monitor.clock import spoken_duration
from monitor.config import BrandOptions, Settings
from monitor.jobs import JOBS
from monitor.models import JobHealth, SourceHealth
from monitor.reports.weeks import due_at, week_of
from monitor.store import backlog, reports
from monitor.store.backlog import SILENT_AFTER, TELLING, Outbox, Unread
from monitor.store.sources import turns as due_turns
from monitor.verdict import State, Verdict, fails, ok, spoken_size, warning

MANY_SET_ASIDE = 10
"""A few texts that no model can read are no trouble; more of them are the model's."""
FAILED_WITHIN = timedelta(days=7)
CRASHED_WITHIN = timedelta(days=1)
LATE = timedelta(minutes=30)
"""So long a message or a change may wait before it is worth a warning."""
_TROUBLED = (
    SourceHealth.FAILING,
    SourceHealth.BLOCKED,
    SourceHealth.CHANGED,
    SourceHealth.SPENT,
    SourceHealth.RESTING,
    SourceHealth.QUIET,
)
_SPARED = {SourceHealth.SPENT: "quota spent", SourceHealth.RESTING: "resting"}
"""Left alone for a while, which is no failure."""
_REMEDIES = {
    SourceHealth.CHANGED: "update Emberwatch; until a version reads the new form, import its texts from files",
}


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
    sources: dict[str, int]  # per health
    troubled_sources: tuple[PlaceState, ...]
    troubled_channels: tuple[PlaceState, ...]
    reports_due: tuple[str, ...]  # brands

    @property
    def is_running(self) -> bool:
        return self.last_life_at is not None and self.at - self.last_life_at <= SILENT_AFTER


def gather(session: Session, settings: Settings, schema: str, now: datetime) -> Status:
    """Read the figures; every query is answered by an index or by a table of few rows."""
    healths = backlog.job_healths(session)
    sources = backlog.active_sources(session)
    turns = due_turns(session, settings, sources, now)
    return Status(
        at=now,
        schema=schema,
        database_bytes=backlog.bytes_of(session),
        last_life_at=backlog.last_life(session, list(healths.values())),
        last_crash=backlog.last_crash(session, now - CRASHED_WITHIN),
        jobs=tuple(_job(session, name, healths.get(name) or JobHealth(job=name)) for name in JOBS),
        unread=backlog.unread(session),
        outbox=backlog.outbox(session, now - FAILED_WITHIN),
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
        reports_due=tuple(brand.id for brand in settings.brands if _is_due(session, settings, brand, now)),
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


def as_json(status: Status) -> dict[str, Any]:
    """The figures as plain values; ages in seconds, times as ISO 8601 in UTC."""

    def age(moment: datetime | None) -> int | None:
        return None if moment is None else int((status.at - moment).total_seconds())

    return {
        "at": status.at.isoformat(),
        "healthy": not any(verdict.state is State.FAILS for verdict in verdicts(status)),
        "running": status.is_running,
        "last_life_age_seconds": age(status.last_life_at),
        "last_crash_age_seconds": age(status.last_crash[0] if status.last_crash else None),
        "schema": status.schema,
        "database_bytes": status.database_bytes,
        "mentions_waiting": status.unread.waiting,
        "mentions_waiting_age_seconds": age(status.unread.since),
        "mentions_set_aside": status.unread.set_aside,
        "changes_unrouted": status.outbox.unrouted,
        "changes_unrouted_age_seconds": age(status.outbox.unrouted_since),
        "alerts_owed": status.outbox.owed,
        "alerts_owed_age_seconds": age(status.outbox.owed_since),
        f"alerts_failed_in_{FAILED_WITHIN.days}_days": status.outbox.failed,
        "sources": status.sources,
        "reports_due": list(status.reports_due),
        "jobs": [_plain(asdict(job)) for job in status.jobs],
        "troubled_sources": [_plain(asdict(source)) for source in status.troubled_sources],
        "troubled_channels": [_plain(asdict(channel)) for channel in status.troubled_channels],
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def verdicts(status: Status) -> Iterator[Verdict]:
    """The same in words, one line each; what needs a person fails."""
    yield _monitor(status)
    if status.last_crash is not None:
        at, words = status.last_crash
        yield warning("jobs", "crash", f"started anew {_ago(status, at)}: {words}")
    for job in status.jobs:
        yield _of_job(status, job)
    yield from _reading(status)
    yield from _telling(status)
    yield _listening(status)
    for source in status.troubled_sources:
        yield _of_source(status, source)
    for channel in status.troubled_channels:
        yield _of_channel(status, channel)
    yield _reporting(status)
    yield ok("database", "database", f"schema {status.schema}, {spoken_size(status.database_bytes)}")


def _monitor(status: Status) -> Verdict:
    if status.is_running:
        return ok("jobs", "monitor", f"runs; last sign of life {_ago(status, status.last_life_at)}")
    if status.last_life_at is None:
        return fails("jobs", "monitor", "has never run on this database", "start `emberwatch run`")
    found = f"does not run: last sign of life {_ago(status, status.last_life_at)}"
    return fails("jobs", "monitor", found, "start `emberwatch run`")


def _of_job(status: Status, job: JobState) -> Verdict:
    good = f"last good {_ago(status, job.last_good_at)}" if job.last_good_at else "no good run yet"
    if not job.failures:
        work = f", last work {_ago(status, job.last_work_at)}" if job.last_work_at else ""
        return ok("jobs", f"job {job.job}", f"{good}{work}")
    found = f"failed {_times(job.failures)} in a row, {good}, next try {_ahead(status, job.next_try_at)}: {job.error}"
    if job.failures < TELLING:
        return warning("jobs", f"job {job.job}", found)
    return fails("jobs", f"job {job.job}", found, "`emberwatch check` looks for the cause; the log has the details")


def _reading(status: Status) -> Iterator[Verdict]:
    unread = status.unread
    waits = f"{_number(unread.waiting, 'mention')} to be read"
    since = f", the longest waits for {_span(status, unread.since)}" if unread.since else ""
    yield ok("mentions", "reading", f"{waits}{since}")
    if unread.set_aside:
        found = f"{_number(unread.set_aside, 'mention')} set aside after three tries"
        remedy = "`emberwatch analyse --again` tries them anew"
        build = fails if unread.set_aside >= MANY_SET_ASIDE else warning
        yield build("mentions", "set aside", found, remedy)


def _telling(status: Status) -> Iterator[Verdict]:
    outbox = status.outbox
    times = [at for at in (outbox.unrouted_since, outbox.owed_since) if at is not None]
    late = bool(times) and status.at - min(times) > LATE
    found = f"{_number(outbox.unrouted, 'change')} to be routed, {_number(outbox.owed, 'alert')} owed"
    found += f", the oldest since {_span(status, min(times))}" if times else ""
    yield warning("alerts", "telling", found) if late else ok("alerts", "telling", found)
    if outbox.failed:
        found = f"{_number(outbox.failed, 'alert')} given up in the last {FAILED_WITHIN.days} days"
        yield fails(
            "alerts", "given up", found, "`emberwatch check --only channels`; the incidents are in the dashboard"
        )


def _listening(status: Status) -> Verdict:
    if not status.sources:
        return warning("sources", "sources", "none is watched", "add sources to the config")
    counts = [f"{status.sources[health]} {health}" for health in SourceHealth if health in status.sources]
    build = warning if status.troubled_sources else ok
    return build("sources", "sources", ", ".join(counts))


def _of_source(status: Status, source: PlaceState) -> Verdict:
    subject, good = f"source {source.name}", f"last good {_ago(status, source.last_good_at)}"
    if source.health == SourceHealth.QUIET:
        return warning("sources", subject, f"quiet: {source.error or good}")
    if source.health in _SPARED:
        again = f"{good}, asked again {_ahead(status, source.next_try_at)}"
        return warning("sources", subject, f"{_SPARED[SourceHealth(source.health)]}: {source.error}; {again}")
    what = "format changed, tried" if source.health == SourceHealth.CHANGED else source.health
    found = f"{what} {_times(source.failures)}, {good}, next try {_ahead(status, source.next_try_at)}"
    found += f": {source.error}"
    if source.failures < TELLING:
        return warning("sources", subject, found)
    remedy = _REMEDIES.get(SourceHealth(source.health), "`emberwatch check --only sources` says what to do")
    return fails("sources", subject, found, remedy)


def _of_channel(status: Status, channel: PlaceState) -> Verdict:
    subject = f"channel {channel.name}"
    found = f"{channel.health}, {_times(channel.failures)} in a row, last good {_ago(status, channel.last_good_at)}"
    found += f": {channel.error}"
    if channel.failures < TELLING and channel.health != "refused":
        return warning("channels", subject, found)
    return fails("channels", subject, found, "`emberwatch check --only channels` says what to do")


def _reporting(status: Status) -> Verdict:
    if not status.reports_due:
        return ok("reports", "reports", "none is due")
    found = f"due and not made yet: {', '.join(status.reports_due)}"
    return warning("reports", "reports", found) if status.is_running else ok("reports", "reports", found)


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return f"{number} time{'' if number == 1 else 's'}"


def _ago(status: Status, moment: datetime | None) -> str:
    if moment is None:
        return "never"
    age = status.at - moment
    return "just now" if age < timedelta(minutes=1) else f"{spoken_duration(age)} ago"


def _span(status: Status, moment: datetime) -> str:
    return spoken_duration(status.at - moment)


def _ahead(status: Status, moment: datetime | None) -> str:
    if moment is None or moment <= status.at:
        return "now"
    return f"in {spoken_duration(moment - status.at)}"
