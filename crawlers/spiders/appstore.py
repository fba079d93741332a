"""Reads the newest customer reviews of an app in Apple's App Store, country by country."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import count
from typing import Annotated

from pydantic import BeforeValidator, Field
from scrapy.http import Request, TextResponse

from crawlers.app_reviews import LAST_PAGE, page_address, read_reviews
from crawlers.base import NotUnderstood, Otherwise, Page, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand

Country = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Countries = Annotated[
    tuple[Country, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1, max_length=50),
]


class Params(SpiderParams):
    """The number of the app (in its address after `id`), the countries of the stores, and what the app is called."""

    app: int = Field(gt=0)
    countries: Countries
    app_name: str = Field(default="", max_length=100)
    url: WebAddress = "https://itunes.apple.com"
    max_pages: int = Field(default=LAST_PAGE, ge=1, le=LAST_PAGE)


class AppstoreSpider(SourceSpider):
    """Asks for JSON, and for XML when that is empty or broken, which it sometimes is for a while."""

    name = "appstore"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the number of the app, and the countries",
        limits="none published: be slow, every few hours; the newest 500 reviews of each country",
        terms="a public feed of Apple; for your own apps App Store Connect is the official way",
    )

    app_name = ""

    def first_requests(self) -> Iterable[Request]:
        for country in dict.fromkeys(self.params.countries):
            strand = self.walk.strand()
            second = self.ask_in("xml", country, strand)
            yield self.ask_in("json", country, strand, otherwise=partial(list, [second]))

    def ask_in(self, form: str, country: str, strand: Strand, otherwise: Otherwise | None = None) -> Request:
        address = partial(page_address, self.params.url, self.params.app, country, form=form)
        addresses = (address(number) for number in count(2))
        read = partial(self.read, country=country, strand=strand, addresses=addresses, last=otherwise is None)
        walk = partial(self.walk_pages, read=read, strand=strand)
        return self.ask(address(1), walk, strand=strand, otherwise=otherwise)

    def read(self, response: TextResponse, country: str, strand: Strand, addresses: Iterator[str], last: bool) -> Page:
        """An empty page may be a fault of the feed: it is never the end, and in all countries it is a failure."""
        found, app = read_reviews(response), self.params.app
        if not found.reviews and not strand.items:
            others = [other for other in self.walk.strands if other is not strand]
            if not last or all(other.ended and not other.items for other in others):
                raise NotUnderstood("an empty page, which is a fault of the feed or a country without reviews")
            self.count("countries without reviews")
        self.app_name = self.app_name or self.params.app_name or found.name
        name = self.app_name or f"app {app}"
        texts = [review.collected(app, country, name, self.now) for review in found.reviews]
        return Page(texts, next(addresses) if texts else "", found.unreadable, whole=False)
