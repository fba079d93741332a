"""Holds an SQLite file for one process alone, so that nobody reads or writes it meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.errors import MonitorError
from monitor.store.trouble import words_of

WAIT_SECONDS = 3.0


@contextmanager
def errors_told() -> Iterator[None]:
    """MonitorError with its remedy in the place of SQLite's own errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise MonitorError(words_of(error) or f"the database file: {error}") from error


@contextmanager
def held(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, read by nobody else meanwhile; MonitorError while another process has it open.

    A monitor that went on writing here would write what is not moved, so it is not enough that it writes nothing at
    this moment: with this lock no other process can have the file open at all.
    """
    uri = f"{file.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise MonitorError(_why_not(file, error)) from error
        yield connection
        connection.execute("ROLLBACK")


def _why_not(file: Path, error: sqlite3.OperationalError) -> str:
    if error.sqlite_errorname.startswith("SQLITE_BUSY"):
        return (
            f"{file} is open in another process: stop `emberwatch run`, the dashboard and whatever else reads it, "
            "for what is written meanwhile would not be moved; then try again"
        )
    return f"{file} cannot be held for the move: {error}"
