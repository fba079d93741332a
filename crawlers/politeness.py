"""How fast we ask: never faster than a host's Crawl-delay, and not before its Retry-After."""

import asyncio
from time import monotonic
from typing import Self

from scrapy import Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.utils.httpobj import urlparse_cached

from crawlers.limits import limit_reset, retry_after
from monitor.clock import utcnow
from monitor.store.hosts import host_of

LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer Crawl-delay is cut to this and counted. With it a crawl of ten minutes still reads ten pages."""
LONGEST_WAIT = 15.0
"""Seconds that one crawl waits when a host asks for it; a longer wish ends the crawl and moves the next try."""
SPARE_SHARE = 0.5
"""Of the time of a crawl: after it nothing is asked that may wait, so that slow hosts and long delays let it end."""
FORBIDDEN = 403
"""What some hosts (GitHub) answer when their limit is used up."""


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that knows the slowest pace each host asked for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._floors: dict[str, float] = {}

    def obey(self, host: str, crawl_delay: float) -> None:
        """Keep at least this many seconds between requests to a host, from now on and without chance."""
        stats, downloader = self.crawler.stats, self.crawler.engine.downloader
        if crawl_delay > LONGEST_CRAWL_DELAY:
            stats.inc_value("emberwatch/crawl-delay cut")
        self._floors[host] = delay = min(crawl_delay, LONGEST_CRAWL_DELAY)
        stats.max_value("emberwatch/crawl-delay seconds", int(delay))
        downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0.0}  # for a slot made anew
        if host in downloader.slots:
            slot = downloader.slots[host]
            slot.delay, slot.jitter = max(slot.delay, delay), 0.0

    def forget_robots(self, host: str) -> None:
        """Let the first page follow robots.txt at once: the delay is one between pages, and a Crawl-delay was not told.

        Where something waits already, it waits on: it may be a page of the same host on another port.
        """
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None and not slot.queue:
            slot.close()  # ends the pause that began with robots.txt
            slot.lastseen = 0

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        host = urlparse_cached(response).hostname or ""
        slot.delay = max(slot.delay, self._floors.get(host, 0.0))


class AsksToWait(IgnoreRequest):
    """The host wants to be left alone for longer than one crawl can wait."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} asks us to wait")
        self.host = host


class NoTimeLeft(IgnoreRequest):
    """What can wait for a later crawl is left to it."""


class HostRests:
    """Keeps requests from hosts that want to be left alone, before their robots.txt is asked.

    Requests whose meta says `spare` are dropped when much of the crawl's time is over.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._began = crawler, monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        limit = self._crawler.settings.getfloat("CLOSESPIDER_TIMEOUT")
        if request.meta.get("spare") and limit and monotonic() - self._began > SPARE_SHARE * limit:
            raise NoTimeLeft
        seconds_to_wait(self._crawler, request)


def seconds_to_wait(crawler: Crawler, request: Request) -> float:
    """How long to wait before a request; AsksToWait when that is too long for one crawl."""
    host, resting = host_of(request.url), crawler.spider.walk.resting  # type: ignore[union-attr]  # only ours run here
    if host not in resting:
        return 0.0
    seconds: float = (resting[host][0] - utcnow()).total_seconds()
    if seconds > LONGEST_WAIT:
        raise AsksToWait(host)
    return max(0.0, seconds)


class PoliteRetry(RetryMiddleware):
    """Retries that wait as long as the server asks, or give up when that is too long for one crawl.

    An answer that says that nothing is left of the host's rate limit is read, and the next request waits as well.
    """

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):  # robots.txt itself, which the request waits for
            return
        wait = seconds_to_wait(self.crawler, request)
        if wait > 0:
            await asyncio.sleep(wait)
            seconds_to_wait(self.crawler, request)  # others may have been answered meanwhile

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        refused = response.status in self.retry_http_codes or response.status == FORBIDDEN
        asked, why = retry_after(response) if refused else None, f"it answers {response.status}"
        if asked is None:
            asked, why = limit_reset(response), "its limit of requests is used up"
        if asked is None:
            return super().process_response(request, response)
        self.crawler.spider.rest(asked, why, request.url)  # type: ignore[union-attr]
        return self._wait(request, response, asked) if refused else response

    def _wait(self, request: Request, response: Response, asked: float) -> Request | Response:
        stats = self.crawler.stats
        stats.inc_value("emberwatch/retry-after obeyed")
        if asked <= LONGEST_WAIT:
            return self._retry(request, f"{response.status} asks to wait") or response
        stats.max_value("emberwatch/retry-after seconds", int(asked))
        if request.meta.get("dont_obey_robotstxt"):
            return response
        raise AsksToWait(host_of(request.url))
