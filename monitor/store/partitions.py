"""Months of mentions on PostgreSQL: each is a range of ids, kept in partitions of its own, which can be dropped whole.

The id of a mention is `months since 1970 << 32 | number`, the month being that in which it was collected. Rows from
before partitions, and those that were moved here from SQLite, have smaller ids and lie in the first partition.
"""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

TABLES = ("mention", "mention_brand", "assessment", "snapshot")
"""What is partitioned, at the same bounds; what refers to others comes after them."""
KEYS = "mention_key"
"""The table that knows which mention has which (kind, host, external_id), kept by triggers."""
SEQUENCE, SEQUENCE_BITS = "mention_number", 32
REACHED = "mention_months"
"""The row of Installation with the last month that has partitions: ids go no further."""
AHEAD = 3
"""So many months have their partitions before they begin."""
LOCK_MILLISECONDS = 500
"""So long a month waits to be dropped; everybody who comes then waits behind it. After 1,000, others would be ended."""
_PARTS = sa.text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST('mention' AS regclass)")
_ONE = re.compile(rf"(?:{'|'.join(TABLES)})_(?:first|[0-9]{{6}})")
_ALONE = sa.text("SELECT pg_advisory_xact_lock(1702718565)")  # any number that nobody else takes


def month_of(moment: datetime) -> int:
    """The months between January 1970 and this moment, in UTC."""
    at = moment.astimezone(UTC)
    return (at.year - 1970) * 12 + at.month - 1


def first_id(month: int) -> int:
    """The lowest id of a mention that was collected in that month."""
    return month << SEQUENCE_BITS


def starts_at(month: int) -> datetime:
    """The beginning of a month."""
    return datetime(1970 + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def name_of(table: str, month: int) -> str:
    return f"{table}_{1970 + month // 12}{month % 12 + 1:02}"


def is_internal(name: str | None) -> bool:
    """Whether a table is one of those that the models do not know: a partition, or the keys."""
    return name is not None and (name == KEYS or _ONE.fullmatch(name) is not None)


def make_ahead(engine: sa.Engine) -> bool:
    """Make partitions of this month, by the server's clock, and the next ones where they are missing; none on SQLite.

    False where others would have to wait for it: there is time to try it again.
    """
    if engine.dialect.name != "postgresql":
        return True
    try:
        with engine.begin() as connection:
            this = month_of(connection.execute(sa.select(sa.func.now())).scalar_one())
            if _reached(connection) < this + AHEAD:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
                connection.execute(_ALONE)
                for month in range(this, this + AHEAD + 1):
                    ensure(connection, month)
    except OperationalError as error:
        if not _waited(error):
            raise
        return False
    return True


def ensure(connection: sa.Connection, month: int) -> None:
    """Make the partitions of one month where they are missing, and let ids reach it."""
    for table in TABLES:
        bounds = f"FROM ({first_id(month)}) TO ({first_id(month + 1)})"
        connection.exec_driver_sql(
            f"CREATE TABLE IF NOT EXISTS {name_of(table, month)} PARTITION OF {table} FOR VALUES {bounds}"
        )
    if _reached(connection) < month:
        further = sa.text("UPDATE installation SET value = :month WHERE name = :name")
        connection.execute(further, {"month": str(month), "name": REACHED})


def past_months(connection: sa.Connection) -> list[int]:
    """The months that have partitions of their own and are over by the server's clock, the oldest first."""
    this = month_of(connection.execute(sa.select(sa.func.now())).scalar_one())
    found = (_ONE.fullmatch(name) for name in connection.scalars(_PARTS))
    names = [match[0].rpartition("_")[2] for match in found if match]
    known = ((int(name[:4]) - 1970) * 12 + int(name[4:]) - 1 for name in names if name.isdecimal())
    return sorted(month for month in known if month < this)


def drop(engine: sa.Engine, month: int) -> bool:
    """Drop the partitions of a month with all their rows; False where others would have to wait for it, or need one.

    Whoever goes on working is in the way for a moment only: it gives up before anybody is taken for deadlocked.
    """
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            connection.exec_driver_sql(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
            for table in reversed(TABLES):
                name = name_of(table, month)
                connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {name}")
                connection.exec_driver_sql(f"DROP TABLE {name}")
    except IntegrityError:  # somebody made a case of one of its texts
        return False
    except OperationalError as error:
        if not _waited(error):
            raise
        return False
    return True


def _waited(error: OperationalError) -> bool:
    """Whether somebody who reads for long, or wrote meanwhile, was in the way."""
    return getattr(error.orig, "sqlstate", "") in ("55P03", "40P01")


def _reached(connection: sa.Connection) -> int:
    told = sa.text("SELECT value FROM installation WHERE name = :name")
    return int(connection.execute(told, {"name": REACHED}).scalar_one())
