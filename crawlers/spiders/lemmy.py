"""Reads posts and comments of Lemmy and PieFed that hold a term, through the search of one server."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.again import Again
from crawlers.base import Found, Output, Page, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.lemmy_views import INTERFACES, at_server, read_view, read_views, search_address
from crawlers.lists import Part, part_of
from crawlers.refusals import READ
from crawlers.terms import SomeTerms, stands_in
from crawlers.walls import is_page
from monitor.facts import Collected, Known


class Params(SpiderParams):
    """The server, what is looked for, and which interface it has; "auto" asks for one after the other."""

    url: WebAddress
    terms: SomeTerms
    api: Literal["auto", "v3", "v4", "alpha"] = "auto"
    max_pages: int = Field(default=10, ge=1, le=100)


class LemmySpider(SourceSpider):
    """Asks for posts and for comments, newest first."""

    name = "lemmy"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of a server: it knows its own texts, and those of others that its people follow",
        limits="set by each server; 50 texts a request",
        terms="public by the server's own choice; look at its rules",
        unverified="no answer of PieFed was seen, and of Lemmy's version 4 only one",
    )
    handle_httpstatus_list = READ
    api: str | None = None

    def first_requests(self) -> Iterable[Request]:
        apis = INTERFACES if self.params.api == "auto" else (self.params.api,)
        for term in self.params.terms:
            for what in ("Posts", "Comments"):
                yield self.search(term, what, part_of(self.walk), apis)

    def search(self, term: str, what: str, strand: Part, apis: Sequence[str]) -> Request:
        answered = partial(self.answered, term=term, what=what, strand=strand, apis=apis)
        return self.ask(search_address(self.params.url, apis[0], term, what), answered, strand=strand)

    def answered(self, response: TextResponse, term: str, what: str, strand: Part, apis: Sequence[str]) -> Output:
        """A server that does not know an interface says 404, or shows its page for people."""
        if len(apis) > 1 and (response.status in (400, 404) or is_page(response.text)):
            yield self.search(term, what, strand, apis[1:])
            return
        yield from self.walk_pages(response, read=partial(self.read, api=apis[0], term=term, what=what), strand=strand)
        self.api = apis[0] if self.api is None else self.api
        yield from self.look_again()

    def look_again(self) -> Iterable[Request]:
        """Once, when it is known which interface answers."""
        api, self.api = self.api, self.api and ""
        if api:
            yield from Again(self, partial(at_server, site=self.params.url, api=api), self.read_again).requests()

    def read(self, response: TextResponse, api: str, term: str, what: str) -> Page:
        texts, taken, unreadable, following = read_views(response, what, self.params.url, self.now)
        address = following and search_address(self.params.url, api, term, what, following)
        return Page(texts, address, unreadable, taken)

    def wanted(self, text: Collected) -> bool:
        return stands_in(text, self.params.terms)

    def read_again(self, response: TextResponse, known: Known) -> Iterable[Found]:
        return [read_view(response, known, self.params.url, self.now)]
