"""One process, one loop: runs each job when it is due, records how it went, and backs off a job that fails."""

import importlib
import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import sqlalchemy as sa
from sqlmodel import Session

from monitor.clock import utcnow
from monitor.config import Settings
from monitor.jobs import JOBS, crawl
from monitor.jobs.context import WAITING, Context, Counters, Progress, silent
from monitor.log import get_logger
from monitor.models import JobHealth, Run, RunOutcome
from monitor.store.database import session_of

log = get_logger(__name__)

TICK_SECONDS = 0.5
LONGEST_BACK_OFF = timedelta(minutes=60)
EVERY = {
    "crawl": timedelta(seconds=1),  # starts what is due and collects what has ended
    "analyse": timedelta(seconds=1),
    "alert": timedelta(seconds=2),
    "answer": timedelta(seconds=10),
    "report": timedelta(minutes=1),
    "prune": timedelta(minutes=10),
}
"""How often each job looks for work; detect is set in the config."""


class Stop:
    """Turns SIGTERM and Ctrl-C into a wish to stop; a second one leaves at once."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self._event.is_set():
            raise SystemExit(128 + number)
        self._event.set()

    def __call__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


@dataclass
class Scheduled:
    """A job and when it is due next."""

    name: str
    run: Callable[[Context], Counters]
    every: timedelta
    due_at: datetime


def schedule(settings: Settings, now: datetime, pool: crawl.Pool) -> list[Scheduled]:
    """All jobs in order, due at once; crawls go on in the pool while the other jobs have their turn."""
    every = {**EVERY, "detect": settings.detection.every}
    runs = {name: importlib.import_module(f"monitor.jobs.{name}").run for name in JOBS}
    runs["crawl"] = partial(crawl.run, pool=pool)
    return [Scheduled(name, runs[name], every[name], now) for name in JOBS]


class Supervisor:
    """The loop of `emberwatch run`."""

    def __init__(self, settings: Settings, engine: sa.Engine, config_path: Path, stop: Stop) -> None:
        self._settings = settings
        self._engine = engine
        self._config_path = config_path
        self._stop = stop

    def loop(self, now: Callable[[], datetime] = utcnow) -> None:
        """Run until asked to stop; the item in work is finished first."""
        pool = crawl.Pool()
        jobs = schedule(self._settings, now(), pool)
        try:
            while not self._stop():
                for job in jobs:
                    if job.due_at <= now() and not self._stop():
                        job.due_at = self.run_job(job.name, job.run, now()) or now() + job.every
                self._stop.wait(TICK_SECONDS)
        finally:
            pool.stop()
        log.info("stopped")

    def run_job(
        self, name: str, run: Callable[[Context], Counters], now: datetime, progress: Progress = silent
    ) -> datetime | None:
        """Run one job in a session of its own; when it fails, say when to try again."""
        with session_of(self._engine) as session:
            context = Context(self._settings, session, now, self._config_path, self._stop, progress)
            try:
                counters = run(context)
                session.commit()
            except Exception as error:
                session.rollback()
                log.exception("job failed", job=name)
                return _record_failure(session, name, now, error)
            _record_good(session, name, now, counters)
        return None


def _record_good(session: Session, name: str, now: datetime, counters: Counters) -> None:
    """Keep the Run of a job that did something; an idle look leaves only the time."""
    counters = Counter({key: number for key, number in counters.items() if not key.startswith(WAITING)})
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


def _record_failure(session: Session, name: str, now: datetime, error: Exception) -> datetime:
    """Keep the failed Run and the time of the next try: 1, 2, 4 … 60 minutes."""
    health = session.get(JobHealth, name) or JobHealth(job=name)
    health.failures += 1
    health.error = f"{type(error).__name__}: {error}"[:500]
    health.next_try_at = now + min(timedelta(minutes=2 ** min(health.failures - 1, 6)), LONGEST_BACK_OFF)
    session.add(health)
    session.add(
        Run(
            job=name,
            started_at=now,
            ended_at=utcnow(),
            outcome=RunOutcome.FAILED,
            counters=dict(Counter()),
            error=health.error,
        )
    )
    session.commit()
    return health.next_try_at
