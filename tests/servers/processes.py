"""Starts programs that we did not write on free ports of this machine, and stops them with all their children."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS_TO_START = 60.0
SECONDS_TO_END = 10.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def answers_at(port: int) -> Callable[[], bool]:
    """Whether something listens on a port."""

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    return answers


@contextmanager
def running(
    command: Sequence[str], log: Path, *, ready: Callable[[], bool], env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A program in a process group of its own, until the block ends; what it says is in `log`."""
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait(process, ready, log)
        yield
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            said = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{process.args!r} does not answer (it ended with {process.returncode}): {said}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then make it; children that outlive their parent are reached too."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
