"""The SQLite store that is moved: its rows, with values as PostgreSQL can keep them."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import MonitorError
from monitor.store import numbering, sums
from monitor.store.sums import Row, Shape, Sum

UNKNOWN = "\ufffd"
"""Stands for a NUL character, which PostgreSQL keeps in no text."""
_NO_JSON = ("NaN", "Infinity", "\\u0000")
"""What Python writes into JSON and PostgreSQL refuses, or refuses to read."""


def check_references(connection: sqlite3.Connection) -> None:
    """MonitorError when a row names another that is not there: PostgreSQL would not take it."""
    if broken := connection.execute("PRAGMA foreign_key_check").fetchmany(3):
        named = ", ".join(f"{table} (row {row}) names a row of {other}" for table, row, other, _ in broken)
        raise MonitorError(f"the store has rows that name others that are not there: {named}. Restore a back-up")


def numbers_from(connection: sqlite3.Connection) -> dict[str, int]:
    """The tables whose next row gets no number below the one named, because a restore has left a gap."""
    rows = connection.execute("SELECT name, value FROM installation WHERE name GLOB ?", (f"{numbering.BEGIN}*",))
    return {name.removeprefix(numbering.BEGIN): int(value) for name, value in rows}


@dataclass
class Fitting:
    """How often a value was changed so that PostgreSQL takes it, by table and column."""

    changed: dict[str, int] = field(default_factory=dict)

    def note(self, place: str) -> None:
        self.changed[place] = self.changed.get(place, 0) + 1


class Reader:
    """Reads one table of the source as the target keeps it: the same columns, in the order of their names."""

    def __init__(self, connection: sqlite3.Connection, target: Shape, fitting: Fitting, where: str = "") -> None:
        self.shape = sums.shape(connection, target.table)
        if self.shape.columns != target.columns:
            raise MonitorError(f"{target.table} has other columns here than there: the versions do not fit")
        self.found = Sum()
        self._connection = connection
        self._query = self.shape.query + where
        texts = [i for i, kind in enumerate(target.types) if kind in ("text", "character varying")]
        jsons = [i for i, kind in enumerate(target.types) if kind.startswith("json")]
        self._fit = _fit(target, texts, jsons, fitting)

    def batches(self, size: int) -> Iterator[tuple[Sequence[Row], Sequence[Row]]]:
        """Rows as they are kept, and as they are counted into the sum; a batch at a time."""
        for batch in sums.batches(self._connection, self._query, size):
            rows = [self._fit(self.shape.write(row)) for row in batch]
            for row in rows:
                self.found.add(row)
            yield rows, batch


def _fit(
    target: Shape, texts: Sequence[int], jsons: Sequence[int], fitting: Fitting
) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Changes of a row what PostgreSQL does not keep: rarely anything, so it is looked for cheaply."""

    def fit(row: tuple[Any, ...]) -> tuple[Any, ...]:
        changed: dict[int, str] = {}
        for i in texts:
            if row[i] and "\0" in row[i]:
                changed[i] = row[i].replace("\0", UNKNOWN)
        for i in jsons:
            if row[i] and any(sign in row[i] for sign in _NO_JSON) and (clean := _json(row[i])) != row[i]:
                changed[i] = clean
        if not changed:
            return row
        for i in changed:
            fitting.note(f"{target.table}.{target.columns[i]}")
        return tuple(changed.get(i, value) for i, value in enumerate(row))

    return fit


def _json(text: str) -> str:
    found = json.loads(text)
    clean = _clean(found)
    return text if clean == found else json.dumps(clean)


def _clean(value: Any) -> Any:
    """Without numbers that are none, and without NUL characters."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, str):
        return value.replace("\0", UNKNOWN)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    return value
