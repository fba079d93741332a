"""Reads a list of texts in JSON, as most spiders of interfaces do."""

from collections.abc import Iterable
from functools import partial

from pydantic import BaseModel
from scrapy.http import Request, TextResponse

from crawlers.answers import json_of, member, shaped
from crawlers.base import Page, SourceSpider, SpiderParams, WebAddress
from crawlers.extract import absolute, host_of, parse_time
from crawlers.ledger import About, Verdict
from monitor.facts import Collected, MentionKind


class Params(SpiderParams):
    """The list's address."""

    url: WebAddress
    max_pages: int = 10


class Entry(BaseModel):
    """One text."""

    id: int
    text: str
    at: str = ""


class ListedSpider(SourceSpider):
    """Walks the pages of a list."""

    name = "listed"
    Params = Params
    about = About(verdict=Verdict.OPEN)

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        walk = partial(self.walk_pages, read=self.read, strand=strand)
        yield self.ask(self.params.url, walk, strand=strand)

    def read(self, response: TextResponse) -> Page:
        data = json_of(response)
        entries, unreadable = shaped(member(data, "items"), Entry)
        following = absolute(response.url, data.get("next")) if data.get("next") else ""
        return Page([self.collected(entry, response.url) for entry in entries], following, unreadable)

    def collected(self, entry: Entry, url: str) -> Collected:
        at, precision = parse_time(entry.at, self.now)
        return Collected(
            kind=MentionKind.POST,
            host=host_of(url),
            external_id=str(entry.id),
            url=f"{url}#{entry.id}",
            text=entry.text,
            published_at=at,
            precision=precision,
        )
