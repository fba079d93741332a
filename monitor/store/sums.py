"""What a database holds, table by table: how many rows, and a sum of hashes, the same in SQLite and PostgreSQL.

A row's hash is made of its values in the order of the columns' names, each written the same way whichever database
they come from; the sum of all is the same in whatever order the rows come. So a copy can be compared with what it was
made of, however large both are, in the memory of one batch.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, Protocol
from uuid import uuid4

from monitor.store.search import is_shadow

BATCH = 5_000
WORDS = "search_words"
"""The full-text index: a virtual table in SQLite, one with a tsvector in PostgreSQL."""
_BITS = 128
_NOT_KEPT = re.compile(r"alembic_version|sqlite_.*")
"""The number of the schema is told apart, and SQLite keeps some tables for itself."""
_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname"""
_COLUMNS = """SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attname"""
_AS_IT_IS = re.compile(
    r"smallint|integer|bigint|double precision|boolean|bytea|text|character varying|date|timestamp.*"
)
"""Types of PostgreSQL whose values come as Python has them; all others are asked for as text."""

Row = Sequence[Any]


class Connection(Protocol):
    """What the drivers of both databases give: `sqlite3.Connection` and `psycopg.Connection`."""

    def cursor(self, *args: Any, **named: Any) -> Any: ...


@dataclass(slots=True)
class Sum:
    """Rows that were counted, and the sum of their hashes."""

    rows: int = 0
    total: int = 0

    def add(self, row: tuple[Any, ...]) -> None:
        """Count a row of values as `written` makes them."""
        self.rows += 1
        self.total += int.from_bytes(blake2b(repr(row).encode(), digest_size=_BITS // 8).digest(), "big")

    @property
    def hash(self) -> str:
        """The sum as people compare it."""
        return f"{self.total % (1 << _BITS):0{_BITS // 4}x}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it is read for its sum: its columns by name, how each is asked for, and how its values are written."""

    table: str
    columns: tuple[str, ...]
    asked: tuple[str, ...]
    written: tuple[Callable[[Any], Any] | None, ...]
    types: tuple[str, ...] = field(default=())

    @property
    def query(self) -> str:
        return f"SELECT {', '.join(self.asked)} FROM {quoted(self.table)}"  # noqa: S608 (names of our own schema)  # nosec B608

    def write(self, row: Row) -> tuple[Any, ...]:
        """The values of a row, the same from both databases."""
        return tuple(
            value if how is None or value is None else how(value) for how, value in zip(self.written, row, strict=True)
        )


def quoted(name: str) -> str:
    """A name of a table or column as both databases take it."""
    return '"' + name.replace('"', '""') + '"'


def is_sqlite(connection: Connection) -> bool:
    return type(connection).__module__.startswith("sqlite3")


def tables(connection: Connection) -> list[str]:
    """The names of all tables with what is kept, the full-text index too."""
    if not is_sqlite(connection):
        found = [name for (name,) in _all(connection, _TABLES)]
    else:
        found = [name for (name,) in _all(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = [name for name in found if name == WORDS or not is_shadow(name)]
    return sorted(name for name in found if not _NOT_KEPT.fullmatch(name))


def shape(connection: Connection, table: str) -> Shape:
    """How a table of this database is read."""
    if is_sqlite(connection):
        return _words_of_sqlite() if table == WORDS else _sqlite_shape(connection, table)
    found = _all(connection, _COLUMNS, (quoted(table),))
    names, types = tuple(name for name, _ in found), tuple(kind for _, kind in found)
    pairs = [_postgresql_column(quoted(name), kind) for name, kind in found]
    return Shape(table, names, tuple(asked for asked, _ in pairs), tuple(how for _, how in pairs), types)


def all_of(connection: Connection) -> Iterator[tuple[str, Sum]]:
    """Read a whole database; gives a table again after every batch, with what was found of it by then."""
    for table in tables(connection):
        how, found = shape(connection, table), Sum()
        yield table, found
        for batch in batches(connection, how.query):
            for row in batch:
                found.add(how.write(row))
            yield table, found


def steps(connection: Connection) -> int:
    """How often `all_of` gives something."""
    return sum(1 - (-count(connection, table) // BATCH) for table in tables(connection))


def count(connection: Connection, table: str) -> int:
    """How many rows a table has."""
    counted = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608 (a name of our own schema)  # nosec B608
    return int(_all(connection, counted)[0][0])


def batches(connection: Connection, query: str, size: int = BATCH) -> Iterator[list[Row]]:
    """The rows that a query finds, a batch at a time; PostgreSQL keeps the rest on its side."""
    named: dict[str, Any] = {} if is_sqlite(connection) else {"name": f"sums_{uuid4().hex}", "binary": True}
    cursor = connection.cursor(**named)
    try:
        cursor.execute(query)
        while batch := cursor.fetchmany(size):
            yield batch
    finally:
        cursor.close()


def _all(connection: Connection, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
    cursor = connection.cursor()
    try:
        cursor.execute(query, values) if values else cursor.execute(query)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _sqlite_shape(connection: Connection, table: str) -> Shape:
    """SQLite keeps times as text, and only by the declared type is it known that they are times."""
    found = sorted((row[1], str(row[2]).lower()) for row in _all(connection, f"PRAGMA table_info({quoted(table)})"))
    hows = tuple(_sqlite_time if kind.startswith(("datetime", "timestamp")) else None for _, kind in found)
    names = tuple(name for name, _ in found)
    return Shape(table, names, tuple(quoted(name) for name in names), hows, tuple(kind for _, kind in found))


def _words_of_sqlite() -> Shape:
    return Shape(WORDS, ("position", "words"), ("rowid", "words"), (None, _words))


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(text.split())))


def _sqlite_time(text: str) -> str:
    """As SQLAlchemy writes it, `2026-03-02 12:00:00.000000`; what came by other ways may be shorter."""
    return text if len(text) == 26 else _time(datetime.fromisoformat(text))


def _time(moment: datetime) -> str:
    """Without a zone, as the models read it: where an old column has one, its time is that of the connection."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def _postgresql_column(name: str, kind: str) -> tuple[str, Callable[[Any], Any] | None]:
    if kind == "tsvector":  # words by their places look otherwise in SQLite; which words there are is the same
        return f"tsvector_to_array({name})", lambda words: tuple(sorted(words))
    if not _AS_IT_IS.fullmatch(kind):
        return f"{name}::text", None
    if kind == "boolean":
        return name, int
    if kind.startswith("timestamp"):
        return name, _time
    return name, date.isoformat if kind == "date" else bytes if kind == "bytea" else None
