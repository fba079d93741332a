"""What a case owes, when, by how much it is late, and what of it nobody was told of."""

from datetime import datetime, timedelta
from enum import StrEnum

from monitor.cases.states import CLOSED, CaseFacts


class Due(StrEnum):
    """What a case owes next."""

    ANSWER = "answer"
    SOLUTION = "solution"
    FOLLOW_UP = "follow-up"


def next_due(case: CaseFacts) -> tuple[Due, datetime] | None:
    """What the case owes next and when; None when nothing is due."""
    if case.state in CLOSED:
        return (Due.FOLLOW_UP, case.follow_up_at) if case.follow_up_at is not None else None
    if case.answered_at is None and case.answer_due_at is not None:
        return Due.ANSWER, case.answer_due_at
    return (Due.SOLUTION, case.solve_due_at) if case.solve_due_at is not None else None


def untold(case: CaseFacts) -> tuple[tuple[Due, datetime], ...]:
    """What an open case owes, and when, that it was not escalated for since it was due; the answer comes first."""
    if case.state in CLOSED:
        return ()
    duties = [(Due.ANSWER, case.answer_due_at if case.answered_at is None else None), (Due.SOLUTION, case.solve_due_at)]
    told = case.escalated_at
    return tuple((duty, due) for duty, due in duties if due is not None and (told is None or told < due))


def overdue(case: CaseFacts, now: datetime) -> timedelta | None:
    """By how much the next duty is late; None while it is in time or nothing is due."""
    due = next_due(case)
    return now - due[1] if due is not None and due[1] < now else None
