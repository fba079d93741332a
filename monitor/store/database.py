"""Opens the database, brings its schema up to date, and says when it is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session, create_engine

from monitor.errors import ConfigError, SchemaOutOfDate
from monitor.store import bi, partitions, queue_schema, spelling
from monitor.store.revisions import KNOWN, MIGRATIONS, NEWEST

if TYPE_CHECKING:
    from alembic.config import Config

BUSY_TIMEOUT_SECONDS = 10
CONNECT_SECONDS = 10
RECYCLE_SECONDS = 1800
"""A firewall between forgets connections that rest for long."""
ALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000"}
"""That the network was cut is noticed after a minute, not after two hours, also while an answer is waited for."""
CACHE_KIB = 8_192
"""Of each connection, at most. With a million mentions stored, saving new ones reads a third of what it reads with
SQLite's 2 MiB; 16 MiB gain nothing more (benchmarks/ingest.py)."""
CHECKPOINT_PAGES = 4_000
"""16 MiB of write-ahead log before it is copied into the database: a page that many batches change is copied, and the
disk waited for, a quarter as often as with SQLite's 1,000. What is committed is in the log and safe before that."""


def open_database(url: str, *, busy_timeout_seconds: float | None = None) -> sa.Engine:
    """An engine for `sqlite:///file.db` (WAL, foreign keys on) or `postgresql+psycopg://…`.

    Who waits for a lock of another longer than the time given is told that the database is busy.
    Errors of the database do not show parameters: they would carry texts and names into the log.
    """
    parsed = _address(url)
    timeout = BUSY_TIMEOUT_SECONDS if busy_timeout_seconds is None else busy_timeout_seconds
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return _open_postgresql(parsed, timeout)
    if parsed.get_backend_name() != "sqlite":
        raise ConfigError(f"database.url: {parsed.get_backend_name()} is neither sqlite nor postgresql")
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    connect = {"timeout": timeout, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect, hide_parameters=True)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _open_postgresql(url: sa.URL, lock_seconds: float) -> sa.Engine:
    """With our driver, whichever the address names; a server that does not answer is given up after some seconds."""
    connect = {"application_name": "emberwatch", "connect_timeout": str(CONNECT_SECONDS), **ALIVE}
    url = url.set(drivername="postgresql+psycopg").update_query_dict({**connect, **url.query})
    try:
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_use_lifo=True,
            pool_recycle=RECYCLE_SECONDS,
            max_overflow=20,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise ConfigError("database.url: PostgreSQL needs its driver: pip install 'emberwatch[postgresql]'") from error
    sa.event.listen(engine, "connect", _set_up_postgresql(lock_seconds))
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"database.url: the folder {folder} cannot be made: {error.strerror}") from error


def _set_up_postgresql(lock_seconds: float) -> Callable[[sa.engine.interfaces.DBAPIConnection, object], None]:
    """Plans are made with the values at hand: one for any values asks every month, and goes through long lists.

    And they are not compiled: that takes a tenth of a second, and the server does it by a guess at how long a query
    takes, which is far too high where months are empty yet.
    """
    milliseconds = max(1, round(lock_seconds * 1000))  # 0 would mean for ever

    def set_up(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = {milliseconds}")
        cursor.execute("SET plan_cache_mode = force_custom_plan")
        cursor.execute("SET jit = off")
        cursor.close()
        connection.commit()

    return set_up


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
    """Run all migrations that are still missing and make the views for others; else nothing is written or locked.

    What a newer version made is left as it is, where this one can work with it.
    """
    schema = schema_of(engine)
    if schema.is_ahead:
        check_schema(engine)
        return
    if schema.is_current:
        bi.upgrade(engine)
    else:
        from alembic import command

        command.upgrade(_alembic(engine), NEWEST)
    partitions.make_ahead(engine)
    spelling.upgrade(engine)
    queue_schema.upgrade(engine)


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema that a database is at, and the one that this version needs; `found` is None where there are no tables.

    `is_ahead`: a newer version of Emberwatch has been at work on it; `serves` is the oldest schema whose version it
    still serves, "" where nobody said so.
    """

    found: str | None
    wanted: str
    is_ahead: bool
    serves: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether this version may work with it."""
        return self.is_current or (self.is_ahead and "" < self.serves <= self.wanted)

    @property
    def is_current(self) -> bool:
        return self.found == self.wanted


def schema_of(engine: sa.Engine) -> Schema:
    """Which schema the database is at."""
    from alembic.migration import MigrationContext

    from monitor.store import serving

    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        is_ahead = found is not None and found not in KNOWN
        serves = serving.oldest(connection) if is_ahead else ""
    return Schema(found, NEWEST, is_ahead, serves)


def check_schema(engine: sa.Engine) -> None:
    """Raise SchemaOutOfDate unless the database is at this version's schema, or at a newer one that serves it."""
    if _revision(engine) == newest_revision():  # each crawl asks: Alembic takes longer than many a crawl
        return
    schema = schema_of(engine)
    if schema.is_usable:
        return
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
    """The newest migration of the code that this process has loaded."""
    return NEWEST


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
