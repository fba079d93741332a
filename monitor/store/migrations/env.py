"""How Alembic reaches our database and writes migrations that do not import our code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import monitor.models  # noqa: F401  (fills the metadata)
from monitor.models.columns import Choice, UtcDateTime
from monitor.store import bi, partitions, serving
from monitor.store.migrations import ALONE
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
    """Leave alone what the full-text index and the partitions keep for themselves."""
    return kind != "table" or not (is_shadow(name) or partitions.is_internal(name))


@contextmanager
def _tables_replaced(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a column by making the table anew: while it does, nothing else may refer to it.

    Foreign keys can be switched off outside of a transaction only; the rows keep their ids, so all is well after it.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()  # of what failed: within a transaction the switch would do nothing
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def run() -> None:
    """All migrations in one transaction: killed in the middle, the database is as it was before."""
    engine: sa.Engine = context.config.attributes["engine"]
    with engine.connect() as connection, _tables_replaced(connection):
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
            grants = bi.drop(connection)  # a view would stand in the way of changing what it reads
            context.run_migrations()
            if context.get_context().get_current_revision() == context.get_head_revision():
                bi.make(connection, grants)
                serving.note(connection, context.script)


run()
