"""A PostgreSQL server of a test's own, that can be killed, stopped, cut off and started again.

Unlike the one that other tests share (tests/postgresql.py) it answers a commit only when it is in the log, as a real
one does: else a kill would lose what it said was safe.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from monitor.store.database import open_database, upgrade
from tests.postgresql import programs, unprivileged

DATABASE = "emberwatch"
_SETTINGS = ("fsync=off", "full_page_writes=off", "max_connections=100", "shared_buffers=64MB", "listen_addresses=")
"""The machine goes on when a process is killed, so nobody need wait for the disk."""
PATIENCE_SECONDS = 60.0


@dataclass
class OwnServer:
    """One server in a folder of its own, which listens on a socket there."""

    folder: Path

    @property
    def url(self) -> str:
        """Of a database with all tables."""
        return self.url_of(DATABASE)

    def url_of(self, name: str) -> str:
        query = {"host": str(self.folder)}
        return sa.URL.create("postgresql+psycopg", "postgres", database=name, query=query).render_as_string()

    def make(self) -> None:
        """Make the server and its database, and bring that up to date."""
        found = programs()
        assert found is not None, "ask is_there() first"
        self._do(found / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.start()
        self.say(f"CREATE DATABASE {DATABASE}", "postgres")
        engine = open_database(self.url)
        upgrade(engine)
        engine.dispose()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _do(self, *command: str | Path) -> None:
        told = self.folder / "commands.txt"
        with told.open("a") as log:
            subprocess.run(
                command, check=True, user=unprivileged(), cwd=self.folder, stdout=log, stderr=log, timeout=120
            )

    def start(self) -> None:
        """Start it, also after it was killed: then once the last of its processes is gone."""
        found = programs()
        assert found is not None
        options = " ".join(f"-c {one}" for one in (*_SETTINGS, f"unix_socket_directories={self.folder}"))
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            with suppress(subprocess.CalledProcessError):
                self._do(found / "pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "-o", options, "start")
                return
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.2)

    def stop(self, mode: str = "immediate") -> None:
        found = programs()
        assert found is not None
        self._do(found / "pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    @property
    def number(self) -> int:
        """The process number of the one that started all others; 0 when it does not run."""
        with suppress(OSError, ValueError):
            return int((self._data / "postmaster.pid").read_text().split()[0])
        return 0

    def kill(self) -> None:
        """kill -9 of the server; its other processes end by themselves a moment later."""
        with suppress(ProcessLookupError):
            os.kill(self.number, signal.SIGKILL)

    def say(self, sql: str, name: str = DATABASE) -> list[sa.Row]:
        """One statement beside all others, and what came of it."""
        engine = sa.create_engine(self.url_of(name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            done = connection.exec_driver_sql(sql)
            return list(done.all()) if done.returns_rows else []

    def backends(self) -> list[int]:
        """The processes that serve the connections to the database."""
        rows = self.say(f"SELECT pid FROM pg_stat_activity WHERE datname = '{DATABASE}' AND pid <> pg_backend_pid()")
        return [row[0] for row in rows]

    def cut(self) -> int:
        """End every connection, as an administrator or a failover does; how many there were."""
        sql = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"
        return len(self.say(f"{sql} AND pid <> pg_backend_pid()"))


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server that is gone when the test is over, whatever was done to it."""
    server = OwnServer(Path(tempfile.mkdtemp(prefix="ewpg-")))
    user = unprivileged()
    if user is not None:
        os.chown(server.folder, user, -1)
    try:
        server.make()
        yield server
    finally:
        if server.number:
            with suppress(subprocess.CalledProcessError):
                server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
