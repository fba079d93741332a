"""How fast we ask: never faster than a host's Crawl-delay, and not before its Retry-After."""

import asyncio
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Self

from scrapy import Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached

from monitor.clock import utcnow

LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer Crawl-delay is cut to this and counted. With it a crawl of ten minutes still reads ten pages."""
LONGEST_WAIT = 15.0
"""Seconds that one crawl waits for a Retry-After; a longer one ends the crawl and moves the source's next try."""


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

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        host = urlparse_cached(response).hostname or ""
        slot.delay = max(slot.delay, self._floors.get(host, 0.0))


class PoliteRetry(RetryMiddleware):
    """Retries that wait as long as the server asks, or give up when that is too long for one crawl."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._not_before: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return super().from_crawler(crawler)

    async def process_request(self, request: Request) -> None:
        wait = self._not_before.get(urlparse_cached(request).netloc, 0.0) - monotonic()
        if wait > 0:
            await asyncio.sleep(wait)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        asked = retry_after(response) if response.status in self.retry_http_codes else None
        if asked is None:
            return super().process_response(request, response)
        self.crawler.stats.inc_value("emberwatch/retry-after obeyed")
        if asked > LONGEST_WAIT:
            self.crawler.stats.max_value("emberwatch/retry-after seconds", int(asked))
            return response
        self._not_before[urlparse_cached(request).netloc] = monotonic() + asked
        return super().process_response(request, response)


def retry_after(response: Response) -> float | None:
    """The seconds that a server asks us to wait, given as a number or as a date."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - utcnow()).total_seconds()) if moment.tzinfo else None
