"""Decides who is told of each change, writes what is owed, and sends it: written before sent, at least once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from monitor.alerting import message as messages
from monitor.alerting import notifiers, retry, routing
from monitor.alerting.channel import ChannelOptions, PartlyDelivered
from monitor.alerting.routing import ChangeFacts, Decision, Reason, RouteOptions, Told
from monitor.config import Settings
from monitor.errors import ConfigError, DeliveryError
from monitor.facts import Cell, Dimension
from monitor.jobs.context import Context, Counters
from monitor.log import get_logger
from monitor.models import Alert, AlertState, Brand, Finding, Incident, IncidentChange
from monitor.store import alerts

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than any send: a mail of 15 s per step has about 12 steps. After it, another process tries again."""
SLOW_SECONDS = 2.0
"""A channel that takes this long to fail is left alone for the rest of the run: the other channels must not wait."""
MOST_ATTEMPTS = 60
"""Twice what fits into the time of trying: only an alert that ends our process each time comes so far."""


def run(context: Context) -> Counters:
    """Route the changes that wait, then send what is due; committed one by one."""
    counters: Counters = Counter()
    waiting = alerts.unrouted(context.session)
    for change_id in context.progress(waiting, total=len(waiting), label="routing"):
        if context.stopping():
            return counters
        counters.update(_route(context, change_id))
    outbox = Outbox(context)
    owed = alerts.waiting(context.session)
    for alert in context.progress(outbox.claimed(), total=owed, label="sending"):
        counters[outbox.deliver(alert)] += 1
    return counters


def test_channel(settings: Settings, channel_id: str, now: datetime) -> str:
    """Send a test message at once and return the receipt; DeliveryError says what is wrong with the channel."""
    channel = _channel(settings, channel_id)
    if channel is None:
        known = ", ".join(channel.id for channel in settings.channels)
        raise ConfigError(f"there is no channel {channel_id!r}; the config has {known}")
    return notifiers.send(channel, messages.build_test(channel_id, dashboard=settings.dashboard.link, now=now))


def _channel(settings: Settings, channel_id: str) -> ChannelOptions | None:
    return next((channel for channel in settings.channels if channel.id == channel_id), None)


def _route(context: Context, change_id: int) -> Counters:
    """Decide about one change for all channels, and write the decisions in one transaction."""
    session, settings, now = context.session, context.settings, context.now
    if not alerts.claim_change(session, change_id, now):
        session.rollback()
        return Counter()
    change, incident, brand = alerts.change_with_incident(session, change_id)
    finding = alerts.finding_behind(session, change)
    history = _history(context, incident)
    facts = _change_facts(change, incident, brand, finding)
    decisions = routing.decide(facts, settings.routes, settings.channels, history, now)
    details = _details(settings, change, incident, brand, finding)
    evidence = finding.evidence.get("mention_ids", []) if finding else []
    quotes = tuple(alerts.quotes(session, incident.id or 0, evidence, messages.MAX_QUOTES))
    for decision in decisions:
        key = f"{change_id}:{decision.channel}"
        message = messages.build(details, quotes, key=key, dashboard=settings.dashboard.link)
        session.add(_alert(decision, change, messages.to_dict(message), key, now))
    session.commit()
    return Counter(f"{'owed' if d.send else 'withheld'} {d.reason}" for d in decisions)


def _history(context: Context, incident: Incident) -> tuple[Told, ...]:
    routes = context.settings.routes or (RouteOptions(channels=("all",)),)
    longest = max(route.cooldown for route in routes)
    heard = alerts.told(context.session, incident, context.now - longest)
    return tuple(
        Told(
            channel=one.channel,
            change_id=one.change_id,
            incident_id=one.incident_id,
            kind=one.kind,
            severity=one.severity,
            cell=Cell(one.dimension, one.key),
            at=one.at,
        )
        for one in heard
    )


def _change_facts(change: IncidentChange, incident: Incident, brand: Brand, finding: Finding | None) -> ChangeFacts:
    evidence = finding.evidence if finding else {}
    cell = Cell(incident.dimension, incident.key)

    def names(key: str, dimension: Dimension) -> tuple[str, ...]:
        found = [part if isinstance(part, str) else part[0] for part in evidence.get(key, [])]
        return tuple({*found, *([cell.key] if cell.dimension is dimension else [])})

    return ChangeFacts(
        change_id=change.id or 0,
        incident_id=change.incident_id,
        kind=change.kind,
        severity=change.severity,
        brand=brand.slug,
        cell=cell,
        themes=names("themes", Dimension.THEME),
        sources=names("sources", Dimension.SOURCE),
        languages=names("languages", Dimension.LANGUAGE),
    )


def _details(
    settings: Settings, change: IncidentChange, incident: Incident, brand: Brand, finding: Finding | None
) -> messages.ChangeDetails:
    themes = {theme.id: theme.name for theme in settings.themes}
    return messages.ChangeDetails(
        incident_id=change.incident_id,
        kind=change.kind,
        severity=change.severity,
        brand=brand.name,
        subject=themes.get(incident.key, incident.key) if incident.dimension is not Dimension.STORY else "",
        sentence=change.sentence,
        started_at=incident.started_at,
        at=change.at,
        owner=incident.owner,
        actor=change.actor,
        evidence=_evidence(finding, themes) if finding else None,
        time_zone=brand.time_zone,
    )


def _evidence(finding: Finding, themes: dict[str, str]) -> messages.Evidence:
    found = finding.evidence
    return messages.Evidence(
        window=finding.window_end - finding.window_start,
        seen=finding.seen,
        expected=finding.expected,
        growth=finding.growth,
        authors=finding.authors,
        sources=tuple(found.get("sources", ())),
        themes=tuple((themes.get(name, name), share) for name, share in found.get("themes", ())),
        languages=tuple((name, share) for name, share in found.get("languages", ())),
        reach=finding.reach,
        video=bool(found.get("video", False)),
    )


def _alert(decision: Decision, change: IncidentChange, message: dict[str, Any], key: str, now: datetime) -> Alert:
    return Alert(
        key=key,
        change_id=change.id,
        incident_id=change.incident_id,
        channel=decision.channel,
        state=AlertState.PENDING if decision.send else AlertState.WITHHELD,
        reason=decision.reason,
        message=message,
        created_at=now,
        next_try_at=now if decision.send else None,
    )


class Outbox:
    """Sends what is due: claim, commit, send, store the result."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session
        self._resting: set[str] = set()
        self._now = _passing(context.now)

    def claimed(self) -> Iterator[Alert]:
        """The alerts that are due, each taken by us alone, until none is left or the job is to stop."""
        while numbers := alerts.due(self._session, self._now(), self._resting):
            resting = len(self._resting)
            for number in numbers:
                if self._context.stopping():
                    return
                alert = alerts.claim(self._session, number, self._now(), self._now() + LEASE)
                self._session.commit()
                if alert is not None:
                    yield alert
                if len(self._resting) > resting:  # the rest of this list may be for the channel that hangs
                    break

    def deliver(self, alert: Alert) -> str:
        """Send one claimed alert and store how it went; returns what to count."""
        channel = _channel(self._context.settings, alert.channel)
        if channel is None:
            return self._give_up(alert, f"the channel {alert.channel} is no longer in the config")
        if not channel.enabled:
            alerts.withhold(self._session, alert, Reason.CHANNEL_DISABLED)
            self._session.commit()
            return "withheld channel_disabled"
        if alert.attempts > MOST_ATTEMPTS:
            return self._give_up(alert, "the process ended each time while sending it")
        return self._send(alert, channel)

    def _send(self, alert: Alert, channel: ChannelOptions) -> str:
        started = time.monotonic()
        try:
            notifiers.send(channel, messages.from_dict(alert.message))
        except PartlyDelivered as error:
            alerts.sent(self._session, alert, self._now(), note=str(error))
            self._trouble(alert, error)
            return "sent to some"
        except DeliveryError as error:
            if not error.permanent and time.monotonic() - started >= SLOW_SECONDS:
                self._resting.add(alert.channel)
            return self._failed(alert, error)
        alerts.sent(self._session, alert, self._now())
        alerts.works(self._session, alert.channel, self._now())
        self._session.commit()
        log.info("alert sent", channel=alert.channel, alert=alert.id, reason=alert.reason)
        return "sent"

    def _failed(self, alert: Alert, error: DeliveryError) -> str:
        now = self._now()
        again = retry.next_try(error, attempts=alert.attempts, created_at=alert.created_at, now=now)
        log.warning("alert not accepted", channel=alert.channel, alert=alert.id, error=str(error), again=str(again))
        if again is None:
            alerts.give_up(self._session, alert, str(error))
            if alert.reason == Reason.OPERATOR:
                alerts.untold(self._session, _failing_channel(alert))
        else:
            alerts.try_again(self._session, alert, str(error), again)
        self._trouble(alert, error)
        return "failed" if again is None else "to be tried again"

    def _give_up(self, alert: Alert, error: str) -> str:
        log.error("alert given up", channel=alert.channel, alert=alert.id, error=error)
        alerts.give_up(self._session, alert, error)
        self._session.commit()
        return "failed"

    def _trouble(self, alert: Alert, error: DeliveryError) -> None:
        """Note that the channel fails and, once per trouble, tell the operator by another one; commits."""
        health = alerts.fails(self._session, alert.channel, str(error), permanent=error.permanent)
        worth = retry.worth_telling(failures=health.failures, permanent=health.permanent, told_at=health.told_at)
        if worth:
            self._tell_operator(alert.channel, str(error), failures=health.failures, permanent=health.permanent)
        self._session.commit()

    def _tell_operator(self, failing: str, error: str, *, failures: int, permanent: bool) -> None:
        settings, now = self._context.settings, self._now()
        troubled = alerts.troubled(self._session, retry.TELL_AFTER)
        teller = retry.stand_in(failing, settings.operator_channel, settings.channels, troubled)
        if teller is None:
            log.error("channel fails and no other can say so", channel=failing, error=error)
            return
        if not alerts.claim_telling(self._session, failing, now):
            return
        key = f"operator:{failing}:{now:%Y%m%dT%H%M%S%f}"
        message = messages.build_trouble(
            failing, error, failures=failures, permanent=permanent, key=key, dashboard=settings.dashboard.link, now=now
        )
        self._session.add(
            Alert(
                key=key,
                channel=teller,
                reason=Reason.OPERATOR,
                message=messages.to_dict(message),
                created_at=now,
                next_try_at=now,
            )
        )


def _failing_channel(alert: Alert) -> str:
    """The channel that a message to the operator is about."""
    return alert.key.split(":")[1]


def _passing(now: datetime) -> Callable[[], datetime]:
    """The job's `now`, moving on with the time that sending takes, so that leases are never given in the past."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
