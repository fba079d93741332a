"""Decides who is told of one change of an incident and when, and writes what is owed or withheld, and why."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

from monitor.alerting import routing, stored
from monitor.alerting.channel import find
from monitor.alerting.holding import Bars, Hold
from monitor.alerting.reasons import Reason
from monitor.alerting.routing import ChangeFacts, Decision, Silenced, Told
from monitor.facts import Cell, Dimension, IncidentState
from monitor.jobs import wording
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Silence
from monitor.store import alerts, locations, silences, spreads


def route(context: Context, change_id: int) -> Counters:
    """Decide about one change for all channels, and write the decisions in one transaction."""
    session, settings, now = context.session, context.settings, context.now
    if not alerts.claim_change(session, change_id, now):
        session.rollback()
        return Counter()
    change, incident, brand = alerts.change_with_incident(session, change_id)
    history = _history(context, incident)
    decisions = routing.decide(
        facts_of(context, change, incident, brand),
        settings.routes,
        settings.channels,
        history,
        now,
        silenced_now(context),
        settings.detection.incidents.big_amplifier,
    )
    new_to = {one.channel for one in decisions if not _has_heard(one.channel, change.incident_id, history)}
    told = {
        first: wording.message_of(session, settings, change, incident, brand, key=str(change_id), first=first)
        for first in {one.channel in new_to for one in decisions}
    }
    for decision in decisions:
        key = f"{change_id}:{decision.channel}"
        words = told[decision.channel in new_to]
        alert = _alert(decision, change, stored.to_dict(replace(words, key=key)), key, now)
        if alert.due_at is not None and _waits_longer(change, alert.channel, alert.due_at, history):
            alerts.hasten(session, change.incident_id, alert.channel, alert.due_at)
        session.add(alert)
    session.commit()
    return Counter(_words(decision) for decision in decisions)


def _has_heard(channel: str, incident_id: int, history: tuple[Told, ...]) -> bool:
    """Whether the channel knows of the incident, or will before this."""
    return any(told.is_trouble and (told.channel, told.incident_id) == (channel, incident_id) for told in history)


def _waits_longer(change: IncidentChange, channel: str, due_at: datetime, history: tuple[Told, ...]) -> bool:
    """Whether the channel would be told of this before it is told of something earlier of the same incident."""
    ours = (told for told in history if (told.incident_id, told.channel) == (change.incident_id, channel))
    return any(told.held and told.out_at > due_at for told in ours)


def _words(decision: Decision) -> str:
    if not decision.send:
        return f"withheld {decision.reason}"
    return f"held {decision.held}" if decision.held else f"owed {decision.reason}"


def held_still(context: Context, alert: Alert) -> Hold | None:
    """What keeps a held message from going out now that the time it waited for has come; None: nothing.

    Silences and hours are those of now. What waited for others to go with it has waited long enough.
    """
    channel = find(context.settings.channels, alert.channel)
    if channel is None or alert.change_id is None:
        return None
    facts = facts_of(context, *alerts.change_with_incident(context.session, alert.change_id))
    routes = context.settings.routes or routing.in_the_place_of_none(context.settings.channels)
    led = [one for number, one in enumerate(routes, start=1) if number == (alert.route or 1)]
    others = tuple(one for one in context.settings.channels if any(one.id in by.channels for by in led))
    return Bars(channel, others, silenced_now(context)).hold(facts, context.now)


def silenced_now(context: Context) -> tuple[Silenced, ...]:
    """The silences that hold now, as routing needs to see them."""
    return tuple(_silenced(row) for row in silences.active(context.session, context.now))


def _silenced(row: Silence) -> Silenced:
    return Silenced(
        id=row.id or 0,
        ends_at=row.ends_at,
        up_to=row.up_to,
        brand=row.brand,
        location=row.location,
        theme=row.theme,
        source=row.source,
        language=row.language,
    )


def _history(context: Context, incident: Incident) -> tuple[Told, ...]:
    """What channels were told of this incident and of its cell, and when they were told of anything of the brand."""
    session, now = context.session, context.now
    routes = context.settings.routes or routing.in_the_place_of_none(context.settings.channels)
    if not routes:
        return ()
    heard = alerts.told(session, incident, now - max(one.cooldown for one in routes))
    group = alerts.lately(session, incident.brand_id, now - max(one.interval for one in routes))
    return (*(_told(one, now) for one in heard), *(_told_lately(one, now) for one in group))


def _told(one: alerts.Heard, now: datetime) -> Told:
    return Told(
        channel=one.channel,
        change_id=one.change_id,
        incident_id=one.incident_id,
        kind=one.kind,
        severity=one.severity,
        cell=Cell(one.dimension, one.key),
        at=one.at,
        dismissed=one.state is IncidentState.DISMISSED,
        due_at=min(one.sent_at, now) if one.sent_at else one.due_at,  # another process may be ahead of us
        size=one.told_size if one.seen is None else one.seen,
        sources=tuple(one.sources or one.told_sources),
        amplifier=one.told_amplifier,
        because=one.because,
        held=Reason(one.held) if one.held and not one.sent_at else None,
        silence=one.silence_id,
    )


def _told_lately(one: alerts.Lately, now: datetime) -> Told:
    return Told(
        channel=one.channel,
        change_id=0,
        incident_id=0,
        kind=one.kind,
        severity=one.severity,
        cell=None,
        at=min(one.out_at, now) if one.is_sent else one.out_at,
        held=Reason(one.held) if one.held and not one.is_sent else None,
        together=one.together,
    )


def facts_of(context: Context, change: IncidentChange, incident: Incident, brand: Brand) -> ChangeFacts:
    """A change as routing needs to see it."""
    finding = alerts.finding_behind(context.session, change)
    evidence = finding.evidence if finding else {}
    cell = Cell(incident.dimension, incident.key)
    where = locations.of_mentions(context.session, incident.brand_id, evidence.get("mention_ids", []))
    return ChangeFacts(
        change_id=change.id or 0,
        incident_id=change.incident_id,
        kind=change.kind,
        severity=change.severity,
        brand=brand.slug,
        cell=cell,
        themes=_names(evidence, "themes", Dimension.THEME, cell),
        sources=_names(evidence, "sources", Dimension.SOURCE, cell),
        languages=_names(evidence, "languages", Dimension.LANGUAGE, cell),
        locations=where,
        size=finding.seen if finding else 0.0,
        amplifier=_loudest(incident),
        because=change.because,
    )


def _names(evidence: dict[str, Any], key: str, dimension: Dimension, cell: Cell) -> tuple[str, ...]:
    """The ids of one kind, the incident's own first, then as the evidence has them: the most frequent first."""
    own = [cell.key] if cell.dimension is dimension else []
    found = (part if isinstance(part, str) else part[0] for part in evidence.get(key, []))
    return tuple(dict.fromkeys((*own, *found)))


def _loudest(incident: Incident) -> int:
    """Followers of the largest amplifier; 0 when none is known."""
    spread = spreads.read(incident.spread)
    return max((voice.followers for voice in spread.amplifiers), default=0) if spread else 0


def _alert(decision: Decision, change: IncidentChange, message: dict[str, Any], key: str, now: datetime) -> Alert:
    due_at = (decision.until or now) if decision.send else None
    return Alert(
        key=key,
        change_id=change.id,
        incident_id=change.incident_id,
        channel=decision.channel,
        state=AlertState.PENDING if decision.send else AlertState.WITHHELD,
        reason=decision.reason,
        held=decision.held or "",
        due_at=due_at,
        together=decision.together,
        route=decision.route,
        silence_id=decision.silence,
        message=message,
        created_at=now,
        next_try_at=due_at,
    )
