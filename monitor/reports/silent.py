"""Silent risk: complaints that nobody answers, customers who complain twice, first-time customers who were let down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.clock import spoken_duration
from monitor.reports import answering
from monitor.reports.answering import Flags, Share, aware, moment
from monitor.reports.compare import Meaning, count_figure
from monitor.reports.facts import WeekFacts
from monitor.reports.figures import Better, CaseLine, Figure, Unit
from monitor.reports.themes import shorten
from monitor.reports.weeks import Window
from monitor.reports.worked import Worked, limits
from monitor.store.report_answers import ANSWERED, Numbers
from monitor.store.report_silent import Complaints, Earlier

EACH = 5
"""Complaints shown of each sort."""
MOST_OF_ONE = 20
"""More complaints of one account in a week are not those of one customer."""
BEFORE = timedelta(days=90)
"""So long a customer's earlier complaint makes the next one their second."""

UNANSWERED = Meaning(
    "unanswered",
    "Complaints that nobody answers",
    "Complaints of the week for which the service policy's time for an answer is over, with no case and no public "
    "answer of ours. Complaints are mentions held to be negative, without articles, reposts and texts that were taken "
    "away.",
    Unit.MENTIONS,
    Better.LESS,
)
TWICE = Meaning(
    "complained_twice",
    "Customers who complained twice",
    "Accounts with two or more complaints in the week, or one in it and one in the 90 days before. Names that many "
    f"share, such as “A Google user”, and accounts with more than {MOST_OF_ONE} complaints in the week do not count.",
    Unit.AUTHORS,
    Better.LESS,
)
FIRST = Meaning(
    "first_time_let_down",
    "First-time customers let down",
    "Complaints of the week of which a survey or an import says that it was the customer's first purchase.",
    Unit.MENTIONS,
    Better.LESS,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the complaints of one week by some time; flags of shape (n,)."""

    has_case: Flags
    answered: Flags
    given_up: Flags  # dismissed without an answer


def judged(worked: Worked, week: int, until: datetime) -> Judged:
    """`week` 0 is this one, 1 the last."""
    rows, cases, limit = worked.spoken[week].rows, worked.cases, moment(until)
    opened, answered = cases.opened < limit, cases.answered < limit
    in_public = [mention for mention, at in worked.public.items() if at < until]
    linked = [mention for mention, _ in worked.linked]
    return Judged(
        has_case=_are_in(rows.mention, cases.mention[opened], linked),
        answered=_are_in(rows.mention, cases.mention[opened & answered], in_public) | _in_other(worked, rows, until),
        given_up=_are_in(rows.mention, cases.mention[cases.dismissed & ~answered], ()),
    )


def _are_in(mentions: Numbers, some: Numbers, others: Sequence[int]) -> Flags:
    found: Flags = np.isin(mentions, np.concatenate([some, np.array(others, dtype=np.int64)]))
    return found


def _in_other(worked: Worked, rows: Complaints, until: datetime) -> Flags:
    """Whether a complaint was answered in the case that its customer had already."""
    answers = worked.events.of(ANSWERED)
    answers = answers.only(answers.at < moment(until))
    last: dict[int, Any] = dict(zip(answers.case.tolist(), answers.at, strict=True))  # the latest stands
    case_of = dict(worked.linked)
    flags = np.zeros(len(rows), dtype=np.bool_)
    for i in np.nonzero(np.isin(rows.mention, list(case_of)))[0]:
        case = case_of[int(rows.mention[i])]
        flags[i] = case in last and last[case] >= rows.published[i]
    return flags


def answered_share(worked: Worked, week: int, window: Window, until: datetime) -> Share:
    """Of the complaints of a week those that were answered by then; see `response.RATE` for what counts."""
    found, rows = judged(worked, week, until), worked.spoken[week].rows
    counts = ~found.given_up
    cases = worked.cases
    besides = (
        answering.within(cases.published, *window)
        & (cases.opened < moment(until))
        & ~np.isin(cases.mention, rows.mention)
    )
    others = cases.only(besides & ~(cases.dismissed & ~(cases.answered < moment(until))))
    answered = np.count_nonzero(found.answered & counts) + np.count_nonzero(others.answered < moment(until))
    return Share(int(answered), int(np.count_nonzero(counts)) + len(others))


def unanswered(worked: Worked, week: int, until: datetime) -> Flags:
    """Which complaints nobody answers although it is time."""
    found = judged(worked, week, until)
    return worked.spoken[week].late & ~found.has_case & ~found.answered


def repeated(rows: Complaints) -> tuple[Numbers, Numbers]:
    """The accounts with one complaint in the week, and those with more that may be one customer's."""
    authors, times = np.unique(rows.author[rows.author > 0], return_counts=True)
    return authors[times == 1], authors[(times > 1) & (times <= MOST_OF_ONE)]


def twice(worked: Worked, week: int) -> Numbers:
    """The accounts that complained twice."""
    spoken = worked.spoken[week]
    once, more = repeated(spoken.rows)
    again = np.concatenate([more, once[np.isin(once, list(spoken.before))]])
    found: Numbers = again[~np.isin(again, list(worked.shared))]
    return found


def silent_figures(facts: WeekFacts, heard: Sequence[float]) -> tuple[Figure, ...]:
    """This week beside last week; each is judged after the same time."""
    worked, until = facts.worked, limits(facts.windows, facts.now)

    def both(values: Sequence[int]) -> tuple[list[float], Sequence[float]]:
        return [float(value) for value in values], heard[:2]

    return (
        count_figure(UNANSWERED, *both([int(unanswered(worked, i, at).sum()) for i, at in enumerate(until)])),
        count_figure(TWICE, *both([len(twice(worked, i)) for i in (0, 1)])),
        count_figure(FIRST, *both([int(worked.spoken[i].rows.first.sum()) for i in (0, 1)])),
    )


def shown(worked: Worked, now: datetime) -> list[tuple[int, str]]:
    """The mentions that are shown, and why: a few of each sort, none of them twice."""
    found: dict[int, str] = {}
    for some in (_waiting(worked, now), _again(worked), _first(worked, now)):
        new = [(mention, note) for mention, note in some if mention not in found]
        found.update(new[:EACH])
    return list(found.items())


def _waiting(worked: Worked, now: datetime) -> list[tuple[int, str]]:
    """What most people heard of comes first, then what waits longest."""
    rows = worked.spoken[0].rows.only(unanswered(worked, 0, now))
    order = np.lexsort((rows.mention, rows.published, -rows.followers))[: 3 * EACH]
    return [(int(rows.mention[i]), _note(rows, int(i), now)) for i in order]


def _note(rows: Complaints, i: int, now: datetime) -> str:
    since = f"nobody answered for {spoken_duration(now - aware(rows.published[i]))}"
    return f"{since}; {int(rows.followers[i]):,} followers" if rows.followers[i] else since


def _again(worked: Worked) -> Iterator[tuple[int, str]]:
    """The last complaint of each, of those who complained last."""
    spoken = worked.spoken[0]
    rows = spoken.rows.only(np.isin(spoken.rows.author, twice(worked, 0)))
    newest = np.lexsort((rows.mention, rows.published))[::-1]
    _, first = np.unique(rows.author[newest], return_index=True)
    for i in newest[np.sort(first)][: 3 * EACH]:
        yield int(rows.mention[i]), _count(rows, int(i), spoken.before.get(int(rows.author[i])))


def _count(rows: Complaints, i: int, before: Earlier | None) -> str:
    times = rows.published[rows.author == rows.author[i]]
    earliest = aware(times.min()) if before is None else before.first
    took = spoken_duration(aware(rows.published[i]) - earliest)
    number = len(times) + (before.number if before else 0)
    return f"second complaint in {took}" if number == 2 else f"{number} complaints in {took}"


def _first(worked: Worked, now: datetime) -> list[tuple[int, str]]:
    spoken, found = worked.spoken[0], judged(worked, 0, now)
    rows, answered = spoken.rows.only(spoken.rows.first), found.answered[spoken.rows.first]
    order: NDArray[np.int64] = np.lexsort((rows.mention, -rows.published.astype(np.int64), answered))[: 3 * EACH]
    words = ("first purchase; not answered yet", "first purchase; answered")
    return [(int(rows.mention[i]), words[int(answered[i])]) for i in order]


def silent_lines(facts: WeekFacts) -> tuple[CaseLine, ...]:
    """A few complaints of each sort, in their own words."""
    return tuple(
        line(facts.worked, mention, note)
        for mention, note in shown(facts.worked, facts.now)
        if mention in facts.worked.told
    )


def line(worked: Worked, mention: int, note: str) -> CaseLine:
    """One complaint by its first words."""
    told = worked.told[mention]
    return CaseLine(
        case_id=told.case_id,
        text=shorten(told.text),
        language=told.language,
        source=told.source,
        url=told.url,
        published_at=told.published_at,
        note=note,
        owner=told.owner,
    )
