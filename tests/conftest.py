"""What tests share: a migrated database of their own, the labelled data if it is there, and no silent skips in CI."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page
from sqlmodel import Session

from monitor.store.database import open_database, session_of, upgrade

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="kill at every point, not at one of each kind: many minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only runs for minutes is left out, not skipped: `make soak` runs it."""
    if not config.getoption("--soak"):
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command sets the logs up for its own standard error, which is gone when the test is over."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows, to copy from."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def database_path(empty_database: Path, tmp_path: Path) -> Path:
    """A database file of the test's own."""
    return Path(shutil.copy(empty_database, tmp_path / "emberwatch.db"))


@pytest.fixture
def engine(database_path: Path) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{database_path}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with session_of(engine) as session:
        yield session


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of labelled texts and recorded answers, which is not part of the project."""
    folder = Path(os.environ.get("EMBERWATCH_DATA", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no data at {folder}: set EMBERWATCH_DATA")
    return folder


def need(found: object, what: str) -> None:
    """Skip when something optional is missing on a user's machine; fail in CI, where it must be there."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a real browser, as wide as a desk's screen."""
    from tests.chromium import chromium  # it needs what this module has

    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": 1440, "height": 1400}, locale="en-GB", timezone_id="Asia/Karachi"
        )
        yield context.new_page()
        context.close()
