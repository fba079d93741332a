"""How a spider asks: posted forms, keys that stay with their host, and requests that a host agreed to."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from scrapy.http import Request
from twisted.python.failure import Failure

from crawlers.base import FormatChanged, kinds, spider_of
from crawlers.cursors import next_page
from crawlers.ledger import Verdict
from crawlers.memory import Strand
from crawlers.politeness import HostRests, NoTimeLeft
from monitor.facts import MentionKind
from tests.crawlers.answering import known, second_crawl
from tests.crawlers.conftest import Command
from tests.crawlers.play import make
from tests.crawlers.site import Answer, Site

URL = "https://api.example/list"
AGREED = ["reddit", "x"]
"""Of these two the robots.txt of the interface turns away every program, also those with a key that was bought."""
REDDIT = {
    "client_id": "{env: EMBERWATCH_TEST_CLIENT_ID}",
    "client_secret": "{env: EMBERWATCH_TEST_CLIENT_SECRET}",
    "subreddits": "acme",
}
SECRETS = {"EMBERWATCH_TEST_CLIENT_ID": "an-id", "EMBERWATCH_TEST_CLIENT_SECRET": "a-secret"}


def ask(**how: Any) -> Request:
    return make("feed", {"url": URL}).ask(URL, lambda _: (), strand=Strand(), **how)


def test_a_form_is_posted_as_web_pages_post_theirs() -> None:
    request = ask(form={"grant_type": "a b", "key": "ä&="})
    assert (request.method, request.body) == ("POST", b"grant_type=a+b&key=%C3%A4%26%3D")
    assert request.headers["Content-Type"] == b"application/x-www-form-urlencoded"


def test_a_body_is_posted_as_json_and_a_plain_question_is_not_posted() -> None:
    assert (ask(body={"a": 1}).method, ask(body={"a": 1}).body) == ("POST", b'{"a": 1}')
    assert (ask().method, ask().body) == ("GET", b"")


@pytest.mark.parametrize(
    ("how", "stays"),
    [
        ({"headers": {"X-Goog-Api-Key": "secret"}}, True),
        ({"form": {"key": "secret"}}, True),
        ({"body": {"password": "secret"}}, True),
        ({"headers": {"Authorization": "Bearer secret"}}, False),  # Scrapy takes it off where the host changes
        ({"headers": {"Accept": "application/json"}}, False),
        ({}, False),
    ],
)
def test_a_key_does_not_travel_to_where_a_redirect_leads(how: dict[str, Any], stays: bool) -> None:
    assert ask(**how).meta.get("dont_redirect", False) is stays


def test_what_is_named_twice_in_a_config_is_asked_for_once_so_that_its_list_comes_to_an_end() -> None:
    spider = make("bluesky", {"actors": ["acme.example", "acme.example"]})
    assert len(list(spider.first_requests())) == len(spider.walk.strands) == 1


def test_a_spider_that_robots_do_not_bind_has_a_key_and_an_agreement() -> None:
    agreed = [kind for kind in kinds() if spider_of(kind).about.agreement]
    assert agreed == AGREED
    assert {spider_of(kind).about.verdict for kind in agreed} == {Verdict.KEYED}


@pytest.mark.parametrize("cursor", [None, ""])
def test_a_list_without_a_cursor_has_no_next_page(cursor: object) -> None:
    assert next_page(URL, "after", cursor) == ""


def test_a_cursor_takes_the_place_of_the_one_before() -> None:
    assert next_page(f"{URL}?a=1&after=x", "after", "y&z") == f"{URL}?a=1&after=y%26z"


@pytest.mark.parametrize("cursor", [5, {"a": 1}, "a b", "\ud800", "x" * 3_000])
def test_a_cursor_that_no_address_can_hold_is_another_form(cursor: object) -> None:
    with pytest.raises(FormatChanged, match="the cursor for 'after' has changed"):
        next_page(URL, "after", cursor)


@pytest.fixture
def reddit(command: Command, site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Print what the local site answers in the place of Reddit."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    params = REDDIT | {"server": site.url, "auth_server": site.url, "comments": "false"}
    given = [f"--param={name}={value}" for name, value in params.items()]
    return lambda: command("reddit", "--print", "--delay", "0", "--allow-private", "127.0.0.1", *given)


def test_keys_that_are_refused_end_the_crawl_in_words_without_the_keys(reddit: Callable[[], Any], site: Site) -> None:
    site.pages["/api/v1/access_token"] = Answer(
        '{"error": "invalid_client"}', 401, {"Content-Type": "application/json"}
    )
    done = reddit()
    assert done.code == 1
    assert "the keys are not accepted (invalid_client)" in done.err
    assert not any(secret in done.err + done.out for secret in SECRETS.values())


def test_a_token_server_that_leads_elsewhere_is_not_followed_with_the_keys(
    reddit: Callable[[], Any], site: Site
) -> None:
    site.pages["/api/v1/access_token"] = Answer(status=307, headers={"Location": "/stolen"})
    assert "the server answers 307" in reddit().err
    assert site.paths() == ["/api/v1/access_token"]


def test_robots_of_an_agreed_interface_set_the_pace_and_no_more(reddit: Callable[[], Any], site: Site) -> None:
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\nCrawl-delay: 3\n")
    site.pages["/api/v1/access_token"] = Answer('{"access_token": "t"}', headers={"Content-Type": "application/json"})
    listing = '{"data": {"after": null, "children": []}}'
    site.pages["/r/acme/new"] = Answer(listing, headers={"Content-Type": "application/json"})
    assert reddit().code == 0
    assert site.asked[-1].at - site.asked[-2].at > 1.5  # a busy machine notes late when it was asked
    assert site.asked[-1].headers["authorization"] == "bearer t"
    assert site.asked[-1].headers["user-agent"].startswith("Emberwatch/")


def test_a_slow_host_is_asked_for_its_lists_and_no_longer_about_single_texts() -> None:
    spider = make("hackernews", {"terms": ["acme"]}, second_crawl(hot=known(MentionKind.POST, "h", "1")))
    spider.crawler.spider = spider
    spider.crawler.settings.set("CLOSESPIDER_TIMEOUT", 0.001)
    gate = HostRests(spider.crawler)
    time.sleep(0.001)
    (again,) = spider.look_again()
    gate.process_request(next(iter(spider.first_requests())))
    with pytest.raises(NoTimeLeft) as left:
        gate.process_request(again)
    failure = Failure(left.value)
    failure.request = again  # type: ignore[attr-defined]
    assert list(spider._failed(failure)) == spider.walk.failures == []
    assert spider.crawler.stats.get_value("emberwatch/texts left for a later look") == 1
