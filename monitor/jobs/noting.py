"""What the database keeps of how each job went: a Run of what did something or failed, and the job's health."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from monitor.clock import utcnow
from monitor.jobs.context import WAITING, Counters
from monitor.log import get_logger
from monitor.models import JobHealth, Run, RunOutcome
from monitor.secret import hide
from monitor.store.trouble import words_of

log = get_logger(__name__)


def good(session: Session, name: str, now: datetime, counters: Counters) -> None:
    """Keep the Run of a job that did something; an idle look leaves only the time."""
    counters = Counter({key: number for key, number in counters.items() if number and not key.startswith(WAITING)})
    health = session.get(JobHealth, name) or JobHealth(job=name)
    if not counters and health.failures == 0 and _is_recent(health.last_good_at, now):
        return
    health.failures, health.error, health.last_good_at, health.next_try_at = 0, "", now, None
    session.add(health)
    if counters:
        session.add(Run(job=name, started_at=now, ended_at=utcnow(), outcome=RunOutcome.OK, counters=dict(counters)))
        log.info("job done", job=name, **{key.replace(" ", "_"): n for key, n in counters.items()})
    session.commit()


def _is_recent(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(minutes=1)


def over(session: Session, name: str, now: datetime) -> None:
    """A part of a job that failed works again."""
    health = session.get(JobHealth, name)
    if health is not None and health.failures:
        health.failures, health.error, health.last_good_at, health.next_try_at = 0, "", now, None
        session.add(health)
        session.commit()


def forget_parts(session: Session, known: Collection[str], mark: str) -> int:
    """Remove what is kept of parts that are no more, whose names have that mark; how many."""
    kept = session.exec(select(JobHealth).where(col(JobHealth.job).contains(mark, autoescape=True)))
    gone = [health for health in kept if health.job not in known]
    for health in gone:
        session.delete(health)
    return len(gone)


def failures(session: Session, name: str) -> int:
    """How often in a row a job, or a part of one, failed."""
    health = session.get(JobHealth, name)
    return health.failures if health is not None else 0


def next_try(session: Session, name: str) -> datetime | None:
    """When a job that fails is tried again; None when it does not fail."""
    health = session.get(JobHealth, name)
    return health.next_try_at if health is not None and health.failures else None


def failure(
    session: Session,
    name: str,
    now: datetime,
    error: Exception,
    failures: int,
    next_try_at: datetime,
    part: str = "",
) -> None:
    """Keep the failed Run, how often in a row, and the time of the next try; `part` is the row of a part."""
    health = session.get(JobHealth, part or name) or JobHealth(job=part or name)
    health.failures, health.next_try_at = failures, next_try_at
    health.error = (words_of(error) or hide(f"{type(error).__name__}: {error}"))[:500]
    session.add(health)
    session.add(_failed_run(name, now, health.error))
    session.commit()


def _failed_run(name: str, started_at: datetime, error: str) -> Run:
    return Run(job=name, started_at=started_at, ended_at=utcnow(), outcome=RunOutcome.FAILED, counters={}, error=error)


def crash(session: Session, name: str, now: datetime, ended: str) -> None:
    session.add(_failed_run(name, now, f"the monitor {ended}"))
    session.commit()
