"""Starts crawls: on Linux forked from a process that has loaded what they need, else each as a process of its own.

See `crawlers.fork_server`. When that process is killed, its crawls are asked to stop, and the next one starts it anew;
when it cannot be started, a crawl is a process of its own.
"""

import atexit
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

from monitor import parent
from monitor.errors import MonitorError
from monitor.log import get_logger

COMMAND = (sys.executable, "-m", "crawlers")
PATIENCE_SECONDS = 60.0
"""For one answer; the first one comes when all is loaded, which takes some seconds."""
_STEP_SECONDS = 0.05

log = get_logger(__name__)


class Process(Protocol):
    """What is asked of a crawl that was started; as `subprocess.Popen` has it."""

    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class ServerGone(MonitorError):
    """The process that forks crawls does not answer."""


class Server:
    """One process that forks crawls; may be asked by several threads."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        ours.settimeout(PATIENCE_SECONDS)
        words = [*COMMAND, "--serve", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, env=parent.environment(), pass_fds=[theirs.fileno()]
            )
        self.is_there = True
        self._link, self._answers, self._lock = ours, ours.makefile("r", encoding="utf-8"), threading.Lock()

    def begin(self, words: Sequence[str], environment: dict[str, str]) -> "Forked":
        """Fork a crawl; raises ServerGone, and OSError when there is no room for one more process."""
        number = self.ask(begin=list(words), environment=environment, folder=str(Path.cwd()))
        if number is None:
            raise OSError(errno.EAGAIN, "no room for one more process")
        return Forked(self, number)

    def ask(self, **asked: Any) -> Any:
        """One answer; raises ServerGone, and is of no use from then on."""
        with self._lock:
            try:
                self._link.sendall(f"{json.dumps(asked)}\n".encode())
                return json.loads(self._answers.readline())
            except (OSError, ValueError) as error:  # no line is no JSON
                self.end()
                raise ServerGone("the process that starts crawls is gone") from error

    def end(self) -> None:
        """Let it end; its crawls are asked to stop then."""
        self.is_there = False
        self._answers.close()
        self._link.close()
        self._process.kill()
        self._process.wait()


class Forked:
    """A crawl that a Server began."""

    def __init__(self, server: Server, number: int) -> None:
        self._server, self._number, self._lock = server, number, threading.Lock()
        self._handle = _handle_of(number)
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, or None while it runs. When its server is gone nobody knows the code: it counts as killed."""
        with self._lock:  # the server tells it once
            if self._code is None:
                try:
                    self._code = self._server.ask(poll=self._number)
                except ServerGone:
                    self._code = None if self._is_there() else -signal.SIGKILL
                if self._code is not None and self._handle is not None:
                    os.close(self._handle)
                    self._handle = None
            return self._code

    def _is_there(self) -> bool:
        if self._handle is None:
            return False
        ended = select.poll()
        ended.register(self._handle, select.POLLIN)
        return not ended.poll(0)

    def terminate(self) -> None:
        """Ask it to stop."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def _send(self, sign: int) -> None:
        if self.poll() is not None:
            return
        try:
            self._server.ask(send=self._number, signal=sign)
        except ServerGone:
            with self._lock, suppress(ProcessLookupError):
                if self._handle is not None:
                    signal.pidfd_send_signal(self._handle, sign)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises subprocess.TimeoutExpired after so many seconds."""
        until = None if timeout is None else monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and monotonic() >= until:
                raise subprocess.TimeoutExpired(COMMAND, timeout or 0.0)
            sleep(_STEP_SECONDS)
        return code


def _handle_of(number: int) -> int | None:
    """What names this process and no later one of its number, where the system has such a thing."""
    try:
        return os.pidfd_open(number)
    except (AttributeError, OSError):
        return None


class Starter:
    """Starts crawls by one Server, which it starts when it is needed and is not there."""

    def __init__(self) -> None:
        self._server: Server | None = None
        self._lock = threading.Lock()

    def start(self, words: Sequence[str], environment: dict[str, str]) -> Process:
        """Start the command of the crawlers with these words."""
        if sys.platform == "linux":
            for _ in range(2):  # the one there was may have died meanwhile
                with suppress(ServerGone):
                    return self._running().begin(words, environment)
            log.warning("crawls cannot be forked", hint="each is a process of its own, which takes longer to start")
        return subprocess.Popen([*COMMAND, *words], stdin=subprocess.DEVNULL, env=environment)

    def _running(self) -> Server:
        with self._lock:
            if self._server is None or not self._server.is_there:
                self._server = Server()
                atexit.register(self._server.end)
            return self._server


_starter = Starter()


def start(words: Sequence[str], **environment: str) -> Process:
    """Start the command of the crawlers with these words, and more in its environment."""
    return _starter.start(words, parent.environment(**environment))
