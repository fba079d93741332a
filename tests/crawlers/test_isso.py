"""Isso: whole threads, answers below old comments, and comments that were taken away."""

from typing import Any

import pytest

from crawlers.isso_threads import list_address
from monitor.facts import MentionKind
from tests.crawlers.answering import answer, known, problems, read, second_crawl

SERVER = "https://comments.example"
PARAMS = {"url": SERVER, "site": "https://shop.example", "threads": "/tea/"}
THREAD = list_address(SERVER, "/tea/", 0)


def comment(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "parent": None, "created": 1795300000.25, "mode": 1, "text": "<p>Leaks</p>", **more}


def thread(*comments: dict[str, Any], hidden: int = 0) -> Any:
    return answer({"id": None, "hidden_replies": hidden, "replies": list(comments)})


def test_a_new_answer_below_an_old_comment_on_a_later_page_is_found_by_the_second_crawl_too() -> None:
    late = comment(9, created=1795200000.0, replies=[comment(12, parent=9)])
    pages = {THREAD: thread(comment(11), hidden=1), list_address(SERVER, "/tea/", 100): thread(late)}
    played = read("isso", PARAMS, pages, second_crawl())
    assert [mention["external_id"] for mention in played.mentions] == ["comment-11", "comment-9", "comment-12"]


def test_a_thread_that_was_not_read_to_its_end_makes_nothing_known() -> None:
    spider = read("isso", PARAMS | {"max_pages": 1}, {THREAD: thread(comment(11), hidden=300)}).spider
    assert not spider.walk.strands[0].complete
    assert not spider.trusts_order(spider.walk.strands[0])


def test_a_comment_stands_on_the_page_of_its_thread() -> None:
    (mention,) = read("isso", PARAMS, {THREAD: thread(comment(3))}).mentions
    assert mention["url"] == "https://shop.example/tea/#isso-3"


def test_a_comment_that_was_taken_away_but_has_answers_is_gone() -> None:
    assert read("isso", PARAMS, {THREAD: thread(comment(3, mode=4, text=""))}).gone == ["comment-3"]


def missing(status: int) -> Any:
    memory = second_crawl(recent=known(MentionKind.COMMENT, "comments.example", "comment-3", "comment-4"))
    pages = {THREAD: thread(comment(3)), f"{SERVER}/id/4": answer("no", status)}
    return read("isso", PARAMS, pages, memory)


def test_a_comment_that_no_thread_shows_and_the_server_does_not_have_is_gone() -> None:
    assert missing(404).gone == ["comment-4"]


def test_a_comment_that_the_server_has_but_keeps_from_us_is_not_gone() -> None:
    played = missing(403)
    assert (played.gone, problems(played)) == ([], [])


def test_comments_that_the_threads_show_are_not_asked_for_again() -> None:
    assert missing(404).asked == [THREAD, f"{SERVER}/id/4"]


@pytest.mark.parametrize(("shown", "gone"), [(403, ["comment-4", "comment-5", "comment-6"]), (404, [])])
def test_many_are_gone_where_a_comment_that_is_shown_is_found_in_the_same_way(shown: int, gone: list[str]) -> None:
    names = [f"comment-{number}" for number in (4, 5, 6, 3, 2)]
    memory = second_crawl(recent=known(MentionKind.COMMENT, "comments.example", *names))
    alone = {f"{SERVER}/id/{number}": answer("no", 404) for number in (4, 5, 6)}
    pages = {THREAD: thread(comment(3), comment(2)), **alone, f"{SERVER}/id/3": answer("no", shown)}
    assert sorted(read("isso", PARAMS, pages, memory).gone) == gone


def test_no_comment_is_taken_for_gone_before_all_threads_were_read() -> None:
    memory = second_crawl(recent=known(MentionKind.COMMENT, "comments.example", "comment-4"))
    two = PARAMS | {"threads": ["/tea/", "/mug/"]}
    played = read("isso", two, {THREAD: thread(comment(3)), f"{SERVER}/id/4": answer("no", 404)}, memory)
    assert f"{SERVER}/id/4" not in played.asked


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"replies": None}, 200, "the comments are no list"),
        ([], 200, "the field 'replies' has vanished"),
        ({"replies": [{"id": 1}, {"id": 2}]}, 200, "has vanished"),
        ("<!doctype html><p>Hi", 200, "HTML instead of JSON"),
        ("no", 404, "this is no Isso, or its latest comments are switched off (then name the threads) (404)"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, status: int, words: str) -> None:
    assert words in problems(read("isso", PARAMS, {THREAD: answer(given, status)}))[0]
