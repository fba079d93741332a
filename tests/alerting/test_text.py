"""Text from outside is made safe without harming the languages people write in."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerting.text import clean, clip, direction, one_line, web_address
from tests.alerting.samples import HOSTILE, TELUGU, URDU


def test_terminal_sequences_leave_nothing_behind() -> None:
    assert clean(HOSTILE["terminal"]) == "red"


def test_overrides_and_isolates_are_removed_and_joiners_stay() -> None:
    assert clean(HOSTILE["reversed"]) == "safe exe.gpj hidden x"
    assert clean("کھانے\u200cپینے 👩\u200d👧") == "کھانے\u200cپینے 👩\u200d👧"


@pytest.mark.parametrize("text", [URDU, TELUGU, "Ang bagal ng delivery, grabe!", "naïve 👍🏽"])
def test_what_people_write_is_not_changed(text: str) -> None:
    assert clean(text) == text


def test_a_tower_of_marks_is_cut_down() -> None:
    assert len(clean(HOSTILE["marks"])) == len("z" + "m" * 8 + "a")


def test_lines_stay_lines_but_headers_are_one() -> None:
    assert clean("a\r\nb\u2028c\n\n\n\n\nd") == "a\nb\nc\n\nd"
    assert one_line(HOSTILE["headers"]) == "Refund Bcc: victim@example.org X: y To: other@example.org"


def test_half_characters_are_replaced() -> None:
    assert clean(HOSTILE["surrogate"]).encode() == "half \ufffd and \ufffd of a pair".encode()


def test_a_hundred_kilobytes_are_cleaned_quickly() -> None:
    started = time.monotonic()
    clean(HOSTILE["long"])
    clean("\n" * 100_000)
    clean("\x1b[" * 50_000)
    assert time.monotonic() - started < 5  # quadratic would be minutes


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 5, "short"),
        ("shorter", 5, "shor…"),
        ("ab👩\u200d👩\u200d👧cd", 6, "ab…"),  # a family is not torn apart
        ("ab👍🏽cd", 4, "ab…"),  # a thumb keeps its colour
        ("a🇵🇰🇮🇳b", 5, "a🇵🇰…"),  # flags are pairs
        ("cafe\u0301 x", 5, "caf…"),  # e and its accent are one letter
        ("a\u0c15\u0c4d\u0c37b", 4, "a…"),  # a Telugu conjunct
    ],
)
def test_a_cut_respects_what_readers_see_as_one_character(text: str, limit: int, cut: str) -> None:
    assert clip(text, limit) == cut


@given(st.text(), st.integers(1, 40))
def test_a_cut_is_never_too_long_and_never_begins_with_a_mark(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert text.startswith(cut.removesuffix("…")) or cut == text


@given(st.text())
def test_clean_text_is_clean(text: str) -> None:
    once = clean(text)
    assert not {unicodedata.category(char) for char in once if char not in "\n\t"} & {"Cc", "Cs"}
    assert one_line(once).count("\n") == 0


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (URDU, "ur", "rtl"),
        (URDU, "", "rtl"),
        ("bohat buri service", "ur-Latn", "auto"),
        ("Refund! " + URDU, "ur", "rtl"),
        (TELUGU, "te", "auto"),
        ("", "und", "auto"),
    ],
)
def test_the_direction_follows_the_language_and_else_the_letters(text: str, language: str, expected: str) -> None:
    assert direction(text, language) == expected


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://bank.example@evil.example/",
        "https://a.example/\r\nBcc: x",
        "https://a.example/ b",
        "https://[broken",
        "https://" + "a" * 3000,
        "https://a.example/" + "ا" * 900,
        "https:///nowhere",
        "",
    ],
)
def test_addresses_that_are_not_plain_web_pages_are_dropped(url: str) -> None:
    assert web_address(url) == ""


def test_a_good_address_is_encoded_where_needed() -> None:
    assert web_address("https://a.example/q?x=1&y=%20#top") == "https://a.example/q?x=1&y=%20#top"
    assert web_address('https://a.example/اب/"<x>') == "https://a.example/%D8%A7%D8%A8/%22%3Cx%3E"
