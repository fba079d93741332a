"""How Alembic reaches our database and writes migrations that do not import our code."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import monitor.models  # noqa: F401  (fills the metadata)
from monitor.models.columns import Choice, UtcDateTime
from monitor.store.search import is_shadow


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as the plain types they are stored as."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Choice):
        return "sa.String(length=32)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave alone what the full-text index keeps for itself."""
    return kind != "table" or not is_shadow(name)


def run() -> None:
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            render_item=render_item,
            include_name=include_name,
            user_module_prefix="sa.",
        )
        with context.begin_transaction():
            context.run_migrations()


run()
