"""Puts a stored change of an incident into the words that people are told, as all who tell of it need them."""

from dataclasses import replace
from typing import NamedTuple

from sqlmodel import Session

from monitor import incidents as rules
from monitor.alerting import message as messages
from monitor.alerting import shown
from monitor.alerting.redacted import redacted_quote
from monitor.config import Settings
from monitor.detection.spread import in_words
from monitor.facts import ChangeKind, Dimension, IncidentState, Message, RatingFall
from monitor.languages import language_name
from monitor.models import Brand, Finding, Incident, IncidentChange
from monitor.store import alerts, spreads, themes


def message_of(
    session: Session,
    settings: Settings,
    change: IncidentChange,
    incident: Incident,
    brand: Brand,
    *,
    key: str,
    first: bool = False,
) -> Message:
    """The message of a change as things stand now, under its key; without links, which are made when it is sent.

    The `first` that somebody hears of an incident says that it is there, not that it got worse.
    """
    finding = alerts.finding_behind(session, change)
    evidence = finding.evidence.get("mention_ids", []) if finding else []
    loud = _loudest(session, settings, incident)
    ahead = [loud.mention_id] if loud and evidence else []  # then none of the others tells the same story
    found = alerts.quotes(session, incident.id or 0, [*ahead, *evidence], shown.MAX_QUOTES)
    quotes = tuple(redacted_quote(quote, settings.redactor) for quote in found)  # before they are cut short
    names = {theme.id: theme.name for theme in settings.themes} | themes.adopted_names(session)
    details = replace(_details(names, change, incident, brand, finding), loudest=loud.voice if loud else None)
    if first and change.kind is ChangeKind.WORSENED:
        details = replace(details, kind=ChangeKind.OPENED)
    return messages.build(details, quotes, key=key, dashboard=settings.dashboard.link)


class _Loud(NamedTuple):
    mention_id: int
    voice: messages.LoudVoice


def _loudest(session: Session, settings: Settings, incident: Incident) -> _Loud | None:
    """The worst amplifier whose text is still there."""
    for one in rules.amplifiers(spreads.read(incident.spread), settings.detection.incidents):
        for quote in alerts.quotes(session, incident.id or 0, [one.mention_id], 1):
            told = redacted_quote(quote, settings.redactor)
            return _Loud(one.mention_id, messages.LoudVoice(told, one.followers, one.followed_by))
    return None


def _details(
    names: dict[str, str], change: IncidentChange, incident: Incident, brand: Brand, finding: Finding | None
) -> messages.ChangeDetails:
    return messages.ChangeDetails(
        incident_id=change.incident_id,
        kind=change.kind,
        severity=change.severity,
        brand=brand.name,
        subject=_subject(incident, names),
        sentence=change.sentence,
        started_at=incident.started_at,
        at=change.at,
        owner=incident.owner,
        actor=change.actor,
        evidence=_evidence(finding, names) if finding else None,
        time_zone=brand.time_zone,
        why=incident.why,
        spread=_where_it_goes(incident),
        advice=rules.advice(incident.kind),
        opened_at=incident.opened_at,
        calmed_at=incident.calmed_at,
        acknowledged_by=incident.acknowledged_by,
        acknowledged_at=incident.acknowledged_at,
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
