"""Builds the messages: what happened, how bad against usual, who says so, and what to do next."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from monitor.alerting.text import clean, clip, one_line, web_address
from monitor.clock import spoken_duration
from monitor.errors import MonitorError
from monitor.facts import Attachment, ChangeKind, Kind, Message, Quote, RatingFall, Row, Section, Severity
from monitor.languages import language_name

MAX_QUOTES = 3
QUOTE_LENGTH = 280  # code points; enough to judge a complaint, short enough for a phone
SUBJECT_LENGTH = 150  # Slack's headers take no more, mail programs show less
SENTENCE_LENGTH = 1000
LABEL_LENGTH = 80
VALUE_LENGTH = 300
MAX_FACTS = 20
MAX_SECTIONS = 12
MAX_ROWS = 15
MAX_ATTACHED = 5_000_000  # bytes of all files together; mail servers take 10 MB and more, after a third is added
ENOUGH = 10_000  # code points looked at; no text that is shown is longer, and cleaning more only costs time
_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]")
_LEAST_GROWTH = 1.2  # below it a row about growth would say nothing
_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)


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


def build(change: ChangeDetails, quotes: tuple[Quote, ...], *, key: str, dashboard: str) -> Message:
    """The message of one change; `dashboard` is the address that links start with, "" for no link."""
    zone = ZoneInfo(change.time_zone)
    local = tuple(replace(quote, published_at=quote.published_at.astimezone(zone)) for quote in quotes)
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


def build_test(channel: str, *, dashboard: str, now: datetime) -> Message:
    """A message that proves a channel works."""
    return _own(
        key=f"test:{channel}:{now:%Y%m%dT%H%M%S%f}",
        kind="test",
        subject=f"Test of the channel {channel}",
        sentence="This is a test. Alerts of Emberwatch will look like this and arrive here.",
        facts=(("Channel", channel),),
        next_step="Nothing to do.",
        dashboard=dashboard,
        now=now,
    )


def build_trouble(
    channel: str, error: str, *, failures: int, permanent: bool, key: str, dashboard: str, now: datetime
) -> Message:
    """Tell the operator, by another channel, that this one does not get its messages out."""
    what = "refuses its messages for good" if permanent else f"failed {failures} times in a row"
    return _own(
        key=key,
        kind="operator",
        subject=f"The channel {channel} does not work",
        sentence=f"The channel {channel} {what}: people are not being warned there.",
        facts=(("Channel", channel), ("Error", one_line(error))),
        next_step=f"Mend the channel, then run: emberwatch alert --test {channel}",
        dashboard=dashboard,
        now=now,
    )


def trouble_key(channel: str, now: datetime) -> str:
    """The key of a message to the operator about a channel."""
    return f"operator:{channel}:{now:%Y%m%dT%H%M%S%f}"


def failing_channel(key: str) -> str:
    """The channel that a message to the operator is about, of its key; "" when it is about something else."""
    kind, _, rest = key.partition(":")
    return rest.partition(":")[0] if kind == "operator" else ""


def _own(
    *, key: str, kind: str, subject: str, sentence: str, facts: tuple[tuple[str, str], ...], next_step: str,
    dashboard: str, now: datetime,
) -> Message:  # fmt: skip
    return Message(
        key=key,
        thread=f"{kind}:{facts[0][1]}",
        subject=f"Emberwatch: {subject}",
        severity=Severity.WATCH if kind == "test" else Severity.HIGH,
        kind=kind,
        brand="Emberwatch",
        sentence=sentence,
        facts=facts,
        quotes=(),
        link=dashboard,
        next_step=next_step,
        at=now,
    )


def _subject(change: ChangeDetails) -> str:
    about = f"{change.brand}, {change.subject}" if change.subject else change.brand
    lasted = spoken_duration(change.at - change.started_at)
    found = change.evidence
    measured = _told(found) if found else "complaints are spreading"
    return {
        ChangeKind.OPENED: f"[{change.severity}] {about}: {measured}",
        ChangeKind.WORSENED: f"[{change.severity}] {about} is getting worse: {measured}",
        ChangeKind.CALMED: f"{about} is calming down after {lasted}",
        ChangeKind.RESOLVED: f"{about} is over after {lasted}",
        ChangeKind.DISMISSED: f"{about}: dismissed as no trouble",
    }[change.kind]


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
    lasted = spoken_duration(change.at - change.started_at)
    since = f"{change.started_at.astimezone(ZoneInfo(change.time_zone)):%d %b %H:%M %Z}"
    trouble = change.kind in _TROUBLE
    rows = [
        ("Severity", change.severity.value),
        ("Why", change.why if trouble else ""),
        *(_measured(change.evidence) if change.evidence and trouble else ()),
        ("Where it goes", change.spread if trouble else ""),
        ("Since", f"{since} ({lasted} ago)"),
        ("Time to contain", lasted if change.kind is ChangeKind.RESOLVED else ""),
        ("Decided by", change.actor),
        ("Owner", change.owner or ("nobody yet" if trouble else "")),
    ]
    return tuple((label, value) for label, value in rows if value)


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
    if change.kind is ChangeKind.CALMED:
        return "Answer those who still wait, then resolve the incident."
    if change.owner:
        return f"{change.owner} has it: ask them before you answer."
    return change.advice or "Open the incident, take it, and answer the first complaints."


def presentable(message: Message) -> Message:
    """The message with clean text of bounded length and safe addresses only, as all notifiers get it.

    What is markup in a notifier's own form (HTML, `&<>` for Slack) is still text here: escaping it is their part.
    """
    return replace(
        message,
        subject=_line(message.subject, SUBJECT_LENGTH),
        brand=_line(message.brand, LABEL_LENGTH),
        sentence=clip(clean(message.sentence[:ENOUGH]), SENTENCE_LENGTH),
        facts=tuple(
            (_line(label, LABEL_LENGTH), _line(value, VALUE_LENGTH)) for label, value in message.facts[:MAX_FACTS]
        ),
        quotes=tuple(_presentable_quote(quote) for quote in message.quotes[:MAX_QUOTES]),
        link=web_address(message.link),
        next_step=_line(message.next_step, VALUE_LENGTH),
        sections=tuple(_presentable_section(section) for section in message.sections[:MAX_SECTIONS]),
        attachments=_within_size(message.attachments),
    )


def _presentable_section(section: Section) -> Section:
    return replace(
        section,
        title=_line(section.title, LABEL_LENGTH),
        rows=tuple(_presentable_row(row) for row in section.rows[:MAX_ROWS]),
        quotes=tuple(_presentable_quote(quote) for quote in section.quotes[:MAX_QUOTES]),
    )


def _presentable_row(row: Row) -> Row:
    return replace(
        row,
        label=_line(row.label, VALUE_LENGTH),
        value=_line(row.value, LABEL_LENGTH),
        beside=_line(row.beside, VALUE_LENGTH),
    )


def _within_size(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The files in order, as far as all of them together are small enough for a mail server."""
    kept: list[Attachment] = []
    for file in files:
        if sum(len(one.content) for one in (*kept, file)) <= MAX_ATTACHED:
            kept.append(replace(file, name=_FILE_NAME.sub("_", file.name)[-LABEL_LENGTH:]))
    return tuple(kept)


def _presentable_quote(quote: Quote) -> Quote:
    return replace(
        quote,
        text=clip(clean(quote.text[:ENOUGH]), QUOTE_LENGTH) or "(no text)",
        author=_line(quote.author, LABEL_LENGTH),
        source=_line(quote.source, LABEL_LENGTH),
        url=web_address(quote.url),
    )


def _line(text: str, limit: int) -> str:
    return clip(one_line(text[:ENOUGH]), limit)


def to_dict(message: Message) -> dict[str, Any]:
    """The message as JSON can hold it, without what only reports have: they are made of their figures when sent."""
    data = asdict(replace(message, sections=(), attachments=()))
    del data["sections"], data["attachments"], data["only_for"]
    data["at"] = message.at.isoformat()
    for quote, original in zip(data["quotes"], message.quotes, strict=True):
        quote["published_at"] = original.published_at.isoformat()
    return data


def from_dict(data: dict[str, Any]) -> Message:
    """The inverse of `to_dict`, also after a round trip through JSON; MonitorError when another version wrote it."""
    try:
        return _from_dict(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MonitorError(
            f"the message was stored by another version and cannot be read ({type(error).__name__})"
        ) from error


def _from_dict(data: dict[str, Any]) -> Message:
    quotes = [{**quote, "published_at": datetime.fromisoformat(quote["published_at"])} for quote in data["quotes"]]
    return Message(
        **{
            **data,
            "severity": Severity(data["severity"]),
            "facts": tuple((label, value) for label, value in data["facts"]),
            "quotes": tuple(Quote(**quote) for quote in quotes),
            "at": datetime.fromisoformat(data["at"]),
            "only_for": tuple(data.get("only_for", ())),
        }
    )
