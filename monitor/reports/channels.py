"""How complaints were answered at each kind of place, beside what the service policy promises there."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np

from monitor.clock import spoken_duration
from monitor.reports import answering, response
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Group, Unit
from monitor.reports.worked import Promise, Promised, as_handled, limits
from monitor.store.report_answers import CaseRows

SHOWN = 20
OPENED = Meaning("opened", "Taken up", "Cases that were opened in the week.", Unit.CASES)
SOLVED = Meaning(
    "solved", "Solved", "Cases that were solved in the week, whenever they were opened.", Unit.CASES, Better.MORE
)


def channel_groups(facts: WeekFacts) -> tuple[Group, ...]:
    """A group per kind of place with cases opened, answered or solved in one of the two weeks; most cases first."""
    cases = facts.worked.cases
    busy = np.zeros(len(cases), dtype=np.bool_)
    for window in facts.windows[:2]:
        for times in (cases.opened, cases.answered, cases.solved):
            busy |= answering.within(times, *window)
    places = sorted(set(cases.place[busy]))
    groups = [_group(facts, place, cases.only(cases.place == place)) for place in places]
    return tuple(sorted(groups, key=lambda group: (-(group.figures[0].value or 0.0), group.key))[:SHOWN])


def _group(facts: WeekFacts, place: str, rows: CaseRows) -> Group:
    cases, judged = as_handled(rows), limits(facts.windows, facts.now)
    this, last = (cases.only(answering.within(cases.opened, *window)) for window in facts.windows[:2])
    solved = [float(np.count_nonzero(answering.within(cases.solved, *window))) for window in facts.windows[:2]]
    promised = facts.worked.promised.get(place)
    figures: tuple[Figure, ...] = (
        against(OPENED, float(len(this)), [float(len(last))]),
        response.in_time((this, last), judged),
        response.time_to_answer((this, last), judged),
        against(SOLVED, solved[0], solved[1:]),
    )
    note = promise_in_words(promised, business_hours=facts.worked.business_hours) if promised else ""
    return Group(key=place, name=place.replace("_", " "), figures=figures, note=note)


def promise_in_words(promised: Promised, *, business_hours: bool) -> str:
    """`promised: answer within 1 h, solution within 24 h, in business hours; critical ones 15 min and 8 h`."""
    usual, critical = promised.usual, promised.critical
    words = f"promised: answer within {_answers(usual)}, solution within {_solutions(usual)}"
    if business_hours:
        words += _hours(usual)
    if set(critical) == set(usual):
        return words
    words += f"; critical ones {_answers(critical)} and {_solutions(critical)}"
    return words + _hours(critical) if business_hours and _hours(critical) != _hours(usual) else words


def _hours(some: Sequence[Promise]) -> str:
    if all(one.round_the_clock for one in some):
        return ", round the clock"
    return "" if any(one.round_the_clock for one in some) else ", in business hours"


def _answers(some: Sequence[Promise]) -> str:
    return _range(one.answer_within for one in some)


def _solutions(some: Sequence[Promise]) -> str:
    return _range(one.solve_within for one in some)


def _range(times: Iterable[timedelta]) -> str:
    told = sorted(set(times))
    words = [spoken_duration(one) for one in (told[0], told[-1])]
    return words[0] if len(told) == 1 else f"{words[0]} to {words[1]}"
