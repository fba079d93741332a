"""Opens the database, brings its schema up to date, and says when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlmodel import Session, create_engine

from monitor.errors import ConfigError, SchemaOutOfDate

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_SECONDS = 10


def open_database(url: str) -> sa.Engine:
    """An engine for `sqlite:///file.db` (WAL, foreign keys on, waits when busy) or `postgresql+psycopg://…`.

    Errors of the database do not show parameters: they would carry texts and names into the log.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        _make_folder(Path(parsed.database).parent)
    connect = {"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
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
    cursor.close()


@contextmanager
def session_of(engine: sa.Engine) -> Iterator[Session]:
    """A session whose objects stay readable after a commit; the caller commits."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def _alembic(engine: sa.Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: sa.Engine) -> None:
    """Run all migrations that are still missing."""
    command.upgrade(_alembic(engine), "head")


def check_schema(engine: sa.Engine) -> None:
    """Raise SchemaOutOfDate unless the database is at this version's schema."""
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        state = "has no tables yet" if found is None else f"is at schema {found}, this version needs {wanted}"
        raise SchemaOutOfDate(f"the database {state}: run `emberwatch upgrade` (or `emberwatch run`) first")
