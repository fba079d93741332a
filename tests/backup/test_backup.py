"""A back-up is whole whoever writes meanwhile, and comes back as it was, with nothing sent a second time."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor import backup as backups
from monitor.alerting.reasons import Reason
from monitor.backup import Restored, postgresql
from monitor.backup.manifest import beside
from monitor.errors import ConfigError, MonitorError, SchemaOutOfDate
from monitor.jobs import detect
from monitor.jobs.answer import incidents
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange, Reply, ReplyState, Source
from monitor.store import alone, numbering, restoring
from monitor.store.database import open_database, schema_of, session_of
from tests import postgresql as servers
from tests.conftest import need
from tests.contexts import make_context
from tests.factories import (
    NOON,
    database_session,
    make_case,
    make_incident,
    make_mention,
    make_source,
    new_database,
    person,
)
from tests.filled import asked, change, every_table, found_by, plain, worked_on
from tests.store.test_migrations import fill, migrate

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def backup(url: str, out: Path, **options: Any) -> Path:
    return backups.backup(url, out, options.pop("now", NOON), plain, **options).file


def restore(file: Path, to: str, **options: Any) -> Restored:
    return backups.restore(file, to, options.pop("now", NOON + HOUR), plain, **{"owed_within": HOUR, **options})


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
    (folder / "notes.db").touch()
    for number in range(4):
        backup(store, folder, now=NOON + number * DAY, keep=2)
    assert sorted(path.name for path in folder.glob("*.db")) == [
        "emberwatch-20260304T120000Z.db",
        "emberwatch-20260305T120000Z.db",
        "notes.db",
    ]
    assert len(list(folder.glob("*.json"))) == 2


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


@pytest.fixture
def owing(session: Session) -> Session:
    """A database that owes alerts and an answer, at noon."""
    brand = Brand(slug="karak", name="Karak House", time_zone="UTC")
    session.add(brand)
    session.flush()
    make_source(session, brand)
    return session


def alert(session: Session, key: str, due: timedelta, state: AlertState = AlertState.PENDING) -> Alert:
    made = Alert(
        key=key,
        channel="care",
        state=state,
        reason="new_incident",
        created_at=NOON - DAY,
        due_at=NOON + due,
        next_try_at=NOON + due,
        leased_until=NOON if state is AlertState.SENDING else None,
    )
    session.add(made)
    session.flush()
    return made


def test_what_was_owed_long_ago_is_withheld_with_the_reason_and_the_rest_goes_out(owing: Session):
    old, going = alert(owing, "old", -2 * HOUR), alert(owing, "going", -2 * HOUR, AlertState.SENDING)
    young, later = alert(owing, "young", -HOUR / 2), alert(owing, "later", DAY)
    sent = alert(owing, "sent", -2 * HOUR, AlertState.SENT)
    assert restoring.settle(owing, NOON - HOUR, NOON).alerts == 2
    owing.expire_all()
    states = {one.key: one.state.value for one in (old, going, young, later, sent)}
    assert states == {
        "old": "withheld",
        "going": "withheld",
        "young": "pending",
        "later": "pending",
        "sent": "sent",
    }
    assert Reason(old.reason) is Reason.RESTORED


def test_changes_of_long_ago_count_as_told(owing: Session):
    incident = make_incident(owing, owing.exec(select(Brand)).one())
    for ago in (HOUR * 2, HOUR / 2):
        owing.add(IncidentChange(incident_id=incident.id, kind="opened", severity="high", sentence="", at=NOON - ago))
    owing.flush()
    assert restoring.settle(owing, NOON - HOUR, NOON).changes == 1


def test_a_public_answer_on_its_way_is_held_back_and_can_be_asked_for_again(owing: Session):
    brand = owing.exec(select(Brand)).one()
    mention = make_mention(owing, brand, owing.exec(select(Source)).one())
    case = make_case(owing, mention)
    reply = Reply(case_id=case.id, state=ReplyState.POSTING, actor="Sana", text="Sorry", written_at=NOON, poster="wp")
    owing.add(reply)
    owing.flush()
    assert restoring.settle(owing, NOON - HOUR, NOON).answers == 1
    owing.expire_all()
    assert reply.state is ReplyState.FAILED
    assert "may be out already" in reply.error


def test_numbers_of_rows_that_the_back_up_lacks_are_not_given_again(owing: Session):
    brand = owing.exec(select(Brand)).one()
    first = make_incident(owing, brand).id or 0
    restoring.settle(owing, NOON, NOON)
    numbers = []
    for _ in range(2):
        incident = Incident(**{**_values(owing), "id": numbering.next_number(owing, Incident)})
        owing.add(incident)
        owing.flush()
        numbers.append(incident.id)
    assert numbers == [first + numbering.GAP, first + numbering.GAP + 1]


def _values(session: Session) -> dict[str, Any]:
    row = session.exec(select(Incident).order_by(col(Incident.id))).first()
    assert row is not None
    return row.model_dump(exclude={"id"})


def test_alerts_are_known_by_other_keys_after_a_restore(tmp_path: Path):
    other = f"sqlite:///{tmp_path}/other.db"
    restore(backup(worked_on(tmp_path), tmp_path / "copy.db"), other)
    with database_session(other) as session:
        incidents.dismiss_incident(session, 1, "no", person("Sana"), NOON)
        assert session.exec(select(IncidentChange.id).order_by(col(IncidentChange.id).desc())).first() > numbering.GAP


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
