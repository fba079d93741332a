"""Searches Google News through its feeds; off until switched on, as Google does not want programs there."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar
from urllib.parse import urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, WebAddress
from crawlers.feeds import read_feed
from crawlers.headlines import without_publisher
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from crawlers.off import OffParams
from monitor.facts import MentionKind

WHY = (
    "robots.txt of news.google.com allows programs none of its search feeds, and as long as it says so a source of it "
    "stays blocked; the feeds are meant for people's own, not commercial use. Feeds of the publishers are better"
)


class Params(OffParams):
    """What is searched, in which language and country, for how long back (`1d`, `12h`)."""

    why_off: ClassVar[str] = WHY
    query: str = Field(min_length=1, max_length=500)
    language: str = Field(default="en-US", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$")
    country: str = Field(default="US", pattern=r"^[A-Z]{2}$")
    within: str = Field(default="1d", pattern=r"^[1-9][0-9]{0,2}[hdmy]$")
    server: WebAddress = "https://news.google.com"


class GoogleNewsSpider(SourceSpider):
    """Keeps the headline and who published it; the links stay as they are, for only Google knows where they lead."""

    name = "google_news"
    Params = Params
    about = About(
        verdict=Verdict.OFF,
        needs="`switched_on: true`",
        limits="about 100 headlines a search",
        terms="the feed says: personal, not commercial use",
        why=WHY,
        instead="feeds of the publishers (`feed`), a Google Alert delivered as a feed (`feed`)",
    )

    def first_requests(self) -> Iterable[Request]:
        language, country = self.params.language, self.params.country
        query = {"q": f"{self.params.query} when:{self.params.within}", "hl": language, "gl": country}
        query["ceid"] = f"{country}:{language.partition('-')[0]}"
        strand, url = self.walk.strand(), f"{self.params.server.rstrip('/')}/rss/search?{urlencode(query)}"
        yield self.ask(url, partial(self.read, strand=strand), strand=strand)

    def read(self, response: TextResponse, strand: Strand) -> Output:
        feed = read_feed(
            response.body,
            url=response.url,
            content_type=(response.headers.get("Content-Type") or b"").decode("latin-1"),
            kind=MentionKind.ARTICLE,
            now=self.now,
            adapt=without_publisher,
        )
        yield from feed.texts
        strand.add(feed.texts)
        strand.end(complete=False)

    def trusts_order(self, strand: Strand) -> bool:
        """Google chooses what it shows: the oldest headline says nothing of what lies between."""
        return False
