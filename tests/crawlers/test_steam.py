"""Steam: cursors, pages that are short, and the address that replaced a retired one."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.steam_reviews import page_address, plain_text
from tests.crawlers.answering import answer, problems, read, second_crawl
from tests.crawlers.play import make

API = "https://api.steampowered.com"
PARAMS = {"app": 620}


def address(cursor: str) -> str:
    return page_address(API, 620, ("all",), cursor)


def review(number: int, **more: Any) -> dict[str, Any]:
    told = {"recommendationid": number, "review": "Crashes", "voted_up": False, "timestamp_created": 1795354000}
    return told | {"author": {"steamid": "7"}} | more


def page(cursor: str, *reviews: dict[str, Any]) -> Any:
    return answer({"response": {"cursor": cursor, "reviews": list(reviews)}})


def test_a_cursor_is_encoded_in_the_address() -> None:
    assert '"cursor":"AoJ4+/="' in parse_qs(urlsplit(address("AoJ4+/=")).query)["input_json"][0]
    assert "+/=" not in address("AoJ4+/=")


def test_a_short_page_is_not_the_last_one() -> None:
    pages = {address("*"): page("a", review(3)), address("a"): page("b", review(2)), address("b"): page("c")}
    played = read("steam", PARAMS, pages)
    assert [mention["external_id"] for mention in played.mentions] == ["3", "2"]
    assert not played.spider.walk.strands[0].complete


def test_a_cursor_that_repeats_without_anything_new_ends_the_list() -> None:
    pages = {address("*"): page("a", review(3)), address("a"): page("a", review(3))}
    played = read("steam", PARAMS, pages)
    assert (len(played.mentions), problems(played)) == (1, [])


def test_a_cursor_that_repeats_with_new_reviews_is_a_failure() -> None:
    pages = {address("*"): page("a", review(3)), address("a"): page("a", review(2))}
    assert problems(read("steam", PARAMS, pages)) == ["the next page is one that was read already"]


def test_the_second_crawl_stops_where_the_one_before_has_read() -> None:
    played = read("steam", PARAMS, {address("*"): page("a", review(3, timestamp_created=1790000000))}, second_crawl())
    assert played.asked == [address("*")]


@pytest.mark.parametrize(("up", "value"), [(True, 1.0), (False, 0.0)])
def test_to_recommend_or_not_is_a_rating_of_one_or_nought(*, up: bool, value: float) -> None:
    (mention,) = read("steam", PARAMS, {address("*"): page("", review(1, voted_up=up))}).mentions
    assert [mention[name] for name in ("rating_value", "rating_worst", "rating_best")] == [value, 0.0, 1.0]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("[h1]No[/h1] [b]no[/b]", "No no"),
        ("[url=https://x.example/a?b]here[/url]", "here"),
        ("[list][*]one[*] two[/list]", "- one\n- two"),
        ("[sic] a[0] [ spaced ]", "[sic] a[0] [ spaced ]"),
        ("[quote=Someone]x[/quote]", "x"),
    ],
)
def test_marks_are_taken_off_and_other_brackets_stay(marked: str, plain: str) -> None:
    assert plain_text(marked) == plain


def test_the_front_page_of_the_store_in_the_place_of_reviews_means_a_retired_address() -> None:
    spider = make("steam", PARAMS)
    (request,) = spider.first_requests()
    home = answer("<!doctype html><html><title>Welcome to Steam</title>").replace(url="https://store.steampowered.com/")
    assert request.callback is not None
    assert list(request.callback(home, **request.cb_kwargs)) == []
    assert "the first page of store.steampowered.com: is the address retired?" in spider.walk.failures[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"response": {}}, "an empty answer, which is what it says of an app that it does not know"),
        ({"response": {"cursor": "*"}}, "the field 'reviews' has vanished"),
        ([], "the field 'response' has vanished"),
        ({"response": {"reviews": [{"recommendationid": 1}, {"recommendationid": 2}]}}, "has vanished"),
        ("<!doctype html><p>Steam", "HTML instead of JSON"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, words: str) -> None:
    assert words in problems(read("steam", PARAMS, {address("*"): answer(given)}))[0]
