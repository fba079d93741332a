"""Folding: one form for what is typed in many ways, and what people may ask for."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.folding import LONGEST_WORD, Term, spans, terms, words

ANY_TEXT = st.text(max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("REFUND", "refund"),
        ("Straße", "STRASSE"),
        ("café naïve Żółć", "cafe naive zolc"),
        ("Ｄａｒａｚ ５Ｇ", "daraz 5g"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ёлка", "елка"),
        ("يه كتاب", "یہ کتاب"),
        ("گھر", "گهر"),
        ("الصَّلَاة", "الصلاۃ"),
        ("بہـــــت", "بہت"),
        ("أحمد آیا مؤمن", "احمد ایا مومن"),
        ("می\u200cخواهم", "میخواهم"),
        ("١٢٣ ۴۵ ७८", "123 45 78"),
        ("फ़ोन", "फोन"),
        ("שָׁלוֹם", "שלום"),
        ("ガラス", "ｶﾞﾗｽ"),
    ],
)
def test_what_reads_alike_is_folded_alike(one: str, other: str):
    assert words(one) == words(other)


@pytest.mark.parametrize("text", ["ఆర్డర్ ఆలస్యంగా వచ్చింది", "ऑर्डर देर से आया", "வாடிக்கையாளர் சேவை", "ঢাকা শহর"])
def test_vowel_signs_do_not_split_a_word(text: str):
    assert len(words(text)) == len(text.split())


def test_vowel_signs_that_change_the_word_stay():
    assert words("दर") != words("देर")


def test_punctuation_parts_words():
    assert words("don't stop, foo_bar: e-mail😀ok") == ["don", "t", "stop", "foo", "bar", "e", "mail", "ok"]


def test_unspaced_scripts_come_in_pairs_of_letters():
    assert words("5G网络很慢") == ["5g", "网络", "络很", "很慢", "慢"]


def test_what_is_too_long_for_a_word_is_cut():
    assert words("a" * 500) == ["a" * LONGEST_WORD]


def test_words_phrases_prefixes_and_exclusions_are_understood():
    assert terms('refund "My order" begin* -late -"no reply"') == (
        Term(("refund",)),
        Term(("my", "order")),
        Term(("begin",), prefix=True),
        Term(("late",), without=True),
        Term(("no", "reply"), without=True),
    )


def test_a_word_that_punctuation_parts_is_a_phrase():
    assert terms("don't") == (Term(("don", "t")),)


@pytest.mark.parametrize("query", ["", "  ", "-", "*", '"', '""', "- *", "!!!", "\u0640", "\ud800"])
def test_what_has_no_letters_asks_for_nothing(query: str):
    assert terms(query) == ()


def test_a_hyphen_inside_of_a_word_excludes_nothing():
    assert terms("pre-order")[0].without is False


def test_curly_quotes_make_a_phrase_too():
    assert terms("“late again”") == terms('"late again"')


def test_curly_quotes_within_a_phrase_do_not_end_it():
    """What people copy from a text and put in quotes may quote somebody itself, or go on with a dash."""
    assert terms('"he said «late» -again" now') == (Term(("he", "said", "late", "again")), Term(("now",)))


def test_a_phrase_may_begin_with_one_kind_of_quote_and_end_with_another():
    assert terms('"late again” now') == terms('„late again" now') == (Term(("late", "again")), Term(("now",)))


def test_an_open_quote_reaches_to_the_end():
    assert terms('"late again') == (Term(("late", "again")),)


def test_a_part_of_an_unspaced_sentence_is_marked():
    assert _marked("这个网络很慢", "网络") == ["网络"]
    assert _marked("这个网络很慢", "慢") == ["慢"]


def test_signs_that_fold_to_more_or_fewer_signs_do_not_mark_their_whole_sentence():
    assert _marked("อาหารแย่และน้ำเย็นไม่มีบริการช้า", "บริการ") == ["บริการ"]
    assert _marked("อาหารแย่และน้ำเย็น", "น้ำ") == ["น้ำ"]
    assert _marked("这个\u200b网络很慢", "网络") == ["网络"]


def test_the_words_as_they_were_written_are_marked():
    assert _marked("REFUND, please! Réfunds…", "refund*") == ["REFUND", "Réfunds"]
    assert _marked("یہ كتاب اچھی ہے", "کتاب") == ["كتاب"]


def test_a_phrase_is_marked_only_where_it_stands():
    assert _marked("late, and late again", '"late again"') == ["late again"]


def test_what_is_excluded_is_not_marked():
    assert _marked("late refund", "refund -late") == ["refund"]


def _marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, terms(query))]


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_can_be_searched_for_anything(text: str, query: str):
    found = spans(text, terms(query))
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(found))


@given(ANY_TEXT)
def test_words_hold_no_sign_that_a_query_language_knows(text: str):
    assert not set("".join(words(text))) & set("\"'()*:+-^{}&|!<>\\ \x00¤")
