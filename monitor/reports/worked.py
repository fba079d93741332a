"""What was read from the store about answering: cases, what people did to them, complaints, and what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from monitor.reports.answering import Flags, Handled
from monitor.store import report_answers, report_silent
from monitor.store.report_answers import CaseRows, Events, Numbers
from monitor.store.report_practice import Solved
from monitor.store.report_silent import Complaints, Earlier, Told

Window = tuple[datetime, datetime]
NEVER = np.datetime64("NaT", "us")


class Promise(NamedTuple):
    """The times that the service policy gives the complaints of one place."""

    answer_within: timedelta
    solve_within: timedelta
    round_the_clock: bool  # nights, week-ends and holidays count as well


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised at one kind of place; several where its sources or kinds of text differ."""

    usual: tuple[Promise, ...]
    critical: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """The complaints of one week, and what is known of their customers."""

    rows: Complaints
    late: Flags  # the policy's time for an answer was over
    before: Mapping[int, Earlier] = field(default_factory=dict)  # authors who complained in the 90 days before


def _no_cases() -> CaseRows:
    return CaseRows(*report_answers.as_columns((), report_answers.KINDS))


def _no_events() -> Events:
    return Events(*report_answers.as_columns((), report_answers.EVENT_KINDS))


def _nothing_said() -> tuple[Spoken, Spoken]:
    none = Spoken(Complaints(*report_answers.as_columns((), report_silent.KINDS)), np.array([], dtype=np.bool_))
    return none, none


@dataclass(frozen=True, slots=True)
class Worked:
    """Pairs are this week and the last."""

    cases: CaseRows = field(default_factory=_no_cases)
    events: Events = field(default_factory=_no_events)  # from the start of last week on
    spoken: Sequence[Spoken] = field(default_factory=_nothing_said)
    linked: Sequence[tuple[int, int]] = ()  # (mention, case): of customers who had a case already
    public: Mapping[int, datetime] = field(default_factory=dict)  # mentions that we answered in public, and when
    shared: frozenset[int] = frozenset()  # authors that are no one person
    told: Mapping[int, Told] = field(default_factory=dict)  # the words of the complaints that are shown
    people: Sequence[str] = ()  # those of the config who answer, in its order
    promised: Mapping[str, Promised] = field(default_factory=dict)  # by kind of place
    business_hours: bool = False  # whether the promised times count in them
    follow_up_after: timedelta = timedelta()  # 0: never
    solved_at: Mapping[int, datetime] = field(default_factory=dict)  # of cases that were followed up
    practice: Sequence[Solved] = ()  # solved cases, the best answered first
    content: frozenset[int] = frozenset()  # cases whose customer was content afterwards
    staff: frozenset[str] = frozenset()  # all names by which people of the team are called


def limits(windows: Sequence[Window], now: datetime) -> tuple[datetime, datetime]:
    """Until when what was done counts for this week and for the last: each is judged after the same time."""
    return now, windows[1][1] + (now - windows[0][1])


def as_handled(rows: CaseRows) -> Handled:
    """The cases as the definitions of answering need them."""
    return Handled(
        opened=rows.opened,
        answer_due=rows.answer_due,
        answered=rows.answered,
        solve_due=rows.solve_due,
        solved=rows.solved,
        dismissed=rows.dismissed,
        reopened=rows.reopened,
    )


def noted(rows: CaseRows, events: Events) -> Numbers:
    """How many of the events each case has; shape (n,). The numbers of `rows` are in order."""
    place = np.searchsorted(rows.number, events.case)
    known = place < len(rows)
    known[known] = rows.number[place[known]] == events.case[known]
    return np.bincount(place[known], minlength=len(rows)).astype(np.int64)
