"""The base of all spiders: typed parameters, conditional requests, and a record of what was reached and what failed."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

import crawlers.spiders
from crawlers.ledger import About
from crawlers.limits import LONGEST_SECONDS
from crawlers.memory import Memory, Strand, Walk
from crawlers.politeness import SPARE_SHARE, AsksToWait, NoTimeLeft
from crawlers.quotas import Cost, Ledger, QuotaSpent
from crawlers.refused import why_refused
from crawlers.replies import REFUSALS, is_refusal, place_of, posted_of, reason_of, shown, validators_of, wall_of
from crawlers.robots import DisallowedByRobots, RobotsUnavailable
from crawlers.settings import MOST_PAGES
from crawlers.walls import titled_wall_in
from monitor.clock import utcnow
from monitor.edge import is_web_address
from monitor.errors import ConfigError
from monitor.facts import AggregateRating, Collected, Gone
from monitor.store.coverage import Validators
from monitor.store.hosts import host_of

Found = Collected | AggregateRating | Gone | Request
Output = Iterator[Found]
Reader = Callable[[TextResponse], Iterable[Found]]
Otherwise = Callable[[], Iterable[Found]]

HARMLESS = frozenset({"Accept", "Authorization"})
"""Headers that hold no key, or one that Scrapy itself takes off where a redirect leads to another host."""


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError(f"{value!r} is not an address such as https://shop.example/blog")
    if "@" in urlsplit(value).netloc:  # not shown: it is a password, in plain text
        raise ValueError("an address must hold no name and password")
    return value


def _as_list(value: Any) -> Any:
    """One is a list of one, and what is named twice is asked for once: the second request would never go out."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return list(dict.fromkeys(value))
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


ONE_OR_MANY = BeforeValidator(_as_list)
"""For a list in a config: one alone may stand without brackets."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
WebAddresses = Annotated[tuple[WebAddress, ...], BeforeValidator(_as_list), Field(min_length=1, max_length=500)]
Words = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(max_length=50)]
"""A list of words in a config, where one alone may stand without brackets."""


class SpiderParams(BaseModel):
    """Base of the parameters of all spiders: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NotUnderstood(Exception):
    """The answer is not what this spider reads; says what it is."""


class FormatChanged(NotUnderstood):
    """The answer is of the kind that was asked for, but in another form; names what vanished."""


class Walled(Exception):
    """The answer is a page that keeps programs out, whatever its status; says how that was seen."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its texts in the order of the page, and the address of the page after it, "" on the last.

    `more` is what came with it and stands in no order: answers below the texts, and what to ask because of them.
    Without `whole` the host cuts the list: neither an empty page nor the last one tells that there is nothing more.
    With `says_empty` the answer itself says that there is nothing, so that no text is missed.
    """

    texts: Sequence[Collected]
    following: str = ""
    unreadable: int = 0
    gone: Sequence[Gone] = ()
    more: Sequence[Found] = ()
    whole: bool = True
    says_empty: bool = False


PageReader = Callable[[TextResponse], Page]


class SourceSpider(scrapy.Spider):
    """Reads one kind of place. A subclass names its `Params` and says what to ask first and how to read the answers."""

    Params: ClassVar[type[SpiderParams]]
    about: ClassVar[About]
    charges: ClassVar[str] = ""  # the host, where it takes money for its answers
    overlap: ClassVar[timedelta] = timedelta(days=1)  # what is asked again: late, approved and edited texts
    handle_httpstatus_list: ClassVar[list[int]] = [304]

    def __init__(self, *, params: SpiderParams, memory: Memory, now: datetime, ledger: Ledger | None = None) -> None:
        super().__init__()
        self.params: Any = params
        self.memory = memory
        self.now = now
        self.ledger = ledger or Ledger()
        self.walk = Walk(resting=dict(memory.resting))
        self.listed: set[tuple[str, str, str]] = set()  # what lists have shown in this crawl
        self._began = monotonic()

    def first_requests(self) -> Iterable[Request]:
        """What to ask first."""
        raise NotImplementedError

    def look_again(self) -> Iterable[Request]:
        """What to ask of the texts that we have: of `memory.hot` how they spread, of `memory.recent` if they are there.

        Asked after the first requests. A text that the source says it does not have is yielded as Gone.
        """
        return ()

    def wanted(self, text: Collected) -> bool:
        """Whether a text of a list was asked for; of the others `walk_pages` only takes note of the time."""
        return True

    @classmethod
    def looks_again(cls) -> bool:
        """Whether this kind looks at texts again at all."""
        return cls.look_again is not SourceSpider.look_again

    def trusts_order(self, strand: Strand) -> bool:
        """Whether the page shows its newest texts first, so that reaching an old one means to have seen all since."""
        return True

    def may_follow(self, page: int, strand: Strand) -> bool:
        """Whether a page after this one may be asked for; if not, the list is cut here.

        So many as `params.max_pages` are read, or more to catch up with what earlier walks did not come down to: while
        there is time, and where answers cost no money.
        """
        most = getattr(self.params, "max_pages", 1)
        if page < most or (page < most * self.memory.deeper and not self.charges and self._has_room()):
            return True
        strand.cut = strand.newest_first and strand.back_to is not None
        return False

    def _has_room(self) -> bool:
        """Half of what a crawl may take is left for the other lists, and for looking again."""
        limit = self.crawler.settings.getfloat("CLOSESPIDER_TIMEOUT")
        read = self.crawler.stats.get_value("response_received_count", 0)
        return (not limit or monotonic() - self._began < SPARE_SHARE * limit) and read < SPARE_SHARE * MOST_PAGES

    def _is_first(self, text: Collected) -> bool:
        """Pages overlap when a text comes in while they are read."""
        named = (text.kind, text.host, text.external_id)
        first = named not in self.listed
        self.listed.add(named)
        return first

    async def start(self) -> AsyncIterator[Request]:
        for request in self.first_requests():
            yield request
        for request in self.look_again():
            yield request

    def walk_pages(
        self,
        response: TextResponse,
        *,
        read: PageReader,
        strand: Strand,
        page: int = 1,
        seen: frozenset[str] = frozenset(),
        headers: Mapping[str, str] | None = None,
        cost: Cost | None = None,
    ) -> Output:
        """Read a list from its newest page on: to its end, to what was known before, or to `params.max_pages`.

        An address that comes again ends it as a failure: a cursor that does not move would be followed for ever.
        `headers` and `cost` are those of its further pages.
        """
        found = read(response)
        if found.unreadable:
            self.drop("unreadable", found.unreadable)
        wanted = [text for text in found.texts if self.wanted(text)]
        if len(wanted) < len(found.texts):
            self.count("texts not asked for", len(found.texts) - len(wanted))
        yield from filter(self._is_first, wanted)
        yield from found.gone
        yield from found.more
        strand.add(found.texts)
        strand.says_empty = found.says_empty and strand.items == 0
        following = found.following
        if following in seen | {response.url}:
            raise NotUnderstood("the next page is one that was read already")
        read_all = not following or (found.whole and not found.texts and not found.unreadable)
        met = strand.newest_first and strand.reaches(self.memory.since(self.overlap))
        if read_all or met or not self.may_follow(page, strand):
            strand.end(complete=read_all and found.whole)
            return
        read_on = partial(
            self.walk_pages,
            read=read,
            strand=strand,
            page=page + 1,
            seen=seen | {response.url},
            headers=headers,
            cost=cost,
        )
        yield self.ask(following, read_on, strand=strand, conditional=False, headers=headers, cost=cost)

    def ask(
        self,
        url: str,
        read: Reader,
        *,
        strand: Strand,
        otherwise: Otherwise | None = None,
        conditional: bool = True,
        headers: Mapping[str, str] | None = None,
        cost: Cost | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Request:
        """A request that `read` answers.

        With `conditional` the server may say `not changed`, which ends the strand. `otherwise` is what to do when the
        server refuses the address (4xx), robots.txt does not allow it or the answer is not understood; without it these
        are failures, as all other errors are. `cost` is taken from its quota when the request goes out; a quota that is
        spent ends the walk there. A `body` is posted as JSON, a `form` as web pages post theirs. `headers` and what is
        posted may hold keys: they are never logged, and not sent on to where a redirect leads.
        """
        conditional = conditional and self.memory.behind is None  # `not changed` would end the walk on its first page
        seen = self.memory.answers.get(url, Validators()) if conditional else Validators()
        asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
        given = {"url": url, "read": read, "strand": strand, "otherwise": otherwise, "conditional": conditional}
        content, posted = posted_of(body, form)
        return Request(
            url,
            method="POST" if posted else "GET",
            body=content,
            headers={name: value for name, value in asked.items() if value} | posted | dict(headers or {}),
            meta=self._meta(cost, keyed=bool(posted) or not set(headers or {}) <= HARMLESS),
            dont_filter=bool(posted),
            callback=self._answered,
            errback=self._failed,
            cb_kwargs=given,
        )

    def _meta(self, cost: Cost | None, *, keyed: bool) -> dict[str, Any]:
        meta: dict[str, Any] = {} if cost is None else {"cost": cost}
        if self.about.agreement:
            meta["by_agreement"] = True
        if keyed or self.about.agreement:
            meta["dont_redirect"] = True
        return meta

    def rest(self, seconds: float, why: str, url: str) -> None:
        """The host of this address wants to be left alone for so long, as its answer says; all sources of it obey.

        What is still to be asked of it in this crawl waits, or is left for later when that would take too long.
        """
        host, until = host_of(url), utcnow() + timedelta(seconds=min(seconds, LONGEST_SECONDS))
        self.walk.rests[host] = max(self.walk.rests.get(host, (0.0, "")), (seconds, why))
        self.walk.resting[host] = max(self.walk.resting.get(host, (until, why)), (until, why))

    def give_up(self, seconds: float, why: str, url: str) -> None:
        """The host of this address answers nothing for so long, and there is more to read: the walk ends here."""
        self.rest(seconds, why, url)
        self.walk.cut_short = host_of(url)

    def _answered(
        self,
        response: Response,
        url: str,
        read: Reader,
        strand: Strand,
        otherwise: Otherwise | None,
        conditional: bool = True,
    ) -> Output:
        self.count("pages read")
        if response.status == 304:
            self.count("pages not changed")
            self.walk.answers[url] = self.memory.answers.get(url, Validators())
            strand.unchanged = True
            strand.end(complete=False)
            return
        try:
            yield from _read(read, response)
        except NotUnderstood as error:
            yield from self._not_understood(error, response, url, otherwise)
        except Walled as error:
            self._walled(url, str(error))
        else:
            if conditional:
                self.walk.answers[url] = validators_of(response)

    def _not_understood(
        self, error: NotUnderstood, response: Response, url: str, otherwise: Otherwise | None
    ) -> Output:
        if otherwise is not None:
            yield from otherwise()
            return
        if not isinstance(error, FormatChanged) and (wall := wall_of(response)):
            self._walled(url, f"{wall} instead of the answer")
            return
        self.count("pages not understood")
        problem = f"{place_of(url, response.url)}: {error}"
        if isinstance(error, FormatChanged):  # first: it names what to mend
            self.walk.changed = True
            self.walk.failures.insert(0, problem)
        else:
            self.walk.failures.append(problem)

    def _walled(self, url: str, words: str) -> None:
        self.count("pages of bot walls")
        self.walk.blocked.append(f"{shown(url)}: {words}")

    def _failed(self, failure: Failure) -> Output:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        otherwise: Otherwise | None = request.cb_kwargs["otherwise"]
        error, url = failure.value, request.cb_kwargs["url"]
        if otherwise is not None and is_refusal(error):
            yield from otherwise()
            return
        if isinstance(error, QuotaSpent):
            self.walk.spent = self.walk.spent or error
            return
        if isinstance(error, AsksToWait):
            self.walk.cut_short = error.host
            return
        if isinstance(error, NoTimeLeft):
            self.count("texts left for a later look")
            return
        if isinstance(error, DisallowedByRobots | RobotsUnavailable):
            self.walk.blocked.append(str(error))
            self.walk.robots_unavailable |= isinstance(error, RobotsUnavailable)
            return
        if isinstance(error, HttpError) and error.response.status in REFUSALS and (wall := wall_of(error.response)):
            self._walled(url, f"{wall} instead of the answer")
            return
        self.count("pages failed")
        self.walk.failures.append(f"{shown(url)}: {reason_of(error)}")

    def count(self, counter: str, number: int = 1) -> None:
        """Add to a counter of the Run."""
        self.crawler.stats.inc_value(f"emberwatch/{counter}", number)

    def drop(self, reason: str, number: int = 1) -> None:
        """Count what could not be read."""
        self.count(f"dropped: {reason}", number)


def _read(read: Reader, response: Response) -> Output:
    """What `read` finds. A page of people that has nothing for us may be a wall, whatever it says its status is."""
    if not isinstance(response, TextResponse):
        raise NotUnderstood("not a text")
    found = 0
    for found, one in enumerate(read(response), 1):  # noqa: B007 (how many there were)
        yield one
    if not found and (wall := titled_wall_in(response.text)):
        raise Walled(f"{wall} instead of the answer")


def kinds() -> list[str]:
    """The kinds of places that can be crawled: one per module in crawlers/spiders."""
    return sorted(module.name for module in pkgutil.iter_modules(crawlers.spiders.__path__))


def spider_of(kind: str) -> type[SourceSpider]:
    """The spider of a kind; ConfigError lists the known ones."""
    if kind not in kinds():
        known = ", ".join(kinds())
        raise ConfigError(f"type: {why_refused(kind) or f'{kind!r} is not one of {known}'}")
    module = importlib.import_module(f"crawlers.spiders.{kind}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SourceSpider) and value.__module__ == module.__name__
    )
