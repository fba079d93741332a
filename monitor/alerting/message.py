"""Builds the messages: what happened, how bad against usual, who says so, and what to do next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from monitor.alerting.shown import presentable
from monitor.alerting.text import web_address
from monitor.clock import spoken_duration
from monitor.facts import ChangeKind, Kind, Message, Quote, RatingFall, Severity
from monitor.languages import language_name

_LEAST_GROWTH = 1.2  # below it a row about growth would say nothing
_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)
_TAKEN = (ChangeKind.ACKNOWLEDGED, ChangeKind.OWNED)  # rows of their own say by whom
_ENDED = (ChangeKind.CALMED, ChangeKind.RESOLVED)
_LONGEST_ADDRESS = 150  # a longer one would fill the row; the quote leads there as well


@dataclass(frozen=True, slots=True)
class Evidence:
    """The figures of the finding behind a change; shares are 0..1, largest first."""

    window: timedelta
    seen: float
    expected: float
    growth: float
    authors: int
    sources: tuple[str, ...]
    themes: tuple[tuple[str, float], ...]
    languages: tuple[tuple[str, float], ...]
    reach: int
    video: bool = False
    kind: Kind = Kind.SPIKE
    rating: RatingFall | None = None


@dataclass(frozen=True, slots=True)
class LoudVoice:
    """The voice that carries an incident furthest."""

    quote: Quote
    followers: int
    followed_by: int  # voices of the same story in the hour after it


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """A change of an incident with all that a message tells; `subject` is its theme, "" for the whole brand."""

    incident_id: int
    kind: ChangeKind
    severity: Severity
    brand: str  # as people write it
    subject: str
    sentence: str
    started_at: datetime
    at: datetime
    owner: str
    actor: str  # who made the change, "" when the rules did
    evidence: Evidence | None
    time_zone: str  # of the brand; times in a message are told in it
    why: str = ""  # its severity
    spread: str = ""  # where it is going, in plain words
    advice: str = ""  # what to do about this kind of trouble
    loudest: LoudVoice | None = None
    opened_at: datetime | None = None  # from which the time to contain counts, as in the weekly report
    calmed_at: datetime | None = None
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None


def build(change: ChangeDetails, quotes: tuple[Quote, ...], *, key: str, dashboard: str) -> Message:
    """The message of one change; `dashboard` is the address that links start with, "" for no link.

    Of the quotes as many are shown as a message may have, the loudest voice first.
    """
    zone = ZoneInfo(change.time_zone)
    told = (change.loudest.quote, *(one for one in quotes if one != change.loudest.quote)) if change.loudest else quotes
    local = tuple(replace(quote, published_at=quote.published_at.astimezone(zone)) for quote in told)
    full = Message(
        key=key,
        thread=f"incident:{change.incident_id}",
        subject=_subject(change),
        severity=change.severity,
        kind=change.kind.value,
        brand=change.brand,
        sentence=change.sentence,
        facts=_facts(change),
        quotes=local if change.kind in _TROUBLE else (),
        link=f"{dashboard}/incident?id={change.incident_id}" if dashboard else "",
        next_step=_next_step(change),
        at=change.at.astimezone(zone),
    )
    return presentable(full)


def _subject(change: ChangeDetails) -> str:
    about = f"{change.brand}, {change.subject}" if change.subject else change.brand
    lasted = spoken_duration(_contained(change) - change.started_at)
    found = change.evidence
    measured = _told(found) if found else "complaints are spreading"
    return {
        ChangeKind.OPENED: f"[{change.severity}] {about}: {measured}",
        ChangeKind.WORSENED: f"[{change.severity}] {about} is getting worse: {measured}",
        ChangeKind.CALMED: f"{about} is calming down after {lasted}",
        ChangeKind.RESOLVED: f"{about} is over after {lasted}",
        ChangeKind.DISMISSED: f"{about}: dismissed as no trouble",
        ChangeKind.ACKNOWLEDGED: f"{about}: acknowledged by {change.actor or 'somebody'}",
        ChangeKind.OWNED: f"{about}: {change.actor or 'somebody'} looks after it",
    }[change.kind]


def _contained(change: ChangeDetails) -> datetime:
    """When the trouble was contained: the moment it calmed. That it stayed calm until it was over is no longer it."""
    if change.kind is ChangeKind.RESOLVED and change.calmed_at is not None:
        return change.calmed_at
    return change.at


def _told(found: Evidence) -> str:
    """The trouble in a few words, for a subject."""
    window, seen = spoken_duration(found.window), _seen(found)
    if found.kind is Kind.RATING_DROP and found.rating is not None:
        return f"rating fell to {found.rating.now:.1f} of {found.rating.best:g}, usually {found.rating.before:.1f}"
    return {
        Kind.SPIKE: f"{seen} negative in {window}",
        Kind.REVIEW_BOMBING: f"review bombing, {seen} low ratings in {window}",
        Kind.RATING_DROP: f"rating fell in {window}",
        Kind.SLOW_BURN: f"slow burn, {seen} negative in {window}",
        Kind.VOLUME: f"{seen} mentions in {window}",
    }[found.kind]


_COUNTED = {Kind.REVIEW_BOMBING: "Low ratings", Kind.VOLUME: "Mentions"}


def _facts(change: ChangeDetails) -> tuple[tuple[str, str], ...]:
    ago = spoken_duration(change.at - change.started_at)
    contained = spoken_duration(_contained(change) - (change.opened_at or change.started_at))
    trouble = change.kind in _TROUBLE
    rows = [
        ("Severity", change.severity.value),
        ("Why", change.why if trouble else ""),
        *(_measured(change.evidence) if change.evidence and trouble else ()),
        ("Where it goes", change.spread if trouble else ""),
        ("Loudest voice", _loudest(change.loudest) if change.loudest and trouble else ""),
        ("Since", f"{_local(change, change.started_at)} ({ago} ago)"),
        ("Time to contain", contained if change.kind in _ENDED else ""),
        ("Decided by", change.actor if change.kind not in _TAKEN else ""),
        ("Acknowledged", _acknowledged(change)),
        ("Owner", change.owner or ("nobody yet" if trouble else "")),
    ]
    return tuple((label, value) for label, value in rows if value)


def _local(change: ChangeDetails, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(change.time_zone)):%d %b %H:%M %Z}"


def _acknowledged(change: ChangeDetails) -> str:
    if change.acknowledged_at is None:
        return ""
    return f"by {change.acknowledged_by or 'somebody'}, {_local(change, change.acknowledged_at)}"


def _loudest(voice: LoudVoice) -> str:
    """Who it is by pseudonym, where, how many hear it and follow it, and the address, if it is one to open."""
    heard = f"{voice.followers:,} {'follower' if voice.followers == 1 else 'followers'}" if voice.followers else ""
    after = f"{voice.followed_by:,} spoke within the hour after it" if voice.followed_by else ""
    address = web_address(voice.quote.url)
    shown = address if len(address) <= _LONGEST_ADDRESS else ""
    return ", ".join(part for part in (f"{voice.quote.author} in {voice.quote.source}", heard, after, shown) if part)


def _measured(found: Evidence) -> tuple[tuple[str, str], ...]:
    """The rows that come from the finding; rows without news have no value and are left out later."""
    voices = f"{_plural(len(found.sources), 'source')} ({', '.join(found.sources[:5])})"
    return (
        _counted(found),
        ("Growing", f"{found.growth:.1f} times as fast as before" if _LEAST_GROWTH <= found.growth < inf else ""),
        ("Voices", f"{_plural(found.authors, 'author')} in {voices}" if found.authors else voices),
        ("Mostly about", _shares(found.themes)),
        ("Languages", _shares(tuple((language_name(code), share) for code, share in found.languages))),
        ("Reach", f"{found.reach:,} followers" if found.reach else ""),
        ("Film", "a video is among them" if found.video else ""),
    )


def _counted(found: Evidence) -> tuple[str, str]:
    window, fall = spoken_duration(found.window), found.rating
    if fall is not None:
        number = _plural(fall.ratings, "new rating")
        return "Rating", f"{fall.now:.1f} of {fall.best:g} by {number} in {window}, usually {fall.before:.1f}"
    return _COUNTED.get(found.kind, "Negative"), f"{_seen(found)} in {window}, usually {_usual(found.expected)}"


def _seen(found: Evidence) -> str:
    """Every author counts at least once, however unsure the model is of each text; as in the sentence."""
    return f"{max(round(found.seen), found.authors):,}"


def _usual(expected: float) -> str:
    if expected < 0.05:
        return "none"
    return f"{expected:.1f}".removesuffix(".0") if expected < 9.95 else f"{expected:,.0f}"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _shares(parts: tuple[tuple[str, float], ...]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in parts[:3])


def _next_step(change: ChangeDetails) -> str:
    if change.kind is ChangeKind.RESOLVED:
        return "Check that nobody still waits for an answer."
    if change.kind is ChangeKind.DISMISSED:
        return "Nothing to do, unless you disagree."
    if change.kind is ChangeKind.ACKNOWLEDGED:
        return "Nothing to do, unless you know more about it."
    if change.kind is ChangeKind.CALMED:
        return "Answer those who still wait, then resolve the incident."
    if change.owner:
        return f"{change.owner} has it: ask them before you answer."
    if change.acknowledged_by:
        return f"{change.acknowledged_by} has seen it: ask them, or take it yourself."
    return change.advice or "Open the incident, take it, and answer the first complaints."
