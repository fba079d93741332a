"""The command `emberwatch`: every job, the whole of them together, and the answers an operator needs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from monitor import log
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.errors import ConfigError, MonitorError
from monitor.jobs.context import Context, Counters
from monitor.store.database import check_schema, open_database, session_of, upgrade

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Catches complaints while they are embers: collects, reads, detects, alerts, follows up.",
)
out = Console()
err = Console(stderr=True)

ConfigFile = Annotated[Path, typer.Option("--config", "-c", envvar="EMBERWATCH_CONFIG", help="The config file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print figures as JSON.")]
CONFIG = Path("config.yaml")
PATIENCE_SECONDS = 10
"""For the dashboard to end by itself."""


def main() -> None:
    """Run a command; errors meant for people are one line each, with exit code 2 for a mistake in the config."""
    try:
        app()
    except ConfigError as error:
        err.print(f"[red]config:[/] {len(str(error).splitlines())} to mend", highlight=False)
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except MonitorError as error:
        err.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@contextmanager
def _opened(config: Path) -> Iterator[tuple[Settings, sa.Engine]]:
    """The settings, and the database at this version's schema with the config's rows in it."""
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    try:
        check_schema(engine)
        _sync(engine, settings)
        yield settings, engine
    finally:
        engine.dispose()


def _sync(engine: sa.Engine, settings: Settings) -> None:
    from monitor.store import sources

    with session_of(engine) as session:
        sources.sync(session, settings)
        session.commit()


def _set_up_log() -> None:
    log.set_up(json=not sys.stderr.isatty() and "EMBERWATCH_LOG_TEXT" not in os.environ)


def _bar(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    yield from track(items, description=label, total=total, console=err, transient=True, disable=not err.is_terminal)


def _show(figures: dict[str, Any], as_json: bool, *, idle: str = "nothing to do") -> None:
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, default=str))
        return
    table = Table(box=None, show_header=False)
    for name, value in figures.items():
        table.add_row(str(name), str(value))
    out.print(table if figures else idle)


def _run_job(config: Path, as_json: bool, run: Callable[[Context], Counters], *, again: str = "") -> None:
    """Run a job once, or as long as it reports work under `again`, and show what it did."""
    from monitor.supervisor import Stop

    _set_up_log()
    stop = Stop()
    stop.listen()
    counters = Counters()
    with _opened(config) as (settings, engine), session_of(engine) as session:
        while True:
            done = run(Context(settings, session, utcnow(), config, stop, _bar))
            session.commit()
            counters += done
            if not again or not done[again] or stop():
                break
    _show(dict(counters), as_json)


@app.command()
def run(
    config: ConfigFile = CONFIG,
    dashboard: Annotated[bool, typer.Option(help="Serve the dashboard too.")] = False,
) -> None:
    """Run all jobs until stopped; the database is made or brought up to date first."""
    from monitor.jobs import analyse
    from monitor.supervisor import Stop, Supervisor

    _set_up_log()
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    upgrade(engine)
    _sync(engine, settings)
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
    return subprocess.Popen([sys.executable, "-m", "dashboard", "--config", str(config)])


@app.command()
def dashboard(config: ConfigFile = CONFIG) -> None:
    """Serve the dashboard on this machine."""
    load_settings(config)
    raise SystemExit(_start_dashboard(config).wait())


@app.command()
def crawl(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Crawl the sources that are due."""
    from monitor.jobs import crawl as job

    _run_job(config, as_json, job.run)


@app.command()
def analyse(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Read the mentions that wait."""
    from monitor.jobs import analyse as job

    _run_job(config, as_json, job.run, again="read")


@app.command()
def detect(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Look at every brand once, and open, worsen, calm or resolve incidents."""
    from monitor.jobs import detect as job

    _run_job(config, as_json, job.run)


@app.command()
def alert(
    config: ConfigFile = CONFIG,
    test: Annotated[str, typer.Option(metavar="CHANNEL", help="Send a test message to this channel.")] = "",
    as_json: AsJson = False,
) -> None:
    """Route what changed and send what is owed."""
    from monitor.jobs import alert as job

    if not test:
        _run_job(config, as_json, job.run)
        return
    receipt = job.test_channel(load_settings(config), test, utcnow())
    _show({"channel": test, "receipt": receipt}, as_json)


@app.command()
def answer(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Open a case for each incident that has none."""
    from monitor.jobs import answer as job

    _run_job(config, as_json, job.run)


@app.command()
def report(
    config: ConfigFile = CONFIG,
    week: Annotated[str, typer.Option(help="`2026-W46`, `last` or `current`; without it, what is due is made.")] = "",
    brand: Annotated[str, typer.Option(help="One brand of the config; all of them when absent.")] = "",
    form: Annotated[str, typer.Option("--format", help="html, csv or json.")] = "html",
    to: Annotated[str, typer.Option("--out", help="A file, or - for standard output.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make the weekly reports that are due, or one of any week."""
    from monitor.jobs import report as job

    if not week:
        _run_job(config, as_json, job.run)
        return
    with _opened(config) as (settings, engine), session_of(engine) as session:
        brands = [brand] if brand else [one.id for one in settings.brands]
        if to and len(brands) > 1:
            raise ConfigError(f"--out takes one report: name one of {', '.join(brands)} with --brand")
        written = []
        for slug in brands:
            figures = job.make_report(session, settings, slug, week, utcnow())
            text = job.render_as(figures, form)
            if to == "-":
                print(text)
                return
            path = Path(to) if to else settings.report.folder / f"{slug}-{figures.week}.{form}"
            job.write_whole(path, text)
            written.append(str(path))
    _show({"written": ", ".join(written)}, as_json)


@app.command()
def prune(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Remove what is past its time."""
    from monitor.jobs import prune as job

    _run_job(config, as_json, job.run)


@app.command()
def check(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Check the config, and each source's spider and parameters."""
    settings = load_settings(config)
    spiders = subprocess.run(
        [sys.executable, "-m", "crawlers", "--check", "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    if spiders.returncode:
        raise ConfigError((spiders.stdout + spiders.stderr).strip() or "python -m crawlers --check failed")
    counts = {name: len(getattr(settings, name)) for name in ("brands", "sources", "themes", "channels", "routes")}
    _show({"config": "valid", **counts}, as_json)


@app.command(name="upgrade")
def upgrade_command(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Bring the database to this version's schema."""
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    upgrade(engine)
    _sync(engine, settings)
    engine.dispose()
    _show({"schema": "up to date"}, as_json)


if __name__ == "__main__":
    main()
