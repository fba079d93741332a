"""Pages as people narrowed them, kept under a name."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.models import SavedView
from monitor.store import bulk


def visible(session: Session, page: str, actor: str) -> list[SavedView]:
    """One's own views of a page, then those that others share, by name."""
    seen = sa.or_(col(SavedView.actor) == actor, col(SavedView.shared))
    query = select(SavedView).where(SavedView.page == page, seen)
    rows = session.exec(query.execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: (row.actor != actor, row.name.casefold(), row.actor))


def count_of(session: Session, actor: str) -> int:
    """How many views somebody keeps."""
    return session.exec(select(func.count()).select_from(SavedView).where(SavedView.actor == actor)).one()


def put(session: Session, view: SavedView) -> SavedView:
    """Keep a view in the place of the one that its owner has of this name and page."""
    same = (col(SavedView.page) == view.page, col(SavedView.actor) == view.actor, col(SavedView.name) == view.name)
    named = {"page": view.page, "actor": view.actor, "name": view.name}
    values = {"query": view.query, "shared": view.shared, "created_at": view.created_at}
    if not bulk.insert_one(session, SavedView, named | values):
        _hit(session, sa.update(SavedView).where(*same).values(**values))
    return session.exec(select(SavedView).where(*same).execution_options(populate_existing=True)).one()


def drop(session: Session, view_id: int) -> bool:
    """Remove a view; says if it was there."""
    return _hit(session, sa.delete(SavedView).where(col(SavedView.id) == view_id))


def _hit(session: Session, statement: Any) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's or DELETE's result counts its rows
