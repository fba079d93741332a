"""Moves a store from SQLite to PostgreSQL: every row is copied, then both are compared row by row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from monitor.errors import MonitorError
from monitor.moving import target as there
from monitor.moving.source import Fitting, Reader, check_references, numbers_from
from monitor.store import alone, postgresql, sums
from monitor.store.database import check_schema, file_of, open_database
from monitor.store.search_words import tsvector
from monitor.store.sums import Row, Shape, Sum

__all__ = ["BATCH", "Moved", "TableMoved", "compare", "move", "target_of"]

BATCH = 10_000
"""Rows in memory at once."""
Progress = Callable[..., Iterable[Any]]
target_of = postgresql.address


@dataclass(frozen=True, slots=True)
class TableMoved:
    """One table in both databases."""

    table: str
    here: Sum
    there: Sum

    @property
    def is_same(self) -> bool:
        return (self.here.rows, self.here.hash) == (self.there.rows, self.there.hash)


@dataclass
class Moved:
    """What was moved or compared, table by table, and where a value had to be changed to be kept."""

    tables: list[TableMoved] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(one.here.rows for one in self.tables)

    @property
    def different(self) -> list[str]:
        return [one.table for one in self.tables if not one.is_same]


def move(source: str, target: sa.URL, progress: Progress, *, batch: int = BATCH) -> Moved:
    """Copy the store into an empty database; what differs at the end is in the result, and then nothing was kept.

    All is one transaction of the target: killed at any moment, it is as empty as before. MonitorError says what stands
    in the way.
    """
    file = _file(source)
    with alone.errors_told(), alone.held(file) as connection, postgresql.opened(target) as engine:
        check_references(connection)
        there.prepare(engine)
        with postgresql.errors_told(), postgresql.transaction(engine) as filled:
            work = _Work(connection, filled, batch)
            with there.emptied(filled):
                for _ in progress(work.copy(), total=work.steps, label="moving"):
                    pass
            there.number_on(filled, work.shapes, numbers_from(connection))
            for _ in progress(work.compare(), total=work.steps, label="comparing"):
                pass
            if work.moved.different:
                filled.rollback()
                return work.moved
        there.analyze(engine, work.names)
    return work.moved


def compare(source: str, target: sa.URL, progress: Progress, *, batch: int = BATCH) -> Moved:
    """Compare the store with a database that it was moved to; nothing is written."""
    with alone.errors_told(), alone.held(_file(source)) as connection, postgresql.opened(target) as engine:
        check_schema(engine)
        with postgresql.errors_told(), postgresql.transaction(engine) as filled:
            work = _Work(connection, filled, batch)
            for _ in progress(work.read(), total=work.steps, label="reading"):
                pass
            for _ in progress(work.compare(), total=work.steps, label="comparing"):
                pass
    return work.moved


def _file(source: str) -> Path:
    """The file of a store that can be moved, at this version's schema."""
    file = file_of(source)
    if file is None:
        raise MonitorError("only an SQLite store is moved, and database.url names none")
    if not file.exists():
        raise MonitorError(f"there is no database at {file}")
    engine = open_database(source)
    try:
        check_schema(engine)
    finally:
        engine.dispose()
    return file


class _Work:
    """The tables in the order in which they are copied, and what was found in both databases."""

    def __init__(self, source: Any, filled: Any, batch: int) -> None:
        self._source, self._filled, self._batch = source, filled, batch
        self.names = [table.name for table in SQLModel.metadata.sorted_tables] + [sums.WORDS]
        self.shapes = [sums.shape(filled, name) for name in self.names]
        self.steps = sum(-(-sums.count(source, name) // batch) for name in self.names)
        self.moved = Moved()
        self._fitting = Fitting(self.moved.changed)
        self._found: dict[str, Sum] = {}

    def copy(self) -> Iterator[None]:
        """Fill the tables; yields after each batch."""
        for shape in self.shapes:
            for rows in self._rows(shape):
                there.load(self._filled, shape, rows)
                yield

    def read(self) -> Iterator[None]:
        """Only find what the source holds."""
        for shape in self.shapes:
            for _ in self._rows(shape):
                yield

    def _rows(self, shape: Shape) -> Iterator[Sequence[Row]]:
        reader = Reader(self._source, shape, self._fitting, there.besides_own(shape.table))
        for rows, as_they_were in reader.batches(self._batch):
            yield [_with_places(row) for row in as_they_were] if shape.table == sums.WORDS else rows
        self._found[shape.table] = reader.found

    def compare(self) -> Iterator[None]:
        """Read all of the target and put both side by side; yields after each batch."""
        for shape in self.shapes:
            found = Sum()
            query = shape.query + there.besides_own(shape.table)
            for batch in sums.batches(self._filled, query, self._batch):
                for row in batch:
                    found.add(shape.write(row))
                yield
            self.moved.tables.append(TableMoved(shape.table, self._found[shape.table], found))


def _with_places(row: Row) -> Row:
    """The words of a mention with their places, as PostgreSQL's full-text index keeps them."""
    position, words = row
    return position, tsvector(words.split())
