"""Reads the reviews of a company through Trustpilot's own interface, newest first."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar
from urllib.parse import quote

from pydantic import Field
from scrapy.http import Request, TextResponse
from w3lib.url import add_or_replace_parameter, url_query_parameter

from crawlers.answers import json_of, member, shaped
from crawlers.base import Page, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.own_reviews import TrustpilotReview, ask_again
from crawlers.refusals import READ, answer_of
from crawlers.shapes import one
from monitor.facts import Collected, Known
from monitor.secret import Secret

PER_PAGE = 100
MEANINGS = {401: "the key is not accepted", 403: "the key may not read it", 404: "there is no such business unit"}


class Params(SpiderParams):
    """The key, the id of the business unit (24 letters and digits), and how many pages of 100 are read at most."""

    key: Secret
    business_unit: str = Field(pattern=r"^[0-9a-fA-F]{24}$")
    max_pages: int = Field(default=20, ge=1, le=500)
    server: WebAddress = "https://api.trustpilot.com"


class TrustpilotSpider(SourceSpider):
    """Asks by time of creation; the latest known reviews are asked for again one by one, for edits and deletions."""

    name = "trustpilot"
    Params = Params
    handle_httpstatus_list: ClassVar[list[int]] = READ
    about = About(
        verdict=Verdict.KEYED,
        needs="an API key of a business account that has the connect module, and the id of the business unit",
        limits="833 requests in 5 minutes",
        terms="made for businesses to read their reviews; its webhook brings them sooner, see the doors",
        unverified="no answer was recorded; made after Trustpilot's documentation",
    )

    @property
    def headers(self) -> Mapping[str, str]:
        return {"apikey": self.params.key.get_secret_value()}

    @property
    def root(self) -> str:
        return f"{self.params.server.rstrip('/')}/v1"

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        url = f"{self.root}/business-units/{self.params.business_unit}/reviews"
        query = f"?perPage={PER_PAGE}&orderBy=createdat.desc&page=1"
        read = partial(self.walk_pages, read=self.read, strand=strand, headers=self.headers)
        yield self.ask(url + query, read, strand=strand, headers=self.headers)

    def read(self, response: TextResponse) -> Page:
        data = answer_of(response, MEANINGS)
        reviews, unreadable = shaped(member(data, "reviews"), TrustpilotReview, what="reviews")
        page = int(url_query_parameter(response.url, "page", "1") or 1)
        full = len(reviews) + unreadable >= PER_PAGE
        return Page(
            texts=[review.collected(self.now) for review in reviews],
            more=[text for review in reviews for text in review.with_answer(self.now)[1:]],
            unreadable=unreadable,
            following=add_or_replace_parameter(response.url, "page", str(page + 1)) if full else "",
        )

    def look_again(self) -> Iterable[Request]:
        url = f"{self.root}/reviews/"
        return ask_again(self, self.headers, lambda known: url + quote(known.external_id, safe=""), self.read_again)

    def read_again(self, response: TextResponse, known: Known) -> list[Collected]:
        return one(json_of(response), TrustpilotReview, what="review").with_answer(self.now)
