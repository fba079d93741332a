"""Servers of pages that benchmarks look at: the dashboard of a filled database, and an empty page beside it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.filled import END
from dashboard.launch import OPTIONS, command, environment
from monitor.config import load_settings

BLANK = """import streamlit as st
if st.button("Again", key="again"):
    st.session_state.times = st.session_state.get("times", 0) + 1
with st.container(key="card-blank"):
    st.write(st.session_state.get("times", 0))
"""
"""The yardstick: a page with one button that changes one word."""
_AT_END = (
    "import sys, runpy; from datetime import datetime; import monitor.clock as clock; real = clock.utcnow; "
    "shift = real() - datetime.fromisoformat({end!r}); clock.utcnow = lambda: real() - shift; "
    "sys.argv = ['streamlit', *sys.argv[1:]]; runpy.run_module('streamlit', run_name='__main__')"
)
"""The server's program with its clock moved."""


@dataclass(frozen=True)
class Served:
    """A server of pages."""

    place: str  # host and port
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of processor that it took until now."""
        spent = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(url: str) -> Iterator[Served]:
    """A dashboard of this database, as of the end of its year."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        path = Path(folder) / "config.yaml"
        path.write_text(
            f'database: {{url: "{url}"}}\nbrands: [{{id: brand0, name: Brand 0}}]\ndashboard: {{port: {port}}}\n'
        )
        words = command(load_settings(path))
        words = [words[0], "-c", _AT_END.format(end=END.isoformat()), *words[3:]]
        with _running(words, port, {**environment(path), "PYTHONPATH": str(Path.cwd())}) as served:
            yield served


@contextmanager
def blank() -> Iterator[Served]:
    """The yardstick, with our settings of Streamlit."""
    with tempfile.TemporaryDirectory() as folder:
        path, port = Path(folder) / "blank.py", _free_port()
        path.write_text(BLANK)
        flags = {**OPTIONS, "server.address": "127.0.0.1", "server.port": str(port)}
        words = [sys.executable, "-m", "streamlit", "run", str(path), *(f"--{name}={flags[name]}" for name in flags)]
        with _running(words, port, dict(os.environ)) as served:
            yield served


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(words: list[str], port: int, variables: dict[str, str]) -> Iterator[Served]:
    running = subprocess.Popen(words, env=variables)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", running)
        yield Served(f"127.0.0.1:{port}", running)
    finally:
        running.terminate()
        running.wait(20)


def _wait_for(url: str, running: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if running.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own address)  # nosec B310
            return
        time.sleep(0.2)
    raise SystemExit("the dashboard did not start")
