"""What tests share: a migrated database of their own, the labelled data if it is there, and no silent skips in CI."""

import gc
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
import sqlalchemy as sa
import structlog
from playwright.sync_api import Browser, Page
from sqlmodel import Session

from monitor.store.database import open_database, session_of, upgrade
from tests import postgresql
from tests.statements import keep_compiled

ROOT = Path(__file__).parent.parent


SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH, IN_TURN = "both", "in turn"
NEAR_SQL = ("store", "dashboard/data", "worker", "optional")
"""Rooms whose tests run on both databases always: the SQL is written there, and nowhere above."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="kill at every point, not at one of each kind: many minutes")
    parser.addoption(
        "--database", choices=[SQLITE, POSTGRESQL, BOTH, IN_TURN], default=SQLITE,
        help="where the tests that use a database have theirs; with postgresql, no others run; in turn: those near the "
        "SQL on both, of the others each on one, the same one every time",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """The processes of one run share one server, and the tests of one process what was compiled.

    Logs that no test sets up show errors without a picture of all local variables, which takes seconds to draw.
    """
    keep_compiled()
    drawn = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], drawn])
    is_first = not hasattr(config, "workerinput")
    if is_first and config.getoption("--database") != SQLITE and postgresql.is_there():
        postgresql.share()


def pytest_collection() -> None:
    gc.disable()


def pytest_collection_finish() -> None:
    """Nothing of the thousands of tests is garbage: to look through them again and again would take minutes."""
    gc.freeze()
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses a database runs on each that is asked for, unless a mark says why it is about SQLite."""
    if "database_kind" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        is_bound = asked != SQLITE and metafunc.definition.get_closest_marker("sqlite") is not None
        kinds = [SQLITE] if is_bound else [SQLITE, POSTGRESQL] if asked in (BOTH, IN_TURN) else [asked]
        if POSTGRESQL in kinds and "database_path" in metafunc.fixturenames:
            name = metafunc.definition.nodeid
            raise pytest.UsageError(f"{name} needs the file: take database_url, or mark it sqlite and say why")
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only runs for minutes is left out, not skipped: `make soak` runs it. So is what is not for this database.

    Files with slow tests, which mostly wait, are begun in the first half, each among others: so processors have work
    meanwhile, and in the end no process is left with one of them while the others rest.
    """
    left = [item for item in items if not _is_wanted(config, item)]
    config.hook.pytest_deselected(items=left)
    left_out = set(left)
    items[:] = _in_turn([item for item in items if item not in left_out])


def _in_turn(items: list[pytest.Item]) -> list[pytest.Item]:
    files = dict.fromkeys(item.path for item in items)
    slow = dict.fromkeys(item.path for item in items if item.get_closest_marker("slow"))
    others = [path for path in files if path not in slow]
    step = 2 * len(slow) / max(1, len(others))
    ranks = {path: i for i, path in enumerate(slow)} | {path: i * step for i, path in enumerate(others)}
    return sorted(items, key=lambda item: (ranks[item.path], item.path in slow, str(item.path)))


def _is_wanted(config: pytest.Config, item: pytest.Item) -> bool:
    if item.get_closest_marker("soak") and not config.getoption("--soak"):
        return False
    if item.get_closest_marker("sqlite") and _kind_of(item) == POSTGRESQL:  # one case of several that has the mark
        return False
    asked, kind = config.getoption("--database"), _kind_of(item)
    if asked == IN_TURN and kind and not item.get_closest_marker("sqlite"):
        return kind in _in_its_turn(item, kind)
    return asked != POSTGRESQL or kind == POSTGRESQL


def _in_its_turn(item: pytest.Item, kind: str) -> tuple[str, ...]:
    """The databases of one test when each has its turn; by its name, so that it is the same one on every machine."""
    if item.path.relative_to(ROOT / "tests").as_posix().startswith(NEAR_SQL):
        return (SQLITE, POSTGRESQL)
    name = item.nodeid.replace(kind, "")
    return (SQLITE, POSTGRESQL)[crc32(name.encode()) % 2 :][:1]


def _kind_of(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    return call.params.get("database_kind") if call else None


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """A command sets the logs up for its own standard error, which is gone when the test is over."""
    root = logging.getLogger()
    handlers, level, told = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**told)


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


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on: see `--database`."""
    return str(request.param)


@pytest.fixture
def database_path(empty_database: Path, tmp_path: Path) -> Path:
    """An SQLite file of the test's own."""
    return Path(shutil.copy(empty_database, tmp_path / "emberwatch.db"))


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL database of the test's own, with all tables, whatever the others run on."""
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The address of a database of the test's own, with all tables, of the kind that this run asks for."""
    if database_kind == POSTGRESQL:
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{request.getfixturevalue('database_path')}"


@pytest.fixture
def bare_url(database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database of the test's own that has no tables yet."""
    if database_kind == SQLITE:
        yield f"sqlite:///{tmp_path}/new.db"
        return
    need(postgresql.is_there(), "PostgreSQL")
    with postgresql.new_database(migrated=False) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = open_database(database_url)
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. It ends with its file: what drives it keeps an event loop in our thread."""
    from tests.chromium import chromium  # it needs what this module has

    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page as wide as a desk's screen, of somebody whom the browser does not know yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 1400}, locale="en-GB", timezone_id="Asia/Karachi")
    yield context.new_page()
    context.close()
