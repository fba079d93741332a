"""Reads questions of one site of Stack Exchange that hold a term; answers and comments with a filter of your own."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count
from typing import Any
from urllib.parse import urlencode

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers import stackexchange_questions as questions
from crawlers.answers import member, shaped
from crawlers.base import Page, Reader, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.quotas import Cost
from crawlers.refusals import READ, answer_of
from crawlers.terms import SomeTerms, stands_in
from monitor.facts import Collected
from monitor.secret import Secret


class Params(SpiderParams):
    """The site as its interface names it, what is looked for, a free key and a filter where there is one."""

    site: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,80}$")
    terms: SomeTerms
    filter: str = Field(default="withbody", pattern=r"^[!-~]{1,200}$")
    key: Secret | None = None
    url: WebAddress = "https://api.stackexchange.com"
    max_pages: int = Field(default=5, ge=1, le=25)


class StackexchangeSpider(SourceSpider):
    """Asks newest first, after the first crawl only for what was written since."""

    name = "stackexchange"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the name of a site, such as stackoverflow; a free key for more than 300 requests",
        limits="300 requests a day and address, 10,000 with a key; pauses that its answers ask for",
        terms="CC BY-SA: the author and the link must stay with the text",
    )
    handle_httpstatus_list = READ

    def first_requests(self) -> Iterable[Request]:
        params, since = self.params, self.memory.since_known(self.overlap)
        for term in params.terms:
            address = partial(questions.search_address, params.url, params.site, params.filter, term, since)
            strand = part_of(self.walk, since)
            read = partial(self.read, address=address, pages=count(2))
            yield self.ask(address(1), partial(self.walk_pages, read=read, strand=strand), strand=strand)

    def ask(self, url: str, read: Reader, **how: Any) -> Request:
        """The key is no part of the address that is remembered. It tells who asks, and opens nothing."""
        key = self.params.key
        request = super().ask(url, read, **how | {"cost": Cost(questions.KEYED if key else questions.KEYLESS)})
        return request.replace(url=f"{url}&{urlencode({'key': key.get_secret_value()})}") if key else request

    def read(self, response: TextResponse, address: Callable[[int], str], pages: Iterator[int]) -> Page:
        if (seconds := questions.refused_for(response)) is not None:
            self.give_up(seconds, "it had too many questions from us", response.url)
            return Page((), whole=False)
        data = answer_of(response)
        items, more = member(data, "items"), member(data, "has_more")
        asked, unreadable = shaped(items, questions.Question, what="items")
        seconds, why = questions.pause_after(data, self.now)
        if seconds:
            self.rest(seconds, why, response.url)
        host = questions.site_host(self.params.site)
        texts = [question.collected(host, self.now) for question in asked]
        below = [text for question in asked for text in question.below(host, self.now)]
        return Page(texts, address(next(pages)) if more is True else "", unreadable, more=below)

    def wanted(self, text: Collected) -> bool:
        return stands_in(text, self.params.terms)
