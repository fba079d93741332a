"""One process: runs each job when it is due, records how it went, and backs off a job that fails.

Alerts have a thread of their own, so that a long look of another job delays no warning; all else is one loop.
"""

import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import utcnow
from monitor.config import Settings
from monitor.jobs import JOBS, alert, answer, crawl, receive
from monitor.jobs.context import Context, Counters, Progress, silent
from monitor.jobs.heartbeat import Heartbeat
from monitor.jobs.looking import SOON, Looking
from monitor.jobs.outbox import Outbox
from monitor.jobs.stop import Stop
from monitor.log import get_logger
from monitor.store import outbox
from monitor.store.backlog import SILENT_AFTER
from monitor.store.database import session_of

__all__ = ["SOON", "Scheduled", "Stop", "Supervisor", "schedule"]

log = get_logger(__name__)

TICK_SECONDS = 0.5
ALERTS = "alert"
ALERT_TICK_SECONDS = 0.25
"""How often the alerts' own thread asks if something waits; all else that it does, as often as EVERY says."""
BUSY_TICK_SECONDS = 0.02
"""The same, while there was something to do a moment ago."""
EVERY = {
    "crawl": timedelta(seconds=1),  # starts what is due and collects what has ended
    "receive": timedelta(seconds=1),  # looks at the doors whose time has come
    "analyse": timedelta(seconds=1),
    "alert": timedelta(seconds=2),
    "answer": timedelta(seconds=10),
    "report": timedelta(minutes=1),
    "prune": timedelta(minutes=10),
}
"""How often each job looks for work; detect is set in the config."""


@dataclass
class Scheduled:
    """A job and when it is due next."""

    name: str
    run: Callable[[Context], Counters]
    every: timedelta
    due_at: datetime
    looked_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Also when the clock was set back since the last look: the time it was due at may be hours away now."""
        return self.due_at <= now or (self.looked_at is not None and now < self.looked_at)


def schedule(
    settings: Settings, now: datetime, pool: crawl.Pool, looks: alert.Looks | None = None
) -> list[Scheduled]:  # fmt: skip
    """All jobs in order, due at once; crawls go on in the pool while the other jobs have their turn."""
    every = {**EVERY, "detect": settings.detection.every}
    runs = {name: importlib.import_module(f"monitor.jobs.{name}").run for name in JOBS}
    runs["crawl"] = partial(crawl.run, pool=pool)
    runs[ALERTS] = partial(alert.run, looks=looks or alert.Looks())
    runs["receive"] = partial(receive.run, looks=receive.Looks())
    runs["answer"] = partial(answer.run, looks=answer.Looks())
    return [Scheduled(name, runs[name], every[name], now) for name in JOBS]


class Supervisor:
    """The loop of `emberwatch run`, and the thread of the alerts beside it; both note how jobs went."""

    def __init__(self, settings: Settings, engine: sa.Engine, config_path: Path, stop: Stop) -> None:
        self._settings = settings
        self._engine = engine
        self._stop = stop
        self._looking = Looking(settings, engine, config_path, stop)
        self._alerts_at: datetime | None = None  # when their thread last went round
        self._heartbeat = Heartbeat(settings.heartbeat)

    def loop(self, now: Callable[[], datetime] = utcnow) -> None:
        """Run until asked to stop; the items in work, and the messages on their way, are finished first."""
        self._looking.note_crash("run", now())
        pool, looks = crawl.Pool(), alert.Looks()
        jobs = schedule(self._settings, now(), pool, looks)
        alerts = partial(self._alert_thread, next(job for job in jobs if job.name == ALERTS), looks, now)
        others = [job for job in jobs if job.name != ALERTS]
        thread = alerts()
        try:
            while not self._stop():
                for job in others:
                    if job.is_due(now()) and not self._stop():
                        job.looked_at = now()
                        job.due_at = self.run_job(job.name, job.run, now()) or now() + job.every
                if not thread.is_alive() and not self._stop():
                    log.error("the thread of the alerts ended and is started again")
                    thread = alerts()
                self._heartbeat.beat(well=self.is_well(now()), now=now())
                self._stop.wait(TICK_SECONDS)
        finally:
            pool.stop()
        thread.join()  # not after a second wish to stop, which leaves at once
        log.info("stopped")

    def _alert_thread(self, job: Scheduled, looks: alert.Looks, now: Callable[[], datetime]) -> threading.Thread:
        thread = threading.Thread(target=self._alert_loop, args=(job, looks, now), name=ALERTS, daemon=True)
        thread.start()
        return thread

    def _alert_loop(self, job: Scheduled, looks: alert.Looks, now: Callable[[], datetime]) -> None:
        """Look for alerts whenever there may be some; at last, store what becomes of those on their way."""
        backs_off = did_something = False

        def run(context: Context) -> Counters:
            nonlocal did_something
            counters = job.run(context)
            did_something = bool(counters)
            return counters

        while not self._stop():
            self._alerts_at = now()
            did_something = False
            if job.is_due(now()) or (not backs_off and self._is_work(looks, now())):
                job.looked_at = now()
                again = self.run_job(job.name, run, now())
                backs_off, job.due_at = again is not None, again or now() + job.every
            self._stop.wait(BUSY_TICK_SECONDS if did_something else ALERT_TICK_SECONDS)
        if looks.sends:
            self.run_job(job.name, lambda context: Outbox(context, looks.sends).run(), now())

    def _is_work(self, looks: alert.Looks, now: datetime) -> bool:
        """Whether a look would find something to do, as far as can be told without one."""
        if looks.sends.has_ended or looks.updates.has_ended:
            return True
        try:
            with session_of(self._engine) as session:
                return outbox.is_work(session, now, looks.setbacks.changes(now))
        except SQLAlchemyError:
            return True  # the job meets it too, and knows what to do about it

    def run_job(
        self, name: str, run: Callable[[Context], Counters], now: datetime, progress: Progress = silent
    ) -> datetime | None:
        """Run one job in a session of its own; when it fails, say when to try again."""
        return self._looking.run_job(name, run, now, progress)

    def is_well(self, now: datetime) -> bool:
        """As `status` judges, without the database; nor does the thread of the alerts hang.

        That the others go on is no sign of life of the whole.
        """
        alerts = self._alerts_at
        return self._looking.is_well(now) and not (alerts and now - alerts > SILENT_AFTER)
