"""Leaves a Run of every crawl: its counters, how it ended and why, and what that means for its source."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.statscollectors import StatsCollector
from sqlalchemy import Engine
from sqlmodel import Session
from twisted.python.failure import Failure

from crawlers.base import SourceSpider
from crawlers.listening import note_silence
from crawlers.memory import Walk, describe, is_behind, known_stretch
from crawlers.replies import without_queries
from monitor.clock import utcnow
from monitor.errors import ConfigError
from monitor.log import get_logger
from monitor.models import RunOutcome, Source
from monitor.store import again, ahead, coverage, hosts, runs, sources
from monitor.store.database import open_database, session_of
from monitor.store.hosts import host_of
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
    """How a crawl ended, and its error in one line: a crash, else a refusal, a failed page, a quota."""
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
    if walk.spent:
        return RunOutcome.SPENT, f"{walk.spent} until {_moment(walk.spent.until)}"
    if walk.cut_short:
        until, why = walk.resting[walk.cut_short]
        return RunOutcome.SPENT, f"{walk.cut_short} asks us to wait until {_moment(until)}: {why}"
    return RunOutcome.OK, ""


def next_look(walk: Walk, now: datetime) -> datetime:
    """Before that moment there is no use in trying again: a quota is spent, or a host wants to be left alone."""
    rests = [walk.resting[host][0] for host in walk.rests.keys() - walk.beside]
    if walk.cut_short:
        rests.append(walk.resting[walk.cut_short][0])
    return max([now, *rests, *([walk.spent.until] if walk.spent else [])])


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %b %H:%M} UTC"


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
        self.outcome, self.error, self.changed = RunOutcome.RUNNING, "", False
        self._crawler = crawler
        connect = crawler.signals.connect
        self._hosts: set[str] = set()
        connect(self._spider_error, signals.spider_error)
        connect(self._asked, signals.request_reached_downloader)
        connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _asked(self, request: Request) -> None:
        self._hosts.add(host_of(request.url))

    def _spider_error(self, failure: Failure, spider: Spider) -> None:
        assert isinstance(spider, SourceSpider), "only our spiders run here"  # noqa: S101 (tells mypy)
        self._crawler.stats.inc_value("emberwatch/crashes")
        kind = type(failure.value).__name__
        words = without_queries(failure.getErrorMessage())
        spider.walk.crash = spider.walk.crash or f"the spider failed: {kind}: {words}"

    def _closed(self, spider: Spider, reason: str) -> None:
        assert isinstance(spider, SourceSpider), "only our spiders run here"  # noqa: S101 (tells mypy)
        self.outcome, self.error = judge(reason, spider.walk)
        self.changed = self.outcome is RunOutcome.FAILED and spider.walk.changed and not spider.walk.crash
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
        self._write_hosts(session, source.id, spider.walk, now)
        if self.outcome is RunOutcome.OK:
            self._write_good(session, source, spider, run.started_at)
        elif stopped:
            sources.record_stopped(session, source)
        else:
            self._write_trouble(session, source, spider.walk, now)

    def _write_hosts(self, session: Session, source_id: int, walk: Walk, now: datetime) -> None:
        hosts.note_asked(session, source_id, self._hosts - walk.beside, now)
        hosts.note_robots(session, walk.robots, now)
        for name in walk.rests:
            until, why = walk.resting[name]
            if until > now:
                hosts.note_rest(session, name, until, why, now)

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
        ahead.coverage(session, source.id, began)
        if stretch is not None:
            coverage.add_coverage(session, source.id, *stretch)
        coverage.remember_fetches(session, source.id, spider.walk.answers.items(), now=began)
        sources.record_good(session, source, now=began, every=every, saw_texts=spider.walk.items > 0)
        behind = spider.memory.looked_until if is_behind(spider.walk, spider.memory) and not spider.charges else None
        sources.record_depth(session, source, behind)
        note_silence(session, source, every=every, now=began)
        if spider.looks_again():
            again.note_heat(session, source, utcnow())

    def _write_trouble(self, session: Session, source: Source, walk: Walk, now: datetime) -> None:
        settings: Any = self._crawler.settings
        not_before = next_look(walk, now)
        if self.outcome is RunOutcome.SPENT:
            record = sources.record_spent if walk.spent else sources.record_rest
            record(session, source, self.error, until=not_before)
        elif self.outcome is RunOutcome.BLOCKED:
            grace = timedelta(seconds=settings.getfloat("EMBERWATCH_ROBOTS_GRACE"))
            pause = grace if walk.robots_unavailable else DISALLOWED_PAUSE
            sources.record_blocked(session, source, self.error, now=now, not_before=max(not_before, now + pause))
        elif self.changed:
            sources.record_changed(session, source, self.error, now=now, not_before=not_before)
        else:
            sources.record_failure(session, source, self.error, now=now, not_before=not_before)
