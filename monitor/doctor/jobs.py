"""Looks at how the jobs did when they last ran, as the database tells."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import spoken_duration
from monitor.doctor.area import Area
from monitor.errors import ConfigError
from monitor.models import JobHealth
from monitor.store import backlog
from monitor.store.backlog import SILENT_AFTER, TELLING
from monitor.store.database import file_of, open_database, schema_of, session_of
from monitor.verdict import Verdict, fails, ok, skipped, warning


def examine(url: str, now: datetime) -> Iterator[Verdict]:
    """A verdict per job that fails, and one on the whole; nothing where there is no current database."""
    try:
        file = file_of(url)
        if file is not None and not file.exists():
            yield skipped(Area.JOBS, "jobs", "never ran: there is no database yet")
            return
        yield from _told(open_database(url), now)
    except (SQLAlchemyError, ConfigError, ImportError):
        yield skipped(Area.JOBS, "jobs", "not looked at: the database does not answer")


def _told(engine: sa.Engine, now: datetime) -> Iterator[Verdict]:
    try:
        if not schema_of(engine).is_current:
            yield skipped(Area.JOBS, "jobs", "not looked at: the schema is not this version's")
            return
        with session_of(engine) as session:
            healths = list(backlog.job_healths(session).values())
            yield from judge(healths, backlog.last_life(session, healths), now)
    finally:
        engine.dispose()


def judge(healths: list[JobHealth], last_life: datetime | None, now: datetime) -> Iterator[Verdict]:
    """The jobs that fail, then whether the monitor runs."""
    for health in healths:
        if health.failures:
            again = f"tried again at {health.next_try_at:%H:%M} UTC" if health.next_try_at else "tried again soon"
            found = f"failed {health.failures} time{'' if health.failures == 1 else 's'} in a row: {health.error}"
            build = fails if health.failures >= TELLING else warning
            yield build(Area.JOBS, f"job {health.job}", found, f"{again}; the log of that time says more")
    if last_life is None:
        yield skipped(Area.JOBS, "jobs", "never ran: start `emberwatch run`")
    elif now - last_life > SILENT_AFTER:
        found = f"the monitor does not run: last sign of life {spoken_duration(now - last_life)} ago"
        yield warning(Area.JOBS, "jobs", found, "start `emberwatch run`")
    elif not any(health.failures for health in healths):
        yield ok(Area.JOBS, "jobs", f"all {len(healths)} work; last sign of life {_ago(now - last_life)}")


def _ago(age: timedelta) -> str:
    return f"{spoken_duration(age)} ago" if age > timedelta(minutes=1) else "just now"
