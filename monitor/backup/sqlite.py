"""Back-ups of SQLite: a copy by its online back-up, while others write; put in the place of a file as a whole."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from monitor.backup.manifest import held
from monitor.errors import MonitorError
from monitor.store import sums
from monitor.store.alone import errors_told
from monitor.store.alone import held as alone

WAIT_SECONDS = 30.0


def copy(source: Path, target: Path) -> None:
    """A consistent copy as of one moment; nobody who writes waits for it. MonitorError when the copy is not sound."""
    uri = f"{source.resolve().as_uri()}?mode=rw"
    with (
        errors_told(),
        closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS)) as opened,
        closing(sqlite3.connect(target)) as copied,
    ):
        opened.backup(copied)  # in one step: what is committed meanwhile would let it begin anew
        copied.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        said = [row[0] for row in copied.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise MonitorError(f"{source} is damaged: {'; '.join(said)}. Keep it, and restore an older back-up")


def held_in(file: Path, progress: object, label: str) -> dict[str, tuple[int, str]]:
    """What a file holds that nobody writes to."""
    uri = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    with errors_told(), closing(sqlite3.connect(uri, uri=True)) as opened:
        return held(opened, progress, label)


def is_empty(file: Path) -> bool:
    """Whether a database has no rows but its schema; MonitorError while another process has it open."""
    try:
        with alone(file) as opened:
            return all(table == "installation" or not sums.count(opened, table) for table in sums.tables(opened))
    except sqlite3.DatabaseError:  # damaged: what can be saved of it is not known
        return False


def put(part: Path, target: Path, now: datetime) -> Path | None:
    """Put a finished file in its place; what was there keeps its rows under the name that is returned."""
    _give(part, like=target if target.exists() else target.parent)
    old = None
    if target.exists():
        with suppress(sqlite3.DatabaseError), alone(target):  # at whose end its log is written into it
            pass
        old = target.with_name(f"{target.name}.replaced-{now:%Y%m%dT%H%M%SZ}")
        for ending in ("-wal", ""):  # a log that a damaged file left behind belongs to it, and to no other
            with suppress(FileNotFoundError):
                target.with_name(target.name + ending).rename(old.with_name(old.name + ending))
    target.with_name(f"{target.name}-shm").unlink(missing_ok=True)
    part.rename(target)
    sync_folder(target.parent)
    return old


def _give(file: Path, like: Path) -> None:
    """What root puts back is for who works with it: the owner of the file that was there, or of the folder."""
    if os.geteuid() == 0:
        owner = like.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def sync(file: Path) -> None:
    """Wait until a file is on the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
