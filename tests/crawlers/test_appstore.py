"""The App Store: both forms of its feed, pages that are empty, and what a walk may claim to know."""

from typing import Any

import pytest
from pydantic import ValidationError

from crawlers.app_reviews import page_address
from crawlers.spiders.appstore import Params
from tests.crawlers.answering import answer, problems, read, second_crawl

BASE = "https://itunes.apple.com"
PARAMS = {"app": 42, "countries": ["us"]}
XML = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">{entries}</feed>"""
XML_ENTRY = """<entry><id>7</id><title>Bad</title><content>It lies</content><im:rating>1</im:rating>
<im:version>2.0</im:version><updated>2026-11-19T05:00:00-07:00</updated><author><name>Al</name></author></entry>"""


def address(page: int, form: str = "json", country: str = "us") -> str:
    return page_address(BASE, 42, country, page, form)


def entry(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": number, "im:rating": "3", "im:version": "1.0", "title": "T", "updated": "2026-11-22T13:00:00-00:00"}
    return {key: {"label": str(value)} for key, value in (told | more).items()}


def feed(*entries: dict[str, Any]) -> Any:
    return answer({"feed": {"entry": list(entries)}})


EMPTY = answer({"feed": {"link": []}})


def test_both_forms_of_a_page_give_the_same_review() -> None:
    same = entry(7, title="Bad", content="It lies", **{"im:rating": 1, "im:version": "2.0"}) | {
        "updated": {"label": "2026-11-19T05:00:00-07:00"},
        "author": {"name": {"label": "Al"}},
    }
    one = read("appstore", PARAMS, {address(1): feed(same), address(2): EMPTY})
    other = read("appstore", PARAMS, {address(1): EMPTY, address(1, "xml"): xml(XML_ENTRY), address(2, "xml"): EMPTY})
    assert one.mentions == other.mentions
    assert one.mentions[0]["item"] == "app 42 2.0"


def xml(*entries: str) -> Any:
    return answer(XML.format(entries="".join(entries)))


def test_an_empty_first_page_in_both_forms_is_a_failure_and_never_no_reviews() -> None:
    walk = read("appstore", PARAMS, {address(1): EMPTY, address(1, "xml"): xml()}).spider.walk
    assert "an empty page" in walk.failures[0]
    assert not any(strand.complete for strand in walk.strands)


def test_a_later_empty_page_ends_the_walk_without_a_failure_and_without_a_claim() -> None:
    walk = read("appstore", PARAMS, {address(1): feed(entry(2)), address(2): EMPTY}).spider.walk
    assert walk.failures == []
    assert [(strand.ended, strand.complete) for strand in walk.strands] == [(True, False)]


def test_the_last_page_that_is_told_is_not_the_end_of_the_reviews() -> None:
    pages = {address(page): feed(entry(100 - page)) for page in range(1, 11)}
    played = read("appstore", PARAMS, pages)
    assert len(played.mentions) == len(played.asked) == 10
    assert not played.spider.walk.strands[0].complete


def test_the_second_crawl_stops_at_reviews_that_are_older_than_the_one_before() -> None:
    old = entry(1, updated="2026-11-01T00:00:00-07:00")
    played = read("appstore", PARAMS, {address(1): feed(entry(2), old)}, second_crawl())
    assert played.asked == [address(1)]


def test_a_review_that_slips_to_the_next_page_is_told_once() -> None:
    pages = {address(1): feed(entry(2)), address(2): feed(entry(2), entry(1)), address(3): EMPTY}
    assert [mention["external_id"] for mention in read("appstore", PARAMS, pages).mentions] == ["2", "1"]


def test_a_review_that_was_edited_comes_with_its_new_words_and_time() -> None:
    edited = entry(2, content="Now it is worse", updated="2026-11-22T14:00:00-00:00")
    (mention,) = read("appstore", PARAMS, {address(1): feed(edited), address(2): EMPTY}).mentions
    assert (mention["text"], mention["published_at"]) == ("Now it is worse", "2026-11-22T14:00:00+00:00")


def test_each_country_is_a_list_of_its_own() -> None:
    pages = {address(1, country="us"): feed(entry(1)), address(2, country="us"): EMPTY}
    pages |= {address(1, country="pk"): feed(entry(2)), address(2, country="pk"): EMPTY}
    played = read("appstore", PARAMS | {"countries": ["us", "pk"]}, pages)
    assert [mention["url"].split("/")[3] for mention in played.mentions] == ["us", "pk"]


def test_a_country_without_reviews_beside_one_that_has_some_is_no_failure_and_no_claim() -> None:
    pages = {address(1): feed(entry(1)), address(2): EMPTY}
    pages |= {address(1, country="ph"): EMPTY, address(1, "xml", "ph"): xml()}
    for countries in (["us", "ph"], ["ph", "us"]):
        walk = read("appstore", PARAMS | {"countries": countries}, pages).spider.walk
        assert (walk.failures, walk.items) == ([], 1)
        assert not any(strand.complete for strand in walk.strands)


def test_empty_pages_of_all_countries_are_a_failure() -> None:
    pages = {
        address(1, form, country): EMPTY if form == "json" else xml()
        for form in ("json", "xml")
        for country in ("us", "ph")
    }
    walk = read("appstore", PARAMS | {"countries": ["us", "ph"]}, pages).spider.walk
    assert "an empty page" in walk.failures[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("<!doctype html><html><p>Hi</html>", "HTML instead of a feed"),
        ("<rss><channel/></rss>", "not a feed"),
        ("", "not JSON"),
        ({"results": []}, "the field 'feed' has vanished"),
        ({"feed": {"entry": [{"id": {"label": "1"}}, {"id": {"label": "2"}}]}}, "the field 'rating' has vanished"),
    ],
)
def test_what_is_wrong_with_both_forms_is_said_in_words(given: Any, words: str) -> None:
    pages = {address(1): answer(given), address(1, "xml"): answer(given)}
    assert words in problems(read("appstore", PARAMS, pages))[0]


@pytest.mark.parametrize("countries", [[], ["USA"], ["US"], "usa"])
def test_a_country_is_two_small_letters(countries: Any) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({"app": 1, "countries": countries})
