"""Reads the new posts and comments of subreddits and what a search finds, with an app that Reddit approved."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, Self
from urllib.parse import urlencode

from pydantic import Field, StringConstraints, model_validator
from scrapy.http import Request, TextResponse
from w3lib.http import basic_auth_header

from crawlers.base import ONE_OR_MANY, Output, SourceSpider, SpiderParams, WebAddress, Words
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.memory import Strand
from crawlers.reddit_objects import read_listing
from crawlers.tokens import ask_for_token, token_of
from monitor.secret import Secret

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{2,50}$")]


class Params(SpiderParams):
    """The keys of the app, what to read, and how many pages of 100 are read of each list at most."""

    client_id: Secret
    client_secret: Secret
    subreddits: Annotated[tuple[Name, ...], ONE_OR_MANY] = Field(default=(), max_length=50)
    comments: bool = True
    search: Words = ()
    max_pages: int = Field(default=10, ge=1, le=10)
    server: WebAddress = "https://oauth.reddit.com"
    auth_server: WebAddress = "https://www.reddit.com"

    @model_validator(mode="after")
    def _something_to_read(self) -> Self:
        if not self.subreddits and not self.search:
            raise ValueError("name subreddits, search terms or both")
        return self


class RedditSpider(SourceSpider):
    """Gets a token for this crawl, then asks newest first; deleted and removed texts are told as gone."""

    name = "reddit"
    Params = Params
    about = About(
        verdict=Verdict.KEYED,
        needs="an app that Reddit approved (client id and secret); new apps wait for approval",
        limits="100 requests a minute; 1,000 texts back in each list",
        terms="what its author deleted must be deleted here too: that is done",
        agreement="robots.txt of Reddit turns away crawlers; approved apps are let in by Reddit, each by its own key",
    )

    def first_requests(self) -> Iterable[Request]:
        names = self.params.client_id.get_secret_value(), self.params.client_secret.get_secret_value()
        headers = {"Authorization": basic_auth_header(*names).decode()}
        url, form = f"{self.params.auth_server.rstrip('/')}/api/v1/access_token", {"grant_type": "client_credentials"}
        yield ask_for_token(self, url, self.granted, form=form, headers=headers)

    def look_again(self) -> Iterable[Request]:
        return ()  # the token must be there first: see `paths`

    def granted(self, response: TextResponse) -> Output:
        headers = {"Authorization": f"bearer {token_of(response)}"}
        for strand, path in self.paths():
            read = partial(self.walk_pages, read=read_listing, strand=strand, headers=headers)
            yield self.ask(f"{self.params.server.rstrip('/')}{path}&raw_json=1", read, strand=strand, headers=headers)

    def paths(self) -> Iterator[tuple[Strand, str]]:
        """What is asked with the token; what is looked at again makes no stretch of time known."""
        for name in self.params.subreddits:
            for part in ("new", "comments") if self.params.comments else ("new",):
                yield part_of(self.walk), f"/r/{name}/{part}?limit=100"
        for term in self.params.search:
            yield part_of(self.walk), f"/search?{urlencode({'q': term, 'sort': 'new', 'type': 'link', 'limit': 100})}"
        ids = [known.external_id for known in (*self.memory.hot, *self.memory.recent)]
        for i in range(0, len(ids), 100):
            yield Strand(), f"/api/info?id={','.join(ids[i : i + 100])}"
