"""Text from outside is bounded and made valid before anything reads it."""

import pytest

from monitor.analysis.text import LONGEST, READ, clean, folded, letters, readable


def test_control_characters_surrogates_and_direction_marks_go() -> None:
    assert clean("a\x00b\ud83d\u202ec\u200b\ufeff") == "ab c"


def test_white_space_becomes_single_spaces() -> None:
    assert clean(" a \n\t b\u00a0 ") == "a b"


def test_a_huge_text_is_cut() -> None:
    assert len(clean("x" * 5_000_000)) == LONGEST


def test_joiners_that_words_and_emoji_need_stay() -> None:
    assert clean("می‌خواهم 👩‍🍳") == "می‌خواهم 👩‍🍳"


def test_nothing_readable_is_empty() -> None:
    assert clean("\x00 \u200b \n") == ""


def test_compatible_characters_and_case_are_folded() -> None:
    assert folded("Ｄａｒａｚ STRASSE ﷲ") == folded("daraz straße الله")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sooo GOOD!!! 😡", "so god"),
        ("don't — it's café", "dont its cafe"),
        ("٤٧ و ४७ و 47", "47 و 47 و 47"),
        ("كـــتابٌ يى", "کتاب ی"),
        ("p\u0430ypal", "paypal"),
        ("мама", "мама"),
        ("ร้าน", "ร ้ า น"),
        ("很差。", "很 差"),
        ("100 000", "100 000"),
        ("\u200d\ufe0f", ""),
    ],
)
def test_letters_are_folded_words_and_nothing_else(text: str, found: str) -> None:
    assert letters(text) == found


def test_of_a_huge_text_the_model_reads_start_and_end() -> None:
    found = readable("first " + "x" * 5_000_000 + " last")
    assert (len(found), found[:5], found[-4:]) == (READ, "first", "last")


def test_what_the_model_reads_has_no_html_and_no_heaps_of_accents() -> None:
    assert readable("<p>b\u0301\u0302\u0303ad</p>&amp; m\u0065\u0302\u0301") == "bad & m\u0065\u0302\u0301"


@pytest.mark.parametrize("text", ["\u200d\ufe0f", "\u0301\u0302", "<br>", "\ue000"])
def test_what_says_nothing_is_not_read(text: str) -> None:
    assert readable(text) == ""


@pytest.mark.parametrize("text", ["!", "😡", "5", "ਠ", "∞"])
def test_a_single_sign_is_read(text: str) -> None:
    assert readable(text) == text


def test_a_soft_hyphen_does_not_take_a_word_apart() -> None:
    assert (clean("ter\u00adrible"), readable("ter&shy;rible")) == ("terrible", "terrible")
