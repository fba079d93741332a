"""How complaints are answered: a stretch of days beside the one before, week by week, and by who and where."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import col

from dashboard.data import stretches
from dashboard.data.opening import cached, database
from dashboard.data.stretches import Stretch
from dashboard.data.worked import By, Window, Work, dismissals, keys, work, written
from monitor.cases import CLOSED, DismissReason
from monitor.models import Case, CaseState
from monitor.reports import answering
from monitor.reports.answering import ENOUGH, Share
from monitor.store import owners

WEEKS = 13
"""Of the trend, the present one included."""
GROUPS = 40
"""At most so many rows of a table, those with the most cases."""
OPEN = tuple(state for state in CaseState if state not in CLOSED)


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took: the median, what nine in ten did not exceed, and of how many."""

    median: timedelta | None
    nine_in_ten: timedelta | None
    of: int

    @property
    def is_enough(self) -> bool:
        return self.of >= ENOUGH


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of some cases, by the day they were opened; see `monitor.reports.answering` for what it means."""

    opened: int
    answer: Took  # from the opening of the case to the first one
    solution: Took
    answered_in_time: Share
    solved_in_time: Share
    first_contact: Share
    escalated: Share
    reopened: Share
    hostile: Share


@dataclass(frozen=True, slots=True)
class Response:
    """A stretch beside the one before it; `answers` and `solutions` go by the day they were given."""

    now: Summary
    before: Summary
    waited: Took  # of the stretch, from the moment the customer published it to the first answer
    answers: int
    solutions: int
    dismissed: dict[str, int]  # by reason, the most frequent first


@dataclass(frozen=True, slots=True)
class Week:
    """The cases that were opened in a week of the brand's zone."""

    monday: date
    running: bool
    of: Summary


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that have something in common; `key` is an owner, source, kind, language or theme, or ""."""

    key: str
    of: Summary
    load: int = 0  # open cases of an owner at present, of all brands


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is open at present, whenever it was opened."""

    unanswered: int
    ours: int  # answered, and still to be solved
    theirs: int  # waits for the customer
    late: int
    oldest: datetime | None  # when the oldest unanswered one was opened

    @property
    def open(self) -> int:
        return self.unanswered + self.ours + self.theirs


def summary(some: Work, until: datetime) -> Summary:
    """What became of these cases by `until`."""
    times, size = some.times, len(some)
    return Summary(
        opened=size,
        answer=_took(answering.minutes_to_answer(times, until)),
        solution=_took(answering.minutes_to_solve(times, until)),
        answered_in_time=answering.answered_in_time(times, until),
        solved_in_time=answering.solved_in_time(times, until),
        first_contact=answering.at_first_contact(times, some.answers),
        escalated=Share(int(np.count_nonzero(some.escalated)), size),
        reopened=Share(int(np.count_nonzero(times.reopened > 0)), size),
        hostile=Share(int(np.count_nonzero(some.hostile)), size),
    )


def _took(minutes: NDArray[np.float64]) -> Took:
    values = (answering.middle(minutes), answering.nine_in_ten(minutes))
    return Took(*(None if value is None else timedelta(minutes=value) for value in values), of=len(minutes))


@cached
def response(brand_id: int, days: int, now: datetime, zone: ZoneInfo) -> Response:
    """The last `days` days beside those before."""
    span = stretches.stretch(days, now, zone)
    every = _work(brand_id, span, zone)
    mine = _in(every, (span.start, now))
    with database() as session:
        reasons = Counter(_reason(words) for words in dismissals(session, brand_id, (span.start, now)))
        published = written(session, brand_id, (span.start, now), mine)
    return Response(
        now=summary(mine, now),
        before=summary(_in(every, span.before), span.before[1]),
        waited=_took(answering.minutes(published, mine.times.answered, now)),
        answers=_done(every.times.answered, span),
        solutions=_done(every.times.solved, span),
        dismissed=dict(reasons.most_common()),
    )


@cached
def weeks(brand_id: int, days: int, now: datetime, zone: ZoneInfo) -> tuple[Week, ...]:
    """The last weeks of a brand, oldest first, from the first that has a case; what is due is judged as of now."""
    every = _work(brand_id, stretches.stretch(days, now, zone), zone)
    first = now - timedelta(weeks=WEEKS - 1)
    found = [_week(every, monday, now, zone) for monday in stretches.mondays(first, now, zone)]
    begun = next((i for i, week in enumerate(found) if week.of.opened), len(found))
    return tuple(found[begun:])


def _week(every: Work, monday: date, now: datetime, zone: ZoneInfo) -> Week:
    start, end = (stretches.midnight(monday + timedelta(days=day), zone) for day in (0, 7))
    return Week(monday, end > now, summary(_in(every, (start, end)), now))


@cached
def groups(brand_id: int, days: int, by: By, now: datetime, zone: ZoneInfo) -> tuple[Group, ...]:
    """The stretch told apart, most cases first. A case with two themes is in both."""
    span = stretches.stretch(days, now, zone)
    mine = _in(_work(brand_id, span, zone), (span.start, now))
    with database() as session:
        places = _places(mine, keys(session, brand_id, (span.start, now), by))
        open_now = owners.loads(session) if by is By.PERSON else {}
    nobody = np.array([], dtype=np.int64)
    found = (
        Group(key, summary(mine.only(places.get(key, nobody)), now), open_now.get(key, 0))
        for key in {*places, *open_now}
    )
    return tuple(sorted(found, key=lambda group: (-group.of.opened, -group.load, group.key))[:GROUPS])


def _places(mine: Work, found: Iterable[tuple[int, str]]) -> dict[str, NDArray[np.int64]]:
    """Where in the columns the cases of each key stand."""
    place = {int(number): i for i, number in enumerate(mine.number)}
    places: dict[str, list[int]] = defaultdict(list)
    known: set[int] = set()
    for number, key in found:
        if number in place:
            places[key].append(place[number])
            known.add(number)
    if rest := [i for number, i in place.items() if number not in known]:
        places[""] = rest
    return {key: np.array(at, dtype=np.int64) for key, at in places.items()}


@cached
def waiting(brand_id: int, now: datetime) -> Waiting:
    """What is open at present."""
    unanswered = col(Case.answered_at).is_(None)
    due = sa.case((unanswered, col(Case.answer_due_at)), else_=col(Case.solve_due_at))
    customers = col(Case.state) == CaseState.WAITING
    count: Callable[..., sa.ColumnElement[int]] = sa.func.count
    query = sa.select(
        count(sa.case((unanswered, 1))),
        count(sa.case((customers & ~unanswered, 1))),
        count(sa.case((due < now, 1))),
        count(),
        sa.func.min(sa.case((unanswered, col(Case.opened_at)))),
    ).where(col(Case.brand_id) == brand_id, col(Case.state).in_(OPEN))
    with database() as session:
        first, theirs, late, every, oldest = session.execute(query).one()
    return Waiting(first, every - first - theirs, theirs, late, oldest)


@cached
def _work(brand_id: int, span: Stretch, zone: ZoneInfo) -> Work:
    """All that the page needs: the stretch, the one before it, and the weeks of the trend."""
    first = stretches.mondays(span.end - timedelta(weeks=WEEKS - 1), span.end, zone)[0]
    begin = min(span.before[0], stretches.midnight(first, zone))
    with database() as session:
        return work(session, brand_id, (begin, span.end))


def _in(every: Work, window: Window) -> Work:
    return every.only(answering.within(every.times.opened, *window))


def _done(times: answering.Times, span: Stretch) -> int:
    return int(np.count_nonzero(answering.within(times, span.start, span.end)))


def _reason(outcome: str) -> str:
    """The reason that a dismissal begins with."""
    word = outcome.split(":", 1)[0].strip()
    return word if word in set(DismissReason) else ""
