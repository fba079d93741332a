"""Reads the posts of Bluesky accounts with their answers, quotes and reposts; with an app password, a search too."""

from collections.abc import Iterable
from functools import partial
from typing import Self

from pydantic import Field, model_validator
from scrapy.http import Request, TextResponse

from crawlers.base import Page, SpiderParams, WebAddress, Words
from crawlers.bluesky_posts import feed_of
from crawlers.bluesky_spread import SpreadSpider
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.memory import Strand
from crawlers.xrpc import address
from monitor.secret import Secret


class Params(SpiderParams):
    """The accounts, what to search for (with a login), and what is read besides their posts."""

    actors: Words = ()
    search: Words = ()
    handle: str = ""
    app_password: Secret | None = None
    threads: bool = True
    quotes: bool = True
    reposts: bool = True
    max_pages: int = Field(default=10, ge=1, le=100)
    server: WebAddress = "https://public.api.bsky.app"
    pds: WebAddress = "https://bsky.social"

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not self.actors and not self.search:
            raise ValueError("name actors, search terms or both")
        if self.search and not (self.handle and self.app_password):
            raise ValueError("a search needs a login: handle and app_password (made in Bluesky's settings)")
        return self


class BlueskySpider(SpreadSpider):
    """Walks the feed of each account and each search from its newest end; a search goes through the user's server."""

    name = "bluesky"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the accounts' handles; a search needs an account of your own with an app password",
        limits="a handful of requests at once, says the server's robots.txt; 250 logins a day",
        terms="reading the public interface is allowed; accounts that want to be seen by members only are left out",
        unverified="the limits of the public server, and its search, were never tried from here",
    )

    def first_requests(self) -> Iterable[Request]:
        for actor in self.params.actors:
            query = {"actor": actor.lstrip("@"), "limit": 100, "filter": "posts_with_replies"}
            yield self.ask_list("app.bsky.feed.getAuthorFeed", self.read_feed, part_of(self.walk), **query)
        searches = [(term, part_of(self.walk)) for term in self.params.search]
        if searches:
            yield self.log_in(lambda: [self.ask_search(term, strand) for term, strand in searches])

    def ask_search(self, term: str, strand: Strand) -> Request:
        since = self.memory.since_known(self.overlap)
        from_then_on = {"since": since.strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        url = address(self.params.pds, "app.bsky.feed.searchPosts", q=term, sort="latest", limit=100, **from_then_on)
        walk = partial(self.walk_pages, read=self.read_list, strand=strand, headers=self.bearer)
        return self.ask(url, walk, strand=strand, conditional=False, headers=self.bearer)

    def read_feed(self, response: TextResponse) -> Page:
        found = feed_of(response)
        return self.page(found, self.ask_answers_to_young(found.posts))
