"""Sends what is owed to channels: written before sent, at least once, what belongs together as one message."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from monitor.alerting import bundle, holding, retry, routing, stored
from monitor.alerting.channel import ChannelOptions, find
from monitor.alerting.redacted import redacted
from monitor.alerting.routing import Reason
from monitor.errors import MonitorError, PartFailed
from monitor.facts import ChangeKind, Message
from monitor.jobs import acting
from monitor.jobs import report as reports
from monitor.jobs.context import Context, Counters
from monitor.jobs.sending import Sending, Sends
from monitor.jobs.setbacks import apart
from monitor.jobs.settling import Settling
from monitor.models import Alert, Report
from monitor.reports.forms import Reported
from monitor.store import outbox as rows
from monitor.store import threads
from monitor.store.outbox import Claimed, Due

LEASE = timedelta(minutes=5)
"""At least; longer than any send, so longer where a channel has a long time limit. After it, another process tries."""
LONGEST_RUN_SECONDS = 60.0
"""Then the job is over, however much is owed: what happens meanwhile has to be routed too."""
TURN_SECONDS = 1.0
"""The same, where the next look follows at once and goes on with what is on its way."""
LISTEN_SECONDS = 0.2
"""So long a look waits for the answer of a receiver before it leaves it to the next one."""
MOST_ATTEMPTS = 160
"""Twice what fits into the time of trying: only an alert that ends our process each time comes so far."""
_REFILL_SECONDS = 0.1
_Counted = tuple[str, int]


class Outbox:
    """Sends what is due: claim, commit, send, store the result.

    All work on the database is done in the thread that runs it. Without `sends` of its caller it waits for every
    answer; with them, it leaves behind what is on its way, for the next run to settle. `only` is the one channel to
    look after: then every answer is waited for, since that delays no other.
    """

    def __init__(self, context: Context, sends: Sends[Sending] | None = None, *, only: str | None = None) -> None:
        self._context = context
        self._session = context.session
        self._only = only
        self._leaves = sends is not None and only is None
        self._sends: Sends[Sending] = Sends() if sends is None else sends
        self._now = _passing(context.now)
        self._settling = Settling(context, self._now)
        self._lease = max(LEASE, *(channel.longest_send for channel in context.settings.channels), timedelta())
        self._queue: deque[Due] = deque()
        self._filled_at = 0.0

    def run(self) -> Counters:
        """Send what is due until nothing is left, time is up or the job is to stop; alerts, by what became of them.

        When the database fails, what is on its way is settled all the same: forgetting it would send it twice.
        """
        counters: Counters = Counter()
        try:
            owed = rows.waiting(self._session)
            for what, number in self._context.progress(self._work(), total=owed, label="sending"):
                counters[what] += number
        except OperationalError:
            self._session.rollback()
            while self._sends and not self._leaves:
                deque(self._settled(LISTEN_SECONDS), maxlen=0)
            raise
        return counters

    def _work(self) -> Iterator[_Counted]:
        """Keep every channel busy that something is due for, and settle what ends.

        On a wish to stop nothing more is begun, and what is on its way is waited for.
        """
        until = time.monotonic() + (TURN_SECONDS if self._leaves else LONGEST_RUN_SECONDS)
        begun = False
        while True:
            goes_on = not self._context.stopping() and (time.monotonic() < until or not begun)
            if goes_on and (claimed := self._next()):
                begun = True
                yield from self._begin(claimed)
                if self._sends.has_ended or time.monotonic() >= until:
                    yield from self._settled(0.0)
                continue
            if not self._sends:
                return
            settled = list(self._settled(LISTEN_SECONDS))
            yield from settled
            if self._leaves and not self._context.stopping() and (not settled or time.monotonic() >= until):
                return

    def _settled(self, seconds: float) -> Iterator[_Counted]:
        for sending in self._sends.ended(seconds):
            yield self._settling.ended(sending), len(sending.alerts)

    def _next(self) -> Claimed | None:
        """What is due longest at a channel that is free, taken by us alone; None when there is nothing now."""
        taken = self._sends.taken
        while due := next((one for one in self._queue if one.channel not in taken), None) or self._refilled(taken):
            self._queue.remove(due)
            now = self._now()
            until, late_before = now + self._lease, now - retry.LATE_AFTER
            channel = find(self._context.settings.channels, due.channel)
            most = channel.most_together if channel else rows.MOST_TOGETHER
            claimed = rows.claim(self._session, due.id, now, until, late_before, self._context.now, most)
            self._session.commit()
            if claimed is not None:
                return claimed
        return None

    def _refilled(self, taken: frozenset[str]) -> Due | None:
        """The first of what is due at free channels; not asked for all the time, for many may wait at the others."""
        if self._sends and time.monotonic() - self._filled_at < _REFILL_SECONDS:
            return None
        self._filled_at = time.monotonic()
        kept = [one for one in self._queue if one.channel in taken]
        if self._only in taken:
            return None
        found = rows.due(self._session, self._now(), taken, looked_at=self._context.now, only=self._only)
        self._queue = deque([*found, *kept])
        return found[0] if found else None

    def _begin(self, claimed: Claimed) -> Iterator[_Counted]:
        """Start to send what was claimed; what needs no sending is settled at once."""
        alerts, channel = claimed.alerts, find(self._context.settings.channels, claimed.leader.channel)
        if channel is None:
            error = f"the channel {claimed.leader.channel} is no longer in the config"
            yield self._settling.give_up(alerts, error, tell=False), len(alerts)
        elif not channel.enabled:
            yield self._settling.withhold(alerts, Reason.CHANNEL_DISABLED), len(alerts)
        elif claimed.leader.attempts > MOST_ATTEMPTS:
            yield self._fatal(alerts), len(alerts)
        else:
            yield from self._begin_to_send(claimed, channel)

    def _begin_to_send(self, claimed: Claimed, channel: ChannelOptions) -> list[_Counted]:
        """Make the message and hand it over. One that cannot be made keeps no other from being sent."""
        try:
            with apart(self._session):
                if claimed.leader.report_id is not None:
                    return list(self._begin_report(claimed.leader, channel))
                return list(self._begin_messages(claimed, channel))
        except PartFailed as error:
            return [(self._settling.not_made(claimed.alerts, error.__cause__), len(claimed.alerts))]

    def _fatal(self, alerts: Sequence[Alert]) -> str:
        if len(alerts) == 1:
            return self._settling.give_up(alerts, "the process ended each time while sending a message to it")
        rows.apart(self._session, alerts, self._now())
        self._session.commit()
        return "to be tried again"

    def _begin_report(self, alert: Alert, channel: ChannelOptions) -> Iterator[_Counted]:
        """A report is made of its kept figures, so that each try sends the same."""
        try:
            figures = self._figures(alert)
        except MonitorError as error:
            yield self._settling.give_up([alert], str(error)), 1
            return
        reason = routing.decide_report(channel, over_since=figures.end, now=self._now())
        if reason is not Reason.WEEKLY_REPORT:
            yield self._settling.withhold([alert], reason), 1
            return
        message = reports.letter_of(self._session, figures, self._context.settings, key=alert.key)
        self._start(channel, replace(message, only_for=tuple(alert.message.get("only_for", ()))), [alert])

    def _figures(self, alert: Alert) -> Reported:
        return reports.figures_of(self._session.get_one(Report, alert.report_id))

    def _begin_messages(self, claimed: Claimed, channel: ChannelOptions) -> Iterator[_Counted]:
        messages: list[Message] = []
        alerts: list[Alert] = []
        for alert in claimed.alerts:
            try:
                messages.append(stored.from_dict(alert.message))
                alerts.append(alert)
            except MonitorError as error:
                yield self._settling.give_up([alert], str(error)), 1
        if not alerts:
            return
        if len(alerts) < len(claimed.alerts) and claimed.leader not in alerts:
            rows.lead(self._session, alerts[0], alerts)
            self._session.commit()
        if until := self._put_off(channel, messages, alerts):
            rows.put_off(self._session, alerts, until)
            self._session.commit()
            yield "put off", len(alerts)
            return
        message = self._together(messages, alerts, late=claimed.late)
        leads = claimed.leader if claimed.leader in alerts else alerts[0]
        self._start(channel, message, [leads, *(alert for alert in alerts if alert is not leads)])

    def _put_off(
        self, channel: ChannelOptions, messages: Sequence[Message], alerts: Sequence[Alert]
    ) -> datetime | None:  # fmt: skip
        """Until when it waits because it is late, and the channel is not to be disturbed by now; None: not at all.

        What some recipients have already goes to the others as soon as it can.
        """
        late = self._now() - retry.LATE_AFTER
        is_late = all(one.attempts > 1 or (one.due_at or one.created_at) < late for one in alerts)
        alone = alerts[0].bundle_id == alerts[0].id
        about_incidents = alerts[0].incident_id is not None
        return holding.put_off(channel, messages, self._now()) if is_late and about_incidents and not alone else None

    def _together(self, messages: Sequence[Message], alerts: Sequence[Alert], *, late: bool) -> Message:
        if len(messages) == 1 and (alerts[0].incident_id is None or messages[0].only_for):
            return messages[0]
        over = rows.ended(self._session, alerts)
        ended = {
            message.thread: ChangeKind(over[alert.incident_id])
            for message, alert in zip(messages, alerts, strict=True)
            if alert.incident_id in over
        }
        link = self._context.settings.dashboard.link
        return bundle.bundle(messages, dashboard=link, now=self._now(), late=late, ended=ended)

    def _start(self, channel: ChannelOptions, message: Message, alerts: list[Alert]) -> None:
        """Hand it over, with what is only known now: its thread at the receiver, and the links by which people act."""
        newest = max(alerts, key=lambda alert: alert.id or 0)
        links = (*acting.links_of(self._context, newest, message), *message.links)
        ref = threads.ref_of(self._session, channel.id, message.thread) if newest.incident_id is not None else ""
        told = redacted(replace(message, links=links, ref=ref), self._context.settings.redactor)
        self._sends.start(Sending(channel, told, alerts))


def _passing(now: datetime) -> Callable[[], datetime]:
    """The job's `now`, moving on with the time that sending takes, so that leases are never given in the past."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
