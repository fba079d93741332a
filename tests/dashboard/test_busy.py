"""What people see while another process keeps the database to itself, or when its file is broken."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.store import database
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.close()


def test_a_write_while_the_database_is_busy_says_so_and_works_a_moment_later(
    full: tuple[str, Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_SECONDS", 0.05)
    app = act_as(open_page("inbox", case="1"), "Amna").run()
    with locked(full[0]):
        button(app, "Take this complaint").click().run()
        assert "the database is busy just now" in app.toast[0].value
        assert not app.exception
    button(app, "Take this complaint").click().run()
    assert "Not done" not in "".join(str(toast.value) for toast in app.toast)


def test_a_damaged_file_is_called_so(full: tuple[str, Scene]) -> None:
    path = Path(full[0].removeprefix("sqlite:///"))
    path.write_bytes(b"not a database" * 1000)
    app = open_page()
    assert not app.exception
    assert "is damaged or is no database. Stop Emberwatch" in words_of(app)
