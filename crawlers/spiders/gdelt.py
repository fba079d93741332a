"""Searches the news of the world through GDELT, which gives headlines only; off until switched on."""

from collections.abc import Iterable
from functools import partial
from typing import ClassVar
from urllib.parse import urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, WebAddress
from crawlers.headlines import read_articles
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from crawlers.off import OffParams

WHY = "it turns away most requests for hours, even the first one of a machine, and gives headlines without texts"
REST_SECONDS = 1_800.0
"""GDELT names no time; it sheds load for hours."""


class Params(OffParams):
    """What is searched (in GDELT's own notation) and for how long back."""

    why_off: ClassVar[str] = WHY
    query: str = Field(min_length=3, max_length=500)
    timespan: str = Field(default="1d", pattern=r"^[1-9][0-9]{0,3}(min|h|d|w|m)$")
    server: WebAddress = "https://api.gdeltproject.org"


class GdeltSpider(SourceSpider):
    """Asks once a crawl, for the newest 250 headlines; what GDELT says instead of an answer is obeyed."""

    name = "gdelt"
    Params = Params
    handle_httpstatus_list: ClassVar[list[int]] = [304, 429]
    about = About(
        verdict=Verdict.OFF,
        needs="`switched_on: true`",
        limits="one request in 5 seconds, 250 headlines each, the last three months",
        terms="free to use; name GDELT where its data is shown",
        why=WHY,
        instead="feeds of the publishers (`feed`), a Google Alert delivered as a feed (`feed`)",
    )

    def first_requests(self) -> Iterable[Request]:
        query = {"query": self.params.query, "mode": "ArtList", "format": "json", "sort": "DateDesc"}
        query |= {"maxrecords": "250", "timespan": self.params.timespan}
        strand, url = self.walk.strand(), f"{self.params.server.rstrip('/')}/api/v2/doc/doc?{urlencode(query)}"
        request = self.ask(url, partial(self.read, strand=strand), strand=strand)
        request.meta["dont_retry"] = True  # a second try within seconds is what it complains about
        yield request

    def read(self, response: TextResponse, strand: Strand) -> Output:
        if response.status == 429 or "limit requests" in response.text[:500].lower():
            self.give_up(REST_SECONDS, "it answers too many", response.url)
            return
        texts, unreadable = read_articles(response)
        if unreadable:
            self.drop("unreadable", unreadable)
        yield from texts
        strand.add(texts)
        strand.end(complete=not texts)
