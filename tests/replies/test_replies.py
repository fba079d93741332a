"""Drafts: the customer's language and name, every part that a good answer has, and nothing filled in from nowhere.

The sentences themselves are looked at in `test_phrases`.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.analysis.default_themes import default_themes
from monitor.replies import (
    PLACES,
    SHIPPED,
    Complaint,
    ReplyOptions,
    Wish,
    draft,
    follow_up,
    language_for,
    name_to_greet,
    templates_for,
)
from monitor.replies.sentences import ANY

KARACHI = ZoneInfo("Asia/Karachi")
BY = datetime(2026, 3, 2, 13, tzinfo=UTC)  # Monday, 18:00 in Karachi
COMPLAINT = Complaint("Rose Cart", "en", "Amna Khan", ("refund",))
WISH = Wish("en", "Ravi", BY)
SCRIPTS = {"ur": r"[\u0600-\u06ff]", "te": r"[\u0c00-\u0c7f]"}


def own(text: str, language: str = "en", **values: str) -> ReplyOptions:
    template = {"name": "ours", "language": language, "text": text, **values}
    return ReplyOptions.model_validate({"templates": [template]})


def words(complaint: Complaint = COMPLAINT, wish: Wish = WISH, options: ReplyOptions | None = None) -> str:
    return draft(complaint, wish, options or ReplyOptions(), KARACHI).text


def test_an_answer_greets_by_name_and_takes_ownership_with_a_step_and_a_time() -> None:
    text = words()
    assert text.startswith("Dear Amna Khan,\n\nThank you for telling us. Nobody should have to chase a refund.")
    assert "I apologise for this." in text
    assert "My name is Ravi" in text
    assert "I am checking where your refund stands. I will tell you by Monday, 18:00 what I found" in text
    assert text.endswith("Ravi, Rose Cart")


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("theme", [ANY, *(theme.id for theme in default_themes())])
def test_no_draft_has_a_place_that_was_known_and_not_filled(language: str, theme: str) -> None:
    wish = Wish(language, "Ravi", BY, ask_order=True)
    found = draft(replace(COMPLAINT, themes=(theme,) if theme else ()), wish, ReplyOptions(), KARACHI)
    assert found.missing == ()
    assert "{" not in found.text


@pytest.mark.parametrize("language", SCRIPTS)
def test_languages_are_written_in_their_own_script(language: str) -> None:
    letters = [char for char in words(COMPLAINT, Wish(language, "", BY)) if char.isalpha()]
    ours = [char for char in letters if re.match(SCRIPTS[language], char)]
    assert len(ours) > 0.8 * len(letters)


@pytest.mark.parametrize(
    ("written", "answered"),
    [("ur", "ur"), ("ur-Latn", "ur-Latn"), ("te-Latn", "te"), ("fil", "tl"), ("de", "en"), ("", "en"), ("und", "en")],
)
def test_the_answer_is_in_the_customers_language_or_one_they_read(written: str, answered: str) -> None:
    assert language_for(written, ReplyOptions()) == answered


def test_a_language_that_the_operator_wrote_templates_in_is_answered_in() -> None:
    assert language_for("de", own("Guten Tag {name}", "de")) == "de"


@pytest.mark.parametrize("name", ["Amna Khan", "آمنہ خان", "రవి తేజ", "O'Brien", "José", "J. Cruz"])
def test_names_in_any_script_are_greeted(name: str) -> None:
    assert name_to_greet(name) == name


@pytest.mark.parametrize(
    "name", ["", "x", "amna_92", "@ravi", "1234", "https://x.example", "a" * 41, "Ann <b>", "ab\x00c"]
)
def test_handles_and_what_is_no_name_are_not(name: str) -> None:
    assert name_to_greet(name) == ""
    assert words(replace(COMPLAINT, name=name)).startswith("Hello,")


@pytest.mark.parametrize(
    "name",
    [
        "A Google user",
        "Google User",
        "Amazon Customer",
        "Verified Buyer",
        "ANONYMOUS",
        "Anonymous User",
        "Deleted",
        "A guest",
    ],
)
def test_what_a_place_shows_instead_of_a_name_is_not_greeted(name: str) -> None:
    assert name_to_greet(name) == ""


@pytest.mark.parametrize("name", ["Christopher Guest", "Anon Sharma", "Usera Khan"])
def test_names_that_only_look_like_it_are(name: str) -> None:
    assert name_to_greet(name) == name


def test_a_shouted_name_is_not_shouted_back() -> None:
    assert name_to_greet("AMNA KHAN") == "Amna Khan"


def test_what_is_not_known_stays_to_be_filled_in_by_hand() -> None:
    found = draft(COMPLAINT, Wish("en", ""), ReplyOptions(), KARACHI)
    assert found.missing == ("agent", "by")
    assert "My name is {agent}" in found.text


def test_an_offer_is_made_only_when_asked_for_and_only_the_configured_one() -> None:
    options = ReplyOptions(offer={"en": "free delivery of your next order"})
    assert "free delivery" not in words(options=options)
    assert "To make up for the trouble: free delivery of your next order." in words(
        wish=replace(WISH, offer=True), options=options
    )
    assert "make up" not in words(wish=replace(WISH, offer=True))


@pytest.mark.parametrize(("language", "stop", "end"), [("en", ".", "order."), ("ur", "۔", "order۔")])
def test_the_full_stop_of_an_offer_is_not_doubled(language: str, stop: str, end: str) -> None:
    options = ReplyOptions(offer={language: f"free delivery of your next order{stop}"})
    text = words(wish=replace(WISH, language=language, offer=True), options=options)
    assert f"free delivery of your next {end}\n" in text
    assert stop * 2 not in text


def test_an_answer_in_a_language_without_sentences_is_english_with_all_that_was_wished_for() -> None:
    text = words(wish=replace(WISH, language="de", ask_order=True), options=own("Guten Tag {name}", "de"))
    assert text == words(wish=replace(WISH, ask_order=True))


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (0, ("پیر رات 12:30 بجے", "Peer raat 12:30 baje", "సోమవారం రాత్రి 12:30", "12:30 AM ng Lunes", "Monday, 00:30")),
        (9, ("پیر صبح 9:30 بجے", "Peer subah 9:30 baje", "సోమవారం ఉదయం 9:30", "9:30 AM ng Lunes", "Monday, 09:30")),
        (12, ("پیر دوپہر 12:30 بجے", "Peer dopahar 12:30 baje", "సోమవారం మధ్యాహ్నం 12:30", "12:30 PM ng Lunes",
              "Monday, 12:30")),
        (18, ("پیر شام 6:30 بجے", "Peer shaam 6:30 baje", "సోమవారం సాయంత్రం 6:30", "6:30 PM ng Lunes", "Monday, 18:30")),
        (23, ("پیر رات 11:30 بجے", "Peer raat 11:30 baje", "సోమవారం రాత్రి 11:30", "11:30 PM ng Lunes", "Monday, 23:30")),
    ],
)  # fmt: skip
def test_until_when_is_said_as_people_say_it_in_the_brands_time_zone(hour: int, said: tuple[str, ...]) -> None:
    by = datetime(2026, 3, 2, hour, 30, tzinfo=KARACHI).astimezone(UTC)
    for language, expected in zip(("ur", "ur-Latn", "te", "tl", "en"), said, strict=True):
        assert expected in words(wish=Wish(language, "Ravi", by))


@pytest.mark.parametrize("first", [0, 7, 4711])
@pytest.mark.parametrize(("praise", "answers"), [(False, 10), (True, 9)])
@pytest.mark.parametrize("language", SHIPPED)
def test_answers_below_one_post_are_no_copies(language: str, praise: bool, answers: int, first: int) -> None:
    complaint, wish = replace(COMPLAINT, praise=praise), Wish(language, "Ravi", BY)
    numbers = range(first, first + answers)
    texts = {draft(complaint, wish, ReplyOptions(), KARACHI, variant=number).text for number in numbers}
    assert len(texts) == answers


@pytest.mark.parametrize("language", SHIPPED)
def test_answers_to_neighbours_share_no_sentence_but_the_step(language: str) -> None:
    wish = Wish(language, "Ravi", BY)
    one, other = (
        set(
            re.split(
                r"(?<=[.۔]) ", draft(COMPLAINT, wish, ReplyOptions(), KARACHI, variant=number).text.split("\n\n")[1]
            )
        )
        for number in (41, 42)
    )
    assert not one & other


def test_no_two_of_all_combinations_are_the_same_and_one_complaint_keeps_its_own() -> None:
    texts = [draft(COMPLAINT, WISH, ReplyOptions(), KARACHI, variant=number).text for number in range(324)]
    assert len(set(texts)) == 162
    assert texts[:162] == texts[162:]


def test_a_latin_value_that_would_come_apart_in_urdu_is_marked_and_no_other() -> None:
    complaint = replace(COMPLAINT, brand="7-Eleven", name="Amna K.")
    text = words(complaint, Wish("ur", "Ravi", BY))
    assert text.startswith("السلام علیکم Amna K.\u200e،")
    assert text.endswith("Ravi، \u200e7-Eleven")
    assert "\u200e" not in words(complaint) + words(COMPLAINT, Wish("ur", "عائشہ", BY))


def test_praise_is_thanked_for_and_not_apologised_for() -> None:
    text = words(replace(COMPLAINT, praise=True))
    assert "kind words" in text
    assert "apologise" not in text


def test_templates_of_the_operator_go_first_by_theme() -> None:
    options = ReplyOptions.model_validate(
        {
            "templates": [
                {"name": "any", "language": "en", "text": "A"},
                {"name": "delivery", "language": "en", "theme": "delivery", "text": "B"},
                {"name": "refund", "language": "en", "theme": "refund", "text": "C"},
                {"name": "other tongue", "language": "ur", "theme": "refund", "text": "D"},
            ]
        }
    )
    assert [one.name for one in templates_for(COMPLAINT, "en", options)] == ["refund", "any"]


def test_a_template_is_filled_in_one_pass_so_that_a_name_is_never_a_template() -> None:
    assert words(replace(COMPLAINT, brand="{agent}"), replace(WISH, template="ours"), own("{brand} {name}")) == (
        "{agent} Amna Khan"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {customer}", "{customer} cannot be filled in; there are {name}"),
        ("Dear {name", "a brace is neither opened nor closed"),
        ("Dear {name.__class__}", "a brace is neither opened nor closed"),
    ],
)
def test_a_place_that_nothing_fills_is_refused_with_those_there_are(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        own(text)


def test_two_templates_of_one_name_are_told_apart() -> None:
    template = {"name": "ours", "language": "en", "text": "A"}
    with pytest.raises(ValidationError, match="'ours' is used twice for en"):
        ReplyOptions.model_validate({"templates": [template, template]})


@pytest.mark.parametrize("language", SHIPPED)
def test_a_follow_up_asks_if_it_stayed_solved(language: str) -> None:
    found = follow_up(COMPLAINT, Wish(language, "Ravi"), ReplyOptions(), KARACHI)
    assert found.missing == ()
    assert SHIPPED[language].follow_up in found.text


@given(st.text(max_size=80), st.sampled_from([*SHIPPED, "xx"]), st.lists(st.text(max_size=10), max_size=3))
def test_no_name_theme_or_language_breaks_a_draft(name: str, language: str, themes: list[str]) -> None:
    complaint = Complaint("Rose Cart", language, name, tuple(themes))
    found = draft(complaint, Wish(language, "Ravi", BY), ReplyOptions(), KARACHI)
    assert found.language in SHIPPED
    assert set(found.missing) <= set(PLACES)
