"""Where the databases of scenes are: files beside their configs, or databases on a server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from tests.factories import new_database
from tests.faults.own_server import DATABASE, OwnServer


class Shelf(Protocol):
    """Makes the database of a scene, and copies of it."""

    def url(self, folder: Path) -> str: ...
    def make(self, folder: Path) -> None: ...
    def copy(self, folder: Path, copy: Path) -> None: ...


class Files:
    """SQLite files, which are copied with their folders."""

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'emberwatch.db'}"

    def make(self, folder: Path) -> None:
        new_database(folder)

    def copy(self, folder: Path, copy: Path) -> None:
        """It is done."""


_TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition
"""
_REFUSE = """
    CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file "base/1/1": No space left on device' USING ERRCODE = 'disk_full'; END $$
"""
_EACH = "FOR EACH ROW EXECUTE FUNCTION full_disk()"


@dataclass(frozen=True)
class Databases:
    """Databases on a server, each called as its folder."""

    server: OwnServer

    def url(self, folder: Path) -> str:
        return self.server.url_of(folder.name)

    def make(self, folder: Path) -> None:
        self._new(folder.name, DATABASE)

    def copy(self, folder: Path, copy: Path) -> None:
        self._new(copy.name, folder.name)

    @contextmanager
    def full(self, folder: Path) -> Iterator[None]:
        """The server says of every row that is to be added or changed what it says on a full disk."""
        engine = sa.create_engine(self.url(folder), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            tables = connection.exec_driver_sql(_TABLES).scalars().all()
            connection.exec_driver_sql(_REFUSE)
            for table in tables:
                connection.exec_driver_sql(f'CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON "{table}" {_EACH}')
            yield
            for table in tables:
                connection.exec_driver_sql(f'DROP TRIGGER full_disk ON "{table}"')

    def _new(self, name: str, like: str) -> None:
        self.server.say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
        self.server.say(f'CREATE DATABASE "{name}" TEMPLATE "{like}"', "postgres")


def copy_of(folder: Path, shelf: Shelf) -> Path:
    """The scene once more, always under the same path so that its config holds; what was there before is gone."""
    copy = folder.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    config = copy / "config.yaml"
    words = config.read_text(encoding="utf-8").replace(shelf.url(folder), shelf.url(copy))
    config.write_text(words.replace(str(folder), str(copy)), encoding="utf-8")
    shelf.copy(folder, copy)
    return copy
