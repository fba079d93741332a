"""Writes once a minute what came through the doors of the reception, and that they stood open."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.doors.door import DoorOptions
from monitor.errors import ConfigError
from monitor.jobs import receive
from monitor.log import get_logger
from monitor.models import RunOutcome
from monitor.store import runs, sources
from monitor.store.database import session_of
from monitor.store.trouble import words_of

log = get_logger(__name__)


class Tally:
    """What was counted since the last minute, by door. Counted in many threads, written by one."""

    def __init__(self, doors: Iterable[DoorOptions], opened_at: datetime) -> None:
        self._doors = tuple(doors)
        self._since = opened_at
        self._counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._lock = threading.Lock()

    def count(self, door: str, counters: Counter[str]) -> None:
        with self._lock:
            self._counted[door] += counters

    def write(self, engine: sa.Engine, now: datetime) -> None:
        """Keep a Run of each door that something came through; each is known until now. What fails is tried again."""
        with self._lock:
            counted, self._counted = self._counted, defaultdict(Counter)
        for door in self._doors:
            try:
                self._write(engine, door, counted.pop(door.id, Counter()), now)
            except (SQLAlchemyError, ConfigError) as error:
                log.warning("door not noted", door=door.id, error=words_of(error) or type(error).__name__)
                return
        self._since = now

    def _write(self, engine: sa.Engine, door: DoorOptions, counters: Counter[str], now: datetime) -> None:
        with session_of(engine) as session:
            source = sources.by_slug(session, door.id)
            if source is not None and counters:
                run = runs.start(session, "receive", now=self._since, source_id=source.id)
                runs.finish(session, run, now=now, outcome=RunOutcome.OK, counters=counters)
            receive.heard(session, door, now, since=self._since)
