"""Reads the reviews of a company's own places on Google, through its Business Profile."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers.base import Output, SourceSpider, SpiderParams, WebAddress
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.memory import Strand
from crawlers.own_reviews import Places, ask_again, is_due, name_of, read_on_google, read_place
from crawlers.tokens import ask_for_token, token_of
from monitor.secret import Secret


class Params(SpiderParams):
    """The keys, the locations with the name each has among people, and how much and how often all is read."""

    client_id: Secret
    client_secret: Secret
    refresh_token: Secret
    locations: Places
    reread_every_days: int = Field(default=1, ge=1, le=90)
    max_pages: int = Field(default=20, ge=1, le=500)
    server: WebAddress = "https://mybusiness.googleapis.com"
    auth_server: WebAddress = "https://oauth2.googleapis.com"


class GoogleBusinessSpider(SourceSpider):
    """Trusts the first page only: Google says that later ones may miss reviews, so all are read again now and then."""

    name = "google_business"
    Params = Params
    about = About(
        verdict=Verdict.KEYED,
        needs="a Google Cloud project approved for Business Profile, OAuth keys and a refresh token of the owner",
        limits="own verified places; 50 reviews a request",
        terms="the reviews may be shown to the owner; Google limits how long they may be kept",
        unverified="no answer was recorded; made after Google's documentation",
    )

    @property
    def root(self) -> str:
        return f"{self.params.server.rstrip('/')}/v4"

    def first_requests(self) -> Iterable[Request]:
        names = ("client_id", "client_secret", "refresh_token")
        keys = {name: getattr(self.params, name).get_secret_value() for name in names}
        url = f"{self.params.auth_server.rstrip('/')}/token"
        yield ask_for_token(self, url, self.granted, form={"grant_type": "refresh_token", **keys})

    def granted(self, response: TextResponse) -> Output:
        self.headers = {"Authorization": f"Bearer {token_of(response)}"}
        for place in self.params.locations:
            url = f"{self.root}/{place}/reviews?pageSize=50&orderBy=updateTime+desc"
            yield self.page(url, place, part_of(self.walk), 1)
        read = partial(read_on_google, places=self.params.locations, now=self.now)
        yield from ask_again(self, self.headers, lambda known: f"{self.root}/{name_of(known)}", read)

    def look_again(self) -> Iterable[Request]:
        return ()  # the token must be there first: see `granted`

    def page(self, url: str, place: str, strand: Strand, page: int) -> Request:
        read = partial(self.read, place=place, strand=strand, page=page)
        return self.ask(url, read, strand=Strand(), conditional=False, headers=self.headers)

    def read(self, response: TextResponse, place: str, strand: Strand, page: int) -> Output:
        found = read_place(response, place, self.params.locations[place], self.now, self.drop)
        yield from found.texts
        yield from found.answers
        yield from found.average
        strand.add(found.changes)
        strand.end(complete=not found.following)
        since, days = self.memory.since(self.overlap), self.params.reread_every_days
        wanted = is_due(self.memory, self.now, days) or not strand.reaches(since)
        if wanted and found.following and page < self.params.max_pages:
            yield self.page(found.following, place, replace(strand), page + 1)
