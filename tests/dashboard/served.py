"""A real server of the dashboard, for tests in a browser."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dashboard import launch, secret_file
from monitor.config import Settings, load_settings
from tests.commands import Served
from tests.dashboard.pages import write_config

PATIENCE = 60  # seconds


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(url: str, folder: Path) -> Iterator[str]:
    """The address at which a server of its own shows this database."""
    path = write_config(folder, url, free_port())
    settings = load_settings(path)
    with serving(settings, path) as address:
        yield address


@contextmanager
def serving(settings: Settings, path: Path) -> Iterator[str]:
    """The address of a server that is started as `dashboard.launch.serve` does, but from what is loaded."""
    secret_file.write(settings)
    server = Served(launch.command(settings)[3:], launch.environment(path))
    try:
        wait_for(f"{settings.dashboard.link}/_stcore/health", server)
        yield settings.dashboard.link
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes] | Served) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the dashboard's server did not start")
