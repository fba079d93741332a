"""What tests do to a database in its own words: SQLite's or PostgreSQL's."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa

_FORBID = {"sqlite": "PRAGMA query_only = ON", "postgresql": "SET TRANSACTION READ ONLY"}
_ALLOW = {"sqlite": "PRAGMA query_only = OFF", "postgresql": "SET TRANSACTION READ WRITE"}
_EVER = {"sqlite": _FORBID["sqlite"], "postgresql": "SET default_transaction_read_only = on"}
_LOCK = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "LOCK TABLE {table}"}
_HASTE = {"sqlite": "PRAGMA busy_timeout = 20", "postgresql": "SET LOCAL lock_timeout = 20"}


def forbid_writes(connection: sa.Connection) -> None:
    """From now on nothing can be written in this transaction (with SQLite: by this connection)."""
    connection.exec_driver_sql(_FORBID[connection.dialect.name])


def allow_writes(connection: sa.Connection) -> None:
    connection.exec_driver_sql(_ALLOW[connection.dialect.name])


@contextmanager
def no_room(engine: sa.Engine) -> Iterator[None]:
    """A disk on which nothing at all can be written."""

    def stop(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute(_EVER[engine.dialect.name])
        connection.commit()

    sa.event.listen(engine, "connect", stop)
    engine.dispose()
    yield
    sa.event.remove(engine, "connect", stop)
    engine.dispose()


@contextmanager
def locked(connection: sa.Connection, table: str) -> Iterator[None]:
    """Another process keeps the table for itself, and our connection does not wait for long."""
    other = sa.create_engine(connection.engine.url)
    with other.connect() as holder:
        holder.exec_driver_sql(_LOCK[connection.dialect.name].format(table=table))
        connection.exec_driver_sql(_HASTE[connection.dialect.name])
        yield
    other.dispose()


def rows_of(engine: sa.Engine) -> dict[str, list[str]]:
    """All rows of all tables, in an order."""
    kept = sa.MetaData()
    kept.reflect(engine, resolve_fks=False)
    with engine.connect() as connection:
        return {name: sorted(map(str, connection.execute(sa.select(table)))) for name, table in kept.tables.items()}
