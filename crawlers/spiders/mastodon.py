"""Reads the hashtags and accounts of a Mastodon server, as far as it shows them; with a token, a search too."""

from collections.abc import Iterable
from functools import partial
from typing import Self
from urllib.parse import urlencode

from pydantic import Field, model_validator
from scrapy.http import Request, TextResponse

from crawlers.answers import member
from crawlers.base import FormatChanged, Output, SpiderParams, WebAddress, Words
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.mastodon_access import HashtagSpider
from crawlers.mastodon_statuses import id_in, values_of
from crawlers.mastodon_timelines import Timeline
from crawlers.memory import Strand
from monitor.secret import Secret


class Params(SpiderParams):
    """The server, what to read of it, and whether only authors are read who let themselves be found."""

    server: WebAddress = "https://mastodon.social"
    tags: Words = ()
    accounts: Words = ()
    search: Words = ()
    token: Secret | None = None
    threads: bool = True
    indexable_only: bool = True
    max_pages: int = Field(default=25, ge=1, le=200)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if not (self.tags or self.accounts or self.search):
            raise ValueError("name tags, accounts or search terms")
        if self.search and not self.token:
            raise ValueError("a search needs the token of an account on this server; hashtags do not")
        return self


class MastodonSpider(HashtagSpider):
    """Asks first what the server shows of hashtags; where that is nothing, their feeds are read."""

    name = "mastodon"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the address of a server and hashtags or accounts; a search needs a token of an account there",
        limits="300 requests in 5 minutes; 40 posts a request",
        terms="each server says what it shows without a login; authors who do not want to be indexed are left out",
    )

    def first_requests(self) -> Iterable[Request]:
        yield from self.ask_hashtags(self.params.tags)
        for account in self.params.accounts:
            read = partial(self.read_account, strand=part_of(self.walk))
            url = f"{self.server}/api/v1/accounts/lookup?{urlencode({'acct': account.lstrip('@')})}"
            yield self.ask(url, read, strand=Strand(), conditional=False, headers=self.login)
        for term in self.params.search:
            url = f"{self.server}/api/v2/search?{urlencode({'q': term, 'type': 'statuses', 'limit': 40})}"
            yield self.ask_timeline(Timeline(url, part_of(self.walk), "statuses"))

    def read_account(self, response: TextResponse, strand: Strand) -> Output:
        number = id_in({"id": member(values_of(response), "id")})
        if not number:
            raise FormatChanged("the field 'id' has changed")
        yield self.ask_timeline(Timeline(f"{self.server}/api/v1/accounts/{number}/statuses?limit=40", strand))
