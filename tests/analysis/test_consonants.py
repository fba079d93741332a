"""Words of different scripts and spellings that sound alike."""

import pytest

from monitor.analysis.consonants import consonants
from monitor.analysis.text import letters


@pytest.mark.parametrize(
    "spellings",
    [
        ("نہیں", "nahi", "nahin", "nhi", "नहीं"),
        ("موبائل", "mobile"),
        ("ڈاکٹر", "doctor", "डॉक्टर", "డాక్టర్"),
        ("فون", "phone", "फोन", "ఫోన్"),
        ("بہت", "bohat", "bohut", "बहुत"),
        ("شکایت", "shikayat", "शिकायत"),
        ("గంట", "ganta"),
        ("چائے", "chai", "चाय"),
    ],
)
def test_one_word_in_any_spelling_has_the_same_consonants(spellings: tuple[str, ...]) -> None:
    assert len({consonants(letters(word)) for word in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("parcel", "refund"), ("ganta", "kanta"), ("فون", "بینک"), ("दिन", "रात")])
def test_other_words_have_others(one: str, other: str) -> None:
    assert consonants(letters(one)) != consonants(letters(other))


@pytest.mark.parametrize("word", ["a", "i", "you", "اے"])
def test_a_word_of_vowels_has_none(word: str) -> None:
    assert consonants(letters(word)) == ""


@pytest.mark.parametrize("word", ["молоко", "咖", "ที", "15"])
def test_words_of_other_scripts_stay(word: str) -> None:
    assert consonants(word) == word
