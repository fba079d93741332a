"""Reads a page again and again, of a host that allows only so many requests."""

from collections.abc import Iterable

from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, SpiderParams, WebAddress
from crawlers.extract import host_of, html_to_text
from crawlers.ledger import About, Verdict
from crawlers.quotas import Cost, Quota
from monitor.facts import Collected, MentionKind


class Params(SpiderParams):
    """A page, how many times it is read, and how many requests a day are allowed."""

    url: WebAddress
    pages: int = 3
    limit: int = 100


class CostlySpider(SourceSpider):
    """Reads a page as one text."""

    name = "costly"
    Params = Params
    about = About(verdict=Verdict.OPEN)

    def first_requests(self) -> Iterable[Request]:
        cost = Cost(Quota("costly", self.params.limit))
        for number in range(self.params.pages):
            yield self.ask(f"{self.params.url}?page={number}", self.read, strand=self.walk.strand(), cost=cost)

    def read(self, response: TextResponse) -> Output:
        text = html_to_text(response.text)
        yield Collected(
            kind=MentionKind.POST, host=host_of(response.url), external_id=response.url, url=response.url, text=text
        )
