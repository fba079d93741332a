"""Crawls that end badly: each kind of bad answer is named, and none moves what is known or asked next."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from scrapy.http import Request
from sqlmodel import Session, select

from crawlers.memory import Walk
from crawlers.run_log import RunLog
from monitor.clock import utcnow
from monitor.models import Coverage, Host, Mention, RobotsVerdict, Run, RunOutcome, Source, SourceHealth, SourceHost
from monitor.store import hosts
from tests.crawlers.conftest import Watched
from tests.crawlers.play import make
from tests.crawlers.site import Answer, Asked, Site

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
WALL = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cf-chl-widget</body></html>"
PLAIN = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hello</body></html>"
Watch = Callable[..., Watched]


def page(*numbers: int, following: str = "", **changes: object) -> Answer:
    """A page of the list that the spider of these tests reads, newest first."""
    items = [{"id": n, "text": f"text {n}", "at": f"2026-11-{n:02}T10:00:00Z"} | changes for n in numbers]
    return Answer(json.dumps({"items": items, "next": following}), headers=JSON)


def source(session: Session) -> Source:
    session.expire_all()
    return session.exec(select(Source)).one()


def last_run(session: Session) -> Run:
    session.expire_all()
    return list(session.exec(select(Run)))[-1]


def known(session: Session) -> list[tuple[object, object]]:
    session.expire_all()
    return [(row.start, row.end) for row in session.exec(select(Coverage))]


@pytest.fixture
def watched(site: Site, watch: Watch) -> Watched:
    """A source that was crawled well once."""
    site.pages["/list"] = page(3, 2, 1)
    watched = watch("listed", url=f"{site.url}/list")
    assert watched.crawl().code == 0
    return watched


@pytest.mark.parametrize(
    ("answer", "health", "words"),
    [
        (Answer(PLAIN, headers=HTML), SourceHealth.FAILING, "HTML instead of JSON"),
        (Answer(WALL, headers=HTML), SourceHealth.BLOCKED, "a check by Cloudflare instead of the answer"),
        (Answer(WALL, status=403, headers=HTML), SourceHealth.BLOCKED, "a check by Cloudflare instead of the answer"),
        (Answer(status=403), SourceHealth.FAILING, "the server answers 403"),
        (Answer("", headers=JSON), SourceHealth.FAILING, "not JSON"),
        (Answer('{"items": [', headers=JSON), SourceHealth.FAILING, "not JSON"),
        (Answer('{"items": "none"}', headers=JSON), SourceHealth.CHANGED, "the entries are no list"),
        (Answer('{"posts": []}', headers=JSON), SourceHealth.CHANGED, "the field 'items' has vanished"),
        (Answer('{"items": [{"id": 4}]}', headers=JSON), SourceHealth.CHANGED, "the field 'text' has vanished"),
        (page(5, 4, following="/list"), SourceHealth.FAILING, "the next page is one that was read already"),
    ],
)
def test_a_bad_answer_is_named_and_moves_nothing(
    session: Session, site: Site, watched: Watched, answer: Answer, health: SourceHealth, words: str
) -> None:
    before, last_good = known(session), source(session).last_good_at
    site.pages["/list"] = answer
    assert watched.crawl().code == 1
    found = source(session)
    assert (found.health, found.last_good_at, known(session)) == (health, last_good, before)
    assert words in found.error


def test_an_empty_page_makes_nothing_known_and_deletes_nothing(session: Session, site: Site, watched: Watched) -> None:
    before = known(session)
    site.pages["/list"] = page()
    watched.crawl()
    assert known(session) == before
    assert len(session.exec(select(Mention)).all()) == 3


def test_after_a_bad_answer_the_same_is_asked_as_before(session: Session, site: Site, watched: Watched) -> None:
    site.pages["/list"] = page(*range(20, 3, -1), following="/more")
    site.pages["/more"] = Answer(PLAIN, headers=HTML)
    watched.crawl()
    site.pages["/more"] = page(3, 2, 1)
    watched.crawl()
    assert len(session.exec(select(Mention)).all()) == 20
    assert last_run(session).outcome is RunOutcome.OK


def test_an_address_that_leads_to_the_first_page_is_called_retired(
    session: Session, site: Site, watched: Watched
) -> None:
    site.pages["/list"] = Answer(status=302, headers={"Location": "/"})
    site.pages["/"] = Answer(PLAIN, headers=HTML)
    watched.crawl()
    assert "/list leads to the first page of 127.0.0.1" in source(session).error
    assert "is the address retired?" in source(session).error


def test_a_page_of_people_that_is_a_wall_blocks_although_it_says_200(
    session: Session, site: Site, watch: Watch
) -> None:
    site.pages["/kettle"] = Answer(WALL, headers=HTML)
    watch("schemaorg", urls=[f"{site.url}/kettle"]).crawl()
    assert source(session).health is SourceHealth.BLOCKED
    assert "a page titled 'Just a moment'" in source(session).error


def test_a_page_of_people_with_a_captcha_for_writers_is_no_wall(session: Session, site: Site, watch: Watch) -> None:
    site.pages["/kettle"] = Answer(PLAIN.replace("Hello", "<div class=g-recaptcha></div>"), headers=HTML)
    watch("schemaorg", urls=[f"{site.url}/kettle"]).crawl()
    assert source(session).health is SourceHealth.HEALTHY


def test_a_long_wish_to_be_left_alone_is_no_failure_and_all_sources_of_the_host_obey(
    session: Session, site: Site, watched: Watched
) -> None:
    site.pages["/list"] = Answer(status=429, headers={"Retry-After": "3600"})
    watched.crawl()
    found, host = source(session), site.url.removeprefix("http://")
    assert (found.health, found.failures, last_run(session).outcome) == (SourceHealth.RESTING, 0, RunOutcome.SPENT)
    assert f"{host} asks us to wait until" in found.error
    assert host in hosts.resting(session, utcnow() + timedelta(minutes=59))


def test_a_host_that_rests_is_not_asked_even_by_hand(session: Session, site: Site, watched: Watched) -> None:
    hosts.note_rest(
        session, site.url.removeprefix("http://"), utcnow() + timedelta(hours=1), "it answers 429", utcnow()
    )
    session.commit()
    asked = len(site.asked)
    watched.crawl()
    assert len(site.asked) == asked
    assert source(session).error.endswith("UTC: it answers 429")


def test_a_limit_that_is_used_up_ends_the_walk_before_the_next_page(
    session: Session, site: Site, watched: Watched
) -> None:
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": (utcnow() + timedelta(minutes=4)).isoformat()}
    first = page(30, 29, following="/more")
    site.pages["/list"] = Answer(first.body, headers=JSON | used_up)
    site.pages["/more"] = page(28, 27)
    before = known(session)
    watched.crawl()
    assert site.paths()[-1] == "/list"
    assert (source(session).health, known(session)) == (SourceHealth.RESTING, before)
    assert "its limit of requests is used up" in source(session).error


def test_a_limit_that_is_used_up_at_the_end_of_the_walk_is_a_good_crawl(
    session: Session, site: Site, watched: Watched
) -> None:
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "600"}
    site.pages["/list"] = Answer(page(4, 3, 2, 1).body, headers=JSON | used_up)
    assert watched.crawl().code == 0
    assert source(session).health is SourceHealth.HEALTHY
    assert list(hosts.resting(session, utcnow())) == [site.url.removeprefix("http://")]


def test_a_limit_that_is_renewed_soon_is_waited_for(session: Session, site: Site, watched: Watched) -> None:
    times: list[float] = []

    def first(asked: Asked) -> Answer:
        times.append(asked.at)
        renewed = {"RateLimit-Remaining": "0", "RateLimit-Reset": "1"}
        return Answer(page(30, 29, following="/more").body, headers=JSON | renewed)

    def more(asked: Asked) -> Answer:
        times.append(asked.at)
        return page(28, 27)

    site.pages |= {"/list": first, "/more": more}
    assert watched.crawl().code == 0
    assert times[1] - times[0] >= 0.9


def test_a_host_of_others_that_was_asked_about_a_single_text_is_none_of_the_source(
    session: Session, watched: Watched
) -> None:
    log = RunLog(make("feed", {"url": "https://ours.example"}).crawler)
    for host in ("ours.example", "other.example"):
        log._asked(Request(f"https://{host}/robots.txt"))
    log._write_hosts(session, source(session).id or 0, Walk(beside={"other.example"}), utcnow())
    asked = set(session.exec(select(SourceHost.host)))
    assert asked & {"ours.example", "other.example"} == {"ours.example"}


def test_a_host_is_remembered_with_what_its_robots_txt_says(session: Session, site: Site, watched: Watched) -> None:
    host = session.exec(select(Host)).one()
    assert (host.name, host.robots) == (site.url.removeprefix("http://"), RobotsVerdict.ALLOWS)
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /")
    watched.crawl()
    session.expire_all()
    assert session.exec(select(Host.robots)).one() is RobotsVerdict.DISALLOWS
