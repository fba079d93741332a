"""Back-ups of PostgreSQL: pg_dump and pg_restore, which come with it, and what a database holds at the same moment."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.errors import MonitorError
from monitor.store import queue_schema, sums
from monitor.store.postgresql import transaction

DEBIAN = Path("/usr/lib/postgresql")
_LONGEST_ERROR = 500


def version_of(engine: sa.Engine) -> int:
    """The major version of the server."""
    with engine.connect() as connection:
        return int(connection.execute(sa.text("SHOW server_version_num")).scalar_one()) // 10_000


def program(name: str, at_least: int) -> Path:
    """The newest `pg_dump` or `pg_restore` of this machine; MonitorError when it is missing or too old."""
    found = [Path(one) for one in (shutil.which(name),) if one] + sorted(DEBIAN.glob(f"*/bin/{name}"))
    versions = {path: major for path in found if (major := _version(path))}
    if not versions:
        raise MonitorError(f"{name} is not here: install Debian's package postgresql-client-{at_least}, or its like")
    best = max(versions, key=lambda path: versions[path])
    if versions[best] < at_least:
        old = f"{name} is of PostgreSQL {versions[best]}, and {at_least} is needed"
        raise MonitorError(f"{old}: install Debian's package postgresql-client-{at_least}, or its like")
    return best


def _version(path: Path) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30)
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


@contextmanager
def as_of_now(engine: sa.Engine) -> Iterator[tuple[Any, str]]:
    """A connection that sees the database as of this moment, and the name by which pg_dump sees the same."""
    with transaction(engine) as connection:
        connection.execute(b"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (name,) = connection.execute(b"SELECT pg_export_snapshot()").fetchone() or ("",)
        yield connection, name


def dump(url: sa.URL, target: Path, snapshot: str, at_least: int) -> None:
    """Write the database in PostgreSQL's custom format, compressed; without the queue, which is work of the moment."""
    words = ["--format=custom", f"--snapshot={snapshot}", f"--exclude-schema={queue_schema.NAME}", f"--file={target}"]
    _run(program("pg_dump", at_least), words, url)


def load(url: sa.URL, file: Path, at_least: int) -> None:
    """Fill an empty database in one transaction, owned by who does it."""
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(file)]
    _run(program("pg_restore", at_least), words, url)


def _run(program: Path, words: list[str], url: sa.URL) -> None:
    """The password goes by the environment: a command line is seen by everybody on the machine."""
    from psycopg.conninfo import make_conninfo

    _, told = url.get_dialect()().create_connect_args(url)
    password = told.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    command: list[str | Path] = [program, f"--dbname={make_conninfo(**told)}", "--no-password", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[:_LONGEST_ERROR]
        raise MonitorError(f"{program.name} ended with {done.returncode}: {said}")


def check_empty(connection: Any) -> None:
    """MonitorError when the database has tables, of ours or of others."""
    if tables := sums.tables(connection):
        others = f" and {len(tables) - 1} more" if len(tables) > 1 else ""
        raise MonitorError(
            f"the database is not empty: it has the table {tables[0]}{others}. Nothing was changed. Make a new one "
            "(`createdb NAME`), restore into that, and set database.url to it: so the old one stays as it is"
        )
