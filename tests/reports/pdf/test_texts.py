"""What texts become before they are set."""

from monitor.reports.pdf.texts import BREAK, breakable, drawable, fit

LATIN = frozenset(range(0x20, 0x180))


def test_what_can_be_drawn_stays() -> None:
    assert drawable("Café", LATIN) == "Café"


def test_what_cannot_be_drawn_is_counted_and_its_script_named() -> None:
    assert drawable("so とても late", LATIN) == "so [3 letters not drawn: Hiragana] late"


def test_one_symbol_without_a_script_is_counted() -> None:
    assert drawable("a\ue000", LATIN) == "a[1 letter not drawn]"


def test_joiners_and_choices_need_no_glyph() -> None:
    assert drawable("a\u200d\ufe0f", LATIN) == "a\u200d\ufe0f"


def test_a_long_address_breaks_after_its_marks() -> None:
    broken = breakable("https://example.org/one/two-three")
    assert f"org/{BREAK}one/{BREAK}two-{BREAK}three" in broken
    assert broken.replace(BREAK, "") == "https://example.org/one/two-three"


def test_short_words_do_not_break() -> None:
    assert breakable("Responsibility, delivered") == "Responsibility, delivered"


def test_joined_letters_are_never_parted() -> None:
    assert breakable("ے" * 40) == "ے" * 40


def test_addresses_and_languages_are_left_alone() -> None:
    url = "https://example.org/" + "x" * 50
    assert fit({"url": url, "text": "x" * 50}, LATIN)["url"] == url


def test_controls_and_reversals_are_left_out() -> None:
    assert fit(["a\x00\u202eb"], LATIN) == ["ab"]
