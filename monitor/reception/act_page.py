"""Draws the page behind a link of an alert: what happened, where it stands, and the buttons. It needs no script."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.facts import LONGEST_NAME, IncidentState, Quote
from monitor.jobs.acting import URGENT
from monitor.models import AlertMark, Brand, Incident
from monitor.reception.pages import Page, templates

_STATES = {
    IncidentState.OPEN: "goes on",
    IncidentState.CALMED: "calms down",
    IncidentState.RESOLVED: "over",
    IncidentState.DISMISSED: "dismissed as no trouble",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the page shows."""

    title: str  # the subject of the message as it was sent
    quotes: tuple[Quote, ...]  # those of the message, made safe to show
    incident: Incident  # as it stands now
    brand: Brand
    said: AlertMark | None  # the latest word on it
    name: str  # of who looks, "" when unknown
    deeds: Mapping[str, str]  # what may be done and what its button says
    asked: str  # what the link asks for; "": nothing special
    done: str  # what came of what was asked for
    problem: str  # why nothing came of it
    dashboard: str  # the incident's page there; "": not for this reader


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that belong together: what each does, and what it says."""

    words: str
    buttons: tuple[tuple[str, str], ...]


def draw(standing: Standing) -> Page:
    """The page of one alert."""
    first = _first(standing)
    return _draw(
        "act.html",
        title=_without_severity(standing.title),
        notice="" if standing.done or standing.problem else _notice(standing),
        problem=_sentence(standing.problem),
        severity=standing.incident.severity.value,
        facts=_facts(standing),
        first=first,
        groups=_groups(standing.deeds, first),
        quotes=standing.quotes,
        longest_name=LONGEST_NAME,
        standing=standing,
    )


def _first(standing: Standing) -> str:
    """The button that Enter presses: what the link asked for. "" when that is done already, or would take the incident
    from another: then nothing happens but by the button itself.
    """
    takes_over = standing.asked == "own" and standing.incident.owner
    return standing.asked if standing.asked in standing.deeds and not takes_over else ""


def _notice(standing: Standing) -> str:
    """Why the link's own button is not what it was, if so."""
    incident = standing.incident
    if standing.asked not in URGENT:
        return ""
    if incident.state in (IncidentState.RESOLVED, IncidentState.DISMISSED):
        return "It is over. Nothing is left to do, but to say if it was good to hear of it."
    if standing.asked == "own" and incident.owner:
        return f"{'You look' if incident.owner == standing.name else f'{incident.owner} looks'} after it already."
    if standing.asked == "ack" and incident.acknowledged_at:
        return f"{incident.acknowledged_by} has acknowledged it already."
    return ""


def say(title: str, text: str) -> Page:
    """A page that only says something."""
    return _draw("act_say.html", title=title, text=text)


def _without_severity(subject: str) -> str:
    """The page shows how severe it is now, which may not be what the message said."""
    return subject.partition("] ")[2] if subject.startswith("[") else subject


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _facts(standing: Standing) -> list[tuple[str, str, str]]:
    """(label, value, when) of each row; value is a name or a few words."""
    incident, zone = standing.incident, ZoneInfo(standing.brand.time_zone)
    ended = incident.resolved_at or incident.dismissed_at
    since = ended if ended and incident.state not in (IncidentState.OPEN, IncidentState.CALMED) else None
    said = standing.said
    rows = [
        ("Began", _when(incident.started_at, zone), ""),
        ("Now", _STATES[incident.state], _when(since, zone) if since else ""),
        ("Acknowledged", incident.acknowledged_by or "not yet", _when(incident.acknowledged_at, zone)),
        ("Looks after it", incident.owner or "nobody yet", ""),
    ]
    if said is not None:
        rows.append(("Marked", f"{said.mark} by {said.actor}", _when(said.at, zone)))
    return rows


def _when(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %b %H:%M %Z}" if moment else ""


def _groups(deeds: Mapping[str, str], first: str) -> list[Group]:
    """The buttons, those about the incident apart from those about the alert; `first` comes first of all."""
    ordered = sorted(deeds.items(), key=lambda deed: deed[0] != first)
    urgent = tuple(deed for deed in ordered if deed[0] in URGENT)
    judging = tuple(deed for deed in ordered if deed[0] not in URGENT)
    groups = [Group("What will you do?", urgent), Group("Was it good to hear of this?", judging)]
    return sorted((group for group in groups if group.buttons), key=lambda group: first not in dict(group.buttons))


def _draw(template: str, **values: Any) -> Page:
    nonce = secrets.token_urlsafe(16)
    return Page(templates().get_template(template).render(nonce=nonce, **values), nonce)
