"""Tests of what an answer is said to have done, with the sentences that ship and with others."""

from zoneinfo import ZoneInfo

import pytest

from monitor.replies import SHIPPED, Complaint, ReplyOptions, Wish, draft
from monitor.reports.lessons import (
    APOLOGISES,
    BY_WHEN,
    GREETS,
    LANGUAGE,
    OFFERS,
    OWNS,
    PRIVATE,
    STEP,
    lessons,
)
from tests.factories import NOON

THEMES = (
    "delivery",
    "refund",
    "quality",
    "staff",
    "price",
    "app",
    "support",
    "billing",
    "hygiene",
    "safety",
    "food",
    "",
)


def told(answer: str, *, same: bool = False) -> tuple[str, ...]:
    return lessons(answer, name_mark="[name]", same_language=same)


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("theme", THEMES)
def test_every_part_of_a_shipped_answer_is_recognised(language: str, theme: str) -> None:
    options = ReplyOptions(alternative={language: "…"}, offer={language: "…"})
    complaint = Complaint("Rose Cart", language, name="[name]", themes=(theme,) if theme else ())
    wish = Wish(language, "Sana", by=NOON, ask_order=True, alternative=True)
    for variant in range(3):
        text = draft(complaint, wish, options, ZoneInfo("UTC"), variant=variant).text
        text = text if "[name]" in text else text.replace(text.split("\n")[0], f"{text.split(chr(10))[0]} [name]")
        assert told(text, same=True) == (GREETS, LANGUAGE, APOLOGISES, OWNS, STEP, BY_WHEN, PRIVATE, OFFERS), text


@pytest.mark.parametrize("language", SHIPPED)
def test_what_was_not_done_is_not_said(language: str) -> None:
    assert told(SHIPPED[language].opening[0]) == ()


@pytest.mark.parametrize(
    ("answer", "lesson"),
    [
        ("Hi [name], we’re checking with the courier.", STEP),
        ("I've already refunded it.", STEP),
        ("You will hear from us by tomorrow.", BY_WHEN),
        ("We can send a new one instead.", OFFERS),
        ("So sorry about that!", APOLOGISES),
        ("Bohat afsos hua sun kar", APOLOGISES),
        ("Humne naya parcel bhej diya hai", STEP),
        ("ہم نے نیا پارسل بھیج دیا ہے", STEP),
        ("24 ghantay mein mil jaye ga", BY_WHEN),
        ("Pasensya na po kayo", APOLOGISES),
    ],
)
def test_answers_in_other_words_are_understood(answer: str, lesson: str) -> None:
    assert lesson in told(answer)


@pytest.mark.parametrize("answer", ["We are not sorted yet.", "Insteadily.", "No", "I am looked", ""])
def test_a_part_of_a_word_teaches_nothing(answer: str) -> None:
    assert told(answer) == ()


def test_a_name_further_down_is_no_greeting() -> None:
    assert GREETS not in told("Hello,\n\nI told [name] of it.")
