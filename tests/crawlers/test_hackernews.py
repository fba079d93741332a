"""Hacker News: slices of time, terms that really stand there, and threads looked at again."""

from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.memory import Memory
from monitor.facts import MentionKind
from tests.crawlers.answering import LAST_WALK, answer, known, problems, read, second_crawl
from tests.crawlers.play import make

HOST = "news.ycombinator.com"
ITEMS = "https://hn.algolia.com/api/v1/items"
PARAMS = {"terms": ["acme"]}
STORY = {"id": 1, "created_at_i": 1795165200, "author": "ann", "title": "Acme leaks", "points": 9, "parent_id": None}


def first_address(memory: Memory = Memory()) -> str:  # noqa: B008 (frozen)
    return next(iter(make("hackernews", PARAMS, memory).first_requests())).url


def test_the_second_crawl_asks_only_for_what_is_new_and_a_day_more() -> None:
    since = int(LAST_WALK.timestamp()) - 86_400
    assert parse_qs(urlsplit(first_address(second_crawl())).query)["numericFilters"] == [f"created_at_i>{since}"]
    assert "numericFilters" not in first_address()


def test_each_term_is_asked_for_as_a_phrase() -> None:
    asked = make("hackernews", {"terms": ["Acme  Phone", 'a "b"']}).first_requests()
    assert [parse_qs(urlsplit(request.url).query)["query"] for request in asked] == [['"Acme Phone"'], ['"a b"']]


def test_a_term_without_hits_takes_nothing_from_what_others_make_known() -> None:
    spider = make("hackernews", {"terms": ["acme", "zenith"]})
    one, two = (request.url for request in spider.first_requests())
    pages = {one: answer({"hits": [STORY], "nbHits": 1}), two: answer({"hits": [], "nbHits": 0})}
    strands = read("hackernews", {"terms": ["acme", "zenith"]}, pages).spider.walk.strands
    assert [(strand.items, strand.complete) for strand in strands] == [(1, True)]


def test_terms_without_any_hit_make_nothing_known() -> None:
    played = read("hackernews", PARAMS, {first_address(): answer({"hits": [], "nbHits": 0})})
    assert [strand.oldest for strand in played.spider.walk.strands] == [None]


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<!doctype html><p>Welcome", "HTML instead of JSON"),
        ("you can only fetch the 1000 hits for this query.", "not JSON"),
        ({"nbHits": 0}, "the field 'hits' has vanished"),
        ({"hits": [{"objectID": "1"}, {"objectID": "2"}], "nbHits": 2}, "the field 'created_at_i' has vanished"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(page: object, words: str) -> None:
    assert words in problems(read("hackernews", PARAMS, {first_address(): answer(page)}))[0]


def test_a_slice_that_never_ends_is_a_failure() -> None:
    spider = make("hackernews", PARAMS)
    second = spider.address("acme", until=1795165200)
    page = answer({"hits": [STORY], "nbHits": 5000})
    assert problems(read("hackernews", PARAMS, {first_address(): page, second: page})) == [
        "the next page is one that was read already"
    ]


def test_a_story_looked_at_again_tells_its_points_and_how_many_comments_there_are_at_any_depth() -> None:
    thread = STORY | {"children": [{"children": [{"children": []}, {"children": None}]}, "x"]}
    memory = second_crawl(hot=known(MentionKind.POST, HOST, "1"))
    (mention,) = read("hackernews", PARAMS, {f"{ITEMS}/1": answer(thread)}, memory).mentions
    assert mention["engagement"] == {"likes": 9, "replies": 3}


def test_a_comment_whose_author_took_it_away_is_gone() -> None:
    empty = {"id": 5, "created_at_i": 1795165200, "author": None, "text": None, "parent_id": 1}
    memory = second_crawl(recent=known(MentionKind.COMMENT, HOST, "5"))
    assert read("hackernews", PARAMS, {f"{ITEMS}/5": answer(empty)}, memory).gone == ["5"]
