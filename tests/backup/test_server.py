"""A database of PostgreSQL is backed up and restored by its own programs."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from monitor.backup import postgresql
from monitor.errors import ConfigError, MonitorError
from monitor.models import Brand
from monitor.store import numbering
from monitor.store.database import open_database, session_of
from monitor.store.postgresql import shown
from tests import postgresql as servers
from tests.backup.taken import HOUR, alert, backup, restore
from tests.conftest import need
from tests.factories import (
    database_session,
    make_incident,
    make_mention,
    make_source,
)
from tests.filled import asked, change, every_table, found_by


@pytest.fixture
def server() -> Iterator[str]:
    need(servers.is_there(), "PostgreSQL")
    need(Path("/usr/lib/postgresql").exists(), "pg_dump")
    with servers.new_database() as url:
        yield url


@pytest.fixture
def nothing(server: str) -> Iterator[str]:
    with servers.new_database(migrated=False) as url:
        yield url


def fill_server(url: str) -> None:
    engine = open_database(url)
    with session_of(engine) as session:
        brand = Brand(slug="karak", name="Karak House", time_zone="UTC")
        session.add(brand)
        session.flush()
        source = make_source(session, brand)
        for number in range(5):
            make_mention(session, brand, source, f"the kettle exploded {number}")
        alert(session, "old", -2 * HOUR)
        session.commit()
    engine.dispose()


def test_a_server_is_backed_up_and_comes_back_as_it_was(tmp_path: Path, server: str, nothing: str):
    fill_server(server)
    file = backup(server, tmp_path / "copy.dump")
    change(server, "UPDATE brand SET name = 'newer'")
    done = restore(file, nothing)
    assert asked(nothing, "SELECT name FROM brand") == [("Karak House",)]
    assert done.settled.alerts == 1
    assert done.place == nothing
    with database_session(nothing) as session:
        assert found_by(session, "exploded") == 5
        incident = make_incident(session, session.exec(select(Brand)).one())
        assert incident.id == numbering.GAP


def test_a_back_up_of_a_server_is_of_one_moment_too(tmp_path: Path, server: str, nothing: str):
    fill_server(server)
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set():
            change(server, f"INSERT INTO installation (name, value) VALUES ('n{len(written)}', '')")
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        file = backup(server, tmp_path / "copy.dump")
    finally:
        stop.set()
        writer.join()
    assert restore(file, nothing).manifest.tables["mention"][0] == 5
    assert written


def test_a_database_of_a_server_that_has_tables_is_not_restored_into(tmp_path: Path, server: str):
    file = backup(server, tmp_path / "copy.dump")
    with pytest.raises(MonitorError, match="createdb"):
        restore(file, server)


def test_a_back_up_of_a_file_is_not_restored_to_a_server_nor_the_other_way(tmp_path: Path, server: str):
    of_file, of_server = backup(every_table(tmp_path), tmp_path / "c.db"), backup(server, tmp_path / "c.dump")
    with pytest.raises(ConfigError, match="emberwatch move"):
        restore(of_file, server)
    with pytest.raises(ConfigError, match="of PostgreSQL"):
        restore(of_server, f"sqlite:///{tmp_path}/other.db")


def test_the_password_is_not_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    script = tmp_path / "pg_dump"
    script.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit\n'
        f'echo "$@" > {tmp_path}/words\necho "$PGPASSWORD" > {tmp_path}/password\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = sa.make_url("postgresql+psycopg://ember:hidden@db.example:5433/watch")
    postgresql.dump(url, tmp_path / "out", "snap", 15)
    words = (tmp_path / "words").read_text()
    assert "hidden" not in words
    assert "host=db.example" in words
    assert (tmp_path / "password").read_text() == "hidden\n"


def test_a_missing_or_old_program_is_named_with_the_package_that_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgresql, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MonitorError, match="postgresql-client-15"):
        postgresql.program("pg_dump", 15)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 13.4'\n")
    old.chmod(0o755)
    with pytest.raises(MonitorError, match="of PostgreSQL 13"):
        postgresql.program("pg_dump", 15)


@pytest.mark.parametrize("url", ["postgresql://ember:hidden@db/watch", "postgresql://ember@db/watch?password=hidden"])
def test_an_address_is_shown_without_its_password(url: str):
    told = shown(sa.make_url(url))
    assert "hidden" not in told
    assert "@db/watch" in told
