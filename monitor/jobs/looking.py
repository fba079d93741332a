"""Runs one job in a session of its own, records how it went, and says when to try again what failed.

The supervisor and the workers run every job through this: what is recorded, counted and told is the same in both.
"""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from monitor import meters, parent
from monitor.config import Settings
from monitor.errors import TextsNotRead
from monitor.jobs import noting
from monitor.jobs.context import Context, Counters, Progress, silent
from monitor.log import get_logger, run_id, working
from monitor.store.backlog import SILENT_AFTER, TELLING
from monitor.store.database import session_of
from monitor.store.trouble import Trouble, trouble_of

log = get_logger(__name__)

FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(minutes=60)
SOON = timedelta(seconds=5)
QUICK_TRIES = 3
"""As often as a text is tried: when it is still not over then, it is more than one text."""
PART = ":"
"""Between a job's name and that of the brand, source or channel of which its row of JobHealth tells."""
_LONGEST_NAME = 32
"""Of a row of JobHealth."""


class Looking:
    """Looks at jobs for a process; threads may look at the same time, and a lock guards what they note.

    `shared`: other processes do the same jobs, so that how often one failed in a row stands in the database alone.
    """

    def __init__(
        self,
        settings: Settings,
        engine: sa.Engine,
        config_path: Path,
        stopping: Callable[[], bool],
        *,
        shared: bool = False,
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._config_path = config_path
        self._stopping = stopping
        self._shared = shared
        self._lock = threading.Lock()
        self._failures: Counter[str] = Counter()  # in a row, per job: needed while nothing can be written
        self._last_good_at: datetime | None = None  # of any job, noted in the database
        self._told: set[Trouble] = set()

    def run_job(
        self,
        name: str,
        run: Callable[[Context], Counters],
        now: datetime,
        progress: Progress = silent,
        *,
        part: str = "",
    ) -> datetime | None:
        """Run one job in a session of its own; when it fails, say when to try again.

        `part` is one brand, source or channel of many: when it fails, it alone is put off.
        """
        with working(run_id(name, now)), meters.JOB_SECONDS.labels(name).time():
            return self._look(name, run, now, progress, part)

    def _look(
        self, name: str, run: Callable[[Context], Counters], now: datetime, progress: Progress, part: str
    ) -> datetime | None:
        try:
            with session_of(self._engine) as session:
                counters = run(Context(self._settings, session, now, self._config_path, self._stopping, progress))
                session.commit()
        except Exception as error:  # noqa: BLE001 (the one place: a job that fails must not stop the others)
            return self._failed(name, now, error, part)
        self._worked(name, now, counters, part)
        return None

    def _worked(self, name: str, now: datetime, counters: Counters, part: str) -> None:
        meters.JOB_LOOKS.labels(name, "ok").inc()
        kept = self._kept(noting.good, name, now, counters)
        if part and kept:
            self._kept(noting.over, part_name(name, part), now)
        with self._lock:
            self._failures[part_name(name, part)] = 0
            if kept:
                self._last_good_at = now
                self._told.clear()

    def is_well(self, now: datetime) -> bool:
        """As `status` judges, without the database: no job keeps failing, and that one went well could be noted."""
        with self._lock:
            good = self._last_good_at
            if good is None or now - good > SILENT_AFTER:
                return False
            return self._shared or all(number < TELLING for number in self._failures.values())

    def put_off_until(self, name: str, part: str, now: datetime) -> datetime | None:
        """Until when a job that failed somewhere is left alone; None when it may run, or when nobody can say."""
        try:
            with session_of(self._engine) as session:
                again = noting.next_try(session, part_name(name, part))
        except SQLAlchemyError:
            return None  # the job meets it too, and knows what to do about it
        return again if again is not None and now < again <= now + LONGEST_BACK_OFF else None

    def _failed(self, name: str, now: datetime, error: Exception, part: str) -> datetime:
        """Log a failure and keep it; how soon to try again depends on what it was."""
        trouble = trouble_of(error)
        self._tell(name, error, trouble, part)
        meters.JOB_LOOKS.labels(name, "put off" if trouble is Trouble.BUSY else "failed").inc()
        if trouble is Trouble.BUSY:
            return now + SOON
        failures = self._failures_with_this(part_name(name, part))
        again = now + wait_after(error, failures)
        self._kept(noting.failure, name, now, error, failures, again, part_name(name, part))
        return again

    def _failures_with_this(self, name: str) -> int:
        stored = self._stored_failures(name) if self._shared else None
        with self._lock:
            self._failures[name] = (self._failures[name] if stored is None else stored) + 1
            return self._failures[name]

    def _stored_failures(self, name: str) -> int | None:
        try:
            with session_of(self._engine) as session:
                return noting.failures(session, name)
        except SQLAlchemyError:
            return None

    def note_crash(self, name: str, now: datetime) -> None:
        """Keep how the process ended in whose place this one was started."""
        ended = parent.last_end()
        if ended:
            self._kept(noting.crash, name, now, ended)

    def _kept(self, record: Callable[..., None], name: str, now: datetime, *facts: object) -> bool:
        """Write how a job went; where that cannot be written, the process goes on with what it has in memory."""
        try:
            try:
                self._keep(record, name, now, *facts)
            except IntegrityError:  # another one made the same row at the same moment
                self._keep(record, name, now, *facts)
        except SQLAlchemyError as error:
            self._tell(name, error, trouble_of(error), "")
            return False
        return True

    def _keep(self, record: Callable[..., None], name: str, now: datetime, *facts: object) -> None:
        with session_of(self._engine) as session:
            record(session, name, now, *facts)

    def _tell(self, name: str, error: Exception, trouble: Trouble | None, part: str) -> None:
        """Log an error: what we do not know with its traceback, what people can mend once and with the remedy."""
        about = {"job": name, "part": part} if part else {"job": name}
        if trouble is None:
            log.error("job failed", **about, exc_info=error)
        elif trouble is Trouble.BUSY:
            log.warning("job put off", **about, because=str(trouble))
        elif self._is_news(trouble):
            log.error("job failed", **about, error=str(trouble), remedy=trouble.remedy)
        else:
            log.warning("job failed", **about, error=str(trouble))

    def _is_news(self, trouble: Trouble) -> bool:
        with self._lock:
            told = trouble in self._told
            self._told.add(trouble)
            return not told


def part_name(name: str, part: str) -> str:
    """How the row of JobHealth is called that keeps how one part of a job does; of a long one, its begin and a sum."""
    whole = f"{name}{PART}{part}" if part else name
    if len(whole) <= _LONGEST_NAME:
        return whole
    return f"{whole[: _LONGEST_NAME - 9]}~{blake2b(whole.encode(), digest_size=4).hexdigest()}"


def parts_of(settings: Settings) -> set[str]:
    """The rows of all parts that there are: sources, brands and channels of the config."""
    parts = {"crawl": settings.sources, "detect": settings.brands, "alert": settings.channels}
    return {part_name(name, one.id) for name, found in parts.items() for one in found}


def wait_after(error: Exception, failures: int) -> timedelta:
    """1, 2, 4 … 60 minutes; not so long after a text that cannot be read, since it is set aside after three tries, and
    while the database is in trouble: as soon as people have mended it, warnings that wait there are to go out.
    """
    if trouble_of(error) is not None:
        return FIRST_BACK_OFF
    if isinstance(error, TextsNotRead) and failures <= QUICK_TRIES:
        return SOON
    return min(FIRST_BACK_OFF * 2.0 ** min(failures - 1, 6), LONGEST_BACK_OFF)
