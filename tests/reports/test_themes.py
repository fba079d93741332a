"""Tests of which mentions are quoted."""

from dataclasses import replace
from datetime import UTC, datetime

from monitor.languages import language_name
from monitor.reports.themes import QUOTE_LENGTH, choose_quotes, shorten
from monitor.store.reports import Candidate

ONE = Candidate(
    theme="refund",
    mention_id=1,
    text="No refund yet.",
    language="en",
    source="blog",
    url="https://example.org/1",
    published_at=datetime(2026, 11, 9, tzinfo=UTC),
    certainty=0.9,
    author_id=1,
    story_id=1,
)


def other(number: int, **values: object) -> Candidate:
    own = {"mention_id": number, "author_id": number, "story_id": number, "text": f"Still no refund, {number} days."}
    return replace(ONE, **(own | values))


def texts(*candidates: Candidate) -> list[str]:
    return [quote.text for quote in choose_quotes(candidates, ["refund"])["refund"]]


def test_the_most_certain_is_quoted_first_and_two_are_enough() -> None:
    assert texts(ONE, other(2), other(3)) == ["No refund yet.", "Still no refund, 2 days."]


def test_the_second_quote_is_in_another_language_when_there_is_one() -> None:
    assert texts(ONE, other(2), other(3, language="ur", text="پیسے واپس کریں")) == ["No refund yet.", "پیسے واپس کریں"]


def test_the_same_story_is_not_quoted_twice() -> None:
    assert texts(ONE, other(2, story_id=1), other(3)) == ["No refund yet.", "Still no refund, 3 days."]


def test_the_same_author_is_not_quoted_twice() -> None:
    assert texts(ONE, other(2, author_id=1)) == ["No refund yet."]


def test_the_same_words_are_not_quoted_twice() -> None:
    assert texts(ONE, other(2, text="no  REFUND yet.")) == ["No refund yet."]


def test_unknown_authors_and_stories_are_not_taken_for_one() -> None:
    assert len(texts(replace(ONE, author_id=None, story_id=None), other(2, author_id=None, story_id=None))) == 2


def test_a_mention_is_quoted_for_one_theme_only() -> None:
    chosen = choose_quotes([ONE, replace(ONE, theme="staff")], ["refund", "staff"])
    assert (len(chosen["refund"]), len(chosen["staff"])) == (1, 0)


def test_an_empty_text_is_not_quoted() -> None:
    assert texts(replace(ONE, text="  \n ")) == []


def test_a_long_text_is_cut_between_words() -> None:
    short = shorten("word " * 200)
    assert short.endswith("word…")
    assert len(short) <= QUOTE_LENGTH


def test_a_long_text_without_spaces_is_cut_all_the_same() -> None:
    assert len(shorten("好" * 500)) == QUOTE_LENGTH


def test_line_breaks_become_spaces() -> None:
    assert shorten("one\n\n two\u2029three") == "one two three"


def test_languages_have_names() -> None:
    names = [language_name(code) for code in ("ur", "ur-Latn", "te", "und", "", "xyz")]
    assert names == ["Urdu", "Roman Urdu", "Telugu", "not sure", "not sure", "xyz"]
