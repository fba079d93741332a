"""Calls for more people where nobody acknowledges an incident, and reminds; part of the follow-up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerting import calling, following, stored
from monitor.alerting.following import Call, Notice, Sort, Standing, Unanswered
from monitor.alerting.routes import TROUBLE, ChangeFacts
from monitor.alerting.routing import matches
from monitor.facts import Cell, ChangeKind, Severity
from monitor.jobs import owing, wording
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState, Brand, Incident
from monitor.store import alerts
from monitor.store import following as kept
from monitor.store.following import Written

_STANDINGS = {
    AlertState.SENDING: Standing.OWED,
    AlertState.SENT: Standing.SENT,
    AlertState.FAILED: Standing.LOST,
    AlertState.WITHHELD: Standing.WITHHELD,
}


def call(context: Context) -> Counters:
    """Write what is owed because nobody has acknowledged an incident, for each of those that are open."""
    counters: Counters = Counter()
    if not following.may_call(context.settings.routes):
        return counters
    open_ones = kept.unacknowledged(context.session)
    told = kept.written(context.session, [incident.id or 0 for incident, _ in open_ones])
    by_incident = {number: list(rows) for number, rows in groupby(sorted(told, key=_incident), key=_incident)}
    for incident, brand in open_ones:
        if context.stopping():
            break
        trouble = [one for one in by_incident.get(incident.id or 0, []) if one.kind in TROUBLE]
        if _may_be_due(context, incident, brand, trouble):
            counters += _call_for(context, incident, brand, trouble)
    return counters


def _incident(one: Written) -> int:
    return one.incident_id


def _may_be_due(context: Context, incident: Incident, brand: Brand, told: list[Written]) -> bool:
    """Whether anything is, if all routes were meant for it: most looks end here, without reading the evidence."""
    cell = Cell(incident.dimension, incident.key)
    facts = ChangeFacts(0, incident.id or 0, ChangeKind.OPENED, Severity.CRITICAL, brand.slug, cell)
    every = frozenset(range(1, len(context.settings.routes) + 1))
    return bool(_calls(context, facts, told, {one.change_id: every for one in told}))


def _call_for(context: Context, incident: Incident, brand: Brand, told: list[Written]) -> Counters:
    session, counters = context.session, Counter[str]()
    change_id = kept.newest_trouble(session, incident.id or 0) or 0
    change = alerts.change_with_incident(session, change_id)[0]
    facts = replace(owing.facts_of(context, change, incident, brand), severity=incident.severity)
    due = _calls(context, facts, told, _leading(context, incident, brand, told))
    new = [call for call in due if not any(_is_same(call, one) for one in told)]
    if not new or not kept.is_unacknowledged(session, incident.id or 0):
        session.rollback()
        return counters
    words = wording.message_of(session, context.settings, change, incident, brand, key=str(change_id))
    for call in new:
        message = calling.reworded(words, call, ZoneInfo(brand.time_zone), context.now)
        counters[_words(call)] += _write(context, call, incident.id or 0, stored.to_dict(message))
    session.commit()
    return counters


def _leading(context: Context, incident: Incident, brand: Brand, told: list[Written]) -> dict[int, frozenset[int]]:
    """The routes that are meant for each of the changes that somebody was told of, by the number of the change."""
    found = {}
    for change_id in {one.change_id for one in told if one.state is not AlertState.WITHHELD}:
        change = alerts.change_with_incident(context.session, change_id)[0]
        facts = owing.facts_of(context, change, incident, brand)
        found[change_id] = frozenset(
            number
            for number, route in enumerate(context.settings.routes, start=1)
            if matches(facts, route) and facts.severity.rank >= route.at_least.rank
        )
    return found


def _calls(
    context: Context, facts: ChangeFacts, told: list[Written], leading: Mapping[int, frozenset[int]]
) -> list[Call]:
    routes = context.settings.routes
    notices = []
    for one in told:
        led = [n for n in leading.get(one.change_id, ()) if one.channel in routes[n - 1].channels]
        notices.append(_notice(one, frozenset(led), context.now))
    silenced = owing.silenced_now(context)
    return Unanswered(facts, tuple(notices), routes, context.settings.channels, silenced, context.now).calls()


def _notice(one: Written, routes: frozenset[int], now: datetime) -> Notice:
    sort = sort_of(one)
    due_at = one.due_at or one.created_at
    # A call that was held is looked at until it goes out, and then told in the words of that time.
    held = one.held != "" and (due_at > now or sort is not Sort.CHANGE)
    waits = Standing.HELD if held else Standing.OWED
    return Notice(
        channel=one.channel,
        sort=sort,
        change_id=one.change_id,
        opens=one.kind is ChangeKind.OPENED,
        due_at=due_at,
        standing=_STANDINGS.get(one.state, waits),
        sent_at=one.sent_at,
        routes=routes,
    )


def sort_of(one: Written) -> Sort:
    """Why it was written, of its key."""
    return next((sort for sort in (Sort.ESCALATION, Sort.REMINDER) if one.key.startswith(f"{sort}:")), Sort.CHANGE)


def _is_same(call: Call, one: Written) -> bool:
    """Whether a call that is held is held so already."""
    return call.key == one.key and call.held is not None and (one.held, one.due_at) == (call.held, call.until)


def _words(call: Call) -> str:
    if not call.send:
        return f"withheld {call.reason}"
    return f"held {call.held}" if call.held else f"owed {call.reason}"


def _write(context: Context, call: Call, incident_id: int, message: dict[str, Any]) -> int:
    """Add the message, or let the one that was held go; 1 if nobody else did meanwhile."""
    session, now = context.session, context.now
    due_at = (call.until or now) if call.send else None
    values: dict[str, Any] = {
        "state": AlertState.PENDING if call.send else AlertState.WITHHELD,
        "reason": call.reason,
        "held": call.held or "",
        "due_at": due_at,
        "next_try_at": due_at,
        "silence_id": call.silence,
        "message": message,
    }
    own: dict[str, Any] = {
        "key": call.key,
        "change_id": call.change_id,
        "incident_id": incident_id,
        "channel": call.channel,
    }
    done = kept.change_held(session, call.key, **values) or kept.owe(
        session, Alert(**own, route=call.route, created_at=now, **values)
    )
    if done and due_at is not None:
        alerts.hasten(session, incident_id, call.channel, due_at)
    return int(done)
