"""The commands that stay: the monitor itself and the dashboard."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import parent
from monitor.cli.frame import CONFIG, ConfigFile, app, err, set_up_log, sync
from monitor.config import load_settings
from monitor.store.database import open_database, upgrade

PATIENCE_SECONDS = 10
"""For the dashboard to end by itself."""


@app.command()
def run(
    config: ConfigFile = CONFIG,
    dashboard: Annotated[bool, typer.Option(help="Serve the dashboard too.")] = False,
) -> None:
    """Run all jobs until stopped; the database is made or brought up to date first."""
    from monitor.jobs import analyse
    from monitor.supervisor import Stop, Supervisor

    set_up_log()
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    upgrade(engine)
    sync(engine, settings)
    analyse.prepare(settings)
    stop = Stop()
    stop.listen()
    page = _start_dashboard(config) if dashboard else None
    if page is not None:
        err.print(f"dashboard: {settings.dashboard.link}", highlight=False)
    try:
        Supervisor(settings, engine, config, stop).loop()
    finally:
        if page is not None:
            _end(page)
        engine.dispose()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start_dashboard(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "dashboard", "--config", str(config)], env=parent.environment())


@app.command()
def dashboard(config: ConfigFile = CONFIG) -> None:
    """Serve the dashboard on this machine."""
    load_settings(config)
    raise SystemExit(_start_dashboard(config).wait())
