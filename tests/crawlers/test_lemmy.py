"""Lemmy and PieFed: three interfaces, threads over many servers, and texts looked at again."""

from typing import Any

import pytest

from crawlers.base import spider_of
from crawlers.lemmy_views import at_server, search_address
from monitor.facts import MentionKind
from tests.crawlers.answering import answer, known, problems, read, second_crawl

SERVER = "https://lemmy.example"
PARAMS = {"url": SERVER, "terms": "acme", "api": "v3"}
WHO = {"id": 1, "name": "sam", "actor_id": f"{SERVER}/u/sam"}
COMMUNITY = {"id": 2, "name": "tea", "actor_id": "https://home.example/c/tea"}
NOTHING = answer({"posts": [], "comments": [], "next_page": None})


def view(number: int, **more: Any) -> dict[str, Any]:
    post = {"id": number, "name": "Acme", "ap_id": f"{SERVER}/post/{number}", "published": "2026-11-22T13:30:00Z"}
    return {"post": post | more, "creator": WHO, "community": COMMUNITY, "counts": {"upvotes": 3, "comments": 1}}


def address(api: str, what: str, page: str = "1") -> str:
    return search_address(SERVER, api, "acme", what, page)


def test_a_thread_belongs_to_the_server_of_its_community() -> None:
    pages = {address("v3", "Posts"): answer({"posts": [view(9)]}), address("v3", "Comments"): NOTHING}
    pages[address("v3", "Posts", "2")] = NOTHING
    (mention,) = read("lemmy", PARAMS, pages).mentions
    assert (mention["host"], mention["external_id"]) == ("home.example", f"{SERVER}/post/9")


def test_a_server_that_knows_no_interface_of_these_is_a_failure_that_says_so() -> None:
    refused = answer({"error": "unknown"}, 404)
    pages = {address(api, what): refused for api in ("v3", "v4", "alpha") for what in ("Posts", "Comments")}
    played = read("lemmy", PARAMS | {"api": "auto"}, pages)
    assert problems(played) == ["there is nothing at this address (404)"] * 2
    assert len(played.asked) == 6


def test_a_vanished_field_is_told_of_the_interface_that_answers() -> None:
    pages = {address("v3", "Posts"): answer({"items": []}), address("v3", "Comments"): NOTHING}
    played = read("lemmy", PARAMS | {"api": "auto"}, pages)
    assert problems(played) == ["the field 'posts' has vanished"]
    assert played.spider.walk.changed


def test_a_cursor_that_does_not_move_is_a_failure() -> None:
    same = answer({"posts": [view(9)], "next_page": "Pc1"})
    pages = {address("v4", "Posts"): same, address("v4", "Posts", "Pc1"): same, address("v4", "Comments"): NOTHING}
    assert problems(read("lemmy", PARAMS | {"api": "v4"}, pages)) == ["the next page is one that was read already"]


def test_the_second_crawl_stops_where_the_one_before_has_read() -> None:
    old = view(8, published="2026-11-01T00:00:00Z")
    pages = {address("v3", "Posts"): answer({"posts": [view(9), old]}), address("v3", "Comments"): NOTHING}
    played = read("lemmy", PARAMS, pages, second_crawl())
    assert played.asked == [address("v3", "Posts"), address("v3", "Comments")]


def again(status: int, data: Any) -> Any:
    page = f"{SERVER}/post/9"
    memory = second_crawl(recent=known(MentionKind.POST, "home.example", page, url=page))
    pages = {address("v3", "Posts"): NOTHING, address("v3", "Comments"): NOTHING}
    return read("lemmy", PARAMS, pages | {f"{SERVER}/api/v3/post?id=9": answer(data, status)}, memory)


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (404, {"error": "not_found"}),
        (400, {"error": "couldnt_find_post"}),
        (200, {"post_view": view(9, removed=True)}),
        (200, {"post_view": view(9, deleted=True)}),
    ],
)
def test_a_post_that_was_taken_away_is_gone(status: int, data: Any) -> None:
    assert again(status, data).gone == [f"{SERVER}/post/9"]


def test_a_post_looked_at_again_tells_its_votes() -> None:
    (mention,) = again(200, {"post_view": view(9)}).mentions
    assert mention["engagement"] == {"likes": 3, "replies": 1}


def test_a_text_that_was_found_on_another_server_is_not_asked_for_by_its_number_there() -> None:
    (text,) = known(MentionKind.POST, "home.example", "x", url="https://other.example/post/9")
    assert at_server(text, SERVER, "v3") == ""


def test_the_ledger_says_which_interfaces_nobody_has_seen_answer_for_long() -> None:
    told = spider_of("lemmy").about.unverified
    assert "PieFed" in told
    assert "version 4" in told
