"""Texts of strangers in tables: nothing runs, hides, or is longer than a cell."""

import pytest

from monitor.spreadsheet import LONGEST_CELL, fitting, guard, reads_right_to_left, shown, web_address


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\r=1", "  =1", "＝1", "\n=1"])
def test_text_that_could_be_a_formula_is_guarded(text: str):
    assert guard(text) == f"'{text}"


def test_numbers_stay_numbers():
    assert [guard(value) for value in (-1.5, 3.0, None, "3 weeks")] == [-1.5, 3, "", "3 weeks"]


def test_what_cannot_be_seen_is_gone_and_lines_stay():
    assert shown("a\x00b\x1b[31m\u202ec\r\nd\te\ud83d") == "ab[31mc\nd\te\ufffd"


def test_what_people_can_read_stays_as_it_is():
    text = "پیسے واپس نہیں ملے 👨‍👩‍👧‍👦 చాలా"
    assert shown(text) == text
    assert fitting(text) == text


@pytest.mark.parametrize("letter", ["a", "ے", "😡"])
def test_a_text_is_cut_to_what_a_cell_holds(letter: str):
    cut = fitting(letter * LONGEST_CELL * 2)
    assert cut.endswith(f"{letter}…")
    assert LONGEST_CELL - 1 <= len(cut.encode("utf-16-le")) / 2 <= LONGEST_CELL


def test_a_text_that_just_fits_is_whole():
    assert fitting("x" * LONGEST_CELL) == "x" * LONGEST_CELL
    assert fitting("😡" * 16_383) == "😡" * 16_383


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", "ftp://x"])
def test_only_addresses_of_the_web_are_kept(url: str):
    assert web_address(url) == ""
    assert web_address("https://example.org/ü") == "https://example.org/ü"


def test_urdu_reads_from_the_right():
    assert reads_right_to_left("3 ہفتے late")
    assert not any(map(reads_right_to_left, ["3 weeks", "చాలా", "late ہفتے", "😡"]))
