"""Removes what is no longer kept, a bounded batch at a time."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, exists, select

from monitor.facts import Cell
from monitor.models import (
    Author,
    Brand,
    Case,
    CaseMention,
    CaseState,
    Count,
    Mention,
    Praise,
    Resolution,
    Run,
    RunOutcome,
)
from monitor.store import counts

BATCH = 500
_CLOSED = (CaseState.SOLVED, CaseState.DISMISSED)


def fine_cells(session: Session) -> list[tuple[int, Cell]]:
    """The brands and cells that have 5-minute counts."""
    brands = session.exec(select(col(Brand.id))).all()
    return [
        (brand_id, cell)
        for brand_id in brands
        if brand_id is not None
        for cell in counts.cells(session, brand_id, Resolution.FIVE_MINUTES)
    ]


def remove_fine_counts(session: Session, brand_id: int, cell: Cell, before: datetime) -> int:
    """Remove the 5-minute counts of one cell that start before that time; how many. One range of the primary key."""
    return _hit(
        session,
        sa.delete(Count).where(
            col(Count.brand_id) == brand_id,
            col(Count.resolution) == Resolution.FIVE_MINUTES,
            col(Count.dimension) == cell.dimension,
            col(Count.key) == cell.key,
            col(Count.start) < before,
        ),
    )


def remove_runs(session: Session, before: datetime) -> int:
    """Remove a batch of ended Runs that started before that time; how many.

    The last good crawl of a source stays however old it is: the next one must know since when nobody looked.
    """
    later = sa.orm.aliased(Run)
    newer_good = exists().where(
        col(later.source_id) == col(Run.source_id),
        col(later.job) == col(Run.job),
        col(later.outcome) == RunOutcome.OK,
        col(later.started_at) > col(Run.started_at),
    )
    needed = sa.and_(col(Run.source_id).is_not(None), col(Run.outcome) == RunOutcome.OK, ~newer_good)
    old = (
        select(Run.id)
        .where(Run.started_at < before, col(Run.outcome) != RunOutcome.RUNNING, ~needed)
        .order_by(col(Run.id))
        .limit(BATCH)
    )
    ids = list(session.exec(old))
    return _hit(session, sa.delete(Run).where(col(Run.id).in_(ids))) if ids else 0


def forget_names(session: Session, before: datetime, after_id: int) -> tuple[int, int | None]:
    """Forget a batch of display names of authors not seen since `before`, from the row after `after_id` on.

    A name stays while a case that one of the author's texts opened, or was linked to, is open or was solved after
    `before`, and as long after a praise of theirs was found. Gives how many were forgotten and the row reached, None
    at the end.
    """
    theirs = col(Mention.author_id) == col(Author.id)
    lives = sa.or_(col(Case.state).not_in(_CLOSED), col(Case.solved_at) >= before)
    needed = exists().where(theirs, col(Case.mention_id) == col(Mention.id), lives)
    linked = exists().where(
        theirs, col(CaseMention.mention_id) == col(Mention.id), col(CaseMention.case_id) == col(Case.id), lives
    )
    praised = exists().where(theirs, col(Praise.mention_id) == col(Mention.id), col(Praise.found_at) >= before)
    query = (
        select(Author.id)
        .where(
            col(Author.id) > after_id,
            col(Author.display_name).is_not(None),
            Author.last_seen_at < before,
            ~needed,
            ~linked,
            ~praised,
        )
        .order_by(col(Author.id))
        .limit(BATCH)
    )
    ids = list(session.exec(query))
    if not ids:
        return 0, None
    return _hit(session, sa.update(Author).where(col(Author.id).in_(ids)).values(display_name=None)), ids[-1]


def _hit(session: Session, statement: Any) -> int:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a DELETE's or UPDATE's result counts its rows
