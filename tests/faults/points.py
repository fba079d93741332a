"""The points at which a process can be killed, seen from outside our code: statements, commits, answers, files."""

import http.client
import os
import signal
import smtplib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

READS = ("SELECT", "PRAGMA", "WITH")
HANDED_OVER = ("before answer", "after answer")
"""From here on the receiver may have the message."""


class Points:
    """Counts the points passed, keeps their names, and kills this process at the one asked for."""

    def __init__(self, kill_at: int = 0) -> None:
        self.passed: list[str] = []
        self._kill_at = kill_at

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Listen to everything this process does from now on."""
        sa.event.listen(sa.Engine, "before_cursor_execute", self._statement("before write"))
        sa.event.listen(sa.Engine, "after_cursor_execute", self._statement("after write"))
        self._around(SQLiteDialect_pysqlite, "do_commit", "commit")
        self._around(smtplib.SMTP, "getreply", "answer")
        self._around(http.client.HTTPConnection, "getresponse", "answer")
        self._around(Path, "write_text", "file")
        self._around(Path, "write_bytes", "file")
        self._around(Path, "replace", "file")

    def _statement(self, name: str) -> Callable[..., None]:
        def passed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.lstrip().upper().startswith(READS):
                self(f"{name}: {' '.join(statement.split()[:3])}")

        return passed

    def _around(self, owner: type, method: str, what: str) -> None:
        real = getattr(owner, method)

        @wraps(real)
        def around(*args: Any, **kwargs: Any) -> Any:
            self(f"before {what}")
            result = real(*args, **kwargs)
            self(f"after {what}")
            return result

        setattr(owner, method, around)


def kind(point: str) -> str:
    """`before write: INSERT INTO mention` is of the kind `before write`."""
    return point.partition(":")[0]


def may_repeat(points: list[str], killed_at: int) -> bool:
    """Whether the receiver may have had a message whose result was not committed when the process was killed."""
    before = [kind(point) for point in points[:killed_at]]
    last_commit = max((at for at, name in enumerate(before) if name == "after commit"), default=-1)
    return any(name in HANDED_OVER for name in before[last_commit + 1 :])


def one_of_each(points: list[str]) -> list[int]:
    """The number of the first, and of the last, point of each kind: every stage once, and its end."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, point in enumerate(points, start=1):
        first.setdefault(kind(point), number)
        last[kind(point)] = number
    return sorted({*list(first.values()), last.get("before commit", 1)})
