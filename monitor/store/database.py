"""Opens the database, brings its schema up to date, and says when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session, create_engine

from monitor.errors import ConfigError, SchemaOutOfDate
from monitor.store import bi

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_SECONDS = 10
CACHE_KIB = 8_192
"""Of each connection, at most. With a million mentions stored, saving new ones reads a third of what it reads with
SQLite's 2 MiB; 16 MiB gain nothing more (benchmarks/ingest.py)."""
CHECKPOINT_PAGES = 4_000
"""16 MiB of write-ahead log before it is copied into the database: a page that many batches change is copied, and the
disk waited for, a quarter as often as with SQLite's 1,000. What is committed is in the log and safe before that."""


def open_database(url: str, *, busy_timeout_seconds: float | None = None) -> sa.Engine:
    """An engine for `sqlite:///file.db` (WAL, foreign keys on, waits when busy) or `postgresql+psycopg://…`.

    Errors of the database do not show parameters: they would carry texts and names into the log.
    """
    parsed = _address(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    timeout = BUSY_TIMEOUT_SECONDS if busy_timeout_seconds is None else busy_timeout_seconds
    connect = {"timeout": timeout, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect, hide_parameters=True)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"database.url: the folder {folder} cannot be made: {error.strerror}") from error


def _set_up_sqlite(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


@contextmanager
def session_of(engine: sa.Engine) -> Iterator[Session]:
    """A session whose objects stay readable after a commit; the caller commits."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def _alembic(engine: sa.Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: sa.Engine) -> None:
    """Run all migrations that are still missing and make the views for others; else nothing is written or locked."""
    if schema_of(engine).is_current:
        bi.upgrade(engine)
        return
    from alembic import command

    command.upgrade(_alembic(engine), "head")


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema that a database is at, and the one that this version needs; `found` is None where there are no tables.

    `is_ahead`: a newer version of Emberwatch has been at work on it.
    """

    found: str | None
    wanted: str
    is_ahead: bool

    @property
    def is_current(self) -> bool:
        return self.found == self.wanted


def schema_of(engine: sa.Engine) -> Schema:
    """Which schema the database is at."""
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(MIGRATIONS))
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    return Schema(found, scripts.get_current_head() or "", is_ahead=found is not None and found not in known)


def check_schema(engine: sa.Engine) -> None:
    """Raise SchemaOutOfDate unless the database is at this version's schema."""
    if _revision(engine) == newest_revision():  # each crawl asks: Alembic takes longer than many a crawl
        return
    schema = schema_of(engine)
    if schema.is_ahead:
        newer = f"the database is at schema {schema.found}, of a newer Emberwatch"
        raise SchemaOutOfDate(f"{newer}: install that version, or restore a backup")
    if not schema.is_current:
        state = "has no tables yet" if schema.found is None else f"is at schema {schema.found}"
        state += "" if schema.found is None else f", this version needs {schema.wanted}"
        raise SchemaOutOfDate(f"the database {state}: run `emberwatch upgrade` (or `emberwatch run`) first")


def _revision(engine: sa.Engine) -> str | None:
    try:
        with engine.connect() as connection:
            return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())
    except (OperationalError, ProgrammingError):  # no such table: the longer way says what is wrong
        return None


def newest_revision() -> str:
    """The newest migration, by the names of their files."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _address(url: str) -> sa.URL:
    try:
        return make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise ConfigError("database.url: not an address such as sqlite:///var/emberwatch.db") from error


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for one in memory and for a server. ConfigError when it is no address."""
    parsed = _address(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)
