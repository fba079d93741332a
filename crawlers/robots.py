"""Obeys robots.txt: while it is still downloading, when it cannot be read, and in how fast it lets us ask."""

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawlers.addresses import PrivateAddress
from crawlers.politeness import PoliteThrottle
from monitor.models import RobotsVerdict
from monitor.store.hosts import host_of

AGENT = "Emberwatch"
"""The name that robots.txt may speak to."""


class DisallowedByRobots(IgnoreRequest):
    """robots.txt says no to this address."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt could not be read, so nothing of the host may be asked now (RFC 9309, 2.3.1.4)."""


class SafeRobots(RobotsTxtMiddleware):
    """Scrapy's middleware, mended in three ways.

    From 2.14 on every request that waits for robots.txt but the first one gets None, "no rules", because a Deferred
    hands its value to its first awaiter only; so after waiting the stored parser is read again. A robots.txt that fails
    with 5xx, 429, a time-out or a network error means "not now" instead of "all allowed". Crawl-delay is applied.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._why: dict[str, Exception] = {}

    async def process_request(self, request: Request) -> None:  # type: ignore[override]  # without the old `spider`
        if request.meta.get("dont_obey_robotstxt"):
            return
        parser = await self.robot_parser(request)
        if request.meta.get("by_agreement"):  # the host let the operator in; its pace is kept all the same
            return
        url = urlparse_cached(request)
        if parser is None:
            why = self._why.get(url.netloc)
            if isinstance(why, PrivateAddress):
                raise PrivateAddress(*why.args)
            self._note(request.url, RobotsVerdict.UNAVAILABLE)
            self.crawler.stats.inc_value("emberwatch/refused: robots.txt unavailable")
            raise RobotsUnavailable(f"robots.txt of {_shown(url.netloc)} cannot be read now: {_in_words(why)}")
        if parser.allowed(request.url, AGENT):
            self._note(request.url, RobotsVerdict.ALLOWS)
        else:
            self._note(request.url, RobotsVerdict.DISALLOWS)
            self.crawler.stats.inc_value("emberwatch/refused: robots.txt disallows")
            raise DisallowedByRobots(f"robots.txt of {_shown(url.netloc)} does not allow {url.path or '/'}")

    def _note(self, url: str, verdict: RobotsVerdict) -> None:
        """A host of which anything may be asked allows: what it forbids besides, the source's error tells."""
        walk = getattr(self.crawler.spider, "walk", None)
        verdicts: dict[str, RobotsVerdict] = walk.robots if walk is not None else {}  # a plain spider keeps no record
        if verdicts.setdefault(host_of(url), verdict) is RobotsVerdict.DISALLOWS:
            verdicts[host_of(url)] = verdict

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlparse_cached(request).netloc
        waiting = self._parsers.get(netloc)
        if not isinstance(waiting, Deferred):
            return await super().robot_parser(request)
        await maybe_deferred_to_future(waiting)
        parser = self._parsers[netloc]
        assert not isinstance(parser, Deferred), "it has just fired"  # noqa: S101 (tells mypy)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise RobotsUnavailable(f"the server answers {response.status}")
        if response.status >= 300:  # 4xx: there are no rules; 3xx: a redirect without end counts as none (RFC 9309)
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        assert not isinstance(parser, Deferred), "it was just parsed"  # noqa: S101 (tells mypy)
        delay = parser.crawl_delay(AGENT) if parser is not None else None
        throttle, host = self.crawler.get_extension(PoliteThrottle), urlparse_cached(request).hostname or ""
        if delay is not None and delay > 0 and throttle is not None:
            throttle.obey(host, delay)
        elif throttle is not None:
            throttle.forget_robots(host)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._why[netloc] = exc
        super()._robots_error(exc, netloc)


def _shown(netloc: str) -> str:
    """Without the login that a redirect may have brought."""
    return netloc.rpartition("@")[2]


def _in_words(error: Exception | None) -> str:
    return str(error) if isinstance(error, IgnoreRequest) else type(error).__name__
