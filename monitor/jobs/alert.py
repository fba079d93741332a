"""Decides who is told of each change, calls for more people where nobody acts, and sends what is due."""

from collections import Counter
from datetime import datetime, timedelta

from monitor.alerting import notifiers, own
from monitor.alerting.channel import find_known
from monitor.alerting.reasons import HOLDS
from monitor.config import Settings
from monitor.jobs import digest, follow_up, owing, threads
from monitor.jobs.context import Context, Counters
from monitor.jobs.outbox import LEASE, MOST_ATTEMPTS, Outbox
from monitor.jobs.sending import Sending, Sends
from monitor.store import alerts

__all__ = ["LEASE", "MOST_ATTEMPTS", "Looks", "run", "test_channel"]

FOLLOWED_UP_EVERY = timedelta(seconds=10)
"""Whether somebody acknowledged in time is asked no more often: for something to send we look all the time."""


class Looks:
    """What goes on between two looks of the supervisor: messages on their way, and when it was asked who acted."""

    def __init__(self) -> None:
        self.sends: Sends[Sending] = Sends()
        self.updates: Sends[threads.Update] = Sends()
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

    Without `looks` (the command) everything is looked after, and every answer waited for.
    """
    counters: Counters = Counter()
    waiting = alerts.unrouted(context.session)
    for change_id in context.progress(waiting, total=len(waiting), label="routing"):
        if context.stopping():
            return counters
        counters += owing.route(context, change_id)
    if (
        looks is None
        or looks.follow_up_is_due(context.now)
        or alerts.is_a_hold_over(context.session, HOLDS, context.now)
    ):
        counters += follow_up.run(context) + digest.owe(context)
    counters += Outbox(context, looks.sends if looks else None).run()
    return counters + threads.refresh(context, looks.updates if looks else None)


def test_channel(settings: Settings, channel_id: str, now: datetime) -> str:
    """Send a test message at once and return the receipt; DeliveryError says what is wrong with the channel."""
    channel = find_known(settings.channels, channel_id)
    return notifiers.send(channel, own.build_test(channel_id, dashboard=settings.dashboard.link, now=now)).words
