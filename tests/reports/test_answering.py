"""Tests of what "in time", "at first contact" and "overdue" mean."""

from datetime import datetime, timedelta

import numpy as np

from monitor.models import Case, CaseState
from monitor.reports import answering
from monitor.reports.answering import ENOUGH, Share
from tests.factories import NOON

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _case(
    answered: timedelta | None = None, solved: timedelta | None = None, *, dismissed: bool = False, reopened: int = 0
) -> Case:
    """Opened at noon, to be answered within an hour and solved within a day."""
    state = CaseState.DISMISSED if dismissed else CaseState.SOLVED if solved is not None else CaseState.OWNED
    return Case(
        brand_id=1, mention_id=1, state=state, opened_at=NOON, answer_due_at=NOON + HOUR, solve_due_at=NOON + 24 * HOUR,
        answered_at=_after(answered), solved_at=_after(solved), reopened=reopened,
    )  # fmt: skip


def _after(gap: timedelta | None) -> datetime | None:
    return None if gap is None else NOON + gap


def test_an_answer_is_in_time_until_it_is_due():
    cases = answering.handled([_case(HOUR), _case(HOUR + MINUTE)])
    assert answering.answered_in_time(cases, NOON + 2 * HOUR) == Share(1, 2)


def test_what_is_not_due_yet_is_not_judged():
    cases = answering.handled([_case(), _case(10 * MINUTE)])
    assert answering.answered_in_time(cases, NOON + 30 * MINUTE) == Share(1, 1)
    assert answering.answered_in_time(cases, NOON + 2 * HOUR) == Share(1, 2)


def test_a_case_dismissed_without_an_answer_is_not_judged():
    cases = answering.handled([_case(dismissed=True), _case(10 * MINUTE, dismissed=True)])
    assert answering.answered_in_time(cases, NOON + 2 * HOUR) == Share(1, 1)
    assert answering.solved_in_time(cases, NOON + 48 * HOUR) == Share(0, 0)


def test_what_was_done_later_is_not_known_at_the_end():
    cases = answering.handled([_case(HOUR, 3 * HOUR)])
    assert answering.solved_in_time(cases, NOON + 2 * HOUR) == Share(0, 0)
    assert answering.solved_in_time(cases, NOON + 4 * HOUR) == Share(1, 1)


def test_a_share_of_nothing_is_not_zero_and_of_few_not_enough():
    assert Share(0, 0).value is None
    assert not Share(ENOUGH - 1, ENOUGH - 1).is_enough
    assert Share(1, ENOUGH).is_enough


def test_first_contact_needs_one_answer_and_no_second_time():
    good, twice, again = _case(HOUR, 2 * HOUR), _case(HOUR, 2 * HOUR), _case(HOUR, 2 * HOUR, reopened=1)
    cases = answering.handled([good, twice, again])
    assert answering.at_first_contact(cases, np.array([1, 2, 1])) == Share(1, 3)


def test_a_reopened_case_that_is_not_solved_again_counts_against_first_contact():
    cases = answering.handled([_case(HOUR, reopened=1), _case(HOUR), _case(HOUR, reopened=1, dismissed=True)])
    assert answering.at_first_contact(cases, np.array([1, 1, 1])) == Share(0, 1)


def test_a_case_solved_on_the_telephone_is_solved_at_first_contact():
    assert answering.at_first_contact(answering.handled([_case(None, HOUR)]), np.array([0])) == Share(1, 1)


def test_times_are_counted_from_the_opening_and_never_below_zero():
    cases = answering.handled([_case(-5 * MINUTE), _case(20 * MINUTE), _case(3 * HOUR), _case()])
    took = answering.minutes_to_answer(cases, NOON + 2 * HOUR)
    assert took.tolist() == [0.0, 20.0]
    assert answering.middle(took) == 10.0
    assert answering.nine_in_ten(took) == 18.0


def test_nothing_has_no_middle():
    nothing = answering.minutes_to_answer(answering.handled([]), NOON)
    assert answering.middle(nothing) is None
    assert answering.nine_in_ten(nothing) is None


def test_overdue_is_what_was_owed_at_the_end():
    late, done, young, gone = _case(), _case(HOUR, 2 * HOUR), _case(10 * MINUTE), _case(dismissed=True)
    cases = answering.handled([late, done, young, gone])
    assert answering.overdue(cases, NOON + 2 * HOUR).tolist() == [True, False, False, False]
    assert answering.overdue(cases, NOON + 25 * HOUR).tolist() == [True, False, True, False]
