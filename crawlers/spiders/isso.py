"""Reads the comments of pages that use Isso: of named threads, or the latest ones of the whole site."""

from collections.abc import Iterable, Iterator
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import Any

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.again import Again
from crawlers.base import Found, Page, SourceSpider, SpiderParams, WebAddress, Words
from crawlers.isso_threads import A_PAGE, NO_ISSO, list_address, missing, name_of, read_comments
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.memory import Strand
from crawlers.refusals import READ, answer_of
from monitor.facts import Known


class Params(SpiderParams):
    """The server of Isso, the site whose pages it serves, and their threads as Isso names them (`/product/`)."""

    url: WebAddress
    site: WebAddress | None = None
    threads: Words = ()
    max_pages: int = Field(default=10, ge=1, le=100)


class IssoSpider(SourceSpider):
    """Reads threads whole: `after` would leave out new answers to older comments, as Isso reads it."""

    name = "isso"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of the server; the threads, unless the site has switched its latest comments on",
        limits="what the host's robots.txt says; a hundred comments a request, with their answers",
        terms="public by the site's own choice",
    )
    handle_httpstatus_list = READ

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.server = str(self.params.url).rstrip("/")
        self.threads = list(dict.fromkeys(self.params.threads)) or [""]
        self.unread, self.seen = len(self.threads), set[str]()

    def first_requests(self) -> Iterable[Request]:
        for thread in self.threads:
            strand = part_of(self.walk, newest_first=False)  # new answers stand below old comments
            read = partial(self.read, thread=thread, offsets=count(A_PAGE, A_PAGE))
            walk = partial(self.walk_pages, read=read, strand=strand)
            yield self.ask(list_address(self.server, thread, 0), walk, strand=strand)

    def trusts_order(self, strand: Strand) -> bool:
        return False

    def read(self, response: TextResponse, thread: str, offsets: Iterator[int]) -> Page:
        comments, unreadable, hidden = read_comments(answer_of(response, {404: NO_ISSO}), thread)
        self.seen |= {name_of(comment.id) for comment in comments}
        place = self.server, str(self.params.site or self.server)
        texts = [one.collected(*place, thread or one.uri, self.now) for one in comments if not one.is_gone]
        gone = [one.gone(self.server) for one in comments if one.is_gone]
        if hidden > 0:
            return Page(texts, list_address(self.server, thread, next(offsets)), unreadable, gone)
        self.unread -= 1
        return Page(texts, "", unreadable, gone, more=[*self.look_again()])

    def look_again(self) -> Iterable[Request]:
        """Of comments that we have and no thread shows: Isso says 403 of one that is there, 404 of others."""
        if self.unread == 0:
            self.unread = -1  # once, when the last thread was read
            places = missing((*self.memory.hot, *self.memory.recent), self.server, self.seen)
            yield from Again(self, places, self.read_again).requests()

    def read_again(self, response: TextResponse, known: Known) -> Iterable[Found]:
        return () if response.status == HTTPStatus.FORBIDDEN else answer_of(response) and ()
