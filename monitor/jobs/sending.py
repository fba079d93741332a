"""The messages on their way: each in a thread of its own, one at a time for a channel, so that no channel waits."""

import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from monitor.alerting import notifiers
from monitor.alerting.channel import AskedToWait, ChannelOptions, Receipt
from monitor.errors import DeliveryError
from monitor.facts import Message
from monitor.models import Alert

SLOW_SECONDS = 2.0
"""A channel that takes so long to fail is left alone for a while: it would only do so again."""
REST_SECONDS = 30.0
"""That while; also, at most, for one that asks for time: nothing else goes there meanwhile."""
HANGS_AFTER_SECONDS = 60.0
"""At least, and never before a sending with all its time limits can be over: those are of single steps, and an answer
that comes drop by drop keeps within them for ever."""


@dataclass
class Sending:
    """One message on its way, the alerts that it stands for, and how it ended."""

    channel: ChannelOptions
    message: Message
    alerts: list[Alert]  # the one that leads is first
    receipt: Receipt | None = None
    error: DeliveryError | None = None
    broken: BaseException | None = None  # what no notifier should raise
    seconds: float = 0.0
    began: float = 0.0  # of the machine's own clock

    @property
    def leader(self) -> Alert:
        return self.alerts[0]

    @property
    def hangs(self) -> bool:
        """Whether nothing can come of it any more."""
        longest = max(self.channel.longest_send.total_seconds(), HANGS_AFTER_SECONDS)
        return time.monotonic() - self.began > longest

    def deliver(self) -> Receipt:
        return notifiers.send(self.channel, self.message)


T = TypeVar("T", bound=Sending)


class Sends(Generic[T]):
    """What is on its way. Only the network is touched outside of the job's thread, never the database."""

    def __init__(self) -> None:
        self._on_its_way: dict[str, T] = {}
        self._done: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._resting: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._on_its_way)

    @property
    def has_ended(self) -> bool:
        """Whether one has ended whose result is to be stored."""
        return not self._done.empty()

    @property
    def taken(self) -> frozenset[str]:
        """The channels that can take nothing now: something is on its way there, or they rest."""
        now = time.monotonic()
        self._resting = {channel: until for channel, until in self._resting.items() if until > now}
        return frozenset((*self._on_its_way, *self._resting))

    def start(self, sending: T) -> None:
        """Send it; a daemon thread, for a second wish to stop leaves at once."""
        sending.began = time.monotonic()
        self._on_its_way[sending.channel.id] = sending
        begun_in = copy_context()  # so that what is logged on the way names the run that sent it
        name = f"to {sending.channel.id}"
        thread = threading.Thread(target=begun_in.run, args=(self._send, sending), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the machine has no thread left
            self._send(sending)

    def _send(self, sending: T) -> None:
        started = time.monotonic()
        try:
            sending.receipt = sending.deliver()
        except DeliveryError as error:
            error.__cause__ = error.__context__ = None  # their frames would keep all of this in memory
            sending.error = error.with_traceback(None)
        finally:  # whatever happens, the job hears of it
            if sending.receipt is None and sending.error is None:
                sending.broken = sys.exception()
            sending.seconds = time.monotonic() - started
            self._done.put(sending)

    def ended(self, seconds: float) -> Iterator[T]:
        """Those that have ended, after waiting so long for the first of them; and those that hang, as failures."""
        wait = seconds
        while self._on_its_way or self.has_ended:
            try:
                sending = self._done.get(timeout=wait)
            except queue.Empty:
                yield from self._given_up()
                return
            wait = 0.0
            if self._on_its_way.get(sending.channel.id) is not sending:
                continue  # it was given up, and is tried again
            del self._on_its_way[sending.channel.id]
            if rest := _rest(sending):
                self._resting[sending.channel.id] = time.monotonic() + rest
            yield sending

    def _given_up(self) -> Iterator[T]:
        """Those that hang. Their threads are left to end by themselves: nothing can end them, and no lock is theirs."""
        for sending in [one for one in self._on_its_way.values() if one.hangs]:
            del self._on_its_way[sending.channel.id]
            self._resting[sending.channel.id] = time.monotonic() + REST_SECONDS
            seconds = time.monotonic() - sending.began
            error = DeliveryError(f"nothing had come of it after {seconds:.0f} s", permanent=False)
            yield replace(sending, error=error, receipt=None, broken=None, seconds=seconds)


def _rest(sending: Sending) -> float:
    """How many seconds its channel is left alone now."""
    error = sending.error
    if isinstance(error, AskedToWait):
        return min(error.wait.total_seconds(), REST_SECONDS)
    failed_slowly = error is not None and not error.permanent and sending.seconds >= SLOW_SECONDS
    return REST_SECONDS if failed_slowly else 0.0
