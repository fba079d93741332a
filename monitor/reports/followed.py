"""Follow-ups: customers who are asked some days after the solution whether it stayed solved."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from monitor.reports import answering, show
from monitor.reports.answering import Times, moment
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, CaseLine, Figure, Unit
from monitor.reports.silent import line
from monitor.reports.weeks import Window
from monitor.reports.worked import NEVER, Worked
from monitor.store.report_answers import FOLLOWED_UP

EACH = 5
"""Follow-ups shown that are overdue, and as many that come next."""

DUE = Meaning(
    "follow_ups_due",
    "Follow-ups due",
    "Solved cases whose customer was to be asked in the week whether it stayed solved, done by now or not.",
    Unit.CASES,
)
DONE = Meaning(
    "follow_ups_done",
    "Follow-ups done",
    "Solved cases whose customer was asked in the week whether it stayed solved, whenever that was due.",
    Unit.CASES,
    Better.MORE,
)
NEXT = Meaning(
    "follow_ups_next",
    "Due next",
    "Follow-ups that are due from the end of what this report tells of to the end of the week after it.",
    Unit.CASES,
)
OVERDUE = Meaning(
    "follow_ups_overdue",
    "Follow-ups overdue",
    "Follow-ups that were due before the end of the week and had not been done by then.",
    Unit.CASES,
    Better.LESS,
)


class Duties(NamedTuple):
    """Follow-ups as columns of shape (n,): when each was due, and when it was done (NaT: it waits)."""

    due: Times
    done: Times


def duties(worked: Worked) -> Duties:
    """Those that wait and those that were done lately.

    A case does not keep when the follow-up was due that was done: it is the policy's time after the solution.
    """
    waiting = worked.cases.follow_up[~np.isnat(worked.cases.follow_up)]
    events = worked.events.of(FOLLOWED_UP)
    after = np.timedelta64(worked.follow_up_after)
    due = [
        moment(worked.solved_at[case]) + after if case in worked.solved_at else at
        for case, at in zip(events.case.tolist(), events.at, strict=True)
    ]
    return Duties(
        np.concatenate([waiting, np.array(due, dtype="datetime64[us]")]),
        np.concatenate([np.full(len(waiting), NEVER), events.at]),
    )


def follow_up_figures(facts: WeekFacts) -> tuple[Figure, ...]:
    """This week beside last week; nothing where nobody is ever to be asked."""
    found = duties(facts.worked)
    if not facts.worked.follow_up_after and not len(found.due):
        return ()
    ahead = [(facts.windows[0][1], _end_of_next(facts, 0)), (facts.windows[1][1], _end_of_next(facts, 1))]
    return (
        against(DUE, *_both([_within(found.due, window) for window in facts.windows[:2]])),
        against(DONE, *_both([_within(found.done, window) for window in facts.windows[:2]])),
        against(NEXT, *_both([_waiting(found, *stretch) for stretch in ahead])),
        against(OVERDUE, *_both([_overdue(found, end) for _, end in facts.windows[:2]])),
    )


def _end_of_next(facts: WeekFacts, back: int) -> datetime:
    """The end of the week after this one (`back` 0), or after the last (1), in the brand's zone."""
    return facts.week.before(back - 1).window(facts.zone)[1]


def _both(values: list[int]) -> tuple[float, list[float]]:
    return float(values[0]), [float(values[1])]


def _within(times: Times, window: Window) -> int:
    return int(np.count_nonzero(answering.within(times, *window)))


def _waiting(found: Duties, start: datetime, end: datetime) -> int:
    """Those due in the stretch that had not been done when it began."""
    return int(np.count_nonzero(answering.within(found.due, start, end) & ~(found.done < moment(start))))


def _overdue(found: Duties, end: datetime) -> int:
    return int(np.count_nonzero((found.due < moment(end)) & ~(found.done < moment(end))))


def shown(worked: Worked, end: datetime, next_end: datetime, zone: ZoneInfo) -> list[tuple[int, str]]:
    """The mentions whose cases still wait for their follow-up: the overdue ones, oldest first, then those due next."""
    rows = worked.cases
    order = np.lexsort((rows.number, rows.follow_up))
    order = order[~np.isnat(rows.follow_up[order])]
    late = order[rows.follow_up[order] < moment(end)][:EACH]
    coming = order[answering.within(rows.follow_up[order], end, next_end)][:EACH]
    notes = [("was due", i) for i in late] + [("due", i) for i in coming]
    return [(int(rows.mention[i]), f"{words} {_day(rows.follow_up[i], zone)}") for words, i in notes]


def _day(at: np.datetime64, zone: ZoneInfo) -> str:
    return show.day(answering.aware(at).astimezone(zone).date())


def shown_of(facts: WeekFacts) -> list[tuple[int, str]]:
    """The same for the week of a report."""
    return shown(facts.worked, facts.windows[0][1], _end_of_next(facts, 0), facts.zone)


def follow_up_lines(facts: WeekFacts) -> tuple[CaseLine, ...]:
    """A few of those that wait, by the first words of their complaint."""
    return tuple(line(facts.worked, mention, note) for mention, note in shown_of(facts) if mention in facts.worked.told)
