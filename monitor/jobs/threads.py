"""Keeps the first message of each incident up to date, at channels that can change what they sent."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.alerting import notifiers, standing
from monitor.alerting.channel import ChannelOptions, MessageGone, Receipt
from monitor.alerting.redacted import redacted
from monitor.alerting.standing import Standing
from monitor.errors import DeliveryError, PartFailed
from monitor.facts import ChangeKind, IncidentState, Link, Message
from monitor.jobs import acting, wording
from monitor.jobs.context import Context, Counters
from monitor.jobs.sending import Sending, Sends
from monitor.jobs.setbacks import apart
from monitor.log import get_logger
from monitor.models import AlertThread, Brand, Incident, IncidentChange
from monitor.store import threads

log = get_logger(__name__)

LEASE = timedelta(minutes=5)
"""At least; longer than any asking. After it, another process tries: the same change made twice is the same."""
LISTEN_SECONDS = 0.2
LONGEST_RUN_SECONDS = 10.0
"""Then the alerts have their turn: a warning is worth more than a message that is up to date."""
_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)
_ENDS = {
    IncidentState.CALMED: ChangeKind.CALMED,
    IncidentState.RESOLVED: ChangeKind.RESOLVED,
    IncidentState.DISMISSED: ChangeKind.DISMISSED,
}


@dataclass
class Update(Sending):
    """A change of a first message on its way: the number of its row, and the newest change that it shows."""

    row_id: int = 0
    newest: int = 0

    def deliver(self) -> Receipt:
        notifiers.update(self.channel, self.message.ref, self.message)
        return Receipt("changed")


def refresh(context: Context, updates: Sends[Update] | None = None, *, only: str | None = None) -> Counters:
    """Change the first messages of incidents that changed since; no alert waits for one, or is lost by one.

    Without `updates` every answer is waited for; with them, what is on its way is left for the next run to settle.
    `only` is the one channel to look after.
    """
    able = (c for c in context.settings.channels if c.enabled and notifiers.can_update(c))
    channels = {c.id: c for c in able if only in (None, c.id)}
    leaves, on_its_way = updates is not None, Sends[Update]() if updates is None else updates
    done: Counters = Counter()
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while channels:
        goes_on = not context.stopping() and time.monotonic() < until
        begun = goes_on and _begin(context, channels, on_its_way)
        settled = [_settle(context, one) for one in on_its_way.ended(0.0 if begun or leaves else LISTEN_SECONDS)]
        done.update(settled)
        if not begun and not settled and (leaves or not on_its_way):
            break
    return done


def waiting(context: Context) -> list[str]:
    """The channels with a first message that is to be changed now."""
    able = (c.id for c in context.settings.channels if c.enabled and notifiers.can_update(c))
    return [channel for channel in able if threads.stale(context.session, context.now, {channel})]


def _begin(context: Context, channels: dict[str, ChannelOptions], updates: Sends[Update]) -> bool:
    """Start to change what is stale longest at a channel that is free; False when there is nothing now."""
    free = channels.keys() - updates.taken
    found = next(iter(threads.stale(context.session, context.now, free)), None) if free else None
    if found is None:
        return False
    ends = context.now + max(LEASE, *(channel.longest_send for channel in channels.values()))
    row = threads.claim(context.session, found, context.now, ends)
    context.session.commit()
    if row is not None:
        _start(context, channels[row.channel], row, found.newest_change_id, updates)
    return True


def _start(
    context: Context, channel: ChannelOptions, row: AlertThread, newest: int, updates: Sends[Update]
) -> None:  # fmt: skip
    """Hand it over; what cannot be made is tried again later, and keeps no other from being changed."""
    try:
        with apart(context.session):
            changes = threads.changes(context.session, row.incident_id or 0)
            told = redacted(_message(context, row, changes), context.settings.redactor)
            message = replace(told, ref=row.ref)
    except PartFailed as error:
        log.exception("first message not made", channel=channel.id, thread=row.thread, exc_info=error.__cause__)
        _not_changed(context, row, _not_made(error.__cause__), newest)
        context.session.commit()
        return
    context.session.commit()  # so that the database is not locked while the receiver is asked
    updates.start(Update(channel, message, [], row_id=row.id or 0, newest=changes[-1].id or newest))


def _not_made(error: BaseException | None) -> DeliveryError:
    return DeliveryError(f"the message cannot be made ({type(error).__name__})", permanent=False)


def _settle(context: Context, update: Update) -> str:
    """Store how it went; returns what to count."""
    row = context.session.get(AlertThread, update.row_id, populate_existing=True)
    if row is None:
        return "gone"
    error = update.error
    if update.broken is not None:
        error = _not_made(update.broken)
    if error is not None:
        outcome = _not_changed(context, row, error, update.newest)
    else:
        threads.shown(context.session, row, update.newest, context.now)
        outcome = "up to date"
    context.session.commit()
    return outcome


def _not_changed(context: Context, row: AlertThread, error: DeliveryError, newest: int) -> str:
    log.warning("first message not changed", channel=row.channel, thread=row.thread, error=str(error))
    if isinstance(error, MessageGone):
        threads.forget(context.session, row)
        return "gone"
    again = standing.next_try(error, attempts=row.attempts, now=context.now)
    if again is None:
        threads.given_up(context.session, row, str(error), newest)
        return "given up"
    threads.failed(context.session, row, str(error), again)
    return "to be tried again"


def _message(context: Context, row: AlertThread, changes: Sequence[IncidentChange]) -> Message:
    """The message as it would be written now: of the trouble while it goes on, of its end when it is over."""
    session = context.session
    incident = session.get_one(Incident, row.incident_id, populate_existing=True)
    brand = session.get_one(Brand, incident.brand_id)
    told = _told(incident, changes)
    message = wording.message_of(session, context.settings, told, incident, brand, key=row.message["key"])
    return standing.as_it_stands(message, _standing(incident, brand), _links(context, row, incident, message))


def _told(incident: Incident, changes: Sequence[IncidentChange]) -> IncidentChange:
    wanted = (_ENDS[incident.state],) if incident.state in _ENDS else _TROUBLE
    return next((change for change in reversed(changes) if change.kind in wanted), changes[0])


def _standing(incident: Incident, brand: Brand) -> Standing:
    since = {
        IncidentState.CALMED: incident.calmed_at,
        IncidentState.RESOLVED: incident.resolved_at,
        IncidentState.DISMISSED: incident.dismissed_at,
    }
    return Standing(
        state=incident.state,
        since=since.get(incident.state),
        acknowledged_at=incident.acknowledged_at,
        acknowledged_by=incident.acknowledged_by,
        owner=incident.owner,
        reason=incident.dismissed_reason,
        time_zone=brand.time_zone,
    )


def _links(context: Context, row: AlertThread, incident: Incident, message: Message) -> tuple[Link, ...]:
    """What readers can still do: nobody is asked for what somebody has done."""
    alert = threads.alert_behind(context.session, row)
    done = {acting.LABELS["ack"]} if incident.acknowledged_at or incident.owner else set()
    done |= {acting.LABELS["own"]} if incident.owner else set()
    links = acting.links_of(context, alert, message) if alert is not None else ()
    return tuple(link for link in links if link.label not in done)
