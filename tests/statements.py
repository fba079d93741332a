"""Statements are compiled once in a process of tests, not anew for each test: nearly half of their time went there."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

_COMPILED: dict[Any, Any] = {}


def keep_compiled() -> None:
    """Dialects of one kind count as the same one, so what one engine compiled serves the next; for tests alone.

    An application has one engine, which keeps what it compiled by itself. The caches of SQLAlchemy have the dialect in
    their key: the one of connections, which can be named, and those of the mapped classes, which cannot.
    """
    DefaultDialect.__eq__ = _is_alike  # type: ignore[method-assign]
    DefaultDialect.__hash__ = _kind  # type: ignore[method-assign]
    sa.event.listen(sa.Engine, "engine_connect", _share)


def _is_alike(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other) and one.paramstyle == other.paramstyle


def _kind(dialect: DefaultDialect) -> int:
    return hash((type(dialect), dialect.paramstyle))


def _share(connection: sa.Connection) -> None:
    connection.execution_options(compiled_cache=_COMPILED)
