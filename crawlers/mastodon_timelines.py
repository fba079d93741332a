"""Walks timelines of Mastodon without gaps, by ids that grow with time, and looks again at statuses that are known."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.http import Request, TextResponse
from w3lib.url import add_or_replace_parameter

from crawlers.answers import member
from crawlers.base import NotUnderstood, Output, SourceSpider, Walled
from crawlers.mastodon_statuses import (
    HOST,
    REFUSALS,
    Statuses,
    StatusReader,
    is_not_there,
    only,
    thread_of,
    values_of,
)
from crawlers.memory import Strand
from monitor.facts import Gone, Known, MentionKind
from monitor.store.hosts import host_of

MOST_LOOKS = 75
"""Known statuses that one crawl asks for, each with a request of its own; those that spread come first."""
CLOSE = timedelta(days=1)
LONGEST_NUMBER = 20
"""Digits of an id of 64 bits."""
_KNOWN = re.compile(r"(https?://[^/]+)/statuses/(\d{1,20})")


@dataclass(frozen=True)
class Timeline:
    """A list of statuses, and how far its walk is: from page to page down, or, with a `top`, up to that id."""

    url: str
    strand: Strand
    name: str = ""  # of the list in an answer that is no list itself
    page: int = 1
    top: int = 0
    last: str = ""  # the id that the page was asked with


class TimelineSpider(SourceSpider):
    """Reads the newest page first. When that does not reach what is known, it walks up from there: what comes in
    meanwhile moves nothing, and a walk that ends early has no gap behind it."""

    overlap: ClassVar[timedelta] = timedelta(hours=6)  # ids tell when a status came in, so little comes late
    handle_httpstatus_list: ClassVar[list[int]] = [304, *REFUSALS]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._told: set[str] = set()  # a status stands in two timelines, and in what boosts or quotes it

    @property
    def server(self) -> str:
        return str(self.params.server).rstrip("/")

    @property
    def origin(self) -> str:
        """The server as it stands in ids."""
        parts = urlsplit(self.server)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def login(self) -> dict[str, str] | None:
        token = self.params.token
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else None

    @property
    def reader(self) -> StatusReader:
        return StatusReader(self.origin, self.params.indexable_only)

    def ask_timeline(self, timeline: Timeline, **how: Any) -> Request:
        read = partial(self.read_timeline, timeline=timeline)
        url = timeline.url if timeline.page == 1 else add_or_replace_parameter(timeline.url, *_asked_with(timeline))
        return self.ask(url, read, strand=timeline.strand, headers=self.login, conditional=timeline.page == 1, **how)

    def read_timeline(self, response: TextResponse, timeline: Timeline) -> Output:
        data = values_of(response)
        found = self.reader.read(member(data, timeline.name) if timeline.name else data)
        yield from self.told(found)
        timeline.strand.add(found.texts)
        following = self._following(timeline, found)
        if following is None:
            return
        if not self.may_follow(timeline.page, timeline.strand):
            if timeline.top:
                timeline.strand.cut = True  # a walk up that ends early reached neither end: nothing is known
            else:
                timeline.strand.end(complete=False)
            return
        yield self.ask_timeline(following)

    def told(self, found: Statuses) -> Output:
        """The texts of an answer that were not told before; what was left out is counted."""
        for reason, number in found.dropped.items():
            if number:
                self.drop(reason, number)
        for text in (*found.texts, *found.beside):
            if text.external_id not in self._told:
                self._told.add(text.external_id)
                yield text

    def _following(self, timeline: Timeline, found: Statuses) -> Timeline | None:
        """What to ask next; None at the end of the walk, which the strand then knows."""
        since, strand = self.memory.since(self.overlap), timeline.strand
        numbers = [int(one) for one in found.ids if one.isdecimal() and len(one) <= LONGEST_NUMBER]
        if not found.ids or (timeline.top and max(numbers, default=0) >= timeline.top):
            self._end(strand, since if timeline.top else None)
            return None
        if timeline.top:
            return self._next(timeline, str(max(numbers, default=0)))
        clock = _clock(found)
        if since is not None and clock and min(numbers) <= id_of(since):
            self._end(strand, since)
        elif since is not None and not clock and strand.newest_first and strand.reaches(since):
            strand.end(complete=False)
        elif since is not None and clock and timeline.page == 1:
            return replace(timeline, page=2, top=max(numbers), last=str(id_of(since)))
        else:
            return self._next(timeline, found.ids[-1])
        return None

    def _next(self, timeline: Timeline, last: str) -> Timeline:
        if last == timeline.last:
            raise NotUnderstood("the next page is one that was read already")
        return replace(timeline, page=timeline.page + 1, last=last)

    def _end(self, strand: Strand, since: datetime | None) -> None:
        """All since then was seen, also what is not read because its author does not want that; None: all there is."""
        if since is not None:
            strand.back_to = min(strand.back_to or since, since)
        strand.end(complete=since is None or not strand.items)  # nothing to read: it says nothing beside others

    def look_again(self) -> Iterable[Request]:
        known = {one.external_id: one for one in (*self.memory.hot, *self.memory.recent) if one.host == HOST}
        for one in list(known.values())[:MOST_LOOKS]:
            yield from self.ask_again(one)

    def ask_again(self, known: Known) -> Iterator[Request]:
        """Ask the status's own server, which alone knows for certain; one that is not ours may fail without harm."""
        home = _KNOWN.fullmatch(known.external_id)
        if home is None:
            return
        ours = home[1] == self.origin
        request = self.ask(
            f"{self.server if ours else home[1]}/api/v1/statuses/{home[2]}",
            partial(self.read_again, known=known, number=home[2] if ours else ""),
            strand=Strand(),
            otherwise=self.not_seen,
            headers=self.login if ours else None,
        )
        request.meta["spare"] = True
        if not ours:  # anybody's server: its wish to be left alone must not keep the source from ours
            self.walk.beside |= {host_of(home[1])} - {host_of(self.server)}
            request = request.replace(errback=lambda _: self.not_seen())
        yield request

    def read_again(self, response: TextResponse, known: Known, number: str) -> Output:
        if is_not_there(response):
            yield Gone(kind=MentionKind.POST, host=HOST, external_id=known.external_id)
            return
        try:
            data = values_of(response)
        except Walled as error:
            if number:
                raise
            raise NotUnderstood("a wall, but of a server that this source does not watch") from error
        found = self.reader.read([data])
        found.texts, found.beside = list(only(found.texts, known.external_id)), []
        yield from self.told(found)
        if number and self.params.threads and known in self.memory.hot:
            read = partial(self.read_thread, number=number, name=known.external_id)
            url = f"{self.server}/api/v1/statuses/{number}/context"
            yield self.ask(url, read, strand=Strand(), otherwise=self.not_seen, headers=self.login)

    def read_thread(self, response: TextResponse, number: str, name: str) -> Output:
        """The answers to a status of our server that spreads."""
        below, names = thread_of(values_of(response), number, name)
        yield from self.told(self.reader.read(below, names))

    def not_seen(self) -> Output:
        self.count("known texts not seen again")
        yield from ()


def id_of(moment: datetime) -> int:
    """The smallest id that Mastodon gives at that moment: milliseconds since 1970, and 16 bits to tell them apart."""
    return int(moment.timestamp() * 1000) << 16


def time_of(number: int) -> datetime | None:
    """When an id was given; None when it is none of Mastodon's."""
    milliseconds = number >> 16
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds < 1e14 else None


def _clock(found: Statuses) -> bool:
    """Whether the ids tell time, as Mastodon's do: those of a page are all numbers, and one is close to its time."""
    if not all(one.isdecimal() and len(one) <= LONGEST_NUMBER for one in found.ids):
        return False
    moments = [time_of(int(one)) for one in found.ids]
    pairs = zip(moments, found.times, strict=False)
    return any(told is not None and given is not None and abs(told - given) < CLOSE for told, given in pairs)


def _asked_with(timeline: Timeline) -> tuple[str, str]:
    return ("min_id" if timeline.top else "max_id"), timeline.last
