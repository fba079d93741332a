"""Reads the reviews and average ratings that pages publish as schema.org data: shops, recipes, any review page."""

from collections.abc import Iterable
from functools import partial

from parsel import Selector
from pydantic import Field
from scrapy.http import JsonResponse, Request, TextResponse

from crawlers.base import NotUnderstood, Output, SourceSpider, SpiderParams, WebAddresses
from crawlers.extract import absolute, same_host
from crawlers.ledger import About, Verdict
from crawlers.memory import Strand
from crawlers.reviews import read_page


class Params(SpiderParams):
    """The pages, and whether `rel=next` is followed to further pages of a listing."""

    urls: WebAddresses
    follow_next: bool = False
    max_pages: int = Field(default=20, ge=1, le=500)


class SchemaorgSpider(SourceSpider):
    """Takes a page for a sample of its reviews unless it says that these are all."""

    name = "schemaorg"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the addresses of the pages",
        limits="what the host's robots.txt says; a page shows a sample of its reviews and their average",
        terms="read only where robots.txt allows it; look at the site's terms before you add it",
    )

    def first_requests(self) -> Iterable[Request]:
        for url in dict.fromkeys(self.params.urls):
            strand = self.walk.strand()
            yield self.ask(url, partial(self.read, place=url, strand=strand, page=1), strand=strand)

    def trusts_order(self, strand: Strand) -> bool:
        """A sample may be "the most helpful": it tells of new reviews only when it is sorted by date."""
        return strand.newest_first and not strand.undated and strand.items > 1

    def read(self, response: TextResponse, place: str, strand: Strand, page: int) -> Output:
        if isinstance(response, JsonResponse):
            raise NotUnderstood("JSON instead of a page")
        found = read_page(response, place=place, now=self.now)
        self.drop("rating is no number", found.unreadable_ratings)
        self.count("broken JSON-LD blocks", found.broken_blocks)
        yield from found.texts
        yield from found.ratings
        strand.add(found.texts)
        following = self.next_page(response)
        met = strand.newest_first and strand.reaches(self.memory.since(self.overlap))
        if following and found.texts and not met and self.may_follow(page, strand):
            read_on = partial(self.read, place=place, strand=strand, page=page + 1)
            yield self.ask(following, read_on, strand=strand, conditional=False)
        else:
            told_all = found.told_total is not None and found.told_total <= strand.items
            strand.end(complete=told_all or (page > 1 and not following))

    def next_page(self, response: TextResponse) -> str:
        if not self.params.follow_next:
            return ""
        page = Selector(text=response.text, type="html")
        link = page.css('link[rel~="next"]::attr(href), a[rel~="next"]::attr(href)').get()
        url = absolute(response.url, link)
        return url if same_host(url, response.url) and url != response.url else ""
