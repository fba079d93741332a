"""How much waits, on each list and for each person; and what the lists can be narrowed to."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data import narrowing, opening
from dashboard.data.inbox import OPEN, UNTAKEN, YOUNG, due
from dashboard.data.opening import cached, database
from dashboard.data.queues import Show
from monitor.access import LEAST, Deed
from monitor.cases import CLOSED
from monitor.facts import Dimension
from monitor.jobs.answer.owners import LATELY
from monitor.models import Case, CaseState, Count, Resolution
from monitor.store import owners as who
from monitor.store.owners import Carried


@dataclass(frozen=True, slots=True)
class Workload:
    """How much waits for the people of a brand."""

    unanswered: int  # open cases without a first answer
    overdue: int  # open cases whose answer or solution is late
    unanswered_late: int  # of those without a first answer
    untaken: int  # complaints without a case, of the last week; at most UNTAKEN
    oldest: datetime | None  # when the oldest unanswered case was opened


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has to carry."""

    name: str
    open: int  # cases of all brands
    hostile: int  # cases with texts that are hard to read, of the days of LATELY
    cases: int  # all of theirs in that time
    most: int | None = None  # open cases at once, by config

    @property
    def share(self) -> float:
        """Of hostile texts, 0..1."""
        return self.hostile / self.cases if self.cases else 0.0


def _untaken(session: Session, brand_id: int, now: datetime) -> int:
    some = narrowing.untaken(brand_id, now - YOUNG).order_by(None).limit(UNTAKEN).subquery()
    return int(session.execute(sa.select(func.count()).select_from(some)).scalar_one())


@cached
def workload(brand_id: int, now: datetime) -> Workload:
    with database() as session:
        is_open = (col(Case.brand_id) == brand_id) & col(Case.state).in_(OPEN)
        unanswered, oldest, overdue, late = session.execute(
            sa.select(
                func.coalesce(func.sum(sa.case((col(Case.answered_at).is_(None), 1), else_=0)), 0),
                func.min(sa.case((col(Case.answered_at).is_(None), col(Case.opened_at)))),
                func.coalesce(func.sum(sa.case((due() < now, 1), else_=0)), 0),
                func.count(sa.case((col(Case.answered_at).is_(None) & (col(Case.answer_due_at) < now), 1))),
            ).where(is_open)
        ).one()
        return Workload(unanswered, overdue, late, _untaken(session, brand_id, now), oldest)


@cached
def sizes(brand_id: int, me: str, now: datetime) -> dict[Show, int]:
    """How many complaints each list has; of what nobody has taken up at most UNTAKEN are counted."""
    of_brand = col(Case.brand_id) == brand_id
    due_again = sa.select(func.count()).where(
        of_brand, col(Case.follow_up_at) <= now, col(Case.state) == CaseState.SOLVED
    )
    mine = sa.select(func.count()).where(of_brand, col(Case.owner) == me, col(Case.state).in_(OPEN))
    with database() as session:
        by_state = sa.select(col(Case.state), func.count()).where(of_brand).group_by(col(Case.state))
        states = {row[0]: row[1] for row in session.execute(by_state)}
        untaken = _untaken(session, brand_id, now)
        return {
            Show.OPEN: sum(states.get(state, 0) for state in OPEN) + untaken,
            Show.UNTAKEN: untaken,
            Show.MINE: session.execute(mine).scalar_one() if me else 0,
            Show.FOLLOW_UP: session.execute(due_again).scalar_one(),
            Show.CLOSED: sum(states.get(state, 0) for state in CLOSED),
        }


@cached
def people(now: datetime) -> tuple[Load, ...]:
    """Whom a case can be given to, with what each carries: those of the config, and whoever owns open cases."""
    known = {
        person.name: person.most for person in opening.settings().people if person.role.rank >= LEAST[Deed.WORK].rank
    }
    with database() as session:
        open_cases, lately = who.loads(session), who.carried(session, now - LATELY)
    names = sorted({*known, *open_cases}, key=str.casefold)
    return tuple(_load(name, open_cases, lately.get(name), known.get(name)) for name in names)


def _load(name: str, open_cases: dict[str, int], lately: Carried | None, most: int | None) -> Load:
    return Load(name, open_cases.get(name, 0), lately.hostile if lately else 0, lately.cases if lately else 0, most)


@cached
def owners(brand_id: int) -> tuple[str, ...]:
    """Who owns open cases of a brand."""
    with database() as session:
        rows = session.exec(
            select(Case.owner)
            .where(Case.brand_id == brand_id, col(Case.state).in_(OPEN), Case.owner != "")
            .distinct()
            .order_by(Case.owner)
            .limit(200)
        ).all()
    return tuple(rows)


@cached
def languages(brand_id: int, now: datetime) -> tuple[str, ...]:
    """The languages of a brand's mentions in the last week, the most frequent first."""
    return _keys(brand_id, Dimension.LANGUAGE, now)


@cached
def sources(brand_id: int, now: datetime) -> tuple[str, ...]:
    """The sources of a brand's mentions in the last week, the one with most first."""
    return _keys(brand_id, Dimension.SOURCE, now)


def _keys(brand_id: int, dimension: Dimension, now: datetime) -> tuple[str, ...]:
    with database() as session:
        rows = session.exec(
            select(Count.key)
            .where(
                Count.brand_id == brand_id,
                Count.resolution == Resolution.HOUR,
                Count.dimension == dimension,
                Count.start >= now - YOUNG,
            )
            .group_by(Count.key)
            .having(func.sum(Count.mentions) > 0)  # what was read anew may have left a row of nothing
            .order_by(func.sum(Count.mentions).desc())
            .limit(50)
        ).all()
    return tuple(rows)
