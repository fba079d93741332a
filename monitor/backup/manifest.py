"""What stands beside a back-up: when it was made of what, and what it holds, so that a restore can be compared."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError
from monitor.store import sums

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENDING = ".json"
_BEGINNINGS = {SQLITE: b"SQLite format 3\0", POSTGRESQL: b"PGDMP"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tables` has the rows of each and the sum of their hashes; `programs` is PostgreSQL's version."""

    made_at: datetime
    database: str
    schema: str
    size: int
    sha256: str
    tables: dict[str, tuple[int, str]]
    programs: int = 0

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())


def beside(file: Path) -> Path:
    """Where the manifest of a back-up is."""
    return file.with_name(file.name + ENDING)


def kind_of(file: Path) -> str:
    """Of which database a file is a back-up; MonitorError when of none."""
    try:
        with file.open("rb") as opened:
            start = opened.read(16)
    except OSError as error:
        raise MonitorError(f"{file} cannot be read: {error.strerror}") from error
    for kind, beginning in _BEGINNINGS.items():
        if start.startswith(beginning):
            return kind
    raise MonitorError(f"{file} is no back-up: neither an SQLite file nor a dump of PostgreSQL in its custom format")


def digest(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def as_text(manifest: Manifest) -> str:
    return json.dumps({**asdict(manifest), "made_at": manifest.made_at.isoformat()}, indent=1)


def read(file: Path) -> Manifest:
    """The manifest of a back-up; MonitorError when there is none, or one that cannot be read."""
    path = beside(file)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: (int(rows), str(total)) for name, (rows, total) in told["tables"].items()}
        return Manifest(**{**told, "made_at": datetime.fromisoformat(told["made_at"]), "tables": tables})
    except FileNotFoundError as error:
        raise MonitorError(f"{path} is missing: it says what the back-up holds, and was written beside it") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MonitorError(f"{path} cannot be read: {error}") from error


def held(connection: Any, progress: Any, label: str) -> dict[str, tuple[int, str]]:
    """What a database holds, table by table."""
    found: dict[str, sums.Sum] = dict(progress(sums.all_of(connection), total=sums.steps(connection), label=label))
    return {table: (one.rows, one.hash) for table, one in found.items()}


def check_same(manifest: Manifest, found: dict[str, tuple[int, str]], what: str) -> None:
    """MonitorError when a database does not hold what the back-up held."""
    if different := [
        name for name in sorted({*manifest.tables, *found}) if manifest.tables.get(name) != found.get(name)
    ]:
        told = ", ".join(
            f"{name} ({_rows(manifest.tables, name)} rows, now {_rows(found, name)})" for name in different
        )
        raise MonitorError(f"{what} does not hold what was backed up: {told}")


def _rows(tables: dict[str, tuple[int, str]], name: str) -> int:
    return tables[name][0] if name in tables else 0
