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

ALONE = {
    "sqlite": "BEGIN IMMEDIATE",  # Python's driver begins at the first row that is written, not at a new table
    "postgresql": "SELECT pg_advisory_xact_lock(1702718563)",  # any number that nobody else takes
}
"""Begins the transaction and keeps a second process that migrates waiting until its end."""


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
    """All migrations in one transaction: killed in the middle, the database is as it was before."""
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            render_item=render_item,
            include_name=include_name,
            user_module_prefix="sa.",
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if alone := ALONE.get(connection.dialect.name):
                connection.exec_driver_sql(alone)
            context.run_migrations()


run()
