"""Hosts: whom each source asks, what their robots.txt said, and until when they want to be left alone."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.models import Host, RobotsVerdict, Source, SourceHealth, SourceHost
from monitor.store import hosts, sources
from tests.contexts import make_context
from tests.factories import NOON

HOUR = timedelta(hours=1)
BLOG = {"id": "blog", "type": "wordpress", "brands": ["karak"], "params": {"url": "https://Blog.example/x"}}
SHOP = {"id": "shop", "type": "schemaorg", "brands": ["karak"], "params": {"urls": ["https://blog.example/a"]}}
HACKER = {"id": "hn", "type": "hackernews", "brands": ["karak"], "params": {"query": "karak"}}


def row(session: Session, slug: str) -> Source:
    found = sources.by_slug(session, slug)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Shop.example/a?b=c", "shop.example"),
        ("https://shop.example:443/", "shop.example"),
        ("http://shop.example:8080/", "shop.example:8080"),
        ("https://user:word@shop.example/", "shop.example"),
        ("https://shop.example:x/", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_a_host_is_named_as_in_addresses(url: str, host: str) -> None:
    assert hosts.host_of(url) == host


def test_the_hosts_of_a_source_that_was_never_crawled_are_those_of_its_addresses() -> None:
    params = {"urls": ["https://a.example/1", "https://a.example/2"], "more": {"feed": "http://b.example:81/"}, "n": 3}
    assert hosts.guessed("schemaorg", params) == {"a.example", "b.example:81"}


def test_sources_of_a_kind_with_a_usual_host_share_it() -> None:
    assert hosts.guessed("hackernews", {"query": "karak"}) == hosts.guessed("hackernews", {"query": "chai"})


def test_what_a_crawl_asked_is_added_to_what_the_params_say(session: Session) -> None:
    context = make_context(session, NOON, sources=[BLOG])
    for _ in range(2):
        hosts.note_asked(session, row(session, "blog").id or 0, ["cdn.example", "", "x" * 300], NOON)
    assert hosts.of_sources(session, context.settings.sources) == {"blog": {"blog.example", "cdn.example"}}
    assert [host.name for host in hosts.of_source(session, row(session, "blog").id or 0)] == ["cdn.example"]


def test_a_host_that_a_source_asks_no_more_is_forgotten_and_what_an_older_version_noted_is_given_time(
    session: Session,
) -> None:
    make_context(session, NOON, sources=[BLOG])
    number = row(session, "blog").id or 0
    hosts.note_asked(session, number, ["old.example"], NOON)
    hosts.note_asked(session, number, ["new.example"], NOON + HOUR)
    session.add(Host(name="ages.example"))
    session.flush()
    session.add(SourceHost(source_id=number, host="ages.example"))
    session.flush()
    assert hosts.forget_asked(session, NOON + HOUR, NOON + 2 * HOUR) == 1
    assert [host.name for host in hosts.of_source(session, number)] == ["ages.example", "new.example"]
    assert hosts.forget_asked(session, NOON + 3 * HOUR, NOON + 3 * HOUR) == 2


def test_the_newest_word_of_robots_txt_stands(session: Session) -> None:
    hosts.note_robots(session, {"a.example": RobotsVerdict.DISALLOWS}, NOON)
    hosts.note_robots(session, {"a.example": RobotsVerdict.ALLOWS}, NOON + HOUR)
    session.expire_all()
    found = session.get_one(Host, "a.example")
    assert (found.robots, found.robots_checked_at) == (RobotsVerdict.ALLOWS, NOON + HOUR)


def test_a_host_rests_until_the_latest_time_that_it_asked_for(session: Session) -> None:
    hosts.note_rest(session, "a.example", NOON + 2 * HOUR, "it answers 429", NOON)
    hosts.note_rest(session, "a.example", NOON + HOUR, "it answers 503", NOON)
    assert hosts.resting(session, NOON + HOUR)["a.example"].not_before_why == "it answers 429"
    assert hosts.resting(session, NOON + 2 * HOUR) == {}


def test_no_host_is_left_alone_for_ever(session: Session) -> None:
    hosts.note_rest(session, "a.example", NOON + timedelta(days=4000), "it answers 429", NOON)
    assert hosts.resting(session, NOON + timedelta(days=1)) == {}


def test_no_source_of_a_host_that_rests_is_due(session: Session) -> None:
    context = make_context(session, NOON, sources=[BLOG, SHOP, HACKER])
    hosts.note_rest(session, "blog.example", NOON + HOUR, "it answers 429", NOON)
    assert [source.slug for source in sources.due(session, context.settings, NOON)] == ["hn"]
    assert len(sources.due(session, context.settings, NOON + HOUR)) == 3


def test_a_rest_is_no_failure(session: Session) -> None:
    make_context(session, NOON, sources=[BLOG])
    source = row(session, "blog")
    sources.record_good(session, source, now=NOON)
    sources.record_rest(session, source, "blog.example asks us to wait", until=NOON + HOUR)
    assert (source.health, source.failures, source.next_try_at) == (SourceHealth.RESTING, 0, NOON + HOUR)
    assert sources.due_at(source, HOUR / 4, NOON) == NOON + HOUR
    sources.record_good(session, source, now=NOON + HOUR)
    assert (source.health, source.error) == (SourceHealth.HEALTHY, "")
