"""The ideas box: what those who answer propose, who wants it too, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dashboard.data.opening import cached, database
from monitor.models import Idea, IdeaState
from monitor.store import ideas as store

MOST = 50


@dataclass(frozen=True, slots=True)
class IdeaRow:
    """One idea. `text` and `answer` are what colleagues wrote."""

    id: int
    theme: str  # slug; "" when it is about none
    case_id: int | None
    text: str
    actor: str
    at: datetime
    state: IdeaState
    answer: str
    decided_by: str
    decided_at: datetime | None
    votes: tuple[str, ...]  # who wants it too, the first one first


@cached
def ideas(brand_id: int, theme: str) -> tuple[IdeaRow, ...]:
    """The ideas for a theme of a brand: those still open first, by votes; at most MOST."""
    with database() as session:
        return _rows(session, store.of_theme(session, brand_id, theme, MOST))


@cached
def of_case(case_id: int) -> tuple[IdeaRow, ...]:
    """The ideas that came from a case."""
    with database() as session:
        return _rows(session, store.of_case(session, case_id))


@cached
def open_ideas(brand_id: int) -> dict[str, int]:
    """How many ideas are proposed or planned, by theme."""
    with database() as session:
        return store.open_by_theme(session, brand_id)


def _rows(session: Session, found: Sequence[Idea]) -> tuple[IdeaRow, ...]:
    votes = store.votes(session, [row.id or 0 for row in found])
    return tuple(
        IdeaRow(
            id=row.id or 0,
            theme=row.theme,
            case_id=row.case_id,
            text=row.text,
            actor=row.actor,
            at=row.at,
            state=row.state,
            answer=row.answer,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            votes=tuple(votes.get(row.id or 0, ())),
        )
        for row in found
    )
