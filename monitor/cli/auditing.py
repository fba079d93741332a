"""The command that tells who did what, or was refused."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from monitor.access import Deed
from monitor.alerting.text import one_line
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, opened, out
from monitor.clock import parse_duration, utcnow
from monitor.errors import ConfigError
from monitor.models import AuditEntry, Outcome
from monitor.spreadsheet import guard
from monitor.store import audit as store
from monitor.store.database import session_of

FIELDS = ("at", "actor", "login", "role", "way", "deed", "about", "outcome")
MOST = 100_000


@app.command()
def audit(
    config: ConfigFile = CONFIG,
    person: Annotated[str, typer.Option(help="A part of a name or a login.")] = "",
    deed: Annotated[Deed | None, typer.Option(help="What was asked for.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="Done, or refused because the role was not enough.")] = None,
    since: Annotated[str, typer.Option(metavar="TIME", help="How far back: 2h, 7d …")] = "",
    most: Annotated[int, typer.Option(min=1, max=MOST, help="So many entries, the newest.")] = 100,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell who did what or was refused, newest first."""
    wanted = store.Wanted(one_line(person), deed.value if deed else "", outcome, _since(since))
    with opened(config) as (_settings, engine), session_of(engine) as session:
        rows = [_row(entry) for entry in store.entries(session, wanted, most)]
    if as_json:
        print(json.dumps([dict(zip(FIELDS, row, strict=True)) for row in rows], ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows([guard(value) for value in row] for row in rows)
    else:
        _show(rows)


def _since(text: str) -> datetime | None:
    try:
        return utcnow() - parse_duration(text) if text else None
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"--since: {error}") from error


def _row(entry: AuditEntry) -> tuple[str, ...]:
    """The values of `FIELDS`; the time in UTC."""
    at = entry.at.isoformat(timespec="seconds")
    who = (one_line(entry.actor), one_line(entry.login), entry.role.value, entry.way.value)
    return (at, *who, entry.deed, entry.about, entry.outcome.value)


def _show(rows: Sequence[tuple[str, ...]]) -> None:
    if not rows:
        out.print("nobody did anything of the kind")
        return
    table = Table(*FIELDS, box=None)
    for row in rows:
        table.add_row(*(Text(value) for value in row))  # what people typed is no markup
    out.print(table)
