"""Looks at the database: it opens, is at this version's schema, can be written, is whole, and has room to grow."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from monitor.doctor.area import Area
from monitor.errors import ConfigError
from monitor.models import Installation
from monitor.store.database import file_of, open_database, schema_of
from monitor.store.trouble import Trouble, trouble_of
from monitor.verdict import Verdict, fails, ok, spoken_size, warning

BUSY_SECONDS = 3.0
"""How long a look waits for another process that writes."""
LARGEST_QUICK = 512 * 1024**2
"""Bytes; the pages of larger files are looked at only when asked to: 1.7 GB took 3.3 s from memory, far more from
a slow disk."""
LOW_SPACE, NO_SPACE = 1024**3, 64 * 1024**2
LARGE_LOG = 512 * 1024**2
"""Bytes of the write-ahead log; it is written back at 4 MB unless a reader holds it open for long."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: the opened database, its file if it has one, and whether to take time."""

    engine: sa.Engine
    file: Path | None
    deep: bool


def examine(url: str, *, deep: bool = False) -> Iterator[Verdict]:
    """One verdict per quality; when it cannot be opened, only that."""
    try:
        file = file_of(url)
        if file is not None:
            yield from _place(file)
            if not file.exists():
                return
        engine = open_database(url, busy_timeout_seconds=BUSY_SECONDS)
    except ConfigError as error:
        yield fails(Area.DATABASE, "database", str(error), "mend database.url in the config")
        return
    except sa.exc.ArgumentError as error:
        yield fails(Area.DATABASE, "database", str(error), "mend database.url in the config")
        return
    except ImportError as error:
        yield fails(Area.DATABASE, "database", f"the package {error.name} is missing", f"pip install {error.name}")
        return
    try:
        yield from _inside(Look(engine, file, deep))
    finally:
        engine.dispose()


def _place(file: Path) -> Iterator[Verdict]:
    """The folder, before anything is opened: SQLite makes files beside its own."""
    folder = _nearest(file.parent)
    if not folder.is_dir():
        yield fails(Area.DATABASE, "database folder", f"{folder} is no folder", "mend database.url in the config")
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        remedy = f"let this user write to {folder}: SQLite keeps its log in files beside the database"
        yield fails(Area.DATABASE, "database folder", f"{folder} cannot be written to", remedy)
    elif file.parent.is_dir() and file.parent.stat().st_mode & stat.S_IWOTH and not _is_sticky(file.parent):
        remedy = f"chmod o-w {file.parent}"
        yield warning(Area.DATABASE, "database folder", f"everyone on this machine may write to {file.parent}", remedy)
    yield _space(folder, file)
    if not file.exists():
        yield warning(Area.DATABASE, "database", f"there is none yet at {file}", "`emberwatch run` makes it")


def _is_sticky(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_ISVTX)


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest thing above it that is there."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())


def _space(folder: Path, file: Path) -> Verdict:
    free = shutil.disk_usage(folder).free
    size = file.stat().st_size if file.exists() else 0
    found = f"{spoken_size(free)} free beside {spoken_size(size)}" if size else f"{spoken_size(free)} free"
    remedy = f"free space on the disk of {folder}"
    if free < NO_SPACE:
        return fails(Area.DATABASE, "disk", found, f"{remedy}: nothing can be stored soon")
    if free < max(LOW_SPACE, size // 2):
        return warning(Area.DATABASE, "disk", found, remedy)
    return ok(Area.DATABASE, "disk", found)


def _inside(look: Look) -> Iterator[Verdict]:
    for subject, question in (("database", _opens), ("schema", _schema)):
        verdict = _asked(subject, question, look)
        yield verdict
        if verdict.remedy:
            return
    for subject, question in (("writing", _writes), ("integrity", _whole), ("write-ahead log", _log)):
        yield _asked(subject, question, look)


def _asked(subject: str, question: Callable[[Look], Verdict], look: Look) -> Verdict:
    try:
        return question(look)
    except SQLAlchemyError as error:
        trouble = trouble_of(error)
        if trouble is Trouble.BUSY:
            return warning(Area.DATABASE, subject, str(trouble), trouble.remedy)
        if trouble is not None:
            return fails(Area.DATABASE, subject, str(trouble), trouble.remedy)
        return fails(Area.DATABASE, subject, f"{type(error).__name__}: {_cause(error)}", Trouble.ABSENT.remedy)


def _cause(error: SQLAlchemyError) -> str:
    """The driver's words in one line, without the statement."""
    return " ".join(str(getattr(error, "orig", error)).split())[:200]


def _opens(look: Look) -> Verdict:
    with look.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    kind = look.engine.dialect.name
    return ok(Area.DATABASE, "database", f"opens: {look.file}" if look.file else f"opens: {kind} server answers")


def _schema(look: Look) -> Verdict:
    schema = schema_of(look.engine)
    if schema.is_current:
        return ok(Area.DATABASE, "schema", f"{schema.wanted}, as this version needs")
    if schema.is_usable:
        return ok(Area.DATABASE, "schema", f"{schema.found}, of a newer version, which serves this one")
    if schema.is_ahead:
        remedy = "install the newer version of Emberwatch that made it, or restore a backup"
        return fails(Area.DATABASE, "schema", f"{schema.found}: a newer version was here", remedy)
    if schema.found is None:
        return warning(
            Area.DATABASE, "schema", "no tables yet", "`emberwatch run` (or `emberwatch upgrade`) makes them"
        )
    found = f"{schema.found} is behind {schema.wanted}"
    return fails(Area.DATABASE, "schema", found, "run `emberwatch upgrade` (or `emberwatch run`)")


def _writes(look: Look) -> Verdict:
    """An UPDATE that meets no row takes the same lock and needs the same rights as any other."""
    with look.engine.connect() as connection:
        connection.execute(sa.update(Installation).where(sa.false()).values(value=""))
        connection.rollback()
    return ok(Area.DATABASE, "writing", "a write was tried and taken back")


def _whole(look: Look) -> Verdict:
    if look.file is None:
        return ok(Area.DATABASE, "integrity", "is the server's business")
    size = look.file.stat().st_size
    if size > LARGEST_QUICK and not look.deep:
        return ok(Area.DATABASE, "integrity", f"not looked at: {spoken_size(size)}; `check --deep` does")
    question = "PRAGMA integrity_check(3)" if look.deep else "PRAGMA quick_check(3)"
    with look.engine.connect() as connection:
        answers = [str(row[0]) for row in connection.exec_driver_sql(question)]
    if answers == ["ok"]:
        return ok(
            Area.DATABASE, "integrity", "every page was read and is sound" if look.deep else "sound (quick check)"
        )
    return fails(Area.DATABASE, "integrity", answers[0][:200], Trouble.BROKEN.remedy)


def _log(look: Look) -> Verdict:
    """SQLite's write-ahead log lets the dashboard read while the monitor writes."""
    if look.file is None:
        return ok(Area.DATABASE, "write-ahead log", "is the server's business")
    with look.engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    log = look.file.with_name(f"{look.file.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    if mode != "wal":
        remedy = "keep the database on a local disk: network file systems cannot do it"
        return warning(
            Area.DATABASE, "write-ahead log", f"off ({mode}): readers and writers wait for each other", remedy
        )
    if size > LARGE_LOG:
        remedy = "a process reads for very long: restart the dashboard, and `emberwatch run` if it stays"
        return warning(Area.DATABASE, "write-ahead log", f"has grown to {spoken_size(size)}", remedy)
    return ok(Area.DATABASE, "write-ahead log", f"on, {spoken_size(size)}")
