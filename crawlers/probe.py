"""A polite look at a place: how it answers first, what it gives and how old that is; nothing is stored."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawlers.base import SpiderParams
from crawlers.bundles import items_of
from crawlers.replies import shown
from crawlers.run_log import RunLog, counters_of
from monitor.analysis.relevance import relevance
from monitor.facts import RELEVANT, Collected, Precision
from monitor.models import RunOutcome

LONGEST_PROBE = timedelta(seconds=25)
MOST_PLACES = 2
"""Of a source with many addresses only the first ones are asked: a probe is a look, not a crawl."""
MANNERS = {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 15}
"""Whoever waits for the answer can ask again."""

Names = Callable[[Collected], bool]


def first_page_of(params: SpiderParams) -> SpiderParams:
    """The same place, but only the first page of its first addresses."""
    less: dict[str, Any] = {}
    for name, value in params:
        if name == "max_pages":
            less[name] = 1
        elif isinstance(value, tuple):
            less[name] = value[:MOST_PLACES]
    return params.model_copy(update=less)


class Look:
    """Takes notes during one crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._names: Names = crawler.settings.get("EMBERWATCH_NAMES") or (lambda _: False)
        self._texts = self._named = 0
        self._newest: datetime | None = None
        self._first: dict[str, Any] = {}
        crawler.signals.connect(self._answered, signals.response_received)
        crawler.signals.connect(self._read, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _answered(self, response: Response, request: Request, spider: Spider) -> None:
        if request.meta.get("dont_obey_robotstxt") or self._first:  # robots.txt itself is not the place
            return
        self._first = {
            "url": shown(response.url),
            "status": response.status,
            "answered_in_seconds": round(float(request.meta.get("download_latency", 0.0)), 2),
        }

    def _read(self, item: object) -> None:
        for one in items_of(item):
            if isinstance(one, Collected):
                self._note(one)

    def _note(self, item: Collected) -> None:
        self._texts += 1
        self._named += self._names(item)
        dated = item.published_at is not None and item.precision is not Precision.UNKNOWN
        if dated and item.published_at is not None:
            self._newest = max(self._newest or item.published_at, item.published_at)

    def told(self) -> dict[str, Any]:
        """What was seen, as plain values; `naming_a_brand` counts the texts in which a watched name stands."""
        log = self._crawler.get_extension(RunLog)
        outcome, error = (log.outcome, log.error) if log else (RunOutcome.FAILED, "the crawl could not start")
        if outcome is RunOutcome.RUNNING:
            outcome, error = RunOutcome.FAILED, "the crawl could not start"
        counters = counters_of(self._crawler.stats) if self._crawler.stats else {}
        return {
            "outcome": outcome.value,
            "error": error.replace("closespider timeout", f"no end within {LONGEST_PROBE.seconds} s"),
            "robots": _robots(outcome, counters),
            "health": _health(log, counters),
            "crawl_delay_seconds": counters.get("crawl-delay seconds", 0),
            **self._first,
            "texts": self._texts,
            "naming_a_brand": self._named,
            "newest_at": self._newest.isoformat() if self._newest else None,
        }


def _health(log: RunLog | None, counters: dict[str, int]) -> str:
    """What a source with this answer would be called, where its outcome does not say it: walled or changed."""
    if log is not None and log.changed:
        return "changed"
    return "walled" if counters.get("pages of bot walls") else ""


def _robots(outcome: RunOutcome, counters: dict[str, int]) -> str:
    if outcome is RunOutcome.BLOCKED:
        return "unavailable" if "refused: robots.txt unavailable" in counters else "disallows"
    return "allows"


class _Named(Protocol):
    @property
    def names(self) -> Sequence[str]: ...
    @property
    def exclude(self) -> Sequence[str]: ...


def naming(brands: Sequence[_Named]) -> Names:
    """Says of a text whether one of the brands stands in it."""

    def names(text: Collected) -> bool:
        title = f"{text.title} {text.item}"
        return any(relevance(text.text, title, brand.names, brand.exclude) >= RELEVANT for brand in brands)

    return names


def settings_of_probe(names: Names) -> dict[str, Any]:
    """What is set otherwise than in a crawl, besides the manners: texts are counted and go nowhere."""
    return {
        **MANNERS,
        "EMBERWATCH_NAMES": names,
        "ITEM_PIPELINES": {"crawlers.pipelines.Check": 100},
        "EXTENSIONS": {"crawlers.probe.Look": 0},
    }
