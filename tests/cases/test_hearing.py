"""Which case a later text belongs to, and what the history says of it."""

from datetime import timedelta

import pytest

from monitor.cases.hearing import (
    LISTENS,
    LaterText,
    Listening,
    answered_survey,
    belongs_to,
    changed_text,
    complains_after,
    wrote_again,
)
from monitor.facts import Sentiment
from monitor.models import CaseState
from tests.factories import NOON

HOUR = timedelta(hours=1)
BRAND = 7


def text(**values: object) -> LaterText:
    return LaterText(**({"mention_id": 50, "published_at": NOON} | values))  # type: ignore[arg-type]


def case(number: int = 1, **values: object) -> Listening:
    at = NOON - 10 * HOUR + number * HOUR
    given = {"case_id": number, "mention_id": number, "brand_id": BRAND, "state": CaseState.OWNED}
    return Listening(**(given | {"published_at": at, "opened_at": at} | values))  # type: ignore[arg-type]


def test_it_belongs_to_the_case_of_its_brand() -> None:
    assert belongs_to(text(), [case()], {BRAND}, NOON) == case()
    assert belongs_to(text(), [case()], {BRAND + 1}, NOON) is None


@pytest.mark.parametrize("place", [{"parent_id": 1}, {"root_id": 1}, {"root_id": 9}])
def test_in_the_same_thread_the_brand_need_not_be_named(place: dict[str, int]) -> None:
    asked = case(1, root_id=9)
    assert belongs_to(text(**place), [asked], (), NOON) == asked


def test_a_thread_that_is_not_known_is_not_the_same_one() -> None:
    assert belongs_to(text(), [case()], (), NOON) is None


def test_the_thread_goes_before_what_is_open_and_that_before_what_is_new() -> None:
    closed, old, new = case(3, state=CaseState.SOLVED, solved_at=NOON), case(1), case(2)
    assert belongs_to(text(), [closed, old, new], {BRAND}, NOON) == new
    assert belongs_to(text(parent_id=1), [closed, old, new], {BRAND}, NOON) == old


def test_of_the_same_moment_the_later_row_is_the_later_text() -> None:
    same = case(1, published_at=NOON)
    assert belongs_to(text(), [same], {BRAND}, NOON) == same
    assert belongs_to(text(mention_id=1), [case(2, published_at=NOON)], {BRAND}, NOON) is None


def test_a_closed_case_listens_for_a_while() -> None:
    solved = case(state=CaseState.SOLVED, solved_at=NOON)
    assert solved.listens(NOON + LISTENS)
    assert not solved.listens(NOON + LISTENS + HOUR)
    assert case().listens(NOON + 10 * LISTENS)


def test_a_dismissed_case_listens_no_more() -> None:
    assert belongs_to(text(), [case(state=CaseState.DISMISSED)], {BRAND}, NOON) is None


def test_only_a_complaint_after_the_solution_says_that_it_did_not_stay_solved() -> None:
    assert complains_after(NOON, NOON + HOUR, Sentiment.NEGATIVE)
    assert not complains_after(NOON, NOON - HOUR, Sentiment.NEGATIVE)
    assert not any(complains_after(NOON, NOON + HOUR, label) for label in (Sentiment.POSITIVE, None))
    assert not complains_after(None, NOON, Sentiment.NEGATIVE)


def test_the_history_says_how_it_reads_and_how_it_was_rated() -> None:
    said = text(label=Sentiment.POSITIVE, rating=4.5, best=5.0)
    assert wrote_again(said) == "wrote again: positive, 4.5 of 5"
    assert answered_survey(text(label=Sentiment.NEUTRAL)) == "answered the survey: neutral"
    assert changed_text(said, 1.0) == "changed their text: positive, 4.5 of 5 instead of 1"
    assert changed_text(said, 4.5) == changed_text(said, None) == "changed their text: positive, 4.5 of 5"
