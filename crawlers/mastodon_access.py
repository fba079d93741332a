"""Reads hashtags of a Mastodon server as far as it says that it shows them; where that is not at all, their feeds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from scrapy.http import Request, TextResponse

from crawlers.base import NotUnderstood, Output
from crawlers.feeds import read_feed
from crawlers.lists import part_of
from crawlers.mastodon_statuses import HOME, HOST, REFUSALS, name_of, text_of, values_of
from crawlers.mastodon_timelines import Timeline, TimelineSpider
from crawlers.memory import Strand
from monitor.facts import Collected, MentionKind

Tags = Sequence[tuple[str, Strand]]

_AUTHOR = re.compile(r"https?://[^/?#@]+/@[^/?#]+")


class HashtagSpider(TimelineSpider):
    """Asks the server what it shows before it asks for that."""

    def ask_hashtags(self, names: Sequence[str]) -> Iterator[Request]:
        tags = [(name.lstrip("#"), part_of(self.walk)) for name in names]
        if tags:
            read, otherwise = partial(self.read_instance, tags=tags), partial(self.ask_tags, tags, {})
            url = f"{self.server}/api/v2/instance"
            yield self.ask(url, read, strand=Strand(), otherwise=otherwise, conditional=False)

    def read_instance(self, response: TextResponse, tags: Tags) -> Output:
        shown = hashtags_shown(values_of(response), logged_in=self.login is not None)
        if shown is not None:
            yield from self.ask_tags(tags, shown)
        else:
            for tag, strand in tags:
                yield from self.ask_feed(tag, strand)

    def ask_tags(self, tags: Tags, shown: dict[str, str]) -> Output:
        for tag, strand in tags:
            url = f"{self.server}/api/v1/timelines/tag/{quote(tag, safe='')}?{urlencode({'limit': 40, **shown})}"
            yield self.ask_timeline(Timeline(url, strand), otherwise=partial(self.ask_feed, tag, strand))

    def ask_feed(self, tag: str, strand: Strand) -> Output:
        self.count("fell back to the feed")
        url = f"{self.server}/tags/{quote(tag, safe='')}.rss"
        yield self.ask(url, partial(self.read_feed, strand=strand), strand=strand)

    def read_feed(self, response: TextResponse, strand: Strand) -> Output:
        texts = read_tag_feed(response, self.now)
        yield from texts
        strand.add(texts)
        strand.end(complete=False)


def hashtags_shown(instance: Any, *, logged_in: bool) -> dict[str, str] | None:
    """What to add to a question for a hashtag, by what the server says that it shows; None when it shows none.

    Servers before 4.5 do not say it: they are asked.
    """
    access: Any = instance
    for name in ("configuration", "timelines_access", "hashtag_feeds"):
        access = access.get(name) if isinstance(access, dict) else None
    if not isinstance(access, dict):
        return {}
    allowed = ("public", "authenticated") if logged_in else ("public",)
    local, remote = (access.get(part, "public") in allowed for part in ("local", "remote"))
    if local and remote:
        return {}
    return {"local": "true"} if local else {"remote": "true"} if remote else None


def read_tag_feed(response: TextResponse, now: datetime) -> list[Collected]:
    """The newest statuses with a hashtag by its feed, under the names that the interface gives them."""
    if response.status in REFUSALS:
        raise NotUnderstood(f"the server shows hashtags to nobody without a login: its feed answers {response.status}")
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    feed = read_feed(
        response.body,
        url=response.url,
        content_type=content_type,
        kind=MentionKind.POST,
        now=now,
        adapt=_from_feed,
    )
    return list(feed.texts)


def _from_feed(text: Collected, html: str) -> Collected:
    author = _AUTHOR.match(text.url)
    return replace(
        text,
        host=HOST,
        external_id=name_of(text.external_id if HOME.fullmatch(text.external_id) else text.url),
        text=text_of(html),
        author_ref=author[0] if author else text.author_ref,
    )
