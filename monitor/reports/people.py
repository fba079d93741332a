"""What each of the people who answer carried and did in the week."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.reports import answering
from monitor.reports.answering import Share
from monitor.reports.compare import Meaning, against
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, Figure, Group, Unit
from monitor.reports.response import shared
from monitor.reports.weeks import Window
from monitor.reports.worked import as_handled, limits
from monitor.store.report_answers import ANSWERED, ASSIGNED, FOUND, SOLVED, TOOK, Events

NOBODY = ""
OPEN = Meaning(
    "open_cases",
    "Open at the end",
    "Cases of the brand that were open when the week ended, by who owns them now.",
    Unit.CASES,
)
TAKEN = Meaning("taken", "Taken", "Cases they took, or were given, in the week.", Unit.CASES)
ANSWERS = Meaning(
    "answered", "Answered", "Cases they answered in the week, whenever these were opened.", Unit.CASES, Better.MORE
)
SOLUTIONS = Meaning(
    "solved", "Solved", "Cases they solved in the week, whenever these were opened.", Unit.CASES, Better.MORE
)
TIME = Meaning(
    "first_answer",
    "Time to answer",
    "From opening a case to its first answer; median of the cases opened in the week to which theirs was the first.",
    Unit.MINUTES,
    Better.LESS,
)
HOSTILE = Meaning(
    "hostile_share",
    "Hostile texts",
    "Of the cases opened in the week that they own: the share whose text is hard to read, with insults or threats.",
    Unit.SHARE,
    Better.LESS,
)
PRAISED = Meaning(
    "praised",
    "Praised",
    "Positive mentions of the week that name them.",
    Unit.MENTIONS,
    Better.MORE,
)


def people_groups(facts: WeekFacts) -> tuple[Group, ...]:
    """A group per person: all of the config, and others who did something; who did most comes first.

    What nobody owns, and answers that the rules found in public, stand apart at the end.
    """
    cases, events = facts.worked.cases, facts.worked.events
    lately = cases.only(_is_open(facts, facts.windows[0]) | answering.within(cases.opened, *facts.windows[0]))
    did = events.only(answering.within(events.at, *facts.windows[0]))
    names = {*facts.worked.people, *lately.owner, *did.actor, *did.about} - {NOBODY}
    groups = sorted((_person(facts, name) for name in names), key=_most_first)
    nobody = _nobody(facts)
    return (*groups, nobody) if nobody.figures[0].value or nobody.figures[2].value else tuple(groups)


def _most_first(group: Group) -> tuple[float, float, str]:
    done = {one.name: one.value or 0.0 for one in group.figures}
    return -done["answered"] - done["solved"], -done["open_cases"], group.name.casefold()


def _person(facts: WeekFacts, name: str) -> Group:
    events, praised = facts.worked.events, facts.learned.praised.get(name, ())
    taken = events.only(
        (events.action == TOOK) & (events.actor == name) | (events.action == ASSIGNED) & (events.about == name)
    )
    theirs = events.only(events.actor == name)
    praises = [float(number) for number in praised[:2]] or [0.0, 0.0]
    return Group(
        key=name,
        name=name,
        figures=(
            against(OPEN, *_open(facts, name)),
            against(TAKEN, *_cases(facts, taken)),
            against(ANSWERS, *_cases(facts, theirs.of(ANSWERED))),
            against(SOLUTIONS, *_cases(facts, theirs.of(SOLVED))),
            _time(facts, name),
            _hostile(facts, name),
            against(PRAISED, praises[0], praises[1:]),
        ),
        note="" if name in facts.worked.people or not facts.worked.people else "not in the config",
    )


def _nobody(facts: WeekFacts) -> Group:
    found = facts.worked.events.of(FOUND)
    return Group(
        key=NOBODY,
        name="Nobody",
        figures=(
            against(OPEN, *_open(facts, NOBODY)),
            against(TAKEN, None, []),
            against(ANSWERS, *_cases(facts, found)),
            against(SOLUTIONS, None, []),
            against(TIME, None, []),
            _hostile(facts, NOBODY),
            against(PRAISED, None, []),
        ),
        note="cases without an owner, and answers that were found in public",
    )


def _is_open(facts: WeekFacts, window: Window) -> answering.Flags:
    return answering.open_at(as_handled(facts.worked.cases), window[1])


def _open(facts: WeekFacts, name: str) -> tuple[float, list[float]]:
    mine = facts.worked.cases.owner == name
    this, last = (float(np.count_nonzero(mine & _is_open(facts, window))) for window in facts.windows[:2])
    return this, [last]


def _cases(facts: WeekFacts, some: Events) -> tuple[float, list[float]]:
    """How many different cases the events of each week are of."""
    inside = (answering.within(some.at, *window) for window in facts.windows[:2])
    this, last = (float(len(np.unique(some.case[flags]))) for flags in inside)
    return this, [last]


def _hostile(facts: WeekFacts, name: str) -> Figure:
    cases = facts.worked.cases
    shares = []
    for window in facts.windows[:2]:
        mine = cases.only((cases.owner == name) & answering.within(cases.opened, *window))
        shares.append(Share(int(np.count_nonzero(mine.hostile)), len(mine)))
    return shared(HOSTILE, shares, "no case of the week")


def _time(facts: WeekFacts, name: str) -> Figure:
    took = [
        _minutes(facts, name, window, until)
        for window, until in zip(facts.windows[:2], limits(facts.windows, facts.now), strict=True)
    ]
    note = f"of {len(took[0]):,} answered" if len(took[0]) else "nothing answered yet"
    return against(TIME, answering.middle(took[0]), [answering.middle(took[1])], note)


def _minutes(facts: WeekFacts, name: str, window: Window, until: datetime) -> NDArray[np.float64]:
    """How long the customers of the week waited to whom this person was the first to answer."""
    cases, answers = facts.worked.cases, facts.worked.events.of(ANSWERED)
    _, first = np.unique(answers.case, return_index=True)
    mine = answers.only(first)
    mine = mine.only(mine.actor == name)
    opened = cases.only(answering.within(cases.opened, *window))
    place = np.searchsorted(opened.number, mine.case)
    known = np.isin(mine.case, opened.number)
    return answering.minutes(opened.opened[place[known]], mine.at[known], until)
