"""Searches the posts of the last seven days on X, and never spends more in a month than it may."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import ClassVar
from urllib.parse import urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Page, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from crawlers.quotas import Cost, give_back_of
from crawlers.x_objects import FIELDS, REFUSALS, SEARCHED, Read, id_at, price_of, read_again, read_posts
from monitor.secret import Secret


class Params(SpiderParams):
    """The key, what is searched, what it may cost, and how much is read at once."""

    bearer: Secret
    query: str = Field(min_length=1, max_length=512)
    most_dollars_a_month: float = Field(gt=0, le=10_000)
    page_size: int = Field(default=100, ge=10, le=100)
    max_pages: int = Field(default=5, ge=1, le=100)
    look_again: bool = False
    server: WebAddress = "https://api.x.com"


class XSpider(SourceSpider):
    """Sets the price of a full page aside before it asks, and puts back what the answer did not use."""

    name = "x"
    Params = Params
    charges = "api.x.com"
    handle_httpstatus_list: ClassVar[list[int]] = [304, *REFUSALS]
    overlap: ClassVar[timedelta] = timedelta(minutes=2)  # the search is in step within seconds, and each text costs
    about = About(
        verdict=Verdict.KEYED,
        needs="a bearer token of an app with paid credits, and `most_dollars_a_month`",
        limits="what it may cost: $0.005 per post read; the posts of the last seven days",
        terms="what its author deleted must be deleted here too: see `look_again`",
        agreement="robots.txt of X's interface turns away crawlers; paying apps are let in by X, each by its own key",
        unverified="no answer of the search was recorded; made after X's documentation",
    )

    def cost(self, posts: int) -> Cost:
        return price_of(posts, self.params.most_dollars_a_month)

    def ask_posts(self, path: str, query: Mapping[str, str], strand: Strand, posts: int, read: Read) -> Request:
        """Asks for at most so many posts, having set their price aside."""
        headers, cost = {"Authorization": f"Bearer {self.params.bearer.get_secret_value()}"}, self.cost(posts)
        paid = partial(self.paid, posts=posts, read=read)
        walk = partial(self.walk_pages, read=paid, strand=strand, headers=headers, cost=cost)
        url = f"{self.params.server.rstrip('/')}/2/tweets{path}?{urlencode({**query, 'tweet.fields': FIELDS})}"
        return self.ask(url, walk, strand=strand, conditional=False, headers=headers, cost=cost)

    def paid(self, response: TextResponse, posts: int, read: Read) -> Page:
        if response.status in REFUSALS:
            give_back_of(response, self.cost(posts), self.ledger)
        page = read(response, self.now)
        give_back_of(response, self.cost(max(0, posts - len(page.texts) - page.unreadable)), self.ledger)
        return page

    def first_requests(self) -> Iterable[Request]:
        size, since = self.params.page_size, self.memory.since(self.overlap)
        query = {"query": self.params.query, "max_results": str(size)}
        if since is not None and since > self.now - SEARCHED:
            query["since_id"] = id_at(since)
        yield self.ask_posts("/search/recent", query, self.walk.strand(), size, read_posts)

    def look_again(self) -> Iterable[Request]:
        known = (*self.memory.hot, *self.memory.recent)[:100] if self.params.look_again else ()
        if known:
            ids = ",".join(text.external_id for text in known)
            yield self.ask_posts("", {"ids": ids}, Strand(), len(known), read_again)
