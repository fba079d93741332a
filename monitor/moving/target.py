"""The PostgreSQL database that a store is moved to: empty before, and filled in one transaction or not at all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from monitor.errors import MonitorError, SchemaOutOfDate
from monitor.store import bi, numbering, partitions, serving, sums
from monitor.store.database import schema_of, upgrade
from monitor.store.migrations import ALONE
from monitor.store.postgresql import transaction
from monitor.store.sums import Row, Shape, quoted

if TYPE_CHECKING:
    import psycopg

OWN_FACTS = (bi.MADE, serving.NAME, partitions.REACHED)
"""Rows of Installation that every database makes for itself."""
_SORTING_MEMORY = "256MB"
_ERROR_AT = re.compile(r"COPY \S+, line (\d+)(?:, column (\w+))?")
_KEYS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND conparentid = 0 AND connamespace = current_schema()::regnamespace
AND conrelid::regclass::text = ANY(%s)"""
_INDEXES = """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
WHERE t.relnamespace = current_schema()::regnamespace AND i.indrelid::regclass::text = ANY(%s)
AND NOT c.relispartition AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""
_SEQUENCES = """SELECT pg_get_serial_sequence(%s, 'id')"""


def prepare(engine: sa.Engine) -> None:
    """Bring an empty database to our schema; MonitorError when it is not empty, or cannot hold all signs."""
    with engine.connect() as connection:
        encoding = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            remedy = "make one with `createdb --encoding UTF8 --template template0 NAME`"
            raise MonitorError(f"the target keeps texts as {encoding}, which has not all letters: {remedy}")
        known = set(sa.inspect(connection).get_table_names())
    found = schema_of(engine)
    if found.is_ahead:
        raise SchemaOutOfDate(f"the target is at schema {found.found}, of a newer Emberwatch: install that version")
    if found.found is None and (taken := sorted(known & {*SQLModel.metadata.tables, sums.WORDS})):
        raise MonitorError(f"the target has tables of others that are called like ours: {', '.join(taken)}. {_NEW}")
    if found.found is not None:
        with transaction(engine) as connection:
            check_empty(connection)
    upgrade(engine)


_NEW = "Name an empty database, such as one that `createdb` has just made"


def check_empty(connection: "psycopg.Connection[Any]") -> None:
    """MonitorError when a table has rows that did not come with the schema."""
    for table in sums.tables(connection):
        asked = f"SELECT 1 FROM {quoted(table)}{besides_own(table)} LIMIT 1"  # noqa: S608 (names of our own schema)  # nosec B608
        if connection.execute(asked.encode()).fetchone():
            raise MonitorError(f"the target is not empty: {table} has rows. Nothing was changed. {_NEW}")


def besides_own(table: str) -> str:
    """What leaves out the facts that every database makes for itself, and the next numbers, which become sequences."""
    own = ", ".join(f"'{name}'" for name in OWN_FACTS)
    begin = f"substr(name, 1, {len(numbering.BEGIN)})"
    return f" WHERE name NOT IN ({own}) AND {begin} <> '{numbering.BEGIN}'" if table == "installation" else ""


@contextmanager
def emptied(connection: "psycopg.Connection[Any]") -> Iterator[None]:
    """The tables for us alone, without keys to check and indexes to keep at every row; they come back at the end.

    Both are made anew from all rows at once, in the same transaction: that is faster, and as strict.
    """
    tables = sums.tables(connection)
    connection.execute(ALONE["postgresql"].encode())
    connection.execute(f"SET LOCAL maintenance_work_mem = '{_SORTING_MEMORY}'".encode())
    names = ", ".join(quoted(table) for table in tables)
    connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT".encode())
    check_empty(connection)
    named = [quoted(table) for table in tables] + list(tables)
    keys = connection.execute(_KEYS.encode(), (named,)).fetchall()
    indexes = connection.execute(_INDEXES.encode(), (named,)).fetchall()
    for table, name, _ in keys:
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {quoted(name)}".encode())
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    others = ", ".join(quoted(table) for table in tables if table != "installation")
    connection.execute(f"TRUNCATE {others}".encode())  # an earlier move that was killed has left its space behind
    yield
    for _, definition in indexes:
        connection.execute(definition.replace(" ON ONLY ", " ON ", 1).encode())
    for table, name, definition in keys:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {quoted(name)} {definition}".encode())


def load(connection: "psycopg.Connection[Any]", shape: Shape, rows: Sequence[Row]) -> None:
    """Add a batch of rows; MonitorError names the row that PostgreSQL does not take."""
    import psycopg

    columns = ", ".join(quoted(name) for name in shape.columns)
    try:
        with connection.cursor() as cursor, cursor.copy(
            f"COPY {quoted(shape.table)} ({columns}) FROM STDIN".encode()
        ) as copy:  # fmt: skip
            for row in rows:
                copy.write_row(row)
    except psycopg.DataError as error:
        raise MonitorError(_not_taken(shape, rows, error)) from error


def _not_taken(shape: Shape, rows: Sequence[Row], error: "psycopg.Error") -> str:
    """Which row it was, by its keys, and never its text."""
    found = _ERROR_AT.search(error.diag.context or "")
    row = dict(zip(shape.columns, rows[int(found[1]) - 1], strict=True)) if found else {}
    named = ", ".join(f"{name} {row[name]}" for name in row if name in ("id", "position") or name.endswith("_id"))
    column = f".{found[2]}" if found and found[2] else ""
    why = error.diag.message_primary or type(error).__name__
    return f"PostgreSQL does not take {shape.table}{column} of the row with {named or 'unknown keys'}: {why}"


def number_on(connection: "psycopg.Connection[Any]", shapes: Sequence[Shape], begins: Mapping[str, int]) -> None:
    """Let the next rows have numbers that are free, of some tables none below a certain one."""
    for shape in shapes:
        if "id" not in shape.columns:
            continue
        (sequence,) = connection.execute(_SEQUENCES.encode(), (quoted(shape.table),)).fetchone() or (None,)
        if sequence is not None:
            newest = f"(SELECT max(id) FROM {quoted(shape.table)})"  # noqa: S608 (a name of our own schema)  # nosec B608
            free = f"greatest(coalesce({newest}, 0) + 1, {begins.get(shape.table, 1)})"
            connection.execute(f"SELECT setval('{sequence}', {free}, false)".encode())


def analyze(engine: sa.Engine, tables: Sequence[str]) -> None:
    """Let PostgreSQL know what is in the tables, so that its first plans are good ones."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ANALYZE {', '.join(quoted(table) for table in tables)}")
