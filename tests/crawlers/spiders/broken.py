"""Fails after its first text, as a spider with a mistake in it would."""

from collections.abc import Iterable

from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, SpiderParams, WebAddress
from crawlers.extract import host_of, html_to_text
from crawlers.ledger import About, Verdict
from monitor.facts import Collected, MentionKind


class Params(SpiderParams):
    """One page."""

    url: WebAddress


class BrokenSpider(SourceSpider):
    """Reads a page as one text."""

    name = "broken"
    Params = Params
    about = About(verdict=Verdict.OPEN)

    def first_requests(self) -> Iterable[Request]:
        yield self.ask(self.params.url, self.read, strand=self.walk.strand())

    def read(self, response: TextResponse) -> Output:
        yield Collected(
            kind=MentionKind.POST,
            host=host_of(response.url),
            external_id="1",
            url=response.url,
            text=html_to_text(response.text),
        )
        self.count("never", 1 // 0)
