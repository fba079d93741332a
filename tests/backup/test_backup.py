"""A back-up is whole whoever writes meanwhile, and comes back as it was, with nothing sent a second time."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from monitor import backup as backups
from monitor.backup.manifest import beside
from monitor.errors import ConfigError, MonitorError, SchemaOutOfDate
from monitor.jobs import detect
from monitor.models import Incident
from monitor.store import alone
from monitor.store.database import open_database, schema_of
from tests.backup.taken import DAY, HOUR, backup, restore
from tests.contexts import make_context
from tests.factories import (
    NOON,
    database_session,
    new_database,
)
from tests.filled import asked, change, every_table, found_by, worked_on
from tests.store.test_migrations import fill, migrate


def rows(url: str) -> list[Any]:
    return [asked(url, f"SELECT * FROM {table}") for table in ("brand", "mention", "search_entry", "saved_view")]


def test_what_was_backed_up_comes_back_as_it_was(tmp_path: Path):
    store, other = every_table(tmp_path), f"sqlite:///{tmp_path}/new/other.db"
    done = restore(backup(store, tmp_path / "copy.db"), other)
    assert rows(other) == rows(store)
    assert done.manifest.tables["mention"][0] == 3
    assert done.manifest.tables["search_words"][0] == 2
    assert asked(other, "SELECT rowid FROM search_words WHERE search_words MATCH 'bad'") == [(5,)]


def test_what_was_restored_works(tmp_path: Path):
    other = f"sqlite:///{tmp_path}/other.db"
    restore(backup(worked_on(tmp_path), tmp_path / "copy.db"), other)
    with database_session(other) as session:
        detect.run(make_context(session, NOON))
        session.commit()
        assert found_by(session, "exploded") == 20
        assert session.exec(select(Incident)).one().id


class Writer(threading.Thread):
    """Adds two rows at a time, in one transaction, until it is told to stop."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file, self.stop, self.written = file, threading.Event(), 0

    def run(self) -> None:
        with closing(sqlite3.connect(self.file, timeout=30)) as connection:
            while not self.stop.is_set():
                for half in ("a", "b"):
                    name = f"{half}{self.written}"
                    connection.execute("INSERT INTO installation (name, value) VALUES (?, ?)", (name, "x" * 2000))
                connection.commit()
                self.written += 1


def test_a_back_up_while_others_write_is_of_one_moment(tmp_path: Path):
    store = every_table(tmp_path)
    writer = Writer(tmp_path / "emberwatch.db")
    writer.start()
    try:
        while not writer.written:
            pass
        files = [backup(store, tmp_path / f"copy{number}.db") for number in range(3)]
        before = writer.written
        while writer.written == before:
            pass
    finally:
        writer.stop.set()
        writer.join()
    for file in files:
        halves = "SELECT count(*) FROM installation WHERE name GLOB '{}[0-9]*'"
        (a,), (b,) = (asked(f"sqlite:///{file}", halves.format(half))[0] for half in "ab")
        assert a == b > 0


def test_a_back_up_has_one_file_and_its_manifest_for_nobody_else_to_read(tmp_path: Path):
    folder = tmp_path / "backups"
    folder.mkdir()
    file = backup(every_table(tmp_path), folder)
    assert file.name == "emberwatch-20260302T120000Z.db"
    assert sorted(folder.iterdir()) == [file, beside(file)]
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


def test_of_older_back_ups_the_newest_are_kept(tmp_path: Path):
    store, folder = every_table(tmp_path), tmp_path / "backups"
    folder.mkdir()
    theirs = ["emberwatch-20260101T120000Z-before-the-move.db", "emberwatch-old.db", "notes.db"]
    for name in theirs:
        (folder / name).touch()
    for number in range(4):
        backup(store, folder, now=NOON + number * DAY, keep=2)
    made = ["emberwatch-20260304T120000Z.db", "emberwatch-20260305T120000Z.db"]
    assert sorted(path.name for path in folder.glob("*.db")) == sorted([*theirs, *made])
    assert len(list(folder.glob("*.json"))) == 2


def test_what_a_back_up_that_was_killed_has_left_is_removed_a_day_later(tmp_path: Path):
    store, folder = every_table(tmp_path), tmp_path / "backups"
    folder.mkdir()
    gone = [".emberwatch-20260228T120000Z.db.part", ".emberwatch-20260228T120000Z.db.part-journal"]
    stays = [".emberwatch-20260302T110000Z.dump.part", ".mine.part"]
    for name, age in [*((one, 2 * DAY) for one in gone), (stays[0], HOUR), (stays[1], 9 * DAY)]:
        (folder / name).touch()
        os.utime(folder / name, times=((NOON - age).timestamp(),) * 2)
    (folder / "emberwatch-20260228T120000Z.db.json").touch()  # written last but one
    file = backup(store, folder, keep=2)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*stays, file.name, beside(file).name])


def test_no_back_up_writes_over_another_file(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    with pytest.raises(ConfigError, match="exists already"):
        backup(store, file)
    with pytest.raises(ConfigError, match="--keep"):
        backup(store, tmp_path / "other.db", keep=3)


def test_a_damaged_store_gives_no_back_up(tmp_path: Path):
    store = worked_on(tmp_path)
    change(store, "PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "worked.db"
    content = bytearray(path.read_bytes())
    content[30 * 4096 : 60 * 4096] = bytes(30 * 4096)
    path.write_bytes(content)
    with pytest.raises(MonitorError, match="damaged"):
        backup(store, tmp_path / "copy.db")
    assert list(tmp_path.glob("*copy*")) == []


def test_a_back_up_that_was_changed_is_refused(tmp_path: Path):
    file = backup(every_table(tmp_path), tmp_path / "copy.db")
    with file.open("rb+") as opened:
        opened.seek(-10, os.SEEK_END)
        opened.write(b"changed")
    with pytest.raises(MonitorError, match="not as it was written"):
        restore(file, f"sqlite:///{tmp_path}/other.db")


def test_rows_that_are_others_than_the_manifest_says_are_named(tmp_path: Path):
    file = backup(every_table(tmp_path), tmp_path / "copy.db")
    told = json.loads(beside(file).read_text())
    told["tables"]["mention"][1] = "0" * 32
    beside(file).write_text(json.dumps(told))
    with pytest.raises(MonitorError, match=r"mention \(3 rows, now 3\)"):
        restore(file, f"sqlite:///{tmp_path}/other.db")
    assert list(tmp_path.glob("*other*")) == []


def test_a_back_up_without_its_manifest_is_refused(tmp_path: Path):
    file = backup(every_table(tmp_path), tmp_path / "copy.db")
    beside(file).unlink()
    with pytest.raises(MonitorError, match="is missing"):
        backups.look(file)


def test_a_file_that_is_no_back_up_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(MonitorError, match="is no back-up"):
        backups.look(tmp_path / "notes.txt")


def test_a_back_up_of_a_newer_version_is_refused(tmp_path: Path):
    store = every_table(tmp_path)
    change(store, "UPDATE alembic_version SET version_num = '9999'")
    file = backup(store, tmp_path / "copy.db")
    with pytest.raises(SchemaOutOfDate, match="newer"):
        restore(file, f"sqlite:///{tmp_path}/other.db")


def test_what_is_there_is_not_written_over_without_being_asked(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    change(store, "UPDATE brand SET name = 'newer'")
    with pytest.raises(MonitorError, match="--force"):
        restore(file, store)
    assert asked(store, "SELECT DISTINCT name FROM brand") == [("newer",)]


def test_what_was_replaced_is_kept_beside_it(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    change(store, "UPDATE brand SET name = 'newer'")
    done = restore(file, store, force=True)
    assert asked(store, "SELECT name FROM brand WHERE id = 1") == [("name 1",)]
    assert asked(f"sqlite:///{done.replaced}", "SELECT DISTINCT name FROM brand") == [("newer",)]


def test_it_is_told_where_to_and_the_owner_of_what_was_there_can_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file, given = backup(every_table(tmp_path), tmp_path / "copy.db"), []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.append((path.name, user, group)))
    assert restore(file, "sqlite:///new/other.db").place == f"{tmp_path}/new/other.db"
    own = (tmp_path / "new").stat()
    assert given == [(".other.db.part", own.st_uid, own.st_gid)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_belongs_to_the_one_whose_it_was(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    os.chown(tmp_path / "emberwatch.db", 4242, 4243)
    done = restore(file, store, force=True)
    assert done.replaced is not None
    owners = [(one.stat().st_uid, one.stat().st_gid) for one in (Path(done.place), done.replaced)]
    assert owners == [(4242, 4243)] * 2


def test_a_damaged_file_is_replaced_and_kept(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    (tmp_path / "emberwatch.db").write_bytes(b"no database any more" * 1000)
    with pytest.raises(MonitorError, match="--force"):
        restore(file, store)
    done = restore(file, store, force=True)
    assert asked(store, "SELECT name FROM brand WHERE id = 1") == [("name 1",)]
    assert done.replaced is not None
    assert done.replaced.read_bytes().startswith(b"no database")


def test_a_database_that_is_open_elsewhere_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alone, "WAIT_SECONDS", 0.1)
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "emberwatch.db")) as other:
        other.execute("SELECT count(*) FROM brand").fetchone()
        with pytest.raises(MonitorError, match="open in another process"):
            restore(file, store, force=True)


def test_an_empty_database_is_no_hindrance(tmp_path: Path):
    file = backup(every_table(tmp_path), tmp_path / "copy.db")
    empty = new_database(tmp_path, "empty.db")
    restore(file, empty)
    assert asked(empty, "SELECT count(*) FROM brand") == [(3,)]


def test_an_older_schema_is_brought_up_to_date(tmp_path: Path):
    old = open_database(f"sqlite:///{tmp_path}/old.db")
    migrate(old, "0009")
    fill(old)
    old.dispose()
    restore(backup(f"sqlite:///{tmp_path}/old.db", tmp_path / "copy.db"), f"sqlite:///{tmp_path}/new.db")
    engine = open_database(f"sqlite:///{tmp_path}/new.db")
    assert schema_of(engine).is_current
    engine.dispose()
    assert asked(f"sqlite:///{tmp_path}/new.db", "SELECT count(*) FROM mention") == [(3,)]


KILLED = """
import os, signal, sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from monitor import backup

backup.sqlite.put = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
now = datetime(2026, 3, 2, tzinfo=UTC)
backup.restore(Path(sys.argv[1]), sys.argv[2], now, lambda items, **_: items, owed_within=timedelta(), force=True)
"""


def test_a_restore_that_is_killed_replaces_nothing_and_can_be_done_again(tmp_path: Path):
    store = every_table(tmp_path)
    file = backup(store, tmp_path / "copy.db")
    change(store, "UPDATE brand SET name = 'newer'")
    done = subprocess.run([sys.executable, "-c", KILLED, file, store], check=False, cwd=Path.cwd(), timeout=60)
    assert done.returncode < 0
    assert asked(store, "SELECT DISTINCT name FROM brand") == [("newer",)]
    restore(file, store, force=True)
    assert asked(store, "SELECT name FROM brand WHERE id = 1") == [("name 1",)]
