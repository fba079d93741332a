"""The crawls that run: which may start together, and what ended badly is noted, also when that cannot be at once."""

import errno
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from monitor.jobs import crawl
from monitor.jobs.context import Context
from monitor.jobs.crawl import Crawl, Pool
from monitor.models import Run, RunOutcome, Source, SourceHealth
from monitor.store import hosts, sources
from monitor.store.trouble import Trouble, trouble_of
from tests.contexts import make_context
from tests.dialects import allow_writes, forbid_writes
from tests.factories import NOON


def test_the_failure_of_a_crawl_that_cannot_be_stored_is_stored_at_the_next_look(session: Session):
    context = make_context(session, NOON)
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    process.wait()
    pool = Pool()
    pool._crawls["news"] = Crawl("news", process, NOON)
    forbid_writes(session.connection())
    with pytest.raises(DBAPIError) as refused:
        pool.collect(context)
    assert trouble_of(refused.value) is Trouble.READ_ONLY
    session.rollback()
    allow_writes(session.connection())
    assert pool.collect(context) == {"failed": 1}
    assert session.exec(select(Run.outcome)).one() is RunOutcome.FAILED
    assert session.exec(select(Source.health)).one() is SourceHealth.FAILING
    assert len(pool) == 0


BLOG = {"id": "blog", "type": "wordpress", "brands": ["karak"], "params": {"url": "https://shop.example/blog"}}
SHOP = {"id": "shop", "type": "schemaorg", "brands": ["karak"], "params": {"urls": ["https://shop.example/kettle"]}}
NEWS = {"id": "news", "type": "feed", "brands": ["karak"], "params": {"url": "https://news.example/feed"}}
MANY = {"crawling": {"at_once": 4}}


def chosen(context: Context, pool: Pool) -> list[str]:
    chosen = pool.choose(context, sources.due(context.session, context.settings, context.now))
    return [source.slug for source, _ in chosen]


def test_two_crawls_never_ask_one_host_at_a_time(session: Session):
    context = make_context(session, NOON, sources=[BLOG, SHOP, NEWS], **MANY)
    assert chosen(context, Pool()) == ["blog", "news"]


def test_a_host_that_a_running_crawl_asks_is_left_to_it(session: Session):
    context = make_context(session, NOON, sources=[BLOG, SHOP, NEWS], **MANY)
    pool = Pool()
    pool._crawls["blog"] = Crawl("blog", subprocess.Popen(["true"]), NOON, frozenset({"shop.example"}))
    assert chosen(context, pool) == ["news"]
    pool._crawls["blog"].process.wait()


def test_hosts_that_only_a_crawl_could_know_of_count_too(session: Session):
    context = make_context(session, NOON, sources=[SHOP, NEWS], **MANY)
    for slug in ("shop", "news"):
        source = sources.by_slug(session, slug)
        assert source is not None
        hosts.note_asked(session, source.id or 0, ["api.example"], NOON)
    assert len(chosen(context, Pool())) == 1


def test_there_is_room_for_so_many_and_no_more(session: Session):
    more = [{**NEWS, "id": f"n{i}", "params": {"url": f"https://n{i}.example/feed"}} for i in range(9)]
    context = make_context(session, NOON, sources=more, **MANY)
    assert chosen(context, Pool()) == ["n0", "n1", "n2", "n3"]


def test_who_waits_for_a_busy_host_keeps_its_place_at_the_others(session: Session):
    both = {**SHOP, "id": "both", "params": {"urls": ["https://shop.example/kettle", "https://news.example/kettle"]}}
    context = make_context(session, NOON, sources=[both, {**NEWS, "id": "news"}], **MANY)
    pool = Pool()
    pool._crawls["blog"] = Crawl("blog", subprocess.Popen(["true"]), NOON, frozenset({"shop.example"}))
    assert chosen(context, pool) == []
    pool._crawls.pop("blog").process.wait()
    assert chosen(context, pool) == ["both"]


def test_the_time_of_a_crawl_begins_with_it_and_not_with_the_look_that_found_it_due(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    """Else of many sources the last ones would be stopped as too long at once."""
    context = make_context(session, NOON, sources=[NEWS], crawling={"time_limit": "5m"})
    monkeypatch.setattr(crawl, "_start", lambda *_: subprocess.Popen(["sleep", "0.3"]))
    assert crawl.run(context) == {"crawled": 1}  # it is years since NOON


def test_a_crawl_that_cannot_be_started_is_tried_again_soon(session: Session, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> subprocess.Popen[bytes]:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    context = make_context(session, NOON, sources=[{**NEWS, "every": "1d"}])
    monkeypatch.setattr(crawl, "_start", full)
    assert Pool().start(context, sources.due(session, context.settings, NOON)) == 0
    run, source = session.exec(select(Run)).one(), session.exec(select(Source)).one()
    assert run.error == "the crawl could not be started: Resource temporarily unavailable"
    assert source.next_try_at == NOON + timedelta(minutes=1)


def test_no_transaction_is_open_while_a_crawl_goes_on(session: Session, monkeypatch: pytest.MonkeyPatch):
    context = make_context(session, NOON, sources=[NEWS])
    session.commit()
    monkeypatch.setattr(crawl, "_start", lambda *_: subprocess.Popen(["true"]))
    pool = Pool()
    assert pool.start(context, sources.due(session, context.settings, NOON)) == 1
    assert not session.in_transaction()
    pool.stop()


def test_a_crawl_that_takes_too_long_may_end_by_itself_before_it_is_stopped(session: Session):
    """Its own end says what it was about, and that it failed."""
    context = make_context(session, NOON, sources=[NEWS], crawling={"time_limit": "5m"})
    pool = Pool()
    with subprocess.Popen(["sleep", "60"]) as process:
        pool._crawls["news"] = Crawl("news", process, NOON)
        pool.collect(crawl._at(context, NOON + timedelta(minutes=5, seconds=5)))
        assert pool._crawls["news"].asked_to_stop_at is None
        pool.collect(crawl._at(context, NOON + timedelta(minutes=5, seconds=21)))
        assert process.wait(10) == -signal.SIGTERM
