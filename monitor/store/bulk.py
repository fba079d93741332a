"""Writes many rows at once, past the unit of work of the session but in its transaction."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

_DIALECTS: dict[str, Any] = {"sqlite": sqlite, "postgresql": postgresql}


def insert(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that all name the same columns; `defaults` has what the others must say."""
    if rows:
        _run(session, table, sa.insert(table), rows)


def upsert(
    session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]], key: str, least: str = ""
) -> None:
    """Add rows; where a row with this unique column is there already, write over it, but never with None.

    In the column `least` only a smaller value is written, and nothing over None.
    """
    if rows:
        _run(session, table, _upsert(table, session.get_bind().dialect.name, key, least, tuple(rows[0])), rows)
        _read_again(session, table)


def insert_missing(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, of which those that are there already, also by another process, stay as they are."""
    if rows:
        statement = _DIALECTS[session.get_bind().dialect.name].insert(table).on_conflict_do_nothing()
        _run(session, table, statement, rows)


def insert_one(session: Session, table: type[SQLModel], row: Mapping[str, Any]) -> bool:
    """Add a row unless it is there already, also by another process; says if it was added.

    In the session's own transaction: with SQLite, a savepoint that nothing was written before commits when it ends.
    """
    session.flush()
    statement = _DIALECTS[session.get_bind().dialect.name].insert(table).on_conflict_do_nothing()
    added = statement.returning(sa.inspect(table).primary_key[0])  # the count of rows is not told everywhere
    return session.connection().execute(added, row).first() is not None


def update(session: Session, table: type[SQLModel], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Change columns of rows, each named by its id."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row_id, values in sorted(changes.items()):
        alike.setdefault(tuple(sorted(values)), []).append({"row_id": row_id, **values})
    if alike:
        session.flush()
        by_id = sa.update(table).where(sa.inspect(table).columns["id"] == sa.bindparam("row_id"))
        for rows in alike.values():
            session.connection().execute(by_id, rows)
        _read_again(session, table)


def change(
    session: Session, table: type[SQLModel], where: Mapping[str, Sequence[Any]], to: Mapping[str, Sequence[Any]]
) -> None:
    """Write columns of many rows: the n-th value of each of `to` where the row has the n-th of each of `where`.

    On PostgreSQL it is one statement. Objects that the session has loaded are not told.
    """
    given = {**{f"where_{name}": column for name, column in where.items()}, **{f"to_{n}": one for n, one in to.items()}}
    if not next(iter(given.values())):
        return
    if session.get_bind().dialect.name == "postgresql":
        statement = _change_listed(table, tuple(where), tuple(to))
        session.connection().execute(statement, {f"all_{name}": list(column) for name, column in given.items()})
    else:
        rows = [dict(zip(given, row, strict=True)) for row in zip(*given.values(), strict=True)]
        session.connection().execute(_change_each(table, tuple(where), tuple(to)), rows)


def save(session: Session, rows: Iterable[SQLModel], *names: str) -> None:
    """Write these columns of objects of one table, those in which one was changed, at once instead of one by one."""
    changed = [row for row in rows if any(sa.inspect(row).attrs[name].history.has_changes() for name in names)]
    if not changed:
        return
    table = type(changed[0])
    keys = [str(column.key) for column in sa.inspect(table).primary_key]
    where = {key: [getattr(row, key) for row in changed] for key in keys}
    change(session, table, where, {name: [getattr(row, name) for row in changed] for name in names})
    for row in changed:
        for name in names:
            set_committed_value(row, name, getattr(row, name))


class _Numbers(sa.TypeDecorator[list[int]]):
    """Numbers as PostgreSQL writes an array: the driver would look at each of them for what it is."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else f"{{{','.join(map(str, map(int, value)))}}}"


def among(column: Any, name: str) -> dict[str, sa.ColumnElement[bool]]:
    """By dialect: that a column is one of the numbers given by that name; on PostgreSQL as one value, however many.

    A list that is written out is put together, sent and taken apart again value by value.
    """
    return {
        "sqlite": column.in_(sa.bindparam(name, expanding=True)),
        "postgresql": column == sa.any_(sa.cast(sa.bindparam(name, type_=_Numbers()), postgresql.ARRAY(column.type))),
    }


def defaults(table: type[SQLModel]) -> dict[str, Any]:
    """What a new row says unless told otherwise, where that is not None: Core does not know the classes' defaults."""
    fields = table.model_fields.items()
    found = {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}
    return {name: value for name, value in found.items() if value is not None}


def _run(session: Session, table: type[SQLModel], statement: sa.Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows; on PostgreSQL with one statement that is given each column as a list, else row by row."""
    session.flush()
    columns = tuple(rows[0])
    if session.get_bind().dialect.name == "postgresql" and _is_listable(table, columns):
        statement = statement.from_select(columns, _lists(table, columns), include_defaults=False)
        lists = {f"all_{name}": [row[name] for row in rows] for name in columns}
        session.connection().execute(statement, lists)
    else:
        session.connection().execute(statement, rows)


def _is_listable(table: type[SQLModel], columns: tuple[str, ...]) -> bool:
    """JSON is a list itself as often as not."""
    stored = sa.inspect(table).columns
    return not any(isinstance(stored[name].type, sa.JSON) for name in columns)


@cache
def _lists(table: type[SQLModel], columns: tuple[str, ...]) -> sa.Select[Any]:
    rows = _given({name: sa.inspect(table).columns[name].type for name in columns})
    return sa.select(*(rows.c[name] for name in columns))


def _given(types: Mapping[str, sa.types.TypeEngine[Any]]) -> sa.TableValuedAlias:
    """Rows made of a list for each column."""
    lists = (sa.bindparam(f"all_{name}", type_=postgresql.ARRAY(one)) for name, one in types.items())
    rows = sa.func.unnest(*lists).table_valued(*(sa.column(name, one) for name, one in types.items()), name="given")
    return rows.render_derived()


@cache
def _change_listed(table: type[SQLModel], where: tuple[str, ...], to: tuple[str, ...]) -> sa.Update:
    stored = sa.inspect(table).columns
    types = {f"where_{name}": stored[name].type for name in where} | {f"to_{name}": stored[name].type for name in to}
    rows = _given(types)
    found = sa.update(sa.inspect(table).local_table).where(*(stored[name] == rows.c[f"where_{name}"] for name in where))
    return found.values({name: rows.c[f"to_{name}"] for name in to})


@cache
def _change_each(table: type[SQLModel], where: tuple[str, ...], to: tuple[str, ...]) -> sa.Update:
    stored = sa.inspect(table).columns
    named = (stored[name] == sa.bindparam(f"where_{name}", type_=stored[name].type) for name in where)
    values = {name: sa.bindparam(f"to_{name}", type_=stored[name].type) for name in to}
    return sa.update(sa.inspect(table).local_table).where(*named).values(values)


@cache
def _upsert(table: type[SQLModel], dialect: str, key: str, least: str, columns: tuple[str, ...]) -> sa.Insert:
    statement = _DIALECTS[dialect].insert(table)
    stored = sa.inspect(table).columns
    told: dict[str, sa.ColumnElement[Any]] = {
        name: sa.func.coalesce(statement.excluded[name], stored[name]) for name in columns if name != key
    }
    if least:
        smaller = (statement.excluded[least] < stored[least], statement.excluded[least])
        told[least] = sa.case(smaller, else_=stored[least])
    return statement.on_conflict_do_update(index_elements=[key], set_=told)  # type: ignore[no-any-return]


def _read_again(session: Session, table: type[SQLModel]) -> None:
    """What the session has loaded of this table may be out of date now."""
    for row in session.identity_map.values():
        if isinstance(row, table):
            session.expire(row)
