"""One process: runs each job when it is due, records how it went, and backs off a job that fails.

Alerts have a thread of their own, so that a long look of another job delays no warning; all else is one loop.
"""

import importlib
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor import parent
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import TextsNotRead
from monitor.jobs import JOBS, alert, answer, crawl, noting, receive
from monitor.jobs.context import Context, Counters, Progress, silent
from monitor.jobs.heartbeat import Heartbeat
from monitor.jobs.outbox import Outbox
from monitor.log import get_logger
from monitor.store import outbox
from monitor.store.backlog import SILENT_AFTER, TELLING
from monitor.store.database import session_of
from monitor.store.trouble import Trouble, trouble_of

log = get_logger(__name__)

TICK_SECONDS = 0.5
ALERTS = "alert"
ALERT_TICK_SECONDS = 0.25
"""How often the alerts' own thread asks if something waits; all else that it does, as often as EVERY says."""
BUSY_TICK_SECONDS = 0.02
"""The same, while there was something to do a moment ago."""
SAME_WISH_SECONDS = 1.0
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(minutes=60)
SOON = timedelta(seconds=5)
QUICK_TRIES = 3
"""As often as a text is tried: when it is still not over then, it is more than one text."""
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


class Stop:
    """Turns SIGTERM and Ctrl-C into a wish to stop; a second one leaves at once.

    A second one within a second is the same wish: a service manager tells all processes of a service, and the guardian
    hands on what it hears.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._heard_at = 0.0

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self._event.is_set() and time.monotonic() - self._heard_at > SAME_WISH_SECONDS:
            raise SystemExit(128 + number)
        if not self._event.is_set():
            self._heard_at = time.monotonic()
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
    """The loop of `emberwatch run`, and the thread of the alerts beside it; a lock guards what both of them note."""

    def __init__(self, settings: Settings, engine: sa.Engine, config_path: Path, stop: Stop) -> None:
        self._settings = settings
        self._engine = engine
        self._config_path = config_path
        self._stop = stop
        self._lock = threading.Lock()
        self._failures: Counter[str] = Counter()  # in a row, per job: needed while nothing can be written
        self._last_good_at: datetime | None = None  # of any job, noted in the database
        self._alerts_at: datetime | None = None  # when their thread last went round
        self._heartbeat = Heartbeat(settings.heartbeat)
        self._told: set[Trouble] = set()

    def loop(self, now: Callable[[], datetime] = utcnow) -> None:
        """Run until asked to stop; the items in work, and the messages on their way, are finished first."""
        self._note_crash(now())
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

    def _note_crash(self, now: datetime) -> None:
        """Keep how the monitor ended in whose place this one was started."""
        ended = parent.last_end()
        if ended:
            self._kept(noting.crash, "run", now, ended)

    def run_job(
        self, name: str, run: Callable[[Context], Counters], now: datetime, progress: Progress = silent
    ) -> datetime | None:
        """Run one job in a session of its own; when it fails, say when to try again."""
        try:
            with session_of(self._engine) as session:
                counters = run(Context(self._settings, session, now, self._config_path, self._stop, progress))
                session.commit()
        except Exception as error:  # noqa: BLE001 (the one place: a job that fails must not stop the others)
            return self._failed(name, now, error)
        self._worked(name, now, counters)
        return None

    def _worked(self, name: str, now: datetime, counters: Counters) -> None:
        kept = self._kept(noting.good, name, now, counters)
        with self._lock:
            self._failures[name] = 0
            if kept:
                self._last_good_at = now
                self._told.clear()

    def is_well(self, now: datetime) -> bool:
        """As `status` judges, without the database: no job keeps failing, and that one went well could be noted.

        Nor does the thread of the alerts hang: that the others go on is no sign of life of the whole.
        """
        with self._lock:
            good, alerts = self._last_good_at, self._alerts_at
            if good is None or now - good > SILENT_AFTER or (alerts and now - alerts > SILENT_AFTER):
                return False
            return all(number < TELLING for number in self._failures.values())

    def _failed(self, name: str, now: datetime, error: Exception) -> datetime:
        """Log a failure and keep it; how soon to try again depends on what it was."""
        trouble = trouble_of(error)
        self._tell(name, error, trouble)
        if trouble is Trouble.BUSY:
            return now + SOON
        with self._lock:
            self._failures[name] += 1
            failures = self._failures[name]
        again = now + _wait(error, failures)
        self._kept(noting.failure, name, now, error, failures, again)
        return again

    def _kept(self, record: Callable[..., None], name: str, now: datetime, *facts: object) -> bool:
        """Write how a job went; where that cannot be written, the loop goes on with what it has in memory."""
        try:
            with session_of(self._engine) as session:
                record(session, name, now, *facts)
        except SQLAlchemyError as error:
            self._tell(name, error, trouble_of(error))
            return False
        return True

    def _tell(self, name: str, error: Exception, trouble: Trouble | None) -> None:
        """Log an error: what we do not know with its traceback, what people can mend once and with the remedy."""
        if trouble is None:
            log.error("job failed", job=name, exc_info=error)
        elif trouble is Trouble.BUSY:
            log.warning("job put off", job=name, because=str(trouble))
        elif self._is_news(trouble):
            log.error("job failed", job=name, error=str(trouble), remedy=trouble.remedy)
        else:
            log.warning("job failed", job=name, error=str(trouble))

    def _is_news(self, trouble: Trouble) -> bool:
        with self._lock:
            told = trouble in self._told
            self._told.add(trouble)
            return not told


def _wait(error: Exception, failures: int) -> timedelta:
    """1, 2, 4 … 60 minutes; not so long after a text that cannot be read, since it is set aside after three tries, and
    while the database is in trouble: as soon as people have mended it, warnings that wait there are to go out.
    """
    if trouble_of(error) is not None:
        return FIRST_BACK_OFF
    if isinstance(error, TextsNotRead) and failures <= QUICK_TRIES:
        return SOON
    return min(FIRST_BACK_OFF * 2.0 ** min(failures - 1, 6), LONGEST_BACK_OFF)
