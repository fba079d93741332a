"""Leaves a Run of every crawl: its counters, how it ended and why, and what that means for its source."""

from datetime import datetime, timedelta
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from sqlalchemy import Engine
from sqlmodel import Session
from twisted.python.failure import Failure

from crawlers.base import SourceSpider
from crawlers.listening import note_silence
from crawlers.memory import Walk, describe, known_stretch
from monitor.clock import utcnow
from monitor.errors import ConfigError
from monitor.log import get_logger
from monitor.models import RunOutcome, Source
from monitor.store import coverage, runs, sources
from monitor.store.database import open_database, session_of
from monitor.store.trouble import patiently

log = get_logger(__name__)

STOPPED = "shutdown"
"""Scrapy's word for: the process was asked to end."""
LED_BACK = "no page could be read: the address leads back to itself"
DISALLOWED_PAUSE = timedelta(hours=1)
"""How soon a robots.txt that says no is asked again; it seldom changes."""

_OWN = "emberwatch/"
_KEPT = {
    "downloader/request_count": "requests",
    "downloader/response_bytes": "bytes received",
    "retry/count": "retries",
    "robotstxt/request_count": "robots.txt read",
}


def judge(reason: str, walk: Walk) -> tuple[RunOutcome, str]:
    """How a crawl ended, and its error in one line: a crash before a refusal, a refusal before a failed page."""
    if walk.crash:
        return RunOutcome.FAILED, walk.crash
    if reason == STOPPED:
        return RunOutcome.FAILED, "stopped before its end, as asked"
    if reason != "finished":
        return RunOutcome.FAILED, f"stopped before its end: {reason.replace('_', ' ')}"
    if walk.blocked:
        return RunOutcome.BLOCKED, describe(walk.blocked, walk.items)
    if walk.failures:
        return RunOutcome.FAILED, describe(walk.failures, walk.items)
    return RunOutcome.OK, ""


def counters_of(stats: StatsCollector) -> dict[str, int]:
    """Our own counters and a few of Scrapy's, under plain names; zeros are left out."""
    found = {}
    for key, value in stats.get_stats().items():
        name = key.removeprefix(_OWN) if key.startswith(_OWN) else _KEPT.get(key)
        if name and isinstance(value, int) and value:
            found[name] = value
    return found


class RunLog:
    """Keeps the outcome of a crawl; with a database in the row of its Run, else only for the exit code."""

    def __init__(self, crawler: Crawler) -> None:
        self.outcome, self.error = RunOutcome.RUNNING, ""
        self._crawler = crawler
        connect = crawler.signals.connect
        connect(self._spider_error, signals.spider_error)
        connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _spider_error(self, failure: Failure, spider: Spider) -> None:
        assert isinstance(spider, SourceSpider), "only our spiders run here"  # noqa: S101 (tells mypy)
        self._crawler.stats.inc_value("emberwatch/crashes")
        kind = type(failure.value).__name__
        spider.walk.crash = spider.walk.crash or f"the spider failed: {kind}: {failure.getErrorMessage()}"

    def _closed(self, spider: Spider, reason: str) -> None:
        assert isinstance(spider, SourceSpider), "only our spiders run here"  # noqa: S101 (tells mypy)
        self.outcome, self.error = judge(reason, spider.walk)
        if self.outcome is RunOutcome.OK and not self._counters().get("pages read"):  # Scrapy drops such a redirect
            self.outcome, self.error = RunOutcome.FAILED, LED_BACK
        log.info("crawled", outcome=self.outcome.value, error=self.error, **self._counters())
        settings = self._crawler.settings
        if settings.get("EMBERWATCH_RUN") is None:
            return
        engine, stored = open_database(settings["EMBERWATCH_DATABASE"]), False
        try:
            patiently(lambda: self._store(engine, spider, reason))
            stored = True
        finally:
            if not stored:  # the exit code is all that is left to say so
                self.outcome, self.error = RunOutcome.FAILED, "its end could not be stored"
            engine.dispose()

    def _store(self, engine: Engine, spider: SourceSpider, reason: str) -> None:
        with session_of(engine) as session:
            self._write(session, spider, stopped=reason == STOPPED and not spider.walk.crash)
            session.commit()

    def _counters(self) -> dict[str, int]:
        return counters_of(self._crawler.stats)

    def _write(self, session: Session, spider: SourceSpider, *, stopped: bool) -> None:
        settings, now = self._crawler.settings, utcnow()
        source = sources.by_slug(session, settings["EMBERWATCH_SOURCE"])
        if source is None or source.id is None:
            raise ConfigError(f"source {settings['EMBERWATCH_SOURCE']!r} is not in the database")
        run = runs.get(session, settings.getint("EMBERWATCH_RUN"))
        runs.finish(session, run, now=now, outcome=self.outcome, counters=self._counters(), error=self.error)
        if self.outcome is RunOutcome.OK:
            self._write_good(session, source, spider, run.started_at)
        elif not stopped:
            self._write_trouble(session, source, spider.walk, now)

    def _write_good(self, session: Session, source: Source, spider: SourceSpider, began: datetime) -> None:
        """The crawl's beginning is what it vouches for: texts that appeared while it read may have escaped it."""
        assert source.id is not None, "it was read from the database"  # noqa: S101 (tells mypy)
        every = timedelta(seconds=self._crawler.settings.getfloat("EMBERWATCH_EVERY"))
        counters = self._counters()
        stretch = known_stretch(
            spider.walk,
            spider.memory,
            now=began,
            met_known=bool(counters.get("unchanged") or counters.get("edited")),
            trusts_order=spider.trusts_order,
        )
        if stretch is not None:
            coverage.add_coverage(session, source.id, *stretch)
        coverage.remember_fetches(session, source.id, spider.walk.answers.items(), now=began)
        sources.record_good(session, source, now=began, every=every, saw_texts=spider.walk.items > 0)
        note_silence(session, source, every=every, now=began)

    def _write_trouble(self, session: Session, source: Source, walk: Walk, now: datetime) -> None:
        settings: Any = self._crawler.settings
        if self.outcome is RunOutcome.BLOCKED:
            grace = timedelta(seconds=settings.getfloat("EMBERWATCH_ROBOTS_GRACE"))
            pause = grace if walk.robots_unavailable else DISALLOWED_PAUSE
            sources.record_blocked(session, source, self.error, now=now, not_before=now + pause)
            return
        asked = timedelta(seconds=min(self._counters().get("retry-after seconds", 0), 86_400))
        sources.record_failure(session, source, self.error, now=now, not_before=now + asked)
