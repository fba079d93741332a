"""Stores how each sending ended, and tells the operator of channels that fail; part of the alert job."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from monitor import meters
from monitor.alerting import own, retry, stored
from monitor.alerting.channel import PartlyDelivered
from monitor.alerting.routing import Reason
from monitor.errors import DeliveryError
from monitor.facts import Message
from monitor.jobs import notices, operator
from monitor.jobs.context import Context
from monitor.jobs.sending import Sending
from monitor.log import get_logger
from monitor.models import Alert
from monitor.store import outbox, threads
from monitor.store.trouble import trouble_of

log = get_logger(__name__)

SETTLE_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between the tries to store that a message is out, while the database is busy or full: less than a lease."""


class Settling:
    """What follows from an answer, for the alerts that the message stood for."""

    def __init__(self, context: Context, now: Callable[[], datetime]) -> None:
        self._context = context
        self._session = context.session
        self._now = now

    def ended(self, sending: Sending) -> str:
        """Store how it ended, and commit; returns what to count."""
        outcome = self._ended(sending)
        meters.sent(sending.channel.type, outcome, sending.seconds)
        return outcome

    def _ended(self, sending: Sending) -> str:
        alerts, error = sending.alerts, sending.error
        if isinstance(error, PartlyDelivered):
            return self._partly_sent(sending, error)
        if sending.broken is not None:
            return self.not_made(alerts, sending.broken)
        if error is not None:
            return self._failed(alerts, error)
        self._patiently(lambda: self._sent(sending))
        log.info("alert sent", **_named(alerts), reason=sending.leader.reason)
        return "sent"

    def withhold(self, alerts: Sequence[Alert], reason: Reason) -> str:
        """They are no longer owed."""
        self._not_reached(alerts)
        outbox.withhold(self._session, alerts, reason)
        self._session.commit()
        return f"withheld {reason}"

    def give_up(self, alerts: Sequence[Alert], error: str, *, tell: bool = True) -> str:
        """Fail what cannot be sent whatever the receiver does, and say so; not of a channel that is gone."""
        channel = alerts[0].channel
        log.error("alert given up", **_named(alerts), error=error)
        self._lose(alerts, error)
        if tell:
            health = outbox.fails(self._session, channel, error, permanent=False)
            if health.told_at is None:
                self._tell_operator(channel, error, failures=health.failures, permanent=False)
        self._session.commit()
        return "failed"

    def not_made(self, alerts: Sequence[Alert], error: BaseException | None) -> str:
        """A mistake of ours in the making. Of several, one may be to blame: from the second time on each goes alone."""
        log.error("message not made", **_named(alerts), exc_info=error)
        if len(alerts) > 1 and alerts[0].attempts > 1 and not alerts[0].message.get("only_for"):
            outbox.apart(self._session, alerts, self._now())
            self._session.commit()
            return "to be tried again"
        return self._failed(
            alerts, DeliveryError(f"the message cannot be made ({type(error).__name__})", permanent=False)
        )

    def _sent(self, sending: Sending) -> None:
        session, now, channel, receipt = self._session, self._now(), sending.channel.id, sending.receipt
        outbox.sent(session, sending.alerts, now)
        if receipt is not None and receipt.ref:
            threads.keep(session, _newest(sending), stored.to_dict(sending.message), receipt.ref, now)
        was_away = outbox.health(session, channel).failures >= retry.TELL_AFTER
        outbox.works(session, channel, now)
        if was_away:
            outbox.wake(session, channel, now)

    def _patiently(self, write: Callable[[], None]) -> None:
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

    def _partly_sent(self, sending: Sending, error: PartlyDelivered) -> str:
        """Those who have it do not get it again; those who were refused for now get this very message, for a day."""
        session, alerts, leader = self._session, sending.alerts, sending.leader
        again = self._again(leader, error, attempts=leader.attempts, to_some=True)
        log.warning("alert refused by some", **_named(alerts), error=str(error), again=str(again))
        if again is None:
            self._patiently(lambda: outbox.sent(session, alerts, self._now(), note=str(error)))
        else:
            rest = _stored(leader, sending.message) | {"only_for": list(error.later)}
            self._patiently(lambda: self._sent_to_some(alerts, str(error), again, rest))
        if error.lost or again is None:
            self._trouble(leader.channel, error, permanent=True)
        return "sent to some" if again is None else "to be tried again"

    def _sent_to_some(self, alerts: Sequence[Alert], error: str, again: datetime, rest: dict[str, Any]) -> None:
        outbox.sent(self._session, alerts[1:], self._now())
        outbox.try_alone(self._session, alerts[0], error, again, rest)

    def _again(
        self, alert: Alert, error: DeliveryError, *, attempts: int, to_some: bool = False
    ) -> datetime | None:  # fmt: skip
        due_at = alert.due_at or alert.created_at
        return retry.next_try(error, attempts=attempts, due_at=due_at, now=self._now(), to_some=to_some)

    def _failed(self, alerts: Sequence[Alert], error: DeliveryError) -> str:
        """The try counts as that of the newest of them: it waits no longer because older ones go with it."""
        session, leader, permanent = self._session, alerts[0], error.permanent
        to_some = bool(leader.message.get("only_for"))
        attempts = min(alert.attempts for alert in alerts)
        times = [self._again(alert, error, attempts=attempts, to_some=to_some) for alert in alerts]
        again = max((moment for moment in times if moment), default=None)
        kept = [alert for alert, moment in zip(alerts, times, strict=True) if moment]
        lost = [alert for alert, moment in zip(alerts, times, strict=True) if not moment]
        log.warning("alert not accepted", **_named(alerts), error=str(error), again=str(again))
        if again is not None and to_some:
            outbox.try_alone(session, leader, str(error), again, leader.message)
        elif again is not None:
            outbox.try_again(session, kept, str(error), again, attempts)
        if lost and to_some:  # the others have it, these never will
            outbox.sent(session, lost, self._now(), note=str(error))
            permanent = True
        elif lost:
            self._lose(lost, str(error))
        self._trouble(leader.channel, error, permanent=permanent)
        return "failed" if again is None else "to be tried again"

    def _lose(self, alerts: Sequence[Alert], error: str) -> None:
        outbox.give_up(self._session, alerts, error)
        self._not_reached(alerts)

    def _not_reached(self, alerts: Sequence[Alert]) -> None:
        """If it was for the operator, they do not know yet: what it was about is to be told again."""
        for alert in alerts:
            if alert.reason != Reason.OPERATOR:
                continue
            if notices.is_about_sources(alert):
                notices.not_reached(self._session, alert)
            elif failing := own.failing_channel(alert.key):
                outbox.untold(self._session, failing)

    def _trouble(self, channel: str, error: DeliveryError, *, permanent: bool) -> None:
        """Note that the channel fails and, once per trouble, tell the operator by another one; commits."""
        health = outbox.fails(self._session, channel, str(error), permanent=permanent)
        if retry.worth_telling(failures=health.failures, permanent=health.permanent, told_at=health.told_at):
            self._tell_operator(channel, str(error), failures=health.failures, permanent=health.permanent)
        self._session.commit()

    def _tell_operator(self, failing: str, error: str, *, failures: int, permanent: bool) -> None:
        settings, now = self._context.settings, self._now()
        teller = operator.channel_for(self._session, settings, besides=failing)
        if teller is None:
            log.error("channel fails and no other can say so", channel=failing, error=error)
            return
        if not outbox.claim_telling(self._session, failing, now):
            return
        key = own.trouble_key(failing, now)
        message = own.build_trouble(
            failing, error, failures=failures, permanent=permanent, key=key, dashboard=settings.dashboard.link, now=now
        )
        operator.owe(self._session, teller, message, now)


def _newest(sending: Sending) -> Alert:
    """Of the alerts that one message stood for, the one whose words it has."""
    return max(sending.alerts, key=lambda alert: alert.id or 0)


def _stored(leader: Alert, message: Message) -> dict[str, Any]:
    """What the next try is made of: a report is made anew of its figures, all else is kept as it was sent."""
    return leader.message if leader.report_id is not None else stored.to_dict(message)


def _named(alerts: Sequence[Alert]) -> dict[str, object]:
    """The alerts as logs name them: the one that leads, and how many go with it."""
    with_it = {"with_it": len(alerts) - 1} if len(alerts) > 1 else {}
    about = {"incident": alerts[0].incident_id} if alerts[0].incident_id is not None else {}
    return {"channel": alerts[0].channel, "alert": alerts[0].id, **about, **with_it}
