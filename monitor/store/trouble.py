"""What an error of the database means for people: busy, full or broken, and what to do about it."""

import enum
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

T = TypeVar("T")


class Trouble(enum.StrEnum):
    """Troubles that no change of the program mends."""

    BUSY = "the database is busy: another process writes to it"
    FULL = "the database cannot grow: the disk is full"
    READ_ONLY = "the database cannot be written: its file or folder is read-only for this user"
    BROKEN = "the database file is damaged or is no database"
    ABSENT = "the database cannot be opened or reached"

    @property
    def remedy(self) -> str:
        return _REMEDIES[self]


_REMEDIES = {
    Trouble.BUSY: "nothing is lost; it is tried again soon. If it lasts, look for a copy or a shell that holds a lock.",
    Trouble.FULL: "free space on the disk of the database and of its -wal file; everything goes on by itself then.",
    Trouble.READ_ONLY: "give the user that runs Emberwatch the right to write to the file and its folder.",
    Trouble.BROKEN: "stop Emberwatch, keep a copy of the file, and restore a backup (or try `sqlite3 FILE .recover`).",
    Trouble.ABSENT: "check database.url, the file and its rights, or whether the server runs.",
}

_SQLITE = (
    ("SQLITE_BUSY", Trouble.BUSY),
    ("SQLITE_LOCKED", Trouble.BUSY),
    ("SQLITE_FULL", Trouble.FULL),
    ("SQLITE_IOERR_WRITE", Trouble.FULL),  # what some file systems and limits make of it
    ("SQLITE_IOERR_SHMSIZE", Trouble.FULL),
    ("SQLITE_IOERR_TRUNCATE", Trouble.FULL),
    ("SQLITE_READONLY", Trouble.READ_ONLY),
    ("SQLITE_CORRUPT", Trouble.BROKEN),
    ("SQLITE_NOTADB", Trouble.BROKEN),
    ("SQLITE_CANTOPEN", Trouble.ABSENT),
)
"""Names of SQLite's result codes, of which the extended ones only add to the end."""

_POSTGRESQL = (
    ("40001", Trouble.BUSY),  # serialization failure
    ("40P01", Trouble.BUSY),  # deadlock
    ("55P03", Trouble.BUSY),  # lock not available
    ("53100", Trouble.FULL),
    ("25006", Trouble.READ_ONLY),
    ("XX001", Trouble.BROKEN),
    ("08", Trouble.ABSENT),
    ("57P", Trouble.ABSENT),  # shutting down, or not yet up
)


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Which of the troubles an error, or one that caused it, comes from; None when it is something else."""
    while error is not None:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        for code, table in ((_sqlite_name(cause), _SQLITE), (_sqlstate(cause), _POSTGRESQL)):
            for beginning, trouble in table:
                if code.startswith(beginning):
                    return trouble
        if _is_unreachable(error):
            return Trouble.ABSENT
        error = error.__cause__ or error.__context__
    return None


def _is_unreachable(error: BaseException) -> bool:
    """Whether a server was not there, or went away: then there is an error, and no code of a server's."""
    return isinstance(error, OperationalError) and _sqlite_name(error.orig) == "" and not _sqlstate(error.orig)


def _sqlstate(cause: object) -> str:
    return str(getattr(cause, "sqlstate", "") or "")


def _sqlite_name(cause: object) -> str:
    return str(getattr(cause, "sqlite_errorname", ""))


def patiently(work: Callable[[], T], tries: int = 5) -> T:
    """Do the work, and again while the database is busy; each try waits as long as the database's own time limit."""
    for _ in range(tries - 1):
        try:
            return work()
        except OperationalError as error:
            if trouble_of(error) is not Trouble.BUSY:
                raise
    return work()


def words_of(error: BaseException | None) -> str:
    """The trouble with its remedy in one line; "" when it is none that we know."""
    trouble = trouble_of(error)
    return f"{trouble}. {trouble.remedy[0].upper()}{trouble.remedy[1:]}" if trouble else ""
