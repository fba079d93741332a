"""The command that moves a store to PostgreSQL."""

import json
import time
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from monitor import moving
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, out
from monitor.config import load_settings
from monitor.errors import MonitorError
from monitor.moving import Moved
from monitor.store.postgresql import shown


@app.command()
def move(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="URL",
            envvar="EMBERWATCH_MOVE_TO",
            help="An empty database: postgresql://user@host/database. The password is better in PGPASSFILE.",
        ),
    ],
    config: ConfigFile = CONFIG,
    batch: Annotated[int, typer.Option(min=1, help="Rows in memory at once.")] = moving.BATCH,
    compare: Annotated[bool, typer.Option("--compare", help="Copy nothing: compare with what was moved.")] = False,
    as_json: AsJson = False,
) -> None:
    """Copy the SQLite store into an empty PostgreSQL database, and compare both row by row."""
    settings = load_settings(config)
    target, started = moving.target_of(to), time.monotonic()
    do = moving.compare if compare else moving.move
    moved = do(settings.database.url, target, bar, batch=batch)
    if as_json:
        print(json.dumps(_as_json(moved, time.monotonic() - started)))
    else:
        _show(moved)
    for place, times in moved.changed.items():
        err.print(
            f"{place}: {times} with signs that PostgreSQL cannot keep, shown as � (or null) there", soft_wrap=True
        )
    if moved.different:
        raise MonitorError(_differs(moved, compare=compare))
    if not compare and not as_json:
        told = f"next: set database.url to {shown(target)} (or EMBERWATCH_DATABASE__URL), then start `emberwatch run`."
        out.print(told, highlight=False, soft_wrap=True)
        out.print("The SQLite file is as it was: keep it until you have seen that all is well.")


def _differs(moved: Moved, *, compare: bool) -> str:
    which = ", ".join(moved.different)
    if compare:
        return f"not the same in both: {which}"
    return (
        f"not the same in both: {which}. Nothing was kept: the target is empty. See what changes rows there: triggers?"
    )


def _as_json(moved: Moved, seconds: float) -> dict[str, object]:
    tables = [
        {"table": one.table, "rows": one.here.rows, "hash": one.here.hash, "there": one.there.rows, "same": one.is_same}
        for one in moved.tables
    ]
    figures = {"rows": moved.rows, "seconds": round(seconds, 1), "same": not moved.different}
    return {**figures, "changed": moved.changed, "tables": tables}


def _show(moved: Moved) -> None:
    table = Table("table", "rows", "hash of all rows", "there", box=None)
    for one in moved.tables:
        told = ("the same" if one.is_same else "[bold red]differs[/]", one.there)
        rows = f"{one.here.rows:,}" if one.here.rows == one.there.rows else f"{one.here.rows:,} / {one.there.rows:,}"
        table.add_row(Text(one.table), rows, one.here.hash[:16], told[0])
    out.print(table)
    out.print(f"{moved.rows:,} rows in {len(moved.tables)} tables")
