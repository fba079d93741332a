"""Crawls the sources that are due, each in a process of its own, a few at once, with a limit on time."""

import subprocess
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import meters
from monitor.clock import utcnow
from monitor.jobs import misread, notices, starting
from monitor.jobs.context import Context, Counters
from monitor.log import RUN_ID, run_id
from monitor.models import Source
from monitor.store import hosts, runs, sources

GRACE = timedelta(seconds=20)
"""What a crawl gets whose time is over, to end by itself, and again once it was asked to stop, before it is killed."""
POLL_SECONDS = 0.2


@dataclass
class Crawl:
    """A running crawl of one source."""

    source: str
    process: starting.Process
    started_at: datetime
    hosts: frozenset[str] = frozenset()
    asked_to_stop_at: datetime | None = None


class Pool:
    """The crawls that run now."""

    def __init__(self) -> None:
        self._crawls: dict[str, Crawl] = {}
        self._told_at: datetime | None = None
        self.begun: set[str] = set()
        """What was started so far, also what has ended."""

    def __len__(self) -> int:
        return len(self._crawls)

    def is_time_to_tell(self, now: datetime) -> bool:
        """Whether to look for sources that the operator must hear of: once a minute is soon enough."""
        if self._told_at is not None and timedelta() <= now - self._told_at < notices.EVERY:
            return False
        self._told_at = now
        return True

    def start(self, context: Context, due: Sequence[Source]) -> int:
        """Start what is due while there is room; how many were started.

        Sources that share a host take turns: each host is asked by one crawl at a time.
        """
        chosen = self.choose(context, due) if due else []
        return sum(self.begin(context, source, asked) for source, asked in chosen)

    def choose(self, context: Context, due: Sequence[Source]) -> list[tuple[Source, frozenset[str]]]:
        """What may be started now, the one that waits longest first, with the hosts that each will ask."""
        room = context.settings.crawling.at_once - len(self._crawls)
        if room <= 0:
            return []
        asks = asked_by(context, due)
        busy = {host for crawl in self._crawls.values() for host in crawl.hosts}
        return choose(due, asks, self._crawls.keys(), busy, room)

    def begin(self, context: Context, source: Source, asked: frozenset[str], *, anyway: bool = False) -> bool:
        """Start the crawl of one source, unless another process began one just now; `anyway`: it died in its crawl.

        No transaction is open afterwards: crawls last for minutes.
        """
        slug = source.slug
        taken = sources.claim(context.session, source, now=context.now) or anyway
        context.session.commit()
        self.begun.add(slug)
        if not taken:
            return False
        try:
            process = _start(context, slug)
        except OSError as error:
            _note_not_started(context, slug, error)
            return False
        self._crawls[slug] = Crawl(slug, process, context.now, asked)
        return True

    def collect(self, context: Context) -> Counters:
        """Take out what has ended; stop what has run too long, or all when we are to stop."""
        counters: Counters = Counter()
        for crawl in list(self._crawls.values()):
            code = crawl.process.poll()
            if code is None:
                self._hurry(crawl, context)
                continue
            if code != 0:
                _note_failure(context, crawl, code)  # before it is forgotten: this may fail, and is then done again
            del self._crawls[crawl.source]
            meters.crawled(context.settings.source(crawl.source).type, code)
            counters["crawled" if code == 0 else "failed"] += 1
        return counters

    def _hurry(self, crawl: Crawl, context: Context) -> None:
        late = context.now - crawl.started_at > context.settings.crawling.time_limit + GRACE
        if crawl.asked_to_stop_at is None and (late or context.stopping()):
            crawl.process.terminate()
            crawl.asked_to_stop_at = context.now
        elif crawl.asked_to_stop_at is not None and context.now - crawl.asked_to_stop_at > GRACE:
            crawl.process.kill()

    def stop(self) -> None:
        """End all crawls now; what they had saved stays."""
        for crawl in self._crawls.values():
            crawl.process.terminate()
        for crawl in self._crawls.values():
            try:
                crawl.process.wait(GRACE.total_seconds())
            except subprocess.TimeoutExpired:
                crawl.process.kill()
                crawl.process.wait()
        self._crawls.clear()


def choose(
    due: Sequence[Source],
    asks: Mapping[str, frozenset[str]],
    going: Collection[str],
    busy: Collection[str],
    room: int,
) -> list[tuple[Source, frozenset[str]]]:
    """What may be started now, the one that waits longest first, with the hosts that each will ask.

    `going` are the sources, `busy` the hosts of the crawls that go on.
    """
    taken = set(busy)
    chosen: list[tuple[Source, frozenset[str]]] = []
    for source in due:
        if len(chosen) >= room:
            break
        asked = asks.get(source.slug, frozenset())
        if source.slug in going:
            continue
        if not asked & taken:
            chosen.append((source, asked))
        taken |= asked  # who waits for a host keeps its place there: those of one host would pass by for ever
    return chosen


def asked_by(context: Context, due: Sequence[Source]) -> dict[str, frozenset[str]]:
    """The hosts that each of these sources asks, as far as it is in the config."""
    slugs = {source.slug for source in due}
    return hosts.of_sources(context.session, (one for one in context.settings.sources if one.id in slugs))


def one(context: Context, source: Source, asked: frozenset[str], *, anyway: bool = False) -> Counters:
    """Crawl one source to its end, or until the job is to stop. The crawl keeps a Run of its own."""
    pool, counters = Pool(), Counter[str]()
    try:
        pool.begin(context, source, asked, anyway=anyway)
        while len(pool):
            time.sleep(POLL_SECONDS)
            counters += pool.collect(_at(context, utcnow()))
    finally:
        pool.stop()
    return counters


def run(context: Context, pool: Pool | None = None) -> Counters:
    """Start the crawls that are due and collect those that ended; without a pool, wait for all of them.

    With a pool it counts only what the operator was told: each crawl keeps a Run of its own.
    """
    if pool is None:
        return _run_all(context)
    pool.collect(context)
    pool.start(context, sources.due(context.session, context.settings, context.now))
    return notices.tell_operator_of_sources(context) if pool.is_time_to_tell(context.now) else Counter()


def _run_all(context: Context) -> Counters:
    pool, counters = Pool(), Counter[str]()
    waiting = sources.due(context.session, context.settings, context.now)
    try:
        while waiting or len(pool):
            pool.start(_at(context, utcnow()), waiting)  # a crawl's own time begins when it does
            waiting = [source for source in waiting if source.slug not in pool.begun]
            time.sleep(POLL_SECONDS)
            counters += pool.collect(_at(context, utcnow()))
            if context.stopping():
                waiting = []
    finally:
        pool.stop()
    return counters + notices.tell_operator_of_sources(_at(context, utcnow()))


def _at(context: Context, now: datetime) -> Context:
    return Context(context.settings, context.session, now, context.config_path, context.stopping, context.progress)


def _start(context: Context, slug: str) -> starting.Process:
    words = ["--source", slug, "--config", str(context.config_path)]
    return starting.start(words, **{RUN_ID: run_id("crawl", utcnow())})  # no two of one look are named the same


def _note_not_started(context: Context, slug: str, error: OSError) -> None:
    """The machine has no room for one more process: the source is tried again soon, not after its whole interval."""
    words = f"the crawl could not be started: {error.strerror or type(error).__name__}"
    runs.abandon(context.session, slug, context.now, words, context.now)
    context.session.commit()


def _note_failure(context: Context, crawl: Crawl, code: int) -> None:
    """A crawl that could not write its own end (killed, crashed) is a failed crawl all the same."""
    trouble = misread.trouble_of(context.config_path, crawl.source) if code == misread.EXIT_CODE else ""
    reason = "took too long and was stopped" if crawl.asked_to_stop_at else f"ended with exit code {code}"
    runs.abandon(context.session, crawl.source, crawl.started_at, trouble or f"the crawl {reason}", context.now)
    if trouble:  # no fault of the source: it is asked soon after the config was mended
        sources.try_at(context.session, crawl.source, context.now + misread.AGAIN)
    context.session.commit()
