"""Large filled databases on PostgreSQL: the first million is written as in `benchmarks.filled`, the rest copies it.

    python -m benchmarks.filled_postgresql --mentions 10000000

A copy has ids, addresses and words of its own, and is said some seconds after the text that it is made of, by the same
authors about the same brands. So words are as rare or common among ten millions as in one, and a day has ten times as
many mentions. A database is made once per size and kept on the server; benchmarks that write to it say so.
"""

import argparse
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa

from benchmarks import postgresql
from benchmarks.filled import fill, plan_of
from monitor import models as tables
from monitor.store import partitions
from monitor.store.database import newest_revision, open_database, upgrade
from monitor.store.search import ID_BITS

FIRST = 1_000_000
"""So many are written one by one, at most."""
_SHIFT, _LATER = f"+ copy * {FIRST}", "+ copy * interval '1 second'"
COPIED: dict[str, dict[str, str]] = {
    "story": {"id": _SHIFT, "fingerprint": "|| copy", "first_seen_at": _LATER, "last_seen_at": _LATER},
    "mention": {
        **dict.fromkeys(("id", "story_id", "parent_id", "root_id", "repost_of_id", "quote_of_id"), _SHIFT),
        "external_id": "|| '-' || copy",
        "published_at": _LATER,
        "collected_at": _LATER,
    },
    "mention_brand": {"mention_id": _SHIFT, "published_at": _LATER, "counted_at": _LATER},
    "assessment": {"id": _SHIFT, "mention_id": _SHIFT},
    "assessment_theme": {"assessment_id": _SHIFT},
    "search_entry": {"position": f"{_SHIFT} + (copy << {ID_BITS})", "mention_id": _SHIFT},
    "search_words": {"position": f"{_SHIFT} + (copy << {ID_BITS})"},
}
"""What is copied, and what is added to the columns in which a copy differs."""
_WORDS_INDEX = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'search_words' AND indexdef LIKE '%gin%'"
_KEYS = """INSERT INTO mention_key (kind, host, external_id, mention_id)
SELECT kind, host, external_id, id FROM mention ON CONFLICT DO NOTHING"""


def filled(server: sa.URL, mentions: int, brands: int = 50) -> str:
    """The address of a database with so many mentions over the year before END; whole millions beyond one."""
    copies, rest = divmod(mentions, FIRST) if mentions > FIRST else (1, 0)
    if rest:
        raise ValueError(f"{mentions}: beyond a million, only whole millions are made")
    name = f"filled_{mentions}_{brands}_{newest_revision()}"
    if not postgresql.exists(server, name):
        part = f"{name}_part"
        postgresql.do(server, f"DROP DATABASE IF EXISTS {part} WITH (FORCE)")
        postgresql.do(server, f"CREATE DATABASE {part}")
        engine = open_database(postgresql.url_of(server, part))
        _fill(engine, min(mentions, FIRST), copies, brands)
        engine.dispose()
        postgresql.do(server, f"ALTER DATABASE {part} RENAME TO {name}")
    return postgresql.url_of(server, name)


def _fill(engine: sa.Engine, first: int, copies: int, brands: int) -> None:
    upgrade(engine)
    plan = plan_of(first, brands, uneven=False)
    months = np.array([partitions.month_of(datetime.fromtimestamp(float(at), UTC)) for at in plan.at])
    with engine.begin() as connection:
        _begin_at(connection, int(months.min()))
        for month in sorted(set(months.tolist())):
            partitions.ensure(connection, month)
    fill(engine, replace(plan, ids=(months << partitions.SEQUENCE_BITS) + plan.ids), brands)
    if copies > 1:
        with engine.begin() as connection:
            _copy(connection, copies)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _number_on(connection, first * copies)
        connection.exec_driver_sql("VACUUM (ANALYZE)")


def _begin_at(connection: sa.Connection, month: int) -> None:
    """Let the first partitions, which are empty, end earlier: the history goes into months."""
    for table in reversed(partitions.TABLES):
        connection.exec_driver_sql(f"ALTER TABLE {table} DETACH PARTITION {table}_first")
    for table in partitions.TABLES:
        bounds = f"FROM (MINVALUE) TO ({partitions.first_id(month)})"
        connection.exec_driver_sql(f"ALTER TABLE {table} ATTACH PARTITION {table}_first FOR VALUES {bounds}")


def _copy(connection: sa.Connection, copies: int) -> None:
    """Copies of all mentions with what reading added; keys and references are right by how they are made."""
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no triggers: millions of look-ups
    name, definition = connection.execute(sa.text(_WORDS_INDEX)).one()
    connection.exec_driver_sql(f"DROP INDEX {name}")
    numbers = f"(SELECT CAST(number AS bigint) AS copy FROM generate_series(1, {copies - 1}) AS number) AS copies"  # nosec B608
    for table, changed in COPIED.items():
        columns = [one["name"] for one in sa.inspect(connection).get_columns(table)]
        told = ", ".join(f"{one} {changed.get(one, '')}" for one in columns)
        connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {told} FROM {table}, {numbers}")  # nosec B608
    connection.exec_driver_sql(definition)
    connection.exec_driver_sql(_KEYS)
    sums = ", ".join(f"{one} = {one} * {copies}" for one in ("mentions", "negative", "uncertainty"))
    connection.exec_driver_sql(f"UPDATE count SET {sums}")  # nosec B608


def _number_on(connection: sa.Connection, mentions: int) -> None:
    """Let the next rows have numbers that are free."""
    for table in (tables.Author, tables.Story, tables.Assessment, tables.Incident, tables.IncidentChange, tables.Case):
        name = table.__tablename__
        free = f'(SELECT max(id) FROM "{name}") + 1'  # nosec B608
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), {free}, false)")
    connection.exec_driver_sql(f"SELECT setval('{partitions.SEQUENCE}', {mentions + 1}, false)")


def main() -> None:
    """Make one and say what it takes on the disk."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--brands", type=int, default=50)
    asked = parser.parse_args()
    with postgresql.server() as server:
        url = filled(server, asked.mentions, asked.brands)
        engine = open_database(url)
        with engine.connect() as connection:
            size = connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one()
        engine.dispose()
        print(f"{url}: {size / asked.mentions:,.0f} bytes a mention, {size / 1e9:.1f} GB")


if __name__ == "__main__":
    main()
