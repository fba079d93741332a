"""Sends what is owed to channels: written before sent, at least once, and the operator hears of what fails."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from monitor.alerting import message as messages
from monitor.alerting import notifiers, retry, routing
from monitor.alerting.channel import ChannelOptions, PartlyDelivered, find
from monitor.alerting.routing import Reason
from monitor.errors import DeliveryError, MonitorError
from monitor.facts import Message
from monitor.jobs import notices, operator
from monitor.jobs import report as reports
from monitor.jobs.context import Context
from monitor.log import get_logger
from monitor.models import Alert, Report
from monitor.reports.figures import Figures
from monitor.store import alerts
from monitor.store.trouble import trouble_of

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
"""At least; longer than any send, so longer where a channel has a long time limit. After it, another process tries."""
SLOW_SECONDS = 2.0
"""A channel that takes this long to fail is left alone for the rest of the run: the other channels must not wait."""
LONGEST_RUN_SECONDS = 60.0
"""Then the other jobs have their turn, however much is owed: while we send, nobody looks for the next incident."""
MOST_ATTEMPTS = 60
"""Twice what fits into the time of trying: only an alert that ends our process each time comes so far."""
SETTLE_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between the tries to store that a message is out, while the database is busy or full: less than a lease."""


class Outbox:
    """Sends what is due: claim, commit, send, store the result."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._resting: set[str] = set()
        self._now = _passing(context.now)
        self._lease = max(LEASE, *(channel.longest_send for channel in context.settings.channels), timedelta())

    def claimed(self) -> Iterator[Alert]:
        """The alerts that are due, each taken by us alone, until none is left, time is up or the job is to stop."""
        until = time.monotonic() + LONGEST_RUN_SECONDS
        while numbers := alerts.due(self._session, self._now(), self._resting):
            resting = len(self._resting)
            for number in numbers:
                if self._context.stopping():
                    return
                alert = alerts.claim(self._session, number, self._now(), self._now() + self._lease)
                self._session.commit()
                if alert is not None:
                    yield alert
                    if time.monotonic() >= until:
                        return
                if len(self._resting) > resting:  # the rest of this list may be for the channel that hangs
                    break

    def deliver(self, alert: Alert) -> str:
        """Send one claimed alert and store how it went; returns what to count."""
        channel = find(self._context.settings.channels, alert.channel)
        if channel is None:
            return self._give_up(alert, f"the channel {alert.channel} is no longer in the config", tell=False)
        if not channel.enabled:
            return self._withhold(alert, Reason.CHANNEL_DISABLED)
        if alert.attempts > MOST_ATTEMPTS:
            return self._give_up(alert, "the process ended each time while sending a message to it")
        try:
            figures = self._figures(alert)
            message = self._message(alert, figures)
        except MonitorError as error:
            return self._give_up(alert, str(error))
        if figures is not None:
            reason = routing.decide_report(channel, over_since=figures.end, now=self._now())
            if reason is not Reason.WEEKLY_REPORT:
                return self._withhold(alert, reason)
        return self._send(alert, channel, message)

    def _figures(self, alert: Alert) -> Figures | None:
        """The kept figures of a report; None for all other messages."""
        if alert.report_id is None:
            return None
        return reports.figures_of(self._session.get_one(Report, alert.report_id))

    def _message(self, alert: Alert, figures: Figures | None) -> Message:
        """What to send: a report is made of its kept figures, so that each try sends the same."""
        if figures is None:
            return messages.from_dict(alert.message)
        message = reports.letter_of(figures, self._context.settings, key=alert.key)
        return replace(message, only_for=tuple(alert.message.get("only_for", ())))

    def _send(self, alert: Alert, channel: ChannelOptions, message: Message) -> str:
        started = time.monotonic()
        try:
            notifiers.send(channel, message)
        except PartlyDelivered as error:
            return self._partly_sent(alert, error)
        except DeliveryError as error:
            if not error.permanent and time.monotonic() - started >= SLOW_SECONDS:
                self._resting.add(alert.channel)
            return self._failed(alert, error)
        self._settle(lambda: self._sent(alert))
        log.info("alert sent", channel=alert.channel, alert=alert.id, reason=alert.reason)
        return "sent"

    def _sent(self, alert: Alert) -> None:
        alerts.sent(self._session, alert, self._now())
        alerts.works(self._session, alert.channel, self._now())

    def _settle(self, write: Callable[[], None]) -> None:
        """Store that a message is out. A busy or full database is waited for: forgetting it would send it twice."""
        for seconds in (*SETTLE_WAITS, None):
            try:
                write()
                self._session.commit()
                return
            except OperationalError as error:
                self._session.rollback()
                if seconds is None or trouble_of(error) is None:
                    raise
                log.warning("cannot store that a message is out", error=str(trouble_of(error)))
            time.sleep(seconds)

    def _partly_sent(self, alert: Alert, error: PartlyDelivered) -> str:
        """Those who have it do not get it again; those who were refused for now do, for as long as any message."""
        again = self._again(alert, error)
        log.warning("alert refused by some", channel=alert.channel, alert=alert.id, error=str(error), again=str(again))
        if again is None:
            self._settle(lambda: alerts.sent(self._session, alert, self._now(), note=str(error)))
        else:
            rest = alert.message | {"only_for": list(error.later)}
            self._settle(lambda: alerts.try_again(self._session, alert, str(error), again, message=rest))
        if error.lost or again is None:
            self._trouble(alert, error, permanent=True)
        return "sent to some" if again is None else "to be tried again"

    def _again(self, alert: Alert, error: DeliveryError) -> datetime | None:
        return retry.next_try(error, attempts=alert.attempts, created_at=alert.created_at, now=self._now())

    def _failed(self, alert: Alert, error: DeliveryError) -> str:
        again, permanent = self._again(alert, error), error.permanent
        log.warning("alert not accepted", channel=alert.channel, alert=alert.id, error=str(error), again=str(again))
        if again is not None:
            alerts.try_again(self._session, alert, str(error), again)
        elif alert.message.get("only_for"):  # the others have it, these never will
            alerts.sent(self._session, alert, self._now(), note=str(error))
            permanent = True
        else:
            self._lose(alert, str(error))
        self._trouble(alert, error, permanent=permanent)
        return "failed" if again is None else "to be tried again"

    def _withhold(self, alert: Alert, reason: Reason) -> str:
        self._not_reached(alert)
        alerts.withhold(self._session, alert, reason)
        self._session.commit()
        return f"withheld {reason}"

    def _give_up(self, alert: Alert, error: str, *, tell: bool = True) -> str:
        """Fail an alert that cannot be sent whatever the receiver does, and say so; not of a channel that is gone."""
        log.error("alert given up", channel=alert.channel, alert=alert.id, error=error)
        self._lose(alert, error)
        if tell:
            health = alerts.fails(self._session, alert.channel, error, permanent=False)
            if health.told_at is None:
                self._tell_operator(alert.channel, error, failures=health.failures, permanent=False)
        self._session.commit()
        return "failed"

    def _lose(self, alert: Alert, error: str) -> None:
        alerts.give_up(self._session, alert, error)
        self._not_reached(alert)

    def _not_reached(self, alert: Alert) -> None:
        """If it was for the operator, they do not know yet: what it was about is to be told again."""
        if alert.reason != Reason.OPERATOR:
            return
        if notices.is_about_sources(alert):
            notices.not_reached(self._session, alert)
        elif failing := messages.failing_channel(alert.key):
            alerts.untold(self._session, failing)

    def _trouble(self, alert: Alert, error: DeliveryError, *, permanent: bool) -> None:
        """Note that the channel fails and, once per trouble, tell the operator by another one; commits."""
        health = alerts.fails(self._session, alert.channel, str(error), permanent=permanent)
        worth = retry.worth_telling(failures=health.failures, permanent=health.permanent, told_at=health.told_at)
        if worth:
            self._tell_operator(alert.channel, str(error), failures=health.failures, permanent=health.permanent)
        self._session.commit()

    def _tell_operator(self, failing: str, error: str, *, failures: int, permanent: bool) -> None:
        settings, now = self._context.settings, self._now()
        teller = operator.channel_for(self._session, settings, besides=failing)
        if teller is None:
            log.error("channel fails and no other can say so", channel=failing, error=error)
            return
        if not alerts.claim_telling(self._session, failing, now):
            return
        key = messages.trouble_key(failing, now)
        message = messages.build_trouble(
            failing, error, failures=failures, permanent=permanent, key=key, dashboard=settings.dashboard.link, now=now
        )
        operator.owe(self._session, teller, message, now)


def _passing(now: datetime) -> Callable[[], datetime]:
    """The job's `now`, moving on with the time that sending takes, so that leases are never given in the past."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
