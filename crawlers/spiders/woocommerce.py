"""Reads the product reviews of a shop that runs WooCommerce, through the interface of its shop pages."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.answers import shaped
from crawlers.base import ONE_OR_MANY, Page, SourceSpider, SpiderParams, WebAddress
from crawlers.comments import next_page
from crawlers.ledger import About, Verdict
from crawlers.refusals import READ, answer_of
from crawlers.shop_reviews import Review

PATH = "wc/store/v1/products/reviews"
CLOSED = dict.fromkeys((401, 403), "the shop has closed its interface to the public")
MEANINGS = {**CLOSED, 404: "there is no WooCommerce, or one that is older than its public reviews"}


class Params(SpiderParams):
    """The shop, the products by number (all without), and how many pages of 100 reviews are read at most."""

    url: WebAddress
    products: Annotated[tuple[int, ...], ONE_OR_MANY] = Field(default=(), max_length=100)
    max_pages: int = Field(default=20, ge=1, le=500)


class WoocommerceSpider(SourceSpider):
    """Asks newest first, and no further back than the last crawl and a day."""

    name = "woocommerce"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of the shop",
        limits="what the host's robots.txt says; 100 reviews a request",
        terms="public by the shop's own choice",
        unverified="read as its documentation shows it; no answer of a shop was seen",
    )
    handle_httpstatus_list = READ

    def first_requests(self) -> Iterable[Request]:
        """The pretty address first; shops with plain permalinks have only the other."""
        site, strand = str(self.params.url).rstrip("/"), self.walk.strand()
        asked = {"order": "desc", "orderby": "date", "per_page": "100"}
        asked |= {"product_id": ",".join(map(str, self.params.products))} if self.params.products else {}
        walk = partial(self.walk_pages, read=partial(self.read, site=site), strand=strand)
        plain = f"{site}/?{urlencode({'rest_route': f'/{PATH}', **asked})}"
        second = self.ask(plain, walk, strand=strand)
        yield self.ask(f"{site}/wp-json/{PATH}?{urlencode(asked)}", walk, strand=strand, otherwise=lambda: [second])

    def read(self, response: TextResponse, site: str) -> Page:
        reviews, unreadable = shaped(answer_of(response, MEANINGS), Review, what="reviews")
        return Page([review.collected(site, self.now) for review in reviews], next_page(response), unreadable)
