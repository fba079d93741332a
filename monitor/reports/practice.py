"""Chooses solved cases to practise with: well answered, of different themes and languages, and with nobody's name."""

from collections.abc import Collection, Iterable, Iterator

import numpy as np

from monitor.reports import answering
from monitor.reports.anonymous import NEUTRAL, anonymous, language_of
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import PracticeCase
from monitor.reports.lessons import APOLOGISES, OWNS, STEP, lessons
from monitor.reports.themes import shorten
from monitor.reports.weeks import Window
from monitor.store.report_answers import CaseRows
from monitor.store.report_practice import Solved

SHOWN = 3
LOOKED_AT = 120
"""Cases whose texts are looked at; of many, each theme and language has some among them."""
LEAST_WORDS = 4
"""A complaint of fewer is nothing to practise with."""
LONGEST = 900  # letters of an answer


def best(rows: CaseRows, content: Collection[int], window: Window) -> CaseRows:
    """The best answered of the cases solved in the window, never reopened.

    Customers who were content afterwards come first, then what was solved at first contact, then what was answered in
    time, then what was answered soonest.
    """
    fit = rows.only(
        answering.within(rows.solved, *window)
        & ~rows.dismissed
        & (rows.reopened == 0)
        & (rows.answers > 0)
        & (rows.answered >= rows.opened)
    )
    took = fit.answered - fit.opened
    late, again = ~(fit.answered <= fit.answer_due), fit.answers > 1
    order = np.lexsort((fit.number, took, late, again, ~np.isin(fit.number, list(content))))
    return fit.only(order[:LOOKED_AT])


def practice_cases(facts: WeekFacts) -> tuple[PracticeCase, ...]:
    """Three cases at most, best first; each next one is of another theme and another language if there is one."""
    worked, chosen = facts.worked, list[PracticeCase]()
    pool = list(_made(facts, worked.practice))
    while pool and len(chosen) < SHOWN:
        themes, languages = {one.theme for one in chosen}, {one.language for one in chosen}
        pool.sort(key=lambda one: (one.theme in themes) + (one.language in languages))  # keeps the order of the best
        chosen.append(pool.pop(0))
    return tuple(chosen)


def _made(facts: WeekFacts, some: Iterable[Solved]) -> Iterator[PracticeCase]:
    """The cases that can be shown, and that teach something."""
    rows = facts.worked.cases
    opened = dict(zip(rows.number.tolist(), rows.opened, strict=True))
    answered = dict(zip(rows.number.tolist(), rows.answered, strict=True))
    for case in some:
        took = (answered[case.case_id] - opened[case.case_id]) / np.timedelta64(1, "m")
        made = practice_case(case, facts, minutes=round(float(took), 1))
        if made is not None:
            yield made


def practice_case(case: Solved, facts: WeekFacts, minutes: float) -> PracticeCase | None:
    """The case without anybody's name; None when that is not sure, or its answer shows nothing to learn from."""
    language = language_of(case.language)
    if not language or (case.answer_language and language_of(case.answer_language) != language):
        return None
    names = {*facts.worked.staff, case.customer, case.actor, case.owner} - {""}
    known = (facts.brand, facts.brand_slug, case.item, *facts.said.theme_names.values())
    complaint = anonymous(case.complaint.strip() or case.title, language, names, known)
    answer = anonymous(case.answer, language, names, known)
    if complaint is None or answer is None or len(complaint.split()) < LEAST_WORDS or len(answer) > LONGEST:
        return None
    told = lessons(answer, name_mark=NEUTRAL[language].name, same_language=True)
    if not {APOLOGISES, OWNS, STEP}.intersection(told):
        return None
    return PracticeCase(
        theme=case.theme,
        language=language,
        kind=case.place.replace("_", " "),
        complaint=shorten(complaint),
        answer=answer,
        answer_language=language,
        minutes=minutes,
        outcome=shorten(_outcome(case, names, known)),
        lessons=told,
    )


def _outcome(case: Solved, names: Collection[str], known: Collection[str]) -> str:
    """What was done, in the words of who solved it: in the language of the team, mostly English."""
    for language in ("en", language_of(case.language)):
        said = anonymous(case.outcome, language, names, known)
        if said is not None:
            return said
    return ""
