"""Words of themes in texts, however they are written."""

import pytest

from monitor.analysis.default_themes import default_themes
from monitor.analysis.words import WordIndex, folded_word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I want a REFUND!", ["refund"]),
        ("refunds are slow", ["refund*"]),
        ("give my money, back? no: money back", ["money back"]),
        ("reembolsó", ["reembols*"]),
        ("ڈيليوری بہت لیٹ", ["ڈیلیور*"]),
        ("డెలివరీకి పది రోజులు", ["డెలివరీ*"]),
        ("naka-bubble wrap po", ["bubble wrap"]),
        ("我要退款。", ["退款"]),
        ("deliveryyyyy???", ["delivery"]),
        ("it doesn’t work", ["doesnt work"]),
    ],
)
def test_a_word_is_found_in_any_script_and_case(text: str, words: list[str]) -> None:
    assert WordIndex([words]).hits([text]).tolist() == [[True]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("refunded", ["refund"]),
        ("prefund", ["refund*"]),
        ("back my money", ["money back"]),
        ("money", ["money back"]),
        ("", ["refund*"]),
        ("anything", ["*"]),
    ],
)
def test_a_part_of_another_word_is_not_the_word(text: str, words: list[str]) -> None:
    assert WordIndex([words]).hits([text]).tolist() == [[False]]


def test_each_theme_has_its_own_words() -> None:
    index = WordIndex([["late"], [], ["rude", "late"]])
    assert index.hits(["late", "rude"]).tolist() == [[True, False, True], [False, False, True]]


def test_hostile_text_has_an_answer() -> None:
    texts = ["\ud800\x00", "x" * 100_000, "*" * 5000, "( ?:.* )+" * 500, "\u202e" * 400]
    assert not WordIndex([["refund*", "money back"]]).hits(texts).any()


def test_every_default_word_can_be_found() -> None:
    for theme in default_themes():
        assert all(len(folded_word(word)) > 1 for word in theme.words), theme.id
        assert WordIndex([theme.words]).hits([word.rstrip("*") for word in theme.words]).all(), theme.id
