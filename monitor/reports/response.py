"""How complaints were answered: counts by the day something was done, rates by the day of the complaint."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from monitor.reports import answering
from monitor.reports.answering import Flags, Handled, Share, Times, moment
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Unit
from monitor.reports.silent import answered_share
from monitor.reports.weeks import Window
from monitor.reports.worked import NEVER, Worked, as_handled, limits, noted
from monitor.store.report_answers import ANSWERED, REOPENED, SOLVED, CaseRows

OPENED = Meaning(
    "cases_opened", "Complaints taken up", "Cases that were opened in the week.", Unit.CASES, Better.NEITHER
)
ANSWERS = Meaning(
    "answers_given",
    "First answers given",
    "Cases whose first answer was given in the week, whenever their complaint was written. A count by the day of the "
    "answer: it says how much was done, not how well.",
    Unit.CASES,
    Better.MORE,
)
RATE = Meaning(
    "response_rate",
    "Complaints answered",
    "Of the complaints published in the week, the share that has an answer by now, in its case or in public. "
    "Complaints are the mentions held to be negative, without articles, reposts and texts that were taken away, and "
    "all that have a case. Those dismissed without an answer do not count.",
    Unit.SHARE,
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
SOLVED_CASES = Meaning(
    "cases_solved",
    "Solved",
    "Cases that were solved in the week, whenever they were opened.",
    Unit.CASES,
    Better.MORE,
)
SOLVED_IN_TIME = Meaning(
    "solved_in_time",
    "Solved in time",
    "Of the cases opened in the week whose solution was due or given by now: the share solved before it was due. "
    "Dismissed cases do not count; for a reopened case the time since then counts.",
    Unit.SHARE,
    Better.MORE,
)
FIRST_CONTACT = Meaning(
    "first_contact",
    "Solved at first contact",
    "Of the cases opened in the week and solved at least once by now: the share that took one answer at most and was "
    "never reopened. Dismissed cases do not count.",
    Unit.SHARE,
    Better.MORE,
)
ESCALATED = Meaning(
    "escalations",
    "Handed to a manager",
    "Cases of which a manager was told in the week because they were overdue. A case told of again counts in the week "
    "of the last time.",
    Unit.CASES,
    Better.LESS,
)
REOPENED_CASES = Meaning(
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
    rows, this, last = facts.worked.cases, facts.windows[0], facts.windows[1]
    cases, judged = as_handled(rows), limits(facts.windows, facts.now)
    weeks = tuple(cases.only(answering.within(cases.opened, *window)) for window in (this, last))

    def counted(meaning: Meaning, times: Times) -> Figure:
        return against(meaning, *_both(float(_within(times, window)) for window in (this, last)))

    late = (float(np.count_nonzero(answering.overdue(cases, end))) for _, end in (this, last))
    again = (float(facts.done.reopened), float(facts.done.reopened_before))
    answered = [answered_share(facts.worked, *one) for one in _weeks(facts)]
    solved = [answering.solved_in_time(week, at) for week, at in zip(weeks, judged, strict=True)]
    contact = [_at_first_contact(facts.worked, window, until) for _, window, until in _weeks(facts)]
    return (
        counted(OPENED, cases.opened),
        counted(ANSWERS, cases.answered),
        shared(RATE, answered, "no complaint"),
        in_time(weeks, judged),
        time_to_answer(weeks, judged),
        counted(SOLVED_CASES, cases.solved),
        shared(SOLVED_IN_TIME, solved, "no solution was due"),
        shared(FIRST_CONTACT, contact, "nothing solved yet"),
        counted(ESCALATED, rows.escalated),
        against(REOPENED_CASES, again[0], again[1:]),
        against(OVERDUE, *_both(late)),
    )


def _weeks(facts: WeekFacts) -> list[tuple[int, Window, datetime]]:
    """Which of the two, its window, and until when what was done for it counts."""
    return [(i, facts.windows[i], until) for i, until in enumerate(limits(facts.windows, facts.now))]


def _both(values: Iterable[float]) -> tuple[float, list[float]]:
    this, last = values
    return this, [last]


def _within(times: Times, window: Window) -> int:
    return int(np.count_nonzero(answering.within(times, *window)))


def shared(meaning: Meaning, shares: Sequence[Share], nothing: str) -> Figure:
    """This week's share, and last week's, with what it is of; `nothing` says why there is none."""
    this, last = shares
    return against(meaning, this.value, [last.value], f"{this.kept:,} of {this.of:,}" if this.of else nothing)


def in_time(weeks: Sequence[Handled], judged: Sequence[datetime]) -> Figure:
    """The share answered before it was due, of cases opened in two weeks, each judged by its own time."""
    shares = [answering.answered_in_time(week, at) for week, at in zip(weeks, judged, strict=True)]
    return shared(IN_TIME, shares, "no answer was due")


def time_to_answer(weeks: Sequence[Handled], judged: Sequence[datetime]) -> Figure:
    """The median of the same."""
    now, before = (answering.minutes_to_answer(week, at) for week, at in zip(weeks, judged, strict=True))
    note = f"of {len(now):,} answered" if len(now) else "nothing answered yet" if len(weeks[0]) else "no case"
    return against(FIRST_ANSWER, answering.middle(now), [answering.middle(before)], note)


def _at_first_contact(worked: Worked, window: Window, until: datetime) -> Share:
    rows = _as_of(worked, worked.cases.only(answering.within(worked.cases.opened, *window)), until)
    return answering.at_first_contact(as_handled(rows), rows.answers)


def _as_of(worked: Worked, rows: CaseRows, until: datetime) -> CaseRows:
    """The cases as they stood at `until`: what was answered, reopened and solved since then taken back."""
    since, before = (worked.events.only(flags) for flags in _parted(worked, until))
    solved = np.where(rows.solved < moment(until), rows.solved, NEVER)
    was_solved = np.isnat(solved) & (noted(rows, before.of(SOLVED)) > noted(rows, before.of(REOPENED)))
    return replace(
        rows,
        solved=np.where(was_solved, moment(until), solved),
        reopened=rows.reopened - noted(rows, since.of(REOPENED)),
        answers=rows.answers - noted(rows, since.of(ANSWERED)),
    )


def _parted(worked: Worked, until: datetime) -> tuple[Flags, Flags]:
    earlier = worked.events.at < moment(until)
    return ~earlier, earlier
