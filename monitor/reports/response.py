"""How complaints were answered: counts by the day something was done, rates by the day a case was opened."""

from collections.abc import Callable, Sequence
from datetime import datetime
from statistics import median

from monitor.models import Case, CaseState
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Unit
from monitor.reports.weeks import Window

OPENED = Meaning(
    "cases_opened", "Complaints taken up", "Cases that were opened in the week.", Unit.CASES, Better.NEITHER
)
ANSWERS = Meaning(
    "answers_given",
    "First answers given",
    "Cases whose first answer was given in the week, whenever they were opened.",
    Unit.CASES,
    Better.MORE,
)
IN_TIME = Meaning(
    "answered_in_time",
    "Answered in time",
    "Of the cases opened in the week whose answer was due or given by now: the share answered before it was due. "
    "Cases dismissed without an answer do not count.",
    Unit.SHARE,
    Better.MORE,
)
FIRST_ANSWER = Meaning(
    "first_answer",
    "Time to answer",
    "From opening a case to its first answer; median of the cases opened in the week and answered by now.",
    Unit.MINUTES,
    Better.LESS,
)
SOLVED = Meaning(
    "cases_solved",
    "Solved",
    "Cases that were solved in the week, whenever they were opened.",
    Unit.CASES,
    Better.MORE,
)
REOPENED = Meaning(
    "cases_reopened",
    "Reopened",
    "How often a closed case was taken up again in the week.",
    Unit.CASES,
    Better.LESS,
)
OVERDUE = Meaning(
    "overdue",
    "Overdue at the end",
    "Cases whose first answer or solution was due before the end of the week and had not been given by then.",
    Unit.CASES,
    Better.LESS,
)


def response_figures(facts: WeekFacts) -> tuple[Figure, ...]:
    """This week beside last week."""
    cases, this, last = facts.done.cases, facts.windows[0], facts.windows[1]
    limits = (facts.now, last[1] + (facts.now - this[1]))  # each week is judged after the same time

    def counted(meaning: Meaning, count: Callable[[Sequence[Case], Window], int]) -> Figure:
        return against(meaning, float(count(cases, this)), [float(count(cases, last))])

    again = (float(facts.done.reopened), float(facts.done.reopened_before))
    return (
        counted(OPENED, lambda rows, window: len(_opened(rows, window))),
        counted(ANSWERS, lambda rows, window: sum(_within(case.answered_at, window) for case in rows)),
        _in_time(_opened(cases, this), _opened(cases, last), limits),
        _time_to_answer(_opened(cases, this), _opened(cases, last), limits),
        counted(SOLVED, lambda rows, window: sum(_within(case.solved_at, window) for case in rows)),
        against(REOPENED, again[0], again[1:]),
        counted(OVERDUE, lambda rows, window: sum(_overdue(case, window[1]) for case in rows)),
    )


def _within(moment: datetime | None, window: Window) -> bool:
    return moment is not None and window[0] <= moment < window[1]


def _opened(cases: Sequence[Case], window: Window) -> list[Case]:
    return [case for case in cases if _within(case.opened_at, window)]


def _in_time(this: Sequence[Case], last: Sequence[Case], limits: tuple[datetime, datetime]) -> Figure:
    judged, judged_before = _judged(this, limits[0]), _judged(last, limits[1])
    note = f"{sum(judged)} of {len(judged)}" if judged else "no answer was due"
    return against(IN_TIME, _share(judged), [_share(judged_before)], note)


def _judged(cases: Sequence[Case], until: datetime) -> list[bool]:
    """For each case whose answer can be judged at `until`: whether it came in time."""
    out = []
    for case in cases:
        answered = case.answered_at if case.answered_at is not None and case.answered_at < until else None
        dismissed = case.state is CaseState.DISMISSED and answered is None
        if case.answer_due_at is None or dismissed or (answered is None and case.answer_due_at > until):
            continue
        out.append(answered is not None and answered <= case.answer_due_at)
    return out


def _share(judged: Sequence[bool]) -> float | None:
    return sum(judged) / len(judged) if judged else None


def _time_to_answer(this: Sequence[Case], last: Sequence[Case], limits: tuple[datetime, datetime]) -> Figure:
    now, before = (_minutes(week, until) for week, until in zip((this, last), limits, strict=True))
    note = f"of {len(now)} answered" if now else "nothing answered yet" if this else "no case"
    return against(FIRST_ANSWER, median(now) if now else None, [median(before) if before else None], note)


def _minutes(cases: Sequence[Case], until: datetime) -> list[float]:
    return [
        round((case.answered_at - case.opened_at).total_seconds() / 60, 1)
        for case in cases
        if case.answered_at is not None and case.answered_at < until
    ]


def _overdue(case: Case, end: datetime) -> bool:
    """Whether an answer or a solution was owed at `end`, as far as the case's times still tell."""
    if case.state is CaseState.DISMISSED or case.opened_at >= end or _done(case.solved_at, end):
        return False
    answer_owed = not _done(case.answered_at, end) and _done(case.answer_due_at, end)
    return answer_owed or _done(case.solve_due_at, end)


def _done(moment: datetime | None, end: datetime) -> bool:
    return moment is not None and moment < end
