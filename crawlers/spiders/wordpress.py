"""Reads the comments (and posts) of a WordPress site through its REST interface, else through its comments feed."""

from collections.abc import Iterable
from functools import partial

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Otherwise, Output, SpiderParams, WebAddress
from crawlers.comments import next_page, read_comments_feed, read_objects
from crawlers.comments_again import CommentsAgain
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand


class Params(SpiderParams):
    """The site's address, whether its posts are read too, and how many pages of 100 are read at most."""

    url: WebAddress
    posts: bool = False
    max_pages: int = Field(default=50, ge=1, le=500)


class WordpressSpider(CommentsAgain):
    """Asks newest first, so that a comment that arrives while we read moves others to a later page and hides none."""

    name = "wordpress"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of the site",
        limits="what the host's robots.txt says; 100 comments a request",
        terms="public by the site's own choice; the interface can be switched off, then its comments feed is read",
    )

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        yield from self.ask_rest("comments", strand, otherwise=lambda: self.ask_feed(strand))
        if self.params.posts:
            yield from self.ask_rest("posts", self.walk.strand(), otherwise=None)

    def ask_rest(self, what: str, strand: Strand, otherwise: Otherwise | None) -> Iterable[Request]:
        since = self.memory.since_known(self.overlap)
        query = {"per_page": "100", "order": "desc", "orderby": "date"}
        if since is not None:
            query["after"] = since.strftime("%Y-%m-%dT%H:%M:%S")
        read = partial(self.read_rest, what=what, strand=strand, page=1)
        yield self.ask_either(what, query, read, strand=strand, otherwise=otherwise)

    def read_rest(self, response: TextResponse, what: str, strand: Strand, page: int) -> Output:
        texts, unreadable = read_objects(response, what, self.site, self.now)
        for _ in range(unreadable):
            self.drop("unreadable")
        yield from texts
        strand.add(texts)
        following = next_page(response)
        if following and texts and self.may_follow(page, strand):
            read_on = partial(self.read_rest, what=what, strand=strand, page=page + 1)
            yield self.ask(following, read_on, strand=strand, conditional=False)
        else:
            from_the_newest_on = strand.newest_first and self.memory.last_walk is None
            strand.end(complete=not following or from_the_newest_on)

    def ask_feed(self, strand: Strand) -> Output:
        self.count("fell back to the feed")
        read = partial(self.read_feed, strand=strand)
        plain = self.ask(f"{self.site}/?feed=comments-rss2", read, strand=strand)
        yield self.ask(f"{self.site}/comments/feed/", read, strand=strand, otherwise=lambda: [plain])

    def read_feed(self, response: TextResponse, strand: Strand) -> Output:
        texts = read_comments_feed(response, self.site, self.now)
        yield from texts
        strand.add(texts)
        strand.end(complete=False)
