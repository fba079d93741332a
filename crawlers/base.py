"""The base of all spiders: typed parameters, conditional requests, and a record of what was reached and what failed."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

import scrapy
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

import crawlers.spiders
from crawlers.items import is_web_address
from crawlers.memory import Memory, Strand, Walk
from crawlers.robots import DisallowedByRobots, RobotsUnavailable
from monitor.errors import ConfigError
from monitor.facts import AggregateRating, Collected
from monitor.store.coverage import Validators

Found = Collected | AggregateRating | Request
Output = Iterator[Found]
Reader = Callable[[TextResponse], Iterable[Found]]
Otherwise = Callable[[], Iterable[Found]]

LONGEST_VALIDATOR = 1_000
CLIENT_ERRORS = range(400, 500)


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError(f"{value!r} is not an address such as https://shop.example/blog")
    return value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
WebAddresses = Annotated[tuple[WebAddress, ...], BeforeValidator(_as_list), Field(min_length=1, max_length=500)]


class SpiderParams(BaseModel):
    """Base of the parameters of all spiders: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NotUnderstood(Exception):
    """The answer is not what this spider reads; says what it is."""


class SourceSpider(scrapy.Spider):
    """Reads one kind of place. A subclass names its `Params` and says what to ask first and how to read the answers."""

    Params: ClassVar[type[SpiderParams]]
    overlap: ClassVar[timedelta] = timedelta(days=1)  # what is asked again: late, approved and edited texts
    handle_httpstatus_list: ClassVar[list[int]] = [304]

    def __init__(self, *, params: SpiderParams, memory: Memory, now: datetime) -> None:
        super().__init__()
        self.params: Any = params
        self.memory = memory
        self.now = now
        self.walk = Walk()

    def first_requests(self) -> Iterable[Request]:
        """What to ask first."""
        raise NotImplementedError

    def trusts_order(self, strand: Strand) -> bool:
        """Whether the page shows its newest texts first, so that reaching an old one means to have seen all since."""
        return True

    async def start(self) -> AsyncIterator[Request]:
        for request in self.first_requests():
            yield request

    def ask(
        self, url: str, read: Reader, *, strand: Strand, otherwise: Otherwise | None = None, conditional: bool = True
    ) -> Request:
        """A request that `read` answers.

        With `conditional` the server may say `not changed`, which ends the strand. `otherwise` is what to do when the
        server refuses the address (4xx), robots.txt does not allow it or the answer is not understood; without it these
        are failures, as all other errors are.
        """
        seen = self.memory.answers.get(url, Validators()) if conditional else Validators()
        asked = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
        given = {"url": url, "read": read, "strand": strand, "otherwise": otherwise}
        return Request(
            url,
            headers={name: value for name, value in asked.items() if value},
            callback=self._answered,
            errback=self._failed,
            cb_kwargs=given,
        )

    def _answered(
        self, response: Response, url: str, read: Reader, strand: Strand, otherwise: Otherwise | None
    ) -> Output:
        self.count("pages read")
        if response.status == 304:
            self.count("pages not changed")
            strand.unchanged = True
            strand.end(complete=False)
            return
        try:
            if not isinstance(response, TextResponse):
                raise NotUnderstood("not a text")
            yield from read(response)
        except NotUnderstood as error:
            if otherwise is not None:
                yield from otherwise()
                return
            self.count("pages not understood")
            self.walk.failures.append(f"{url}: {error}")
        else:
            self.walk.answers[url] = _validators(response)

    def _failed(self, failure: Failure) -> Output:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        otherwise: Otherwise | None = request.cb_kwargs["otherwise"]
        error, url = failure.value, request.cb_kwargs["url"]
        if otherwise is not None and _is_refusal(error):
            yield from otherwise()
            return
        if isinstance(error, DisallowedByRobots | RobotsUnavailable):
            self.walk.blocked.append(str(error))
            self.walk.robots_unavailable |= isinstance(error, RobotsUnavailable)
            return
        self.count("pages failed")
        self.walk.failures.append(f"{url}: {_reason(error)}")

    def count(self, counter: str, number: int = 1) -> None:
        """Add to a counter of the Run."""
        self.crawler.stats.inc_value(f"emberwatch/{counter}", number)

    def drop(self, reason: str, number: int = 1) -> None:
        """Count what could not be read."""
        self.count(f"dropped: {reason}", number)


def _is_refusal(error: BaseException | None) -> bool:
    if isinstance(error, HttpError):
        return error.response.status in CLIENT_ERRORS and error.response.status != 429
    return isinstance(error, DisallowedByRobots)


def _reason(error: BaseException | None) -> str:
    """What went wrong with a page, in a few words and without its content."""
    if isinstance(error, HttpError):
        return f"the server answers {error.response.status}"
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in str(error):  # while loading, unpacking
        return "the answer is too large"
    if isinstance(error, IgnoreRequest) and str(error):
        return str(error)
    return f"{type(error).__name__}: {error}"[:300]


def _validators(response: Response) -> Validators:
    etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
    return Validators(etag[:LONGEST_VALIDATOR], modified[:LONGEST_VALIDATOR])


def kinds() -> list[str]:
    """The kinds of places that can be crawled: one per module in crawlers/spiders."""
    return sorted(module.name for module in pkgutil.iter_modules(crawlers.spiders.__path__))


def spider_of(kind: str) -> type[SourceSpider]:
    """The spider of a kind; ConfigError lists the known ones."""
    if kind not in kinds():
        raise ConfigError(f"type: {kind!r} is not one of {', '.join(kinds())}")
    module = importlib.import_module(f"crawlers.spiders.{kind}")
    return next(
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, SourceSpider) and value.__module__ == module.__name__
    )
