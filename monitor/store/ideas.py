"""Ideas of those who answer: written, seconded, decided on."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.models import Idea, IdeaState, IdeaVote
from monitor.store import bulk

OPEN = (IdeaState.PROPOSED, IdeaState.PLANNED)


def add(session: Session, idea: Idea) -> Idea:
    """The idea with its id."""
    session.add(idea)
    session.flush()
    return idea


def idea_of(session: Session, idea_id: int) -> Idea | None:
    """The idea as it stands now in the database."""
    return session.exec(select(Idea).where(Idea.id == idea_id).execution_options(populate_existing=True)).first()


def vote(session: Session, idea_id: int, actor: str, now: datetime) -> bool:
    """Let somebody second an idea that is still open; False when they do already, or it is decided."""
    held = sa.update(Idea).where(col(Idea.id) == idea_id, col(Idea.state).in_(OPEN)).values(state=col(Idea.state))
    if not _hit(session, held):  # writing locks the row: nobody decides on it until this is committed
        return False
    return bulk.insert_one(session, IdeaVote, {"idea_id": idea_id, "actor": actor, "at": now})


def take_back(session: Session, idea_id: int, actor: str) -> bool:
    """Take somebody's vote back; False when there is none."""
    return _hit(session, sa.delete(IdeaVote).where(col(IdeaVote.idea_id) == idea_id, col(IdeaVote.actor) == actor))


def decide_if_same(session: Session, idea_id: int, seen: IdeaState, values: dict[str, Any]) -> bool:
    """Write `values` unless the state is no longer what was seen; says if written."""
    statement = sa.update(Idea).where(col(Idea.id) == idea_id, col(Idea.state) == seen)
    return _hit(session, statement.values(**values))


def votes(session: Session, idea_ids: Collection[int]) -> dict[int, list[str]]:
    """Who seconds each of these ideas, the first one first."""
    query = (
        select(IdeaVote.idea_id, IdeaVote.actor)
        .where(col(IdeaVote.idea_id).in_(idea_ids))
        .order_by(col(IdeaVote.at), col(IdeaVote.actor))
    )
    found: dict[int, list[str]] = {}
    for idea_id, actor in session.exec(query):
        found.setdefault(idea_id, []).append(actor)
    return found


def of_theme(session: Session, brand_id: int, theme: str, limit: int) -> list[Idea]:
    """The ideas for a theme of a brand: those still open first, by votes, then the newest."""
    number = select(func.count()).where(IdeaVote.idea_id == Idea.id).scalar_subquery()
    query = (
        select(Idea)
        .where(Idea.brand_id == brand_id, Idea.theme == theme)
        .order_by(col(Idea.state).not_in(OPEN), number.desc(), col(Idea.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))


def open_by_theme(session: Session, brand_id: int) -> dict[str, int]:
    """How many ideas wait for a decision or are planned, by theme."""
    query = (
        select(Idea.theme, func.count())
        .where(Idea.brand_id == brand_id, col(Idea.state).in_(OPEN))
        .group_by(col(Idea.theme))
    )
    return dict(session.exec(query).all())


def of_case(session: Session, case_id: int) -> list[Idea]:
    """The ideas that came from a case, the oldest first."""
    return list(session.exec(select(Idea).where(Idea.case_id == case_id).order_by(col(Idea.id))))


def _hit(session: Session, statement: Any) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's or DELETE's result counts its rows
