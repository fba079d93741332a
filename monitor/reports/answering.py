"""What "answered in time", "solved at first contact" and "overdue" mean: one definition for report and dashboard.

Counts go by the day something was done, rates by the day a case was opened: a rate of answers by the day of the answer
would look best in the week after everybody was away. Business hours and holidays are in the due times (see the service
policy); the times to answer and to solve are those of the clock on the wall, as the customer waits them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from monitor.models import Case, CaseState

ENOUGH = 5
"""Of fewer cases a share or a median tells more about chance than about the work."""

Flags: TypeAlias = NDArray[np.bool_]
Times: TypeAlias = NDArray[np.datetime64]
_MINUTE = np.timedelta64(1, "m")
_NEVER = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Handled:
    """Cases as columns of shape (n,). Times are UTC in datetime64[us], NaT for what has not happened."""

    opened: Times
    answer_due: Times
    answered: Times
    solve_due: Times
    solved: Times
    dismissed: Flags
    reopened: NDArray[np.int64]  # how often

    def __len__(self) -> int:
        return len(self.opened)

    def only(self, wanted: Flags) -> "Handled":
        """The cases for which `wanted` says so."""
        return Handled(*(getattr(self, name)[wanted] for name in self.__slots__))


class Share(NamedTuple):
    """`kept` of `of` cases."""

    kept: int
    of: int

    @property
    def value(self) -> float | None:
        """0..1; None when there is nothing to divide by."""
        return self.kept / self.of if self.of else None

    @property
    def is_enough(self) -> bool:
        return self.of >= ENOUGH


def moment(at: datetime | None) -> np.datetime64:
    """A time as it stands in the columns."""
    return _NEVER if at is None else np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")


def aware(at: Any) -> datetime:
    """A time of the columns as it stands elsewhere."""
    told: datetime = at.astype("datetime64[us]").item()
    return told.replace(tzinfo=UTC)


def handled(cases: Sequence[Case]) -> Handled:
    """Rows of cases as columns."""

    def times(name: str) -> Times:
        return np.array([moment(getattr(case, name)) for case in cases], dtype="datetime64[us]")

    return Handled(
        opened=times("opened_at"),
        answer_due=times("answer_due_at"),
        answered=times("answered_at"),
        solve_due=times("solve_due_at"),
        solved=times("solved_at"),
        dismissed=np.array([case.state is CaseState.DISMISSED for case in cases], dtype=np.bool_),
        reopened=np.array([case.reopened for case in cases], dtype=np.int64),
    )


def within(times: Times, start: datetime, end: datetime) -> Flags:
    """Which of the times lie in [start, end)."""
    inside: Flags = (times >= moment(start)) & (times < moment(end))
    return inside


def answered_in_time(cases: Handled, until: datetime) -> Share:
    """Of the cases whose answer was due or given by `until`: those answered before it was due.

    Cases dismissed without an answer do not count.
    """
    return _in_time(cases, cases.answered, cases.answer_due, until)


def solved_in_time(cases: Handled, until: datetime) -> Share:
    """Of the cases whose solution was due or given by `until`: those solved before it was due.

    Dismissed cases do not count. For a case that was reopened, the time since then counts.
    """
    return _in_time(cases, cases.solved, cases.solve_due, until)


def _in_time(cases: Handled, done_at: Times, due: Times, until: datetime) -> Share:
    done = done_at < moment(until)
    given_up = cases.dismissed & ~done
    judged = ~np.isnat(due) & ~given_up & (done | (due <= moment(until)))
    return Share(int(np.count_nonzero(judged & done & (done_at <= due))), int(np.count_nonzero(judged)))


def minutes_to_answer(cases: Handled, until: datetime) -> NDArray[np.float64]:
    """From opening to the first answer, of the cases answered by `until`; shape (m,).

    An answer that stood in public before anybody opened the case took no time.
    """
    return minutes(cases.opened, cases.answered, until)


def minutes_to_solve(cases: Handled, until: datetime) -> NDArray[np.float64]:
    """From opening to the last solution, of the cases solved by `until` and not reopened since; shape (m,)."""
    return minutes(cases.opened, cases.solved, until)


def minutes(begun: Times, done_at: Times, until: datetime) -> NDArray[np.float64]:
    """How long it took, of what was done by `until`; shape (m,), never below 0."""
    done = done_at < moment(until)
    took: Any = (done_at[done] - begun[done]) / _MINUTE
    positive: NDArray[np.float64] = np.maximum(took, 0.0)
    return positive


def middle(took: NDArray[np.float64]) -> float | None:
    """The median; None of nothing."""
    return float(np.median(took)) if len(took) else None


def nine_in_ten(took: NDArray[np.float64]) -> float | None:
    """What nine of ten did not exceed (the 90th percentile, between two values in proportion); None of nothing."""
    return float(np.percentile(took, 90)) if len(took) else None


def at_first_contact(cases: Handled, answers: NDArray[np.int64]) -> Share:
    """Of the cases that were solved at least once: those never reopened that took one answer at most.

    `answers` of shape (n,) are those that were recorded. A case that was reopened was solved once, and counts against
    the rate wherever it stands now, unless it was dismissed in the end. One solved on the telephone, without a recorded
    answer, is solved at first contact.
    """
    once = ~cases.dismissed & (~np.isnat(cases.solved) | (cases.reopened > 0))
    good = once & (cases.reopened == 0) & (answers <= 1)
    return Share(int(np.count_nonzero(good)), int(np.count_nonzero(once)))


def open_at(cases: Handled, end: datetime) -> Flags:
    """Which cases were open at `end`, as far as their times still tell; those dismissed since then are not."""
    limit = moment(end)
    open_then: Flags = ~cases.dismissed & (cases.opened < limit) & ~(cases.solved < limit)
    return open_then


def overdue(cases: Handled, end: datetime) -> Flags:
    """Which cases owed an answer or a solution at `end`, as far as their times still tell."""
    limit, open_then = moment(end), open_at(cases, end)
    late: Flags = open_then & (~(cases.answered < limit) & (cases.answer_due < limit) | (cases.solve_due < limit))
    return late
