"""Reads stories and comments of Hacker News that hold a term, through the search of Algolia."""

from collections.abc import Iterable
from functools import partial
from urllib.parse import quote, urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.again import Again, gone
from crawlers.answers import member, shaped
from crawlers.base import Found, Page, SourceSpider, SpiderParams, WebAddress
from crawlers.hackernews_items import Item, size_of
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.refusals import READ, answer_of
from crawlers.shapes import one
from crawlers.terms import SomeTerms, stands_in
from monitor.facts import Collected, Known

MOST_HITS = 1_000
"""Of one question: the search gives no more, however it is paged. Older ones are asked for by their time."""


class Params(SpiderParams):
    """What is looked for, and how many answers of 1,000 hits are read at most for each term."""

    terms: SomeTerms
    url: WebAddress = "https://hn.algolia.com"
    max_pages: int = Field(default=10, ge=1, le=100)


class HackernewsSpider(SourceSpider):
    """Asks newest first, each time for what is older than the oldest hit before."""

    name = "hackernews"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        limits="10,000 requests an hour and address; 1,000 hits a question",
        terms="the public search of Algolia for Hacker News; it publishes no terms of its own",
    )
    handle_httpstatus_list = READ

    def first_requests(self) -> Iterable[Request]:
        since = self.memory.since_known(self.overlap)
        for term in self.params.terms:
            strand = part_of(self.walk, since)
            walk = partial(self.walk_pages, read=partial(self.read, term=term), strand=strand)
            yield self.ask(self.address(term), walk, strand=strand)

    def address(self, term: str, until: int | None = None) -> str:
        since = self.memory.since_known(self.overlap)
        times = [] if since is None else [f"created_at_i>{int(since.timestamp())}"]
        times += [] if until is None else [f"created_at_i<={until}"]
        asked = {"query": f'"{term}"', "tags": "(story,comment)", "hitsPerPage": MOST_HITS}
        query = urlencode(asked | ({"numericFilters": ",".join(times)} if times else {}))
        return f"{self.params.url.rstrip('/')}/api/v1/search_by_date?{query}"

    def read(self, response: TextResponse, term: str) -> Page:
        data = answer_of(response)
        hits, total = member(data, "hits"), member(data, "nbHits")
        items, unreadable = shaped(hits, Item, what="hits")
        more = isinstance(total, int) and total > len(hits) and items
        following = self.address(term, min(item.created_at_i for item in items)) if more else ""
        return Page([item.collected(self.now) for item in items], following, unreadable)

    def wanted(self, text: Collected) -> bool:
        """The search forgives misspellings, and finds all comments below a story that has the term in its title."""
        return stands_in(text, self.params.terms)

    def look_again(self) -> Iterable[Request]:
        items = f"{self.params.url.rstrip('/')}/api/v1/items/"
        yield from Again(self, lambda known: items + quote(known.external_id), self.read_again).requests()

    def read_again(self, response: TextResponse, known: Known) -> Iterable[Found]:
        data = answer_of(response)
        item = one(data, Item, what="item")
        yield item.collected(self.now, replies=size_of(data)) if member(data, "author") else gone(known)
