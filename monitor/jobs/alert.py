"""Decides who is told of each change, calls for more people where nobody acts, and sends what is due."""

import math
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

from monitor.alerting import notifiers, own
from monitor.alerting.channel import find_known
from monitor.alerting.reasons import HOLDS
from monitor.config import Settings
from monitor.jobs import digest, follow_up, owing, threads
from monitor.jobs.context import Context, Counters
from monitor.jobs.outbox import LEASE, MOST_ATTEMPTS, Outbox
from monitor.jobs.sending import Sending, Sends
from monitor.jobs.setbacks import CHANGE, FAILED, MOST_AT_ONCE, Setbacks
from monitor.store import alerts

__all__ = ["LEASE", "MOST_ATTEMPTS", "Looks", "run", "test_channel"]

TURN_SECONDS = 1.0
"""So long a look decides about changes: then the first of thousands are told, and the next look goes on."""
FOLLOWED_UP_EVERY = timedelta(seconds=10)
"""Whether somebody acknowledged in time is asked no more often: for something to send we look all the time."""


class Looks:
    """What goes on between two looks of the supervisor: messages on their way, and when it was asked who acted."""

    def __init__(self) -> None:
        self.sends: Sends[Sending] = Sends()
        self.updates: Sends[threads.Update] = Sends()
        self.setbacks = Setbacks()
        self._followed_up_at: datetime | None = None

    def follow_up_is_due(self, now: datetime) -> bool:
        """Whether it is time again; also when the clock was set back."""
        last = self._followed_up_at
        if last is not None and last <= now < last + FOLLOWED_UP_EVERY:
            return False
        self._followed_up_at = now
        return True


def run(context: Context, looks: Looks | None = None) -> Counters:
    """Route the changes that wait, look after what was told and held, send what is due; committed one by one.

    A piece of it that fails stops none of the others. Without `looks` (the command) everything is looked after, every
    answer waited for, and PartFailed raised at the end when a piece failed.
    """
    setbacks = looks.setbacks if looks else Setbacks()
    counters = _decide(context, looks, setbacks)
    if context.stopping():
        return counters
    setbacks.tell_operator(context)
    counters += Outbox(context, looks.sends if looks else None).run()
    updates = partial(threads.refresh, context, looks.updates if looks else None)
    counters += setbacks.attempt(context, "updating messages", updates)
    if looks is None:
        setbacks.raise_first()
    return counters


def decide(context: Context, looks: Looks) -> Counters:
    """All of it but the sending: what is owed now is sent by others."""
    counters = _decide(context, looks, looks.setbacks)
    if not context.stopping():
        looks.setbacks.tell_operator(context)
    return counters


def _decide(context: Context, looks: Looks | None, setbacks: Setbacks) -> Counters:
    counters = _route(context, setbacks, until=time.monotonic() + TURN_SECONDS if looks else math.inf)
    if context.stopping():
        return counters
    if (
        looks is None
        or looks.follow_up_is_due(context.now)
        or alerts.is_a_hold_over(context.session, HOLDS, context.now)
    ):
        counters += setbacks.attempt(context, "following up", partial(follow_up.run, context))
        counters += setbacks.attempt(context, "the digest", partial(digest.owe, context))
    return counters


def _route(context: Context, setbacks: Setbacks, until: float) -> Counters:
    """Decide about the changes that wait; one that cannot be decided about is set aside, and tried again later."""
    counters: Counters = Counter()
    waiting = alerts.unrouted(context.session)
    for change_id in context.progress(waiting, total=len(waiting), label="routing"):
        if context.stopping() or counters[FAILED] >= MOST_AT_ONCE:
            break
        counters += setbacks.attempt(context, f"{CHANGE}{change_id}", partial(owing.route, context, change_id))
        if time.monotonic() > until:
            break
    return counters


def test_channel(settings: Settings, channel_id: str, now: datetime) -> str:
    """Send a test message at once and return the receipt; DeliveryError says what is wrong with the channel."""
    channel = find_known(settings.channels, channel_id)
    return notifiers.send(channel, own.build_test(channel_id, dashboard=settings.dashboard.link, now=now)).words
