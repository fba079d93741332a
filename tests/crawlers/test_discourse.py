"""Discourse: walking down the ids, members' forums, and posts that were taken away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawlers.discourse_posts import without_quotes
from monitor.facts import MentionKind
from tests.crawlers.answering import LAST_WALK, answer, known, problems, read, second_crawl

FORUM = "https://forum.example"
POSTS = f"{FORUM}/posts.json"
PARAMS = {"url": FORUM}


def post(number: int, **more: Any) -> dict[str, Any]:
    written = {"created_at": LAST_WALK.isoformat(), "cooked": "<p>Acme</p>"}
    return {"id": number, "topic_id": 5, "post_number": number, "username": "jo", **written, **more}


def page(*posts: dict[str, Any]) -> Any:
    return answer({"latest_posts": list(posts)})


def test_fifty_private_posts_in_a_row_are_not_the_end_of_a_forum() -> None:
    pages = {POSTS: page(post(100)), f"{POSTS}?before=99": page(), f"{POSTS}?before=49": page(post(20))}
    pages[f"{POSTS}?before=19"] = page()
    played = read("discourse", PARAMS, pages)
    assert [mention["external_id"] for mention in played.mentions] == ["5/100", "5/20"]
    assert played.spider.walk.strands[0].complete


def test_the_second_crawl_stops_where_the_one_before_has_read() -> None:
    old = post(90, created_at="2026-11-01T00:00:00Z")
    played = read("discourse", PARAMS, {POSTS: page(post(100), old)}, second_crawl())
    assert played.asked == [POSTS]
    assert not played.spider.walk.failures


def test_a_term_that_is_rare_does_not_make_each_crawl_walk_back_to_its_last_text() -> None:
    memory = replace(second_crawl(), newest=LAST_WALK - timedelta(days=90))
    old = post(90, created_at="2026-11-01T00:00:00Z", cooked="<p>Another")
    played = read("discourse", {**PARAMS, "terms": ["acme"]}, {POSTS: page(post(100, cooked="<p>x"), old)}, memory)
    assert played.asked == [POSTS]
    assert not played.spider.walk.failures


def test_posts_without_the_term_are_left_out_and_still_tell_how_far_back_a_page_goes() -> None:
    old = post(90, created_at="2026-11-01T00:00:00Z", cooked="<p>Hello</p>")
    played = read("discourse", PARAMS | {"terms": "acme"}, {POSTS: page(post(100), old)}, second_crawl())
    assert [mention["external_id"] for mention in played.mentions] == ["5/100"]
    assert played.asked == [POSTS]


@pytest.mark.parametrize("status", [401, 403])
def test_a_forum_for_members_only_is_blocked_and_says_so(status: int) -> None:
    refusal = answer({"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}, status)
    walk = read("discourse", PARAMS, {POSTS: refusal}).spider.walk
    assert walk.blocked == [f"{POSTS}: the forum is for members only: it wants a login ({status})"]
    assert walk.failures == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer({}, 404), "this is no Discourse forum (404)"),
        (answer("<!doctype html><p>Hi"), "HTML instead of JSON"),
        (answer({"posts": []}), "the field 'latest_posts' has vanished"),
        (answer({"latest_posts": [{"id": 1}, {"id": 2}]}), "has vanished"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, words: str) -> None:
    assert words in problems(read("discourse", PARAMS, {POSTS: given}))[0]


def test_a_post_looked_at_again_tells_its_likes() -> None:
    memory = second_crawl(hot=known(MentionKind.COMMENT, "forum.example", "5/2"))
    liked = post(2, actions_summary=[{"id": 2, "count": 30}])
    played = read("discourse", PARAMS, {f"{FORUM}/posts/by_number/5/2.json": answer(liked)}, memory)
    assert played.mentions[0]["engagement"] == {"likes": 30}


@pytest.mark.parametrize("how", [{"hidden": True}, {"user_deleted": True}, {"deleted_at": "2026-11-20T00:00:00Z"}])
def test_a_post_that_its_author_or_the_forum_took_away_is_gone(how: dict[str, Any]) -> None:
    memory = second_crawl(recent=known(MentionKind.COMMENT, "forum.example", "5/2"))
    pages = {f"{FORUM}/posts/by_number/5/2.json": answer(post(2, **how))}
    assert read("discourse", PARAMS, pages, memory).gone == ["5/2"]


def test_a_quotation_is_not_its_readers_own_words() -> None:
    html = '<aside class="quote" data-topic="5" data-post="2"><p>Bad</p></aside><p>No, \ud800good.</p>'
    words, quoted = without_quotes(html)
    assert ("Bad" in words, "good." in words, quoted) == (False, True, "5/2")


def test_a_preview_of_a_link_is_no_quotation() -> None:
    assert without_quotes('<aside class="onebox">x</aside>')[1] == ""
    assert without_quotes('<aside class="quote" data-topic="x">y</aside>')[1] == ""


def test_a_topic_that_became_one_for_members_keeps_its_texts_and_blocks_nothing() -> None:
    memory = second_crawl(recent=known(MentionKind.COMMENT, "forum.example", "5/2"))
    hidden = answer({"errors": ["You are not permitted"], "error_type": "invalid_access"}, 403)
    pages = {POSTS: page(post(100, created_at="2026-11-01T00:00:00Z")), f"{FORUM}/posts/by_number/5/2.json": hidden}
    played = read("discourse", PARAMS, pages, memory)
    assert (played.gone, problems(played)) == ([], [])
