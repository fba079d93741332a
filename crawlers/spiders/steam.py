"""Reads the reviews of a game on Steam."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.answers import shaped
from crawlers.base import Page, SourceSpider, SpiderParams, WebAddress, Words
from crawlers.ledger import About, Verdict
from crawlers.refusals import READ, answer_of
from crawlers.steam_reviews import Review, page_address, reviews_of


class Params(SpiderParams):
    """The number of the game (in the address of its page), what it is called, and Steam's names of languages."""

    app: int = Field(gt=0, lt=2**32)
    app_name: str = Field(default="", max_length=100)
    languages: Words = Field(default=("all",), min_length=1)
    url: WebAddress = "https://api.steampowered.com"
    max_pages: int = Field(default=20, ge=1, le=500)


class SteamSpider(SourceSpider):
    """Asks newest first. A short page is not the last one, and an empty one may be a fault of Steam."""

    name = "steam"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the number of the game",
        limits="none published; 100 reviews a request",
        terms="Steam's terms for its Web API limit what may be done with what it tells: read them before you use it",
        unverified="the address replaced another one in October 2026; no answer of it was seen",
    )
    handle_httpstatus_list = READ

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.cursors = {"*"}

    def first_requests(self) -> Iterable[Request]:
        strand = self.walk.strand()
        yield self.ask(self.address("*"), partial(self.walk_pages, read=self.read, strand=strand), strand=strand)

    def address(self, cursor: str) -> str:
        return page_address(self.params.url, self.params.app, self.params.languages, cursor)

    def read(self, response: TextResponse) -> Page:
        """A cursor that was followed already ends the list when nothing new came with it; else the walk is stuck."""
        raw, cursor = reviews_of(answer_of(response))
        reviews, unreadable = shaped(raw, Review, what="reviews")
        name = self.params.app_name or f"app {self.params.app}"
        texts = [review.collected(self.params.app, name, self.now) for review in reviews]
        new = {(text.kind, text.host, text.external_id) for text in texts} - self.listed
        following = self.address(cursor) if raw and cursor and (new or cursor not in self.cursors) else ""
        self.cursors.add(cursor)
        answers = [one for r, text in zip(reviews, texts, strict=True) for one in r.answer(text, self.now)]
        return Page(texts, following, unreadable, more=answers, whole=False)
