"""A PostgreSQL server for measurements: a named one, or our own that keeps its data and waits for the disk.

    EMBERWATCH_BENCH_POSTGRESQL=postgresql+psycopg://postgres@127.0.0.1:5432/postgres python -m benchmarks.scale …

Our own is made of Debian's PostgreSQL with the settings that docs/operating.md recommends for such a machine; unlike
that of the tests, nothing is lost with it when the machine stops.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests.postgresql import programs, unprivileged

FOLDER = Path("var/bench/postgresql")
SETTINGS = {
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "32MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "max_connections": "100",
    "autovacuum_vacuum_insert_scale_factor": "0.05",
}


@contextmanager
def server(folder: Path = FOLDER) -> Iterator[sa.URL]:
    """The address of a database on the server by which others are made; our own server ends with the block."""
    if named := os.environ.get("EMBERWATCH_BENCH_POSTGRESQL"):
        yield sa.make_url(named)
        return
    found = programs()
    if found is None:
        raise SystemExit("no PostgreSQL here: install Debian's postgresql, or name a server (see the module)")
    home, user = folder.resolve(), unprivileged()
    home.mkdir(parents=True, exist_ok=True)
    if user is not None:
        os.chown(home, user, -1)

    def do(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, cwd=home)

    data = home / "data"
    if not data.exists():
        do(found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale")
    told = {**SETTINGS, "listen_addresses": "", "unix_socket_directories": str(home)}
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    do(found / "pg_ctl", "-D", data, "-w", "-t", "300", "-l", home / "log", "-o", options, "start")
    try:
        yield sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)})
    finally:
        do(found / "pg_ctl", "-D", data, "-m", "fast", "-t", "300", "stop")


def do(server_url: sa.URL, sql: str) -> None:
    """One statement outside of a transaction, such as CREATE DATABASE."""
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(sql)
    engine.dispose()


def exists(server_url: sa.URL, name: str) -> bool:
    engine = sa.create_engine(server_url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
    engine.dispose()
    return found is not None


def url_of(server_url: sa.URL, name: str) -> str:
    return server_url.set(database=name).render_as_string(hide_password=False)
