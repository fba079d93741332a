"""Calls for more people where nobody acknowledges an incident, reminds, and looks after messages that are held."""

from collections import Counter
from datetime import timedelta
from itertools import groupby

from monitor.alerting import following, retry
from monitor.alerting.following import Sort, Waiting
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import TROUBLE
from monitor.facts import IncidentState
from monitor.jobs import outbox, owing, unanswered
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState
from monitor.store import ahead, alerts
from monitor.store import following as kept
from monitor.store.following import Written

_STOPPING = (Reason.OFF_DUTY, Reason.SILENCED)
"""Holds after which a message is told only if the incident goes on."""
_HOLDS = (*_STOPPING, Reason.QUIET_HOURS)
_CALLS = (Reason.ESCALATED, Reason.REMINDER)


def run(context: Context) -> Counters:
    """Withhold what has become pointless, let held messages go whose time has come, and call whom it is time to call.

    Call it between routing and sending; committed step by step. What two processes do at once is done once.
    """
    return _set_right(context) + _withhold(context) + _let_go(context) + unanswered.call(context)


def _set_right(context: Context) -> Counters:
    """What was put off by a clock that was ahead goes out."""
    longest = max((channel.longest_send for channel in context.settings.channels), default=timedelta())
    lease = max(outbox.LEASE, longest)
    freed = ahead.alerts(context.session, context.now, longest_wait=retry.LONGEST_WAIT, longest_lease=lease)
    context.session.commit()
    return Counter({"freed of a wrong clock": freed} if freed else {})


def _withhold(context: Context) -> Counters:
    """Messages that need not be told any more: the incident is over, or somebody took it up meanwhile."""
    session, counters = context.session, Counter[str]()
    for incident, channel in kept.pointless(session, _STOPPING, _CALLS):
        is_over = incident.state is not IncidentState.OPEN
        taken_up = Reason.OWNED if incident.owner else Reason.ACKNOWLEDGED if incident.acknowledged_at else None
        messages = [_waiting(one) for one in kept.written(session, [incident.id or 0], channel)]
        for number, reason in following.no_longer_owed(messages, is_over=is_over, taken_up=taken_up).items():
            counters[f"withheld {reason}"] += kept.withhold(session, [number], reason)
        session.commit()
    return counters


def _waiting(one: Written) -> Waiting:
    return Waiting(
        id=one.id,
        is_trouble=one.kind in TROUBLE,
        is_call=unanswered.sort_of(one) is not Sort.CHANGE,
        waits=one.state is AlertState.PENDING,
        stopped=one.held in _STOPPING or (one.held != "" and one.silence_id is not None),
        reached=one.state in (AlertState.PENDING, AlertState.SENDING, AlertState.SENT),
    )


def _let_go(context: Context) -> Counters:
    """Held messages whose hold is over go out, unless something else keeps them now; what came last is looked at first.

    What came before it in the same incident goes out with it, so that the channel is told in order.
    """
    session, counters = context.session, Counter[str]()
    looked_at = kept.to_look_at(session, _HOLDS, _CALLS, context.now)
    for _, group in groupby(sorted(looked_at, key=_place), key=_place):
        for alert in sorted(group, key=lambda one: one.id or 0, reverse=True):
            hold = owing.held_still(context, alert)
            if hold is None:
                counters["no longer held"] += _go(context, alert)
                break
            if (alert.due_at, alert.silence_id) != (hold.until, hold.silence):
                kept.hold(session, alert.id or 0, hold.reason, hold.until, hold.silence)
                counters[f"held {hold.reason}"] += 1
        session.commit()
    return counters


def _place(alert: Alert) -> tuple[int, str]:
    return alert.incident_id or 0, alert.channel


def _go(context: Context, alert: Alert) -> int:
    """Let a message go out now; 1 if it would have waited longer."""
    if alert.due_at is not None and alert.due_at <= context.now:
        return 0
    kept.hold(context.session, alert.id or 0, alert.held, context.now, alert.silence_id)
    alerts.hasten(context.session, alert.incident_id or 0, alert.channel, context.now)
    return 1
