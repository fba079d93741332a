"""Makes and migrates what the job queue keeps in PostgreSQL: a schema of its own beside our tables.

The SQL is procrastinate's. Which of its migrations were run is the comment of the schema, so that it goes where the
schema goes. Migrations that its makers call `post` wait until no worker of another version is left.
"""

from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

NAME = "emberwatch_queue"
_LOCK = "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(1702718564)"  # any number that nobody else takes
_MADE_BY = "procrastinate "
_COMMENT = sa.text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name")
"""As it is now: `to_regnamespace` may still say what was so before the wait for the lock."""
_WORKERS = """
    CREATE TABLE emberwatch_worker (
        worker_id bigint PRIMARY KEY REFERENCES procrastinate_workers (id) ON DELETE CASCADE,
        name text NOT NULL,
        queues text[] NOT NULL,
        version text NOT NULL,
        engine text NOT NULL,
        started_at timestamp with time zone NOT NULL DEFAULT now()
    )
"""
"""Who the workers are: the engine itself knows a number and the last sign of life."""


def is_there(connection: sa.Connection) -> bool:
    """Whether this database has a queue."""
    return connection.dialect.name == "postgresql" and bool(_noted(connection))


def upgrade(engine: sa.Engine) -> None:
    """Make the queue's tables, or run the migrations that are missing; nothing on SQLite, and without the engine."""
    if engine.dialect.name != "postgresql" or find_spec("procrastinate") is None:
        return
    with engine.connect() as connection:
        if _noted(connection) == newest():
            return
    with engine.begin() as connection:
        connection.exec_driver_sql(_LOCK)
        _upgrade(connection, _noted(connection))


def newest() -> str:
    """The newest migration of the engine that is installed."""
    return max(_migrations())


def _migrations() -> dict[str, Path]:
    from procrastinate.schema import migrations_path

    return {path.stem: path for path in migrations_path.glob("*.sql")}


def _noted(connection: sa.Connection) -> str:
    told = connection.execute(_COMMENT, {"name": NAME}).scalar()
    return str(told or "").removeprefix(_MADE_BY)


def _upgrade(connection: sa.Connection, noted: str) -> None:
    known = _migrations()
    if not noted:
        from procrastinate.schema import SchemaManager

        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {NAME}")
        steps, reached = [SchemaManager.get_schema(), _WORKERS], max(known)
    else:
        missing = sorted(name for name in known if name > noted)
        names = missing if not _others(connection) else _before_post(missing)
        steps, reached = [known[name].read_text(encoding="utf-8") for name in names], (names or [noted])[-1]
    connection.exec_driver_sql(f"SET LOCAL search_path TO {NAME}")
    cursor = connection.connection.cursor()
    for sql in steps:
        cursor.execute(sql)  # past SQLAlchemy, which would look for parameters after each %
    if reached > noted:
        cursor.execute(f"COMMENT ON SCHEMA {NAME} IS '{_MADE_BY}{reached}'")


def _before_post(names: list[str]) -> list[str]:
    """Those that workers of the version before can live with: what comes before the first `post`."""
    first = next((place for place, name in enumerate(names) if "_post_" in name), len(names))
    return names[:first]


def _others(connection: sa.Connection) -> bool:
    """Whether workers of another version of the engine are there."""
    import procrastinate

    asked = sa.text(f"SELECT 1 FROM {NAME}.emberwatch_worker WHERE engine <> :engine LIMIT 1")  # noqa: S608 (our own name)  # nosec B608
    return connection.execute(asked, {"engine": procrastinate.__version__}).first() is not None
