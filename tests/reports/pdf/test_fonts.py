"""The fonts of a PDF: which come first, and which letters they have."""

from monitor.reports.pdf import fonts


def test_latin_comes_first_and_emoji_among_the_last() -> None:
    families = fonts.available().families
    assert families[:2] == ("Noto Sans", "Amiri")
    assert families[-2:] == ("Noto Emoji", "Noto Sans Symbols")


def test_all_that_is_looked_for_is_there() -> None:
    loaded = set(fonts.available().loaded.families())
    assert set(fonts.available().families) <= loaded


def test_letters_are_read_from_both_forms_of_the_character_map() -> None:
    letters = fonts.letters()
    assert {ord("a"), ord("ے"), ord("త"), 0x1F64F} <= letters
    assert ord("བ") not in letters
