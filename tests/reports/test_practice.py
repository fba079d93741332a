"""Tests of the solved cases that are chosen to practise with."""

import pytest

from monitor.facts import MentionKind
from monitor.models import Case, CaseMention, CaseState, Mention, Relation, Reply, ReplyState
from tests.factories import make_author
from tests.reports.conftest import MONDAY, NEXT_MONDAY, Watched
from tests.reports.working import DAY, HOUR, MINUTE, a_case, did

# cases to practise with


def answered(
    heard: Watched, complaint: str, answer: str, language: str = "en", theme: str = "delivery", minutes: int = 20,
    **values: object,
) -> Case:  # fmt: skip
    at = MONDAY + HOUR
    author = make_author(heard.session, "Zarmina Gul")
    mention = heard.say(at, text=complaint, language=language, themes=[theme], author=author)
    given = {"answered_at": at + minutes * MINUTE, "solved_at": at + DAY, "outcome": "sent again"} | values
    case = a_case(heard, at, mention, owner="Quddus", state=CaseState.SOLVED, **given)
    did(heard.session, case, "Quddus", "answered", at + minutes * MINUTE)
    posted = {"state": ReplyState.POSTED, "actor": "Quddus", "language": language, "written_at": at, "posted_at": at}
    heard.session.add(Reply(case_id=case.id or 0, text=answer, **posted))
    heard.session.flush()
    return case


ENGLISH = "Dear Zarmina,\n\nI am sorry about this. I am Quddus, and I will look after it. I am checking with the rider."
ROMAN = "Assalam o alaikum Zarmina,\n\nIs ke liye maazrat. Hum dekh rahe hain ke order kahan hai."
URDU = "السلام علیکم زرمینہ،\n\nاس کے لیے معذرت۔ ہم دیکھ رہے ہیں کہ آرڈر کہاں ہے۔"


def test_a_practice_case_names_nobody_and_says_what_the_answer_did(heard: Watched) -> None:
    answered(heard, "My order 88123 never came, write to zarmina@shop.example", ENGLISH, outcome="called 0300 1234567")
    (case,) = heard.report().practice
    assert case.complaint == "My order [number] never came, write to [e-mail]"
    assert case.answer.startswith("Dear [name],")
    assert "Quddus" not in case.answer
    assert (case.theme, case.minutes, case.outcome) == ("Delivery", 20, "called [number]")
    assert case.lessons == (
        "greets by name", "answers in the customer's language", "apologises", "says who looks after it",
        "says what is being done",
    )  # fmt: skip


def test_practice_cases_differ_in_theme_and_language(heard: Watched) -> None:
    for minutes in range(1, 5):
        answered(heard, "The parcel never came to me", ENGLISH, minutes=minutes)
    answered(heard, "refund abhi tak nahi mila yar", ROMAN, "ur-Latn", "refund", minutes=40)
    answered(heard, "میرا آرڈر ابھی تک نہیں آیا", URDU.replace("زرمینہ", "علی"), "ur", "staff", minutes=50)
    practice = heard.report().practice
    assert [(one.language, one.minutes) for one in practice] == [("en", 1), ("ur-Latn", 40), ("ur", 50)]


def test_a_customer_who_was_content_afterwards_makes_the_best_case(heard: Watched) -> None:
    answered(heard, "The parcel never came to me", ENGLISH, minutes=1)
    slow = answered(heard, "The parcel came two weeks late", ENGLISH, minutes=300)
    happy = heard.say(MONDAY + 2 * DAY, 0.05, "thanks, all fine now", kind=MentionKind.SURVEY)
    link = {"mention_id": happy.id, "relation": Relation.SURVEY, "linked_at": MONDAY + 2 * DAY}
    heard.session.add(CaseMention(case_id=slow.id or 0, **link))
    heard.session.flush()
    assert heard.report().practice[0].minutes == 300


@pytest.mark.parametrize(
    "values",
    [
        {"complaint": "The parcel was left with Shireen upstairs"},
        {"complaint": "Bad"},
        {"answer": "Okay, noted."},
        {"language": "hi"},
        {"reopened": 1},
        {"solved_at": MONDAY - DAY},
        {"solved_at": NEXT_MONDAY},
    ],
)
def test_a_case_that_does_not_serve_is_left_out(heard: Watched, values: dict[str, object]) -> None:
    given: dict[str, object] = {"complaint": "The parcel never came to me", "answer": ENGLISH} | values
    answered(heard, **given)  # type: ignore[arg-type]
    assert heard.report().practice == ()


def test_a_complaint_that_was_taken_away_is_not_practised_with(heard: Watched) -> None:
    case = answered(heard, "The parcel never came to me", ENGLISH)
    mention = heard.session.get(Mention, case.mention_id)
    assert mention is not None
    mention.deleted_at = MONDAY + DAY
    heard.session.flush()
    assert heard.report().practice == ()
