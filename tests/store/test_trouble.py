"""Errors of a real database, told as what people can do about them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from monitor.errors import TextsNotRead
from monitor.store.database import open_database
from monitor.store.trouble import Trouble, patiently, trouble_of, words_of
from tests.dialects import forbid_writes

WRITE = sa.text("INSERT INTO installation (name, value) VALUES ('a', :value)")


def failed(engine: sa.Engine, *statements: str) -> SQLAlchemyError:
    """The error of a write after these statements."""
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.execute(WRITE, {"value": "x" * 100_000})
    except SQLAlchemyError as error:
        return error
    finally:
        engine.dispose()
    pytest.fail("it was written")


@contextmanager
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    holder.close()


def test_a_lock_that_lasts_means_busy(database_path: Path):
    with locked(database_path):
        error = failed(open_database(f"sqlite:///{database_path}", busy_timeout_seconds=0.05))
    assert trouble_of(error) is Trouble.BUSY


@pytest.mark.sqlite("limits the pages of its file")
def test_a_file_that_cannot_grow_means_a_full_disk(engine: sa.Engine):
    error = failed(engine, "PRAGMA max_page_count = 1")
    assert trouble_of(error) is Trouble.FULL
    assert words_of(error).endswith("everything goes on by itself then.")


def test_a_connection_that_may_not_write_means_read_only(engine: sa.Engine):
    with engine.connect() as connection:
        forbid_writes(connection)
        with pytest.raises(SQLAlchemyError) as refused:
            connection.execute(WRITE, {"value": "x"})
    assert trouble_of(refused.value) is Trouble.READ_ONLY


def test_a_file_of_something_else_means_broken(tmp_path: Path):
    (tmp_path / "e.db").write_bytes(b"not a database at all " * 100)
    assert trouble_of(failed(open_database(f"sqlite:///{tmp_path}/e.db"))) is Trouble.BROKEN


def test_a_folder_in_the_place_of_the_file_means_absent(tmp_path: Path):
    assert trouble_of(failed(open_database(f"sqlite:///{tmp_path}"))) is Trouble.ABSENT


@pytest.mark.sqlite("limits the pages of its file")
def test_a_trouble_behind_another_error_is_found(engine: sa.Engine):
    error = TextsNotRead("2 texts were not read")
    error.__cause__ = failed(engine, "PRAGMA max_page_count = 1")
    assert trouble_of(error) is Trouble.FULL


def test_a_server_that_is_not_there_means_absent():
    """Its driver has no code for that: there is nobody who could give one."""
    refused = OperationalError("SELECT 1", None, ConnectionRefusedError())
    assert trouble_of(refused) is Trouble.ABSENT


def test_a_mistake_of_ours_is_no_trouble_of_the_database(engine: sa.Engine):
    with pytest.raises(DBAPIError) as raised, engine.connect() as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert (trouble_of(raised.value), words_of(raised.value), trouble_of(None)) == (None, "", None)


def test_who_is_patient_gets_in_when_the_lock_is_gone(database_path: Path):
    engine = open_database(f"sqlite:///{database_path}", busy_timeout_seconds=0.05)
    tries = []

    def write() -> None:
        tries.append(1)
        if len(tries) == 3:
            holder.execute("ROLLBACK")
        with engine.begin() as connection:
            connection.execute(WRITE, {"value": "b"})

    with locked(database_path) as holder:
        patiently(write)
    engine.dispose()
    assert len(tries) == 3


def test_patience_ends_and_is_for_a_busy_database_only(database_path: Path):
    engine = open_database(f"sqlite:///{database_path}", busy_timeout_seconds=0.01)
    tries = []

    def write() -> None:
        tries.append(1)
        with engine.begin() as connection:
            connection.execute(WRITE, {"value": "b"})

    with locked(database_path), pytest.raises(OperationalError, match="locked"):
        patiently(write, tries=4)
    assert len(tries) == 4
    with pytest.raises(OperationalError, match="no such table"):
        patiently(lambda: failing(engine))
    engine.dispose()


def failing(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM nowhere")
