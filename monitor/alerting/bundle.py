"""Makes one message of several that are due at one channel: where each incident stands now, the worst first."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from monitor.alerting.shown import MAX_QUOTES, MAX_ROWS, MAX_SECTIONS, presentable
from monitor.facts import ChangeKind, Link, Message, Quote, Row, Section, Severity

KIND = "several"
LISTED = 15
"""Incidents that are told in brief, each in a line; a channel shows no more rows, and nobody reads further."""
BRANDS_NAMED = 3
LINKED = 3
_OVER = (ChangeKind.CALMED, ChangeKind.RESOLVED, ChangeKind.DISMISSED)
_STANDS = {
    ChangeKind.OPENED: "Open",
    ChangeKind.WORSENED: "Getting worse",
    ChangeKind.CALMED: "Calming down",
    ChangeKind.RESOLVED: "Over",
    ChangeKind.DISMISSED: "Dismissed",
    ChangeKind.ACKNOWLEDGED: "Acknowledged",
    ChangeKind.OWNED: "Looked after",
    "escalated": "Not acknowledged",
    "reminder": "Goes on",
}
_TOLD_IN_ROWS = ("Why", "Where it goes", "Time to contain", "Owner")
"""Facts of a message that a section shows too; the rest of them is in its sentence."""


@dataclass(frozen=True, slots=True)
class _Story:
    """All that waits to be told of one incident, oldest first."""

    messages: tuple[Message, ...]
    ended: ChangeKind | None = None  # how it ended, where none of them says so

    @property
    def newest(self) -> Message:
        return self.messages[-1]

    @property
    def is_over(self) -> bool:
        return self.ended is not None or self.newest.kind in _OVER

    @property
    def stands(self) -> str:
        return _STANDS.get(self.ended or self.newest.kind, "Open")


def bundle(
    messages: Sequence[Message],
    *,
    dashboard: str,
    now: datetime,
    late: bool,
    ended: Mapping[str, ChangeKind] = MappingProxyType({}),
) -> Message:
    """One message for those of one channel, given in the order in which they were made.

    A single one keeps its key, and says besides when it comes late, or when what it tells of is over.
    Several changes of one incident become the newest with what came before it, in the incident's thread; several
    incidents one of the kind `several`. `late`: the channel could not be reached. `ended` says of threads how their
    incidents ended, for a channel that is not told of ends. The key is made of the keys of all: the same messages
    together have the same key, one more has another.
    """
    stories = _stories(messages, ended)
    if len(stories) == 1:
        return presentable(_of_one(stories[0], messages, now, late=late))
    return presentable(_of_several(stories, messages, dashboard, now, late=late))


def key_of(messages: Iterable[Message]) -> str:
    """The key of messages that go out as one, in whatever order they are given."""
    joined = "\n".join(sorted(message.key for message in messages))
    return f"{KIND}:{hashlib.sha256(joined.encode()).hexdigest()[:40]}"


def _stories(messages: Sequence[Message], ended: Mapping[str, ChangeKind]) -> list[_Story]:
    """By incident: those that go on before those that are over, then the severest, then the newest."""
    threads: dict[str, list[Message]] = {}
    for message in messages:
        threads.setdefault(message.thread, []).append(message)
    stories = [_Story(tuple(found), _ended(found[-1], ended)) for found in threads.values()]
    stories.sort(key=lambda story: story.newest.at, reverse=True)
    return sorted(stories, key=lambda story: (story.is_over, -story.newest.severity.rank))


def _ended(newest: Message, ended: Mapping[str, ChangeKind]) -> ChangeKind | None:
    return None if newest.kind in _OVER else ended.get(newest.thread)


def _of_one(story: _Story, messages: Sequence[Message], now: datetime, *, late: bool) -> Message:
    newest = story.newest
    before = (
        ("By now", story.stands if story.ended else ""),
        ("Before", _before(story, now)),
        ("Told late", _unreached(messages, now) if late else ""),
    )
    facts = (*newest.facts[:1], *((label, value) for label, value in before if value), *newest.facts[1:])
    if len(messages) == 1:
        return replace(newest, facts=facts)
    return replace(newest, key=key_of(messages), items=_items(messages), facts=facts)


def _of_several(
    stories: list[_Story], messages: Sequence[Message], dashboard: str, now: datetime, *, late: bool
) -> Message:
    key, first = key_of(messages), stories[0]
    brands = list(dict.fromkeys(story.newest.brand for story in stories))
    return Message(
        key=key,
        thread=key,
        subject=_subject(stories, brands),
        severity=max((story.newest.severity for story in stories), key=lambda severity: severity.rank),
        kind=KIND,
        brand=_named(brands),
        sentence=_sentence(stories, messages, brands, now, late=late),
        facts=_facts(stories, now),
        quotes=tuple(quote for story in stories for quote in _quotes(story)[:1])[:MAX_QUOTES],
        link=f"{dashboard}/alerts" if dashboard else "",
        next_step=_next_step(first),
        at=now.astimezone(first.newest.at.tzinfo),
        sections=_sections(stories, now),
        links=_links(stories),
        items=_items(messages),
    )


def _items(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple(message.key for message in messages)


def _subject(stories: list[_Story], brands: list[str]) -> str:
    critical = sum(not story.is_over and story.newest.severity is Severity.CRITICAL for story in stories)
    over = sum(story.is_over for story in stories)
    parts = [f"{len(stories):,} incidents"]
    parts += [f"{critical:,} critical"] if critical else []
    parts += ["all over" if over == len(stories) else f"{over:,} over"] if over else []
    return f"{_named(brands)}: {', '.join(parts)}"


def _named(brands: list[str]) -> str:
    more = f" and {len(brands) - BRANDS_NAMED:,} more" if len(brands) > BRANDS_NAMED else ""
    return ", ".join(brands[:BRANDS_NAMED]) + more


def _sentence(
    stories: list[_Story], messages: Sequence[Message], brands: list[str], now: datetime, *, late: bool
) -> str:
    if late:
        return f"{_unreached(messages, now)} This is where {len(stories):,} incidents stand now."
    of = brands[0] if len(brands) == 1 else "several brands"
    return (
        f"{len(messages):,} changes of {len(stories):,} incidents of {of} came soon after each other: "
        "they are told in one message."
    )


def _unreached(messages: Sequence[Message], now: datetime) -> str:
    """Since the first message that did not arrive: it was made when the channel was last tried in vain."""
    return f"This channel could not be reached since {_moment(min(message.at for message in messages), now)}."


def _next_step(first: _Story) -> str:
    if first.is_over:
        return "Nothing of it goes on. Check that nobody still waits for an answer."
    return f"Begin with the worst: {first.newest.subject}"


def _facts(stories: list[_Story], now: datetime) -> tuple[tuple[str, str], ...]:
    told = [(story.stands, _in_brief(story, now)) for story in stories[:LISTED]]
    return (*told, *((("And", _more(stories[LISTED:])),) if len(stories) > LISTED else ()))


def _in_brief(story: _Story, now: datetime) -> str:
    before = _before(story, now)
    return f"{story.newest.subject} ({before})" if before else story.newest.subject


def _more(rest: Sequence[_Story]) -> str:
    over = sum(story.is_over for story in rest)
    return f"{len(rest):,} more" + (f", {over:,} of them over" if over else "")


def _before(story: _Story, now: datetime) -> str:
    """When it opened and got worse, as far as this channel has not heard of it; "" when the newest says it all."""
    earlier = story.messages[:-1]
    opened = [message.at for message in earlier if message.kind == ChangeKind.OPENED]
    worse = [message.at for message in earlier if message.kind == ChangeKind.WORSENED]
    parts = [f"opened {_moment(opened[0], now)}"] if opened else []
    if worse:
        times = f"{len(worse)} times, last " if len(worse) > 1 else ""
        parts.append(f"got worse {times}{_moment(worse[-1], now)}")
    return ", ".join(parts)


def _moment(moment: datetime, now: datetime) -> str:
    """In the brand's zone, as messages have their times; with the date when it is not of today."""
    today = now.astimezone(moment.tzinfo).date()
    return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d %b %H:%M}"


def _sections(stories: list[_Story], now: datetime) -> tuple[Section, ...]:
    """One for each incident; of those beyond what a message may hold, one list."""
    if len(stories) <= MAX_SECTIONS:
        return tuple(_section(story, now) for story in stories)
    own, rest = stories[: MAX_SECTIONS - 1], stories[MAX_SECTIONS - 1 :]
    rows = [Row(story.newest.subject, story.stands) for story in rest[:MAX_ROWS]]
    if len(rest) > MAX_ROWS:
        rows = [*rows[:-1], Row(_more(rest[MAX_ROWS - 1 :]))]
    return (*(_section(story, now) for story in own), Section(f"And {_more(rest)}", tuple(rows)))


def _section(story: _Story, now: datetime) -> Section:
    newest = story.newest
    known = dict(newest.facts)
    rows = [
        Row(story.stands, newest.severity.value, newest.sentence, "good" if story.is_over else "bad"),
        Row("Before", beside=_before(story, now)),
        *(Row(label, beside=known.get(label, "")) for label in _TOLD_IN_ROWS),
    ]
    return Section(newest.subject, tuple(row for row in rows if row.value or row.beside), _quotes(story)[:1])


def _quotes(story: _Story) -> tuple[Quote, ...]:
    return () if story.is_over else story.newest.quotes


def _links(stories: list[_Story]) -> tuple[Link, ...]:
    """The way to the worst ones: opening the page of an incident changes nothing."""
    worst = [story.newest for story in stories[:LINKED] if story.newest.link]
    return tuple(Link(f"Open {message.subject}", message.link) for message in worst)
