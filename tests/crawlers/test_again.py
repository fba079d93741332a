"""Texts looked at again: what is believed to be gone, and what is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.facts import MentionKind
from tests.crawlers.answering import answer, known, problems, read, second_crawl
from tests.crawlers.play import NOW, make

HOST = "news.ycombinator.com"
ITEMS = "https://hn.algolia.com/api/v1/items"
THERE = {"created_at_i": 1795165200, "author": "ann", "title": "Acme", "parent_id": None}
GONE = answer({"status": 404, "error": "Not Found"}, 404)


def look(answers: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """The ids that are gone, those that are there, and what was wrong."""
    memory = second_crawl(recent=known(MentionKind.POST, HOST, *answers))
    pages = {f"{ITEMS}/{name}": page for name, page in answers.items()}
    played = read("hackernews", {"terms": ["acme"]}, pages, memory)
    there = [mention["external_id"] for mention in played.mentions]
    return played.gone, there, [words for words in problems(played) if "404" not in words]


def there(name: str) -> Any:
    return answer(THERE | {"id": name})


@pytest.mark.parametrize("status", [404, 410])
def test_one_text_that_its_place_does_not_have_any_more_is_gone(status: int) -> None:
    assert look({"1": answer({}, status)}) == (["1"], [], [])


def test_many_are_gone_when_another_one_is_found_to_be_there() -> None:
    gone, found, _ = look({"1": GONE, "2": GONE, "3": there("3"), "4": GONE})
    assert (sorted(gone), found) == (["1", "2", "4"], ["3"])


def test_that_all_are_gone_at_once_is_not_believed() -> None:
    gone, _, wrong = look({"1": GONE, "2": GONE, "3": GONE})
    assert gone == []
    assert wrong == ["all 3 texts that were looked at again are gone at once: not believed before a look 2 hours later"]


@pytest.mark.parametrize(("hours", "believed"), [(None, 0), (1, 0), (2, 3), (24, 3), (25, 0)])
def test_that_all_are_gone_is_believed_when_it_is_still_so_hours_later(hours: int | None, believed: int) -> None:
    missing_at = None if hours is None else NOW - timedelta(hours=hours)
    texts = known(MentionKind.POST, HOST, "1", "2", "3")
    memory = second_crawl(recent=tuple(replace(text, missing_at=missing_at) for text in texts))
    played = read("hackernews", {"terms": ["acme"]}, {f"{ITEMS}/{name}": GONE for name in "123"}, memory)
    assert (len(played.gone), len(played.doubted)) == (believed, 3 - believed)
    assert any("at once" in words for words in problems(played)) is (believed == 0)


def test_what_was_not_said_before_is_not_believed_beside_what_was() -> None:
    texts = known(MentionKind.POST, HOST, "1", "2", "3")
    memory = second_crawl(recent=(replace(texts[0], missing_at=NOW - timedelta(hours=5)), *texts[1:]))
    played = read("hackernews", {"terms": ["acme"]}, {f"{ITEMS}/{name}": GONE for name in "123"}, memory)
    assert (played.gone, played.doubted) == (["1"], ["2", "3"])


def test_what_spreads_is_looked_at_first_and_no_text_twice() -> None:
    names = [str(number) for number in range(1, 31)]
    hot = known(MentionKind.POST, HOST, "29", "30")
    memory = second_crawl(hot=hot, recent=(*known(MentionKind.POST, HOST, *names[:28]), *hot))
    pages = {f"{ITEMS}/{name}": there(name) for name in names}
    played = read("hackernews", {"terms": ["acme"]}, pages, memory)
    assert [mention["external_id"] for mention in played.mentions][:2] == ["29", "30"]
    assert len(played.mentions) == 30


def test_where_few_may_be_asked_for_the_young_ones_take_turns() -> None:
    memory = second_crawl(recent=known(MentionKind.POST, "github.com", *(f"a/b#{number}" for number in range(12))))
    asked = set()
    for hour in range(12):
        spider = make("github", {"repo": "a/b"}, memory)
        spider.now = NOW + timedelta(hours=hour)
        asked |= {request.url for request in spider.look_again()}
    assert len(asked) == 12


def test_beside_an_answer_that_cannot_be_read_no_text_is_believed_to_be_gone() -> None:
    gone, _, wrong = look({"1": answer("<!doctype html><p>Oops"), "2": GONE})
    assert gone == []
    assert wrong == ["HTML instead of JSON"]


def test_an_answer_whose_form_has_changed_does_not_make_a_text_gone() -> None:
    renamed = {name: value for name, value in THERE.items() if name != "author"} | {"id": "1", "by": "ann"}
    gone, _, wrong = look({"1": answer(renamed)})
    assert (gone, wrong) == ([], ["the field 'author' has vanished"])
