"""Reads the issues of one repository at GitHub, and the comments on them."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pydantic import Field
from scrapy.http import Request, TextResponse

from crawlers import github_issues as issues
from crawlers.again import Again
from crawlers.answers import shaped
from crawlers.base import Found, Page, Reader, SourceSpider, SpiderParams, WebAddress
from crawlers.comments import next_page
from crawlers.ledger import About, Verdict
from crawlers.lists import part_of
from crawlers.refusals import answer_of
from monitor.facts import Collected, Known, MentionKind
from monitor.secret import Secret

PAUSE = 60.0
"""Seconds; what GitHub asks for at least when its second limit is reached."""


class Params(SpiderParams):
    """The repository, a token for 5,000 requests an hour in the place of 60, and whether pull requests are read too."""

    repo: str = Field(pattern=r"^[\w.-]{1,100}/[\w.-]{1,100}$")
    token: Secret | None = None
    pull_requests: bool = False
    url: WebAddress = "https://api.github.com"
    max_pages: int = Field(default=10, ge=1, le=100)


class GithubSpider(SourceSpider):
    """Asks for what was changed since the last crawl; "not changed" costs nothing of the limit."""

    name = "github"
    Params = Params
    about = About(
        verdict=Verdict.OPEN,
        needs="the name of a public repository; a token for more than 60 requests an hour",
        limits="60 requests an hour and address, 5,000 with a token; told in its headers",
        terms="public by the owner's own choice; GitHub's terms forbid spam and the sale of personal data",
    )
    handle_httpstatus_list = issues.STATUSES

    def first_requests(self) -> Iterable[Request]:
        since = self.memory.since_known(self.overlap)
        for kind in issues.LISTS:
            strand = part_of(self.walk, since)
            walk = partial(self.walk_pages, read=partial(self.read, kind=kind), strand=strand)
            yield self.ask(issues.list_address(self.params.url, self.params.repo, kind, since), walk, strand=strand)

    def ask(self, url: str, read: Reader, **how: Any) -> Request:
        token = self.params.token
        keyed = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        return super().ask(url, read, **how | {"headers": {"Accept": issues.TEXT, **keyed}})

    def read(self, response: TextResponse, kind: MentionKind, listed: bool = True) -> Page:
        if response.status in issues.LIMITED and issues.is_limit(response.text):
            self.give_up(PAUSE, "it had too many requests from us", response.url)
            return Page((), whole=False)
        data, repo = answer_of(response, issues.MEANINGS), self.params.repo.lower()
        writings, unreadable = shaped(data if listed else [data], issues.SHAPES[kind], what=f"{kind.value}s")
        texts = [writing.collected(repo, issues.site_host(self.params.url), self.now) for writing in writings]
        return Page(texts, next_page(response), unreadable)

    def wanted(self, text: Collected) -> bool:
        """Programs write many comments: they say what happened, not what somebody thinks of it."""
        return not text.author_name.endswith("[bot]") and (self.params.pull_requests or "/pull/" not in text.url)

    def look_again(self) -> Iterable[Request]:
        address = partial(issues.address_of, self.params.url, self.params.repo)
        yield from Again(self, address, self.read_again, most=75 if self.params.token else 5).requests()

    def read_again(self, response: TextResponse, known: Known) -> Iterable[Found] | None:
        texts = self.read(response, known.kind, listed=False).texts  # one that moved elsewhere has another number
        return [text for text in texts if text.external_id == known.external_id] if texts else None
