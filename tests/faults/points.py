"""The points at which a process can be killed, or its connection cut, seen from outside our code: statements, commits,
answers, files.
"""

import http.client
import json
import os
import signal
import smtplib
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

READS = ("SELECT", "PRAGMA", "WITH")
HANDED_OVER = ("before request", "after request", "before answer", "after answer")
"""From here on the receiver may have the message."""
SETTLES = ", and it is sent"
"""At the end of the name of a write that says so."""


class Points:
    """Counts the points passed, keeps their names, and at the one asked for kills this process or does what else is
    asked.

    Messages are on their way in threads of their own, so that their points come in another order each time: what was
    passed before a kill is kept in a file.
    """

    def __init__(self, kill_at: int, killed: Path, instead: Callable[[], None] | None = None) -> None:
        self.passed: list[str] = []
        self._kill_at = kill_at
        self._instead = instead
        self._killed = killed
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._threads = 0

    def __call__(self, name: str) -> None:
        with self._lock:
            self.passed.append(f"{name}: {self._sender()}" if name in HANDED_OVER else name)
            if len(self.passed) == self._kill_at:
                with self._killed.open("w") as file:  # whose own ways of writing are points too
                    json.dump(self.passed, file)
                if self._instead is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                else:
                    self._instead()

    def _sender(self) -> int:
        """The number of this thread: each sending has its own."""
        if not hasattr(self._thread, "number"):
            self._threads += 1
            self._thread.number = self._threads
        return int(self._thread.number)

    def watch(self) -> None:
        """Listen to everything this process does from now on."""
        sa.event.listen(sa.Engine, "before_cursor_execute", self._statement("before write"))
        sa.event.listen(sa.Engine, "after_cursor_execute", self._statement("after write"))
        self._around(SQLiteDialect_pysqlite, "do_commit", "commit")
        self._around(PGDialect_psycopg, "do_commit", "commit")
        self._around(smtplib.SMTP, "getreply", "answer")
        self._around(http.client.HTTPConnection, "putrequest", "request")
        self._around(http.client.HTTPConnection, "getresponse", "answer")
        self._around(Path, "write_text", "file")
        self._around(Path, "write_bytes", "file")
        self._around(Path, "replace", "file")

    def _statement(self, name: str) -> Callable[..., None]:
        def passed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.lstrip().upper().startswith(READS):
                self(f"{name}: {' '.join(statement.split()[:3])}{SETTLES if 'sent_at=' in statement else ''}")

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


def may_repeat(passed: list[str]) -> int:
    """How many receivers may have had a message whose result was not committed when the process was killed."""
    handed_over = {point for point in passed if kind(point) in HANDED_OVER}
    settled, writes = 0, False
    for point in passed:
        writes = writes or point.endswith(SETTLES)
        if kind(point) == "after commit":
            settled, writes = settled + writes, False
    return len({point.partition(": ")[2] for point in handed_over}) - settled


def one_of_each(points: list[str]) -> list[int]:
    """The number of the first, and of the last, point of each kind: every stage once, and its end."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, point in enumerate(points, start=1):
        first.setdefault(kind(point), number)
        last[kind(point)] = number
    return sorted({*list(first.values()), last.get("before commit", 1)})
