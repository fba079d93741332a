"""What the pages read is the same on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clock import utcnow
from tests import postgresql
from tests.conftest import POSTGRESQL, need
from tests.dashboard.pages import write_config
from tests.dashboard.scenario import Scene, play
from tests.factories import database_session, make_brand


@pytest.fixture
def empty(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a brand and nothing else."""
    with database_session(database_url) as session:
        make_brand(session)
        session.commit()
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, database_url)))
    return database_url


@pytest.fixture(scope="session")
def played_there(database_kind: str) -> Iterator[tuple[str, Scene] | None]:
    """A shop on a bad day on PostgreSQL, made once, to be copied."""
    if database_kind != POSTGRESQL:
        yield None
        return
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        with database_session(url) as session:
            scene = play(session, utcnow())
        yield url, scene


@pytest.fixture
def full(
    played_there: tuple[str, Scene] | None, request: pytest.FixtureRequest, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, Scene]]:  # fmt: skip
    """A database of a shop on a bad day."""
    if played_there is None:
        content, scene = request.getfixturevalue("played")
        path = tmp_path / "emberwatch.db"
        path.write_bytes(content)
        monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, f"sqlite:///{path}")))
        yield f"sqlite:///{path}", scene
        return
    with postgresql.new_database(like=played_there[0]) as url:
        monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, url)))
        yield url, played_there[1]
