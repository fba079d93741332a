"""How complaints were answered: counts by the day something was done, rates by the day a case was opened."""

from datetime import datetime

import numpy as np

from monitor.reports import answering
from monitor.reports.answering import Handled, Times
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
    cases, this, last = answering.handled(facts.done.cases), facts.windows[0], facts.windows[1]
    limits = (facts.now, last[1] + (facts.now - this[1]))  # each week is judged after the same time

    def counted(meaning: Meaning, times: Times) -> Figure:
        return against(meaning, float(_within(times, this)), [float(_within(times, last))])

    late, late_before = (float(np.count_nonzero(answering.overdue(cases, end))) for _, end in (this, last))
    again = (float(facts.done.reopened), float(facts.done.reopened_before))
    return (
        counted(OPENED, cases.opened),
        counted(ANSWERS, cases.answered),
        _in_time(_opened(cases, this), _opened(cases, last), limits),
        _time_to_answer(_opened(cases, this), _opened(cases, last), limits),
        counted(SOLVED, cases.solved),
        against(REOPENED, again[0], again[1:]),
        against(OVERDUE, late, [late_before]),
    )


def _within(times: Times, window: Window) -> int:
    return int(np.count_nonzero(answering.within(times, *window)))


def _opened(cases: Handled, window: Window) -> Handled:
    return cases.only(answering.within(cases.opened, *window))


def _in_time(this: Handled, last: Handled, limits: tuple[datetime, datetime]) -> Figure:
    now, before = (answering.answered_in_time(week, at) for week, at in zip((this, last), limits, strict=True))
    note = f"{now.kept} of {now.of}" if now.of else "no answer was due"
    return against(IN_TIME, now.value, [before.value], note)


def _time_to_answer(this: Handled, last: Handled, limits: tuple[datetime, datetime]) -> Figure:
    now, before = (answering.minutes_to_answer(week, at) for week, at in zip((this, last), limits, strict=True))
    note = f"of {len(now)} answered" if len(now) else "nothing answered yet" if len(this) else "no case"
    return against(FIRST_ANSWER, answering.middle(now), [answering.middle(before)], note)
