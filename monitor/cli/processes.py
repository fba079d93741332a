"""The commands that stay: the monitor itself and the dashboard."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from monitor import garbage, parent
from monitor.cli.frame import CONFIG, ConfigFile, app, err, set_up_log, sync
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.doors import SERVED
from monitor.log import get_logger
from monitor.store.database import open_database, upgrade

log = get_logger(__name__)
PATIENCE_SECONDS = 10
"""For the dashboard and the reception to end by themselves."""
LONGEST_WAIT_SECONDS = 60.0


@app.command()
def run(
    config: ConfigFile = CONFIG,
    dashboard: Annotated[bool, typer.Option(help="Serve the dashboard too.")] = False,
) -> None:
    """Run all jobs until stopped; the database is made or brought up to date first."""
    from monitor import metrics
    from monitor.jobs import analyse
    from monitor.supervisor import Stop, Supervisor

    set_up_log()
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    upgrade(engine)
    sync(engine, settings)
    stop = Stop()
    supervisor = Supervisor(settings, engine, config, stop)
    with metrics.serve(settings, engine, lambda: supervisor.is_well(utcnow())):
        analyse.prepare(settings)
        stop.listen()
        garbage.settle()
        try:
            with _served(settings, config, dashboard=dashboard):
                supervisor.loop()
        finally:
            engine.dispose()


@contextmanager
def _served(settings: Settings, config: Path, *, dashboard: bool) -> Iterator[None]:
    """The servers that are wanted run beside the loop."""
    page = _start_dashboard(config) if dashboard else None
    if page is not None:
        err.print(f"dashboard: {settings.dashboard.link}", highlight=False)
    reception = Reception(config) if _has_visitors(settings) else None
    if reception is not None:
        reception.start()
        err.print(f"reception: {settings.reception.link}", highlight=False)
    try:
        yield
    finally:
        if reception is not None:
            reception.end()
        if page is not None:
            _end(page)


def _has_visitors(settings: Settings) -> bool:
    """Whether anybody comes to the reception: to a door, or by a link of an alert."""
    return settings.has_action_pages or any(door.type in SERVED and door.enabled for door in settings.doors)


class Reception(threading.Thread):
    """Keeps the reception's process running: one that dies is started again after 1, 2, 4 … 60 seconds.

    One thread starts it and stays, because the kernel ends the process when the thread that started it ends.
    """

    def __init__(self, config: Path) -> None:
        super().__init__(name="reception", daemon=True)
        self._command = [sys.executable, "-m", "monitor.reception", "--config", str(config)]
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        wait = 1.0
        while not self._ended.is_set():
            self._process = subprocess.Popen(self._command, env=parent.environment())
            if self._ended.is_set():
                self._process.terminate()
            code = self._process.wait()
            if self._ended.wait(wait):
                return
            log.error("the reception ended and is started again", code=code)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def end(self) -> None:
        """End the process and wait for it."""
        self._ended.set()
        if self._process is not None:
            _end(self._process)
        self.join(PATIENCE_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start_dashboard(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(_dashboard_of(config), env=parent.environment())


def _dashboard_of(config: Path) -> list[str]:
    return [sys.executable, "-m", "dashboard", "--config", str(config)]


@app.command()
def dashboard(config: ConfigFile = CONFIG) -> None:
    """Serve the dashboard on this machine.

    This process becomes the server: as the first of a container it would get no signal that it does not listen to.
    """
    err.print(f"dashboard: {load_settings(config).dashboard.link}", highlight=False)
    sys.stderr.flush()
    os.execv(sys.executable, _dashboard_of(config))  # noqa: S606 (no shell is wanted)
