"""What all commands share: the application, its two streams, its options, the opened database and how figures look."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar

import sqlalchemy as sa
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import IntegrityError

from monitor import log, secret
from monitor.config import Settings, load_settings
from monitor.store.database import check_schema, open_database, session_of

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


@contextmanager
def opened(config: Path) -> Iterator[tuple[Settings, sa.Engine]]:
    """The settings, and the database at this version's schema with the config's rows in it."""
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    try:
        check_schema(engine)
        sync(engine, settings)
        yield settings, engine
    finally:
        engine.dispose()


def sync(engine: sa.Engine, settings: Settings) -> None:
    """Make the rows of brands, themes and sources equal the config; other processes may start at the same moment."""
    try:
        _sync(engine, settings)
    except IntegrityError:
        _sync(engine, settings)


def _sync(engine: sa.Engine, settings: Settings) -> None:
    from monitor.store import sources

    with session_of(engine) as session:
        sources.sync(session, settings)
        session.commit()


def set_up_log() -> None:
    """Readable on a terminal, JSON lines elsewhere."""
    log.set_up(hide=secret.hide)


def bar(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """Show how far a job is, on a terminal only."""
    yield from track(items, description=label, total=total, console=err, transient=True, disable=not err.is_terminal)


def show(figures: dict[str, Any], as_json: bool, *, idle: str = "nothing to do") -> None:
    """Print figures as a small table, or as one JSON object."""
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, default=str))
        return
    table = Table(box=None, show_header=False)
    for name, value in figures.items():
        table.add_row(Text(str(name)), Text(str(value)))  # what people typed is no markup
    out.print(table if figures else idle)
