"""A store moves to PostgreSQL whole or not at all, and what reads and writes it goes on there as before."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from monitor import moving
from monitor.errors import ConfigError, MonitorError, SchemaOutOfDate
from monitor.jobs import detect
from monitor.models import Author, Brand, Incident, Mention, Source
from monitor.moving import Moved
from monitor.store import alone, numbering
from monitor.store.mentions import Saved
from tests import filled, postgresql
from tests.conftest import need
from tests.contexts import make_context
from tests.factories import NOON, count_rows, database_session, make_incident, make_mention, new_database
from tests.filled import asked, change, every_table, found_by, plain, save, texts, worked_on


@pytest.fixture
def target() -> Iterator[str]:
    """The address of a database with all tables and no rows."""
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def nothing() -> Iterator[str]:
    """The address of a database without anything in it."""
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database(migrated=False) as url:
        yield url


def move(source: str, target: str, **options: Any) -> Moved:
    return moving.move(source, moving.target_of(target), plain, **options)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Moved]]:
    """A store, a database without anything in it to which it was moved, and what that came to."""
    need(postgresql.is_there(), "PostgreSQL")
    store = every_table(tmp_path_factory.mktemp("moved"))
    with postgresql.new_database(migrated=False) as url:
        yield store, url, move(store, url)


def test_every_row_of_every_table_is_there_and_the_same(moved: tuple[str, str, Moved]):
    assert moved[2].different == []
    rows = {one.table: one.there.rows for one in moved[2].tables}
    assert rows.pop("search_entry") == rows.pop("search_words") == 2
    assert set(rows.values()) == {3}


def test_comparing_again_in_small_batches_finds_the_same(moved: tuple[str, str, Moved]):
    store, url, first = moved
    again = moving.compare(store, moving.target_of(url), plain, batch=2)
    assert [one.there.hash for one in again.tables] == [one.here.hash for one in first.tables]


def test_the_full_text_index_has_words_and_their_places(moved: tuple[str, str, Moved]):
    assert asked(moved[1], "SELECT position FROM search_words WHERE words @@ '''bad'' <-> ''day'''") == [(5,)]


def test_what_refers_to_others_is_checked_after_the_move(moved: tuple[str, str, Moved]):
    with pytest.raises(sa.exc.IntegrityError):
        change(moved[1], "INSERT INTO source_brand (source_id, brand_id) VALUES (1, 999)")


def test_a_database_with_rows_is_refused_and_left_as_it_is(moved: tuple[str, str, Moved]):
    store, url, _ = moved
    with pytest.raises(MonitorError, match="not empty"):
        move(store, url)
    assert rows_of(url) == 9


def test_new_rows_get_numbers_that_are_free(tmp_path: Path, target: str):
    move(worked_on(tmp_path), target)
    with database_session(target) as session:
        brand, source = session.exec(select(Brand)).one(), session.exec(select(Source)).one()
        old = count_rows(session, Mention)
        new = make_mention(session, brand, source).id or 0
        assert old < new
        assert count_rows(session, Mention) == old + 1


def test_numbers_that_a_restore_leaves_free_stay_free_after_the_move(tmp_path: Path, target: str):
    store = worked_on(tmp_path)
    with database_session(store) as session:
        newest = session.exec(select(Incident.id)).one() or 0
        numbering.leave_a_gap(session)
        session.commit()
    assert move(store, target).different == []
    with database_session(target) as session:
        brand = session.exec(select(Brand)).one()
        assert numbering.next_number(session, Incident) is None
        made = [make_incident(session, brand).id for _ in range(2)]
    assert made == [newest + numbering.GAP, newest + numbering.GAP + 1]
    assert moving.compare(store, moving.target_of(target), plain).different == []


def test_keys_and_indexes_come_back_as_they_were(tmp_path: Path, target: str):
    shown = """SELECT replace(indexdef, ' ON ONLY ', ' ON ') FROM pg_indexes JOIN pg_class ON relname = indexname
    WHERE schemaname = 'public' AND NOT relispartition ORDER BY 1"""
    of_partitions = "SELECT tablename, count(*) FROM pg_indexes GROUP BY 1 ORDER BY 1"
    keys = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conparentid = 0 ORDER BY 1, 2"
    before = [asked(target, query) for query in (shown, of_partitions, keys)]
    move(every_table(tmp_path), target)
    assert [asked(target, query) for query in (shown, of_partitions, keys)] == before


def test_a_crawl_jobs_and_the_search_go_on_after_the_move(tmp_path: Path, target: str):
    move(worked_on(tmp_path), target)
    with database_session(target) as session:
        before = (count_rows(session, Mention), count_rows(session, Author))
        assert save(session, texts()) == {Saved.UNCHANGED}
        assert (count_rows(session, Mention), count_rows(session, Author)) == before
        assert found_by(session, "exploded") == 20
        detect.run(make_context(session, NOON))
        session.commit()
    assert asked(target, "SELECT count(*) FROM incident") == [(1,)]
    assert asked(target, "SELECT count(*) > 100 FROM bi_mention") == [(True,)]


def test_signs_that_postgresql_cannot_keep_are_shown_as_unknown_and_told(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    nothing = 'UPDATE run SET counters = \'{"a": NaN, "b": "x\\u0000"}\' WHERE id = 2'
    change(store, "UPDATE mention SET title = 'a' || char(0) || 'b' WHERE id = 2", nothing)
    moved = move(store, target)
    assert moved.changed == {"mention.title": 1, "run.counters": 1}
    assert asked(target, "SELECT title FROM mention WHERE id = 2") == [("a\ufffdb",)]
    assert asked(target, "SELECT counters ->> 'b' FROM run WHERE id = 2") == [("x\ufffd",)]


def test_a_value_that_does_not_fit_is_named_without_being_shown(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    change(store, f"UPDATE mention SET host = '{'secret' * 60}' WHERE id = 3")
    with pytest.raises(MonitorError) as told:
        move(store, target)
    assert "mention.host of the row with" in str(told.value)
    assert "id 3" in str(told.value)
    assert "secret" not in str(told.value)


def rows_of(url: str) -> int:
    return sum(asked(url, f"SELECT count(*) FROM {name}")[0][0] for name in ("brand", "mention", "alert"))


def test_a_row_that_is_changed_on_its_way_is_found_and_nothing_is_kept(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    altering = "BEGIN NEW.name = NEW.name || ' Ltd'; RETURN NEW; END"
    change(target, f"CREATE FUNCTION alters() RETURNS trigger LANGUAGE plpgsql AS $$ {altering} $$")
    change(target, "CREATE TRIGGER t BEFORE INSERT ON brand FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION alters()")
    assert move(store, target).different == ["brand"]
    assert rows_of(target) == 0


def test_comparing_again_finds_what_was_changed_since(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    move(store, target)
    change(target, "UPDATE mention SET text = text || ' ' WHERE id = 1", "DELETE FROM idea_vote WHERE idea_id = 3")
    assert moving.compare(store, moving.target_of(target), plain).different == ["mention", "idea_vote"]


def test_tables_of_others_with_our_names_are_refused(tmp_path: Path, nothing: str):
    change(nothing, "CREATE TABLE mention (id integer)")
    with pytest.raises(MonitorError, match="tables of others"):
        move(every_table(tmp_path), nothing)


def test_a_store_that_another_process_has_open_is_refused_even_when_it_rests(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(alone, "WAIT_SECONDS", 0.1)
    store = every_table(tmp_path)
    with closing(sqlite3.connect(tmp_path / "emberwatch.db")) as other:
        other.execute("SELECT count(*) FROM brand").fetchone()
        with pytest.raises(MonitorError, match="stop `emberwatch run`"):
            move(store, target)


def test_a_store_of_another_schema_is_refused(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    change(store, "UPDATE alembic_version SET version_num = '0011'")
    with pytest.raises(SchemaOutOfDate, match="emberwatch upgrade"):
        move(store, target)


def test_rows_that_name_others_that_are_gone_are_told_before_anything_is_copied(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    change(store, "PRAGMA foreign_keys = OFF", "DELETE FROM found_theme WHERE id = 2")
    with closing(sqlite3.connect(tmp_path / "emberwatch.db")) as raw:
        raw.execute("DELETE FROM found_theme WHERE id = 2")
        raw.commit()
    with pytest.raises(MonitorError, match="found_theme"):
        move(store, target)


@pytest.mark.parametrize("text", ["sqlite:///other.db", "no address", "mysql://x/y"])
def test_only_an_address_of_postgresql_is_taken(text: str):
    with pytest.raises(ConfigError, match="--to"):
        moving.target_of(text)


KILLED = """
import os, signal, sys
from monitor import moving
from monitor.moving import target

load, batches = target.load, []
def dying(connection, shape, rows):
    load(connection, shape, rows)
    batches.append(shape.table)
    if len(batches) == 60:
        os.kill(os.getpid(), signal.SIGKILL)
target.load = dying
moving.move(sys.argv[1], moving.target_of(sys.argv[2]), lambda items, **_: items, batch=1)
"""


def test_a_move_that_is_killed_leaves_an_empty_target_and_can_be_done_again(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, store, target], check=False, cwd=Path.cwd(), timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert rows_of(target) == 0
    assert move(store, target).different == []


def test_the_store_is_as_it_was_after_the_move(tmp_path: Path, target: str):
    store = every_table(tmp_path)
    before = asked(store, "SELECT * FROM mention")
    move(store, target)
    assert asked(store, "SELECT * FROM mention") == before
    change(store, "DELETE FROM idea_vote")


def test_the_store_of_a_test_has_rows_in_all_tables(tmp_path: Path):
    assert filled.asked(every_table(tmp_path), "SELECT words FROM search_words WHERE rowid = 5") == [(filled.WORDS,)]
    assert new_database(tmp_path, "other.db").endswith("other.db")
