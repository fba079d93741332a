"""Keeps a piece of the alerts that fails from stopping the rest: it is tried again, and the operator is told."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session

from monitor.alerting.shown import presentable
from monitor.errors import PartFailed
from monitor.facts import Message, Severity
from monitor.jobs import operator
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.store import alerts

log = get_logger(__name__)

KEY = "alerts"
"""How the keys of the messages about it begin."""
CHANGE = "change "
"""How the names of such pieces begin; the number of the change follows."""
FAILED = "failed pieces"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=60)
TELL_AFTER = 3  # failures in a row of one piece: fewer end by themselves as a rule
MOST_AT_ONCE = 20
"""New failures in one look: when everything fails, what can be sent has its turn before the rest is tried."""


@contextmanager
def apart(session: Session) -> Iterator[None]:
    """Undo what is done within when it fails, and say so by PartFailed; what the database cannot do passes as it is."""
    done = False
    try:
        yield
        done = True
    finally:
        error = None if done else _own_fault()
        if error is not None:
            session.rollback()
            raise PartFailed(type(error).__name__) from error


def _own_fault() -> Exception | None:
    """The error that is passing by, unless it is one of the database or the process is to end."""
    error = sys.exception()
    of_database = isinstance(error, (OperationalError, InterfaceError))
    return error if isinstance(error, Exception) and not of_database else None


class Setbacks:
    """Pieces that failed, by name: how often in a row, and when each is tried again; after a start all are tried."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()
        self._again: dict[str, datetime] = {}
        self._errors: dict[str, str] = {}

    def is_put_off(self, name: str, now: datetime) -> bool:
        """Whether it failed a short while ago; not when the clock was set back since."""
        again = self._again.get(name)
        return again is not None and now < again <= now + LONGEST_WAIT

    def changes(self, now: datetime) -> list[int]:
        """The changes that cannot be decided about and wait for their next try."""
        waiting = (name for name in self._again if self.is_put_off(name, now))
        return [int(name.removeprefix(CHANGE)) for name in waiting if name.startswith(CHANGE)]

    def attempt(self, context: Context, name: str, work: Callable[[], Counters]) -> Counters:
        """Do it, unless it is put off; a failure is logged, counted and put off, 1, 2, 4 … 60 minutes."""
        if self.is_put_off(name, context.now):
            return Counter()
        try:
            with apart(context.session):
                counters = work()
        except PartFailed as error:
            self._failures[name] += 1
            wait = min(FIRST_WAIT * 2 ** min(self._failures[name] - 1, 6), LONGEST_WAIT)
            self._again[name], self._errors[name] = context.now + wait, str(error)
            log.exception("part of the alerts failed", part=name, error=str(error), exc_info=error.__cause__)
            return Counter({FAILED: 1})
        self._forget(name)
        return counters

    def _forget(self, name: str) -> None:
        for kept in (self._failures, self._again, self._errors):
            kept.pop(name, None)

    def tell_operator(self, context: Context) -> None:
        """Owe the operator a message, once a day, about what failed time and again; commits."""
        known, now = [name for name, times in self._failures.items() if times >= TELL_AFTER], context.now
        key = f"{KEY}:{now:%Y-%m-%d}"
        if not known or alerts.is_known(context.session, key):
            return
        channel = operator.channel_for(context.session, context.settings)
        if channel is None:
            log.error("part of the alerts fails and no channel can say so", parts=len(known))
            return
        operator.owe(context.session, channel, self._message(known, key, context), now)
        context.session.commit()

    def _message(self, names: list[str], key: str, context: Context) -> Message:
        parts = "1 part" if len(names) == 1 else f"{len(names)} parts"
        return presentable(
            Message(
                key=key,
                thread=KEY,
                subject=f"Emberwatch: {parts} of the alerts failed time and again",
                severity=Severity.HIGH,
                kind="operator",
                brand="Emberwatch",
                sentence=f"{parts} of the alerts failed {TELL_AFTER} times or more: of an incident's change that is "
                "named here nobody was told. All other alerts go out.",
                facts=tuple((name[:1].upper() + name[1:], self._errors[name]) for name in names),
                quotes=(),
                link=context.settings.dashboard.link,
                next_step="Look at the open incidents by hand. It is tried again at least every hour; the log says "
                "what went wrong, an update may mend it.",
                at=context.now,
            )
        )

    def raise_first(self) -> None:
        """PartFailed if anything failed: for a command, whose end should say so."""
        for name, error in self._errors.items():
            raise PartFailed(f"{name} failed ({error}); all else was done. The log says what went wrong")
