"""Stack Exchange: its quotas, its pauses, and its key."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.stackexchange_questions import KEYED, KEYLESS, pause_after, search_address, site_host
from tests.crawlers.answering import LAST_WALK, answer, problems, read, second_crawl
from tests.crawlers.play import NOW, keys_for, make

HOST = "api.stackexchange.com"
PARAMS = {"site": "stackoverflow", "terms": ["acme"]}
QUESTION = {"question_id": 1, "creation_date": 1795200000, "title": "Acme", "body": "<p>x</p>"}


def address(page: int = 1) -> str:
    return search_address(f"https://{HOST}", "stackoverflow", "withbody", "acme", None, page)


def played(given: Any, status: int = 200) -> Any:
    return read("stackexchange", PARAMS, {address(): answer(given, status)})


def first_request(**more: Any) -> Any:
    params = PARAMS | more
    with keys_for(params):
        spider = make("stackexchange", params, second_crawl())
    return next(iter(spider.first_requests()))


def test_the_second_crawl_asks_only_for_what_is_new_and_a_day_more() -> None:
    asked = parse_qs(urlsplit(first_request().url).query)
    assert asked["fromdate"] == [str(int(LAST_WALK.timestamp()) - 86_400)]


def test_each_request_is_taken_from_the_quota_of_the_day() -> None:
    assert first_request().meta["cost"].quota is KEYLESS
    assert first_request(key={"env": "EMBERWATCH_TEST_SE"}).meta["cost"].quota is KEYED
    assert (KEYLESS.limit, KEYED.limit) == (300, 10_000)


def test_a_key_is_sent_and_not_remembered() -> None:
    request = first_request(key={"env": "EMBERWATCH_TEST_SE"})
    assert request.url.endswith("&key=key-for-tests")
    assert "key" not in parse_qs(urlsplit(request.cb_kwargs["url"]).query)


def test_an_answer_that_asks_for_a_pause_gets_it() -> None:
    walk = played({"items": [QUESTION], "has_more": False, "backoff": 12, "quota_remaining": 200}).spider.walk
    assert walk.rests == {HOST: (12.0, "its answer asks for a pause (backoff)")}
    assert walk.strands[0].complete


def test_a_quota_that_is_used_up_lets_the_host_rest_until_midnight() -> None:
    walk = played({"items": [QUESTION], "has_more": False, "quota_remaining": 0}).spider.walk
    assert walk.rests == {HOST: (9 * 3600.0, "its quota of the day is used up")}


@pytest.mark.parametrize("backoff", [None, "10", True, -1, [], float("nan")])
def test_a_pause_that_is_no_time_is_none(backoff: Any) -> None:
    assert pause_after({"backoff": backoff}, NOW) == (0.0, "")


def test_a_pause_of_years_is_cut_to_a_day() -> None:
    assert pause_after({"backoff": 10**400}, NOW)[0] == 86_400


@pytest.mark.parametrize(
    ("message", "seconds"),
    [("too many requests from this IP, more requests available in 46472 seconds", 46_472), ("go away", 86_400)],
)
def test_too_many_questions_end_the_walk_and_are_no_failure(message: str, seconds: float) -> None:
    refusal = {"error_id": 502, "error_name": "throttle_violation", "error_message": message}
    walk = played(refusal, 400).spider.walk
    assert walk.rests[HOST][0] == seconds
    assert (walk.cut_short, walk.failures) == (HOST, [])
    assert not walk.strands[0].complete


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"error_id": 400, "error_name": "bad_parameter", "error_message": "site"}, 400, "bad_parameter (400)"),
        ({"items": []}, 200, "the field 'has_more' has vanished"),
        ("<!doctype html><p>Hi", 200, "HTML instead of JSON"),
        ({"items": [{"title": "a"}, {"title": "b"}], "has_more": False}, 200, "has vanished"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, status: int, words: str) -> None:
    assert words in problems(played(given, status))[0]


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("stackoverflow", "stackoverflow.com"),
        ("meta.stackoverflow", "meta.stackoverflow.com"),
        ("unix", "unix.stackexchange.com"),
        ("unix.stackexchange.com", "unix.stackexchange.com"),
        ("mathoverflow", "mathoverflow.net"),
    ],
)
def test_ids_belong_to_the_site_that_people_see(site: str, host: str) -> None:
    assert site_host(site) == host
