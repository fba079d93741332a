"""Decides who is told of each change and writes what is owed, then sends what is due from the outbox."""

from collections import Counter
from datetime import datetime
from typing import Any

from monitor import incidents as rules
from monitor.alerting import message as messages
from monitor.alerting import notifiers, routing
from monitor.alerting.channel import find_known
from monitor.alerting.routing import ChangeFacts, Decision, RouteOptions, Told
from monitor.config import Settings
from monitor.detection.spread import in_words
from monitor.facts import Cell, Dimension, IncidentState, RatingFall
from monitor.jobs.context import Context, Counters
from monitor.jobs.outbox import LEASE, MOST_ATTEMPTS, Outbox
from monitor.languages import language_name
from monitor.models import Alert, AlertState, Brand, Finding, Incident, IncidentChange
from monitor.store import alerts, spreads

__all__ = ["LEASE", "MOST_ATTEMPTS", "run", "test_channel"]


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
    channel = find_known(settings.channels, channel_id)
    return notifiers.send(channel, messages.build_test(channel_id, dashboard=settings.dashboard.link, now=now))


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
            dismissed=one.state is IncidentState.DISMISSED,
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
        subject=_subject(incident, themes),
        sentence=change.sentence,
        started_at=incident.started_at,
        at=change.at,
        owner=incident.owner,
        actor=change.actor,
        evidence=_evidence(finding, themes) if finding else None,
        time_zone=brand.time_zone,
        why=incident.why,
        spread=_where_it_goes(incident),
        advice=rules.advice(incident.kind),
    )


def _subject(incident: Incident, themes: dict[str, str]) -> str:
    """The cell as people call it; the number of a story says nothing to them."""
    return {
        Dimension.THEME: themes.get(incident.key, incident.key),
        Dimension.LANGUAGE: "" if incident.key in ("", "und") else language_name(incident.key),
        Dimension.SOURCE: incident.key,
    }.get(incident.dimension, "")


def _where_it_goes(incident: Incident) -> str:
    found = spreads.read(incident.spread)
    return in_words(found) if found and incident.state is IncidentState.OPEN else ""


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
        kind=finding.kind,
        rating=RatingFall(**found["rating"]) if found.get("rating") else None,
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
