"""What a database says in the end, without ids and times of our own: two runs that lost nothing say the same."""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

import monitor.models  # noqa: F401 (fills the metadata)

LEFT_OUT = {"run", "job_health", "channel_health"}
"""How it went, not what came of it: a killed run is a run too."""
ONCE = "coverage"
"""Each good crawl may add a stretch, and the killed one adds none."""
KEPT_TIMES = {"published_at", "counted_at", "start"}
"""Event times; all others are of our own clock. Those of a primary key are kept too."""
LEFT_OUT_COLUMNS = {("alert", "attempts"), ("report", "figures"), ("coverage", "start"), ("coverage", "end")}

Row = tuple[tuple[str, Any], ...]
State = dict[str, Counter[Row]]


def state_of(url: str) -> State:
    """The rows of every table under stable keys, how often each is there; fails when a file is damaged."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name != "sqlite":
                return _Reader(connection).state()
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            return _Reader(connection).state() | _searchable(connection)
    finally:
        engine.dispose()


def differences(found: State, expected: State) -> list[str]:
    """What is missing and what is too much, one line each."""
    lines = []
    for table in expected:
        lines += [f"lost from {table}: {dict(row)} x{n}" for row, n in (expected[table] - found[table]).items()]
        lines += [f"too much in {table}: {dict(row)} x{n}" for row, n in (found[table] - expected[table]).items()]
    return lines


class _Reader:
    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._names: dict[tuple[str, Any], Any] = {}

    def state(self) -> State:
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name not in LEFT_OUT]
        found = {table.name: Counter(self._row(table, row) for row in self._rows(table)) for table in tables}
        return found | {ONCE: Counter(set(found[ONCE]))}

    def _rows(self, table: sa.Table) -> list[sa.RowMapping]:
        return list(self._connection.execute(sa.select(table)).mappings())

    def _row(self, table: sa.Table, row: sa.RowMapping, *, deep: bool = True) -> Row:
        return tuple((c.name, self._value(c, row[c.name], deep)) for c in table.columns if _is_stable(table, c, deep))

    def _value(self, column: sa.Column[Any], value: Any, deep: bool) -> Any:
        if value is None:
            return None
        for key in column.foreign_keys:
            return self._name(key.column, value)
        if isinstance(value, float):
            return round(value, 9)
        if isinstance(value, dict | list):
            return json.dumps(value, sort_keys=True, default=str) if deep else None
        return value

    def _name(self, column: sa.Column[Any], value: Any) -> Any:
        """What a row is called by those that refer to it: its own stable columns."""
        table = column.table
        if (table.name, value) not in self._names:
            self._names[table.name, value] = value  # a row that refers to itself
            found = self._connection.execute(sa.select(table).where(column == value)).mappings().one()
            self._names[table.name, value] = self._row(table, found, deep=False)
        return self._names[table.name, value]


def _is_stable(table: sa.Table, column: sa.Column[Any], deep: bool) -> bool:
    if (table.name, column.name) in LEFT_OUT_COLUMNS or (not deep and _refers(column)):
        return False
    is_time = isinstance(column.type, sa.DateTime) or "DateTime" in type(column.type).__name__
    if is_time:
        return column.name in KEPT_TIMES or column.primary_key
    own_id = column.primary_key and len(table.primary_key.columns) == 1 and isinstance(column.type, sa.Integer)
    return not own_id or bool(column.foreign_keys)


def _refers(column: sa.Column[Any]) -> bool:
    """To a row of the same table: following these could go round in circles."""
    return any(key.column.table is column.table for key in column.foreign_keys)


def _searchable(connection: sa.Connection) -> State:
    """The full-text tables: each consistent, and with how many entries."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    state: State = {}
    for (name,) in connection.exec_driver_sql(query).all():
        connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('integrity-check')")
        number = connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
        state[name] = Counter({(("entries", number),): 1})
    return state
