"""Text from outside is bounded and made valid before anything reads it."""

from monitor.analysis.text import LONGEST, clean, folded


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
