"""A probe of a source: one look, told as JSON, polite and without a trace."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crawlers.probe import MOST_PLACES, first_page_of
from crawlers.spiders import feed, schemaorg
from monitor.clock import utcnow
from monitor.models import Fetch, Mention, Run, Source, SourceHealth, Spending
from monitor.store import hosts
from tests.crawlers.conftest import Done, Watched
from tests.crawlers.site import Answer, Site, wordpress

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

ENTRIES = "".join(
    f"<item><guid>{n}</guid><title>{title}</title><pubDate>Mon, 0{n} Mar 2026 10:00:00 GMT</pubDate></item>"
    for n, title in enumerate(("Acme is late", "Another shop"), 1)
)
FEED = Answer(
    f'<rss version="2.0"><channel>{ENTRIES}</channel></rss>',
    headers={"Content-Type": "application/rss+xml", "ETag": '"1"'},
)


def probe(watched: Watched) -> tuple[Done, dict[str, Any]]:
    done = watched.command("--source", "place", "--probe", "--config", str(watched.config))
    return done, json.loads(done.out)


def test_a_probe_tells_what_a_place_gives(site: Site, watch: Callable[..., Watched]) -> None:
    site.pages["/feed"] = FEED
    done, told = probe(watch("feed", url=f"{site.url}/feed"))
    assert (done.code, done.err) == (0, "")
    assert (told["source"], told["outcome"], told["status"], told["robots"]) == ("place", "ok", 200, "allows")
    assert (told["texts"], told["naming_a_brand"], told["newest_at"]) == (2, 1, "2026-03-02T10:00:00+00:00")


def test_a_probe_leaves_no_trace(session: Session, site: Site, watch: Callable[..., Watched]) -> None:
    site.pages["/feed"] = FEED
    watched = watch("feed", url=f"{site.url}/feed")
    probe(watched)
    assert [session.exec(select(table)).all() for table in (Run, Mention, Fetch)] == [[], [], []]
    assert session.exec(select(Source)).one().health is SourceHealth.WAITING


def test_a_probe_ignores_what_was_remembered_so_that_it_sees_the_texts(
    site: Site, watch: Callable[..., Watched]
) -> None:
    site.pages["/feed"] = lambda asked: Answer(status=304) if "if-none-match" in asked.headers else FEED
    watched = watch("feed", url=f"{site.url}/feed")
    watched.crawl()
    assert probe(watched)[1]["texts"] == 2


def test_a_probe_reads_one_page_of_many(site: Site, watch: Callable[..., Watched]) -> None:
    site.pages |= wordpress()
    assert probe(watch("wordpress", url=site.url))[1]["texts"] == 3
    assert site.paths() == ["/wp-json/wp/v2/comments"]


def test_of_many_addresses_the_first_are_asked() -> None:
    params = schemaorg.Params(urls=tuple(f"https://shop.example/{n}" for n in range(9)), follow_next=True)
    assert len(first_page_of(params).urls) == MOST_PLACES  # type: ignore[attr-defined]
    assert first_page_of(feed.Params(url="https://a.example")).max_pages == 1  # type: ignore[attr-defined]


def test_a_probe_obeys_robots_txt_and_says_so(site: Site, watch: Callable[..., Watched]) -> None:
    site.pages |= {"/robots.txt": Answer("User-agent: *\nDisallow: /"), "/feed": FEED}
    done, told = probe(watch("feed", url=f"{site.url}/feed"))
    assert (done.code, told["outcome"], told["robots"]) == (1, "blocked", "disallows")
    assert site.paths() == []


def test_a_probe_asks_a_failing_server_once(site: Site, watch: Callable[..., Watched]) -> None:
    site.pages["/feed"] = Answer(status=503)
    _, told = probe(watch("feed", url=f"{site.url}/feed"))
    assert (told["outcome"], told["status"]) == ("failed", 503)
    assert site.paths() == ["/feed"]


def test_a_crawl_delay_is_told(site: Site, watch: Callable[..., Watched]) -> None:
    site.pages |= {"/robots.txt": Answer("User-agent: *\nCrawl-delay: 1"), "/feed": FEED}
    assert probe(watch("feed", url=f"{site.url}/feed"))[1]["crawl_delay_seconds"] == 1


def test_an_unknown_source_is_a_mistake(site: Site, watch: Callable[..., Watched]) -> None:
    watched = watch("feed", url=f"{site.url}/feed")
    done = watched.command("--source", "other", "--probe", "--config", str(watched.config))
    assert (done.code, "'other' is not one of place" in done.err) == (2, True)


def test_a_probe_leaves_a_host_alone_that_wants_it(session: Session, site: Site, watch: Callable[..., Watched]) -> None:
    now = utcnow()
    hosts.note_rest(session, site.url.removeprefix("http://"), now + timedelta(hours=1), "it answers 429", now)
    session.commit()
    _, found = probe(watch("feed", url=f"{site.url}/feed"))
    assert (found["outcome"], site.asked) == ("spent", [])


def test_what_a_probe_costs_is_taken_from_the_quota(
    session: Session, site: Site, watch: Callable[..., Watched]
) -> None:
    site.pages["/list"] = Answer("<p>one")
    probe(watch("costly", url=f"{site.url}/list", pages=1))
    assert session.exec(select(Spending.used)).one() == 1


@pytest.mark.parametrize(
    ("page", "health"),
    [
        (Answer('{"posts": []}', headers={"Content-Type": "application/json"}), "changed"),
        (Answer("<html><title>Just a moment...</title>", headers={"Content-Type": "text/html"}), "walled"),
    ],
)
def test_a_probe_tells_a_changed_format_from_a_wall(
    site: Site, watch: Callable[..., Watched], page: Answer, health: str
) -> None:
    site.pages["/list"] = page
    assert probe(watch("listed", url=f"{site.url}/list"))[1]["health"] == health
