"""Reads any RSS, Atom or JSON feed: news, blogs, comments, forums, alerts."""

from collections.abc import Iterable
from functools import partial
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, SpiderParams, WebAddress
from crawlers.extract import same_host
from crawlers.feeds import read_feed
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from monitor.facts import MentionKind


class Params(SpiderParams):
    """The feed, what its entries are, and how many of its pages are read at most."""

    url: WebAddress
    kind: Literal["article", "post", "comment", "review"] = "article"
    max_pages: int = Field(default=5, ge=1, le=100)


class FeedSpider(SourceSpider):
    """Follows a feed's pages, where it has any, back to the last walk."""

    name = "feed"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of the feed",
        limits="what the host's robots.txt says; asked with If-None-Match and If-Modified-Since",
        terms="made to be read by programs; a publisher's own terms may limit what is shown further",
    )

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        yield self.ask(self.params.url, partial(self.read, strand=strand, page=1), strand=strand)

    def read(self, response: TextResponse, strand: Strand, page: int) -> Output:
        here = self.at_home(response.url)
        feed = read_feed(
            response.body,
            url=here,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            kind=MentionKind(self.params.kind),
            now=self.now,
        )
        yield from feed.texts
        strand.add(feed.texts)
        ours = any(same_host(feed.next_url, place) for place in (response.url, here))
        following = feed.next_url if ours and feed.next_url not in (response.url, here) else ""
        wanted = following and feed.texts and not strand.reaches(self.memory.since(self.overlap))
        if wanted and self.may_follow(page, strand):
            read_on = partial(self.read, strand=strand, page=page + 1)
            yield self.ask(following, read_on, strand=strand, conditional=False)
        else:
            strand.end(complete=feed.complete or (page > 1 and not following))

    def at_home(self, url: str) -> str:
        """The address at the host of the config: a place that begins to send us elsewhere gives no text a new name."""
        home, here = urlsplit(self.params.url), urlsplit(url)
        return here._replace(scheme=home.scheme, netloc=home.netloc).geturl()
