"""Runs many crawls in one process, each with our settings and pipelines, and tells what came of each as JSON.

A crawl of `python -m crawlers KIND --print` differs in one thing: it has the process for itself. To start a process for
each of the faults of each spider would take minutes.
"""

import json
import os
import sys
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy.utils.reactor import install_reactor

from crawlers.base import SourceSpider, spider_of
from crawlers.bundles import items_of
from crawlers.command import CHECK
from crawlers.memory import Memory, known_stretch
from crawlers.run_log import RunLog
from crawlers.settings import scrapy_settings
from monitor.clock import utcnow
from monitor.config import CrawlingOptions
from monitor.edge import as_json
from monitor.facts import Collected

AT_ONCE = 60
MANNERS = CrawlingOptions(allow_private=("127.0.0.1",), delay_seconds=0)


class Keep:
    """The last pipeline: holds what went through."""

    def __init__(self, crawler: Crawler) -> None:
        self.kept: list[Any] = []
        crawler.kept = self.kept  # type: ignore[attr-defined]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Keep":
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        self.kept.extend(items_of(item))
        return item


def crawl_all(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run the jobs ({kind, params, settings, alone}), so many at once, and tell of each how it ended.

    Those with `alone` come last, when nothing else keeps the process busy: of them it matters when they ask.
    """
    settings = scrapy_settings(MANNERS)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor
    from twisted.internet.defer import DeferredList, DeferredSemaphore

    crawlers = [_crawler(job) for job in jobs]
    gate = DeferredSemaphore(AT_ONCE)

    def run(*, alone: bool) -> DeferredList:
        pairs = [pair for pair in zip(crawlers, jobs, strict=True) if pair[1].get("alone", False) is alone]
        return DeferredList([gate.run(crawler.crawl, **_given(job)) for crawler, job in pairs], consumeErrors=True)

    def begin() -> None:
        resolver = build_from_crawler(load_object(settings["TWISTED_DNS_RESOLVER"]), crawlers[0], reactor=reactor)
        resolver.install_on_reactor()
        run(alone=False).addCallback(lambda _: run(alone=True)).addBoth(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run()
    return [_told(crawler) for crawler in crawlers]


def _crawler(job: dict[str, Any]) -> Crawler:
    own = {"ITEM_PIPELINES": {CHECK: 100, f"{__name__}.Keep": 200}, **job.get("settings", {})}
    crawler = Crawler(spider_of(job["kind"]), scrapy_settings(MANNERS, **own))
    crawler.asked = []  # type: ignore[attr-defined]
    crawler.signals.connect(
        lambda request: crawler.asked.append(request.url),  # type: ignore[attr-defined]
        signals.request_reached_downloader,
        weak=False,
    )
    return crawler


def _given(job: dict[str, Any]) -> dict[str, Any]:
    return {"params": spider_of(job["kind"]).Params.model_validate(job["params"]), "memory": Memory(), "now": utcnow()}


def _told(crawler: Crawler) -> dict[str, Any]:
    spider, log = crawler.spider, crawler.get_extension(RunLog)
    assert isinstance(spider, SourceSpider)
    assert log is not None
    stretch = known_stretch(
        spider.walk, spider.memory, now=spider.now, met_known=False, trusts_order=spider.trusts_order
    )
    texts = [item for item in crawler.kept if isinstance(item, Collected)]  # type: ignore[attr-defined]
    return {
        "outcome": log.outcome.value,
        "error": log.error,
        "crash": spider.walk.crash,
        "mentions": [as_json(text) for text in texts],
        "naive": [text.external_id for text in texts if text.published_at and not text.published_at.tzinfo],
        "known": None if stretch is None else [moment.isoformat() for moment in stretch],
        "asked": crawler.asked,  # type: ignore[attr-defined]
    }


def main() -> None:
    """Read the jobs and the environment for them from a file, and write what came of them into another."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123
        job = json.load(file)
    os.environ |= job["environment"]
    told = crawl_all(job["crawls"])
    with open(sys.argv[2], "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(told, file)


if __name__ == "__main__":
    main()
