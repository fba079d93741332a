"""The commands that make a back-up of the database and bring one back."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import backup as backups
from monitor.backup import Manifest, Restored
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, out
from monitor.clock import parse_duration, spoken_duration, utcnow
from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.store.database import newest_revision


@app.command()
def backup(
    to: Annotated[Path, typer.Option("--out", metavar="FILE|FOLDER", help="A new file, or a folder for one by time.")],
    config: ConfigFile = CONFIG,
    keep: Annotated[int | None, typer.Option(min=1, help="Of those in the folder keep so many, the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole database to a file while the monitor goes on."""
    settings, now = load_settings(config), utcnow()
    made = backups.backup(settings.database.url, to, now, bar, keep=keep)
    if as_json:
        removed = [str(path) for path in made.removed]
        print(json.dumps({"file": str(made.file), **_figures(made.manifest), "removed": removed}))
        return
    out.print(f"{made.file}: {_told(made.manifest, now)}", highlight=False, soft_wrap=True)
    if made.removed:
        out.print(f"removed: {len(made.removed)} older", highlight=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `emberwatch backup` has written.")],
    config: ConfigFile = CONFIG,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="Such as sqlite:///new.db; database.url when absent.")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Put an SQLite file that is there aside.")] = False,
    owed_within: Annotated[
        str, typer.Option("--owed-within", metavar="TIME", help="Send what was due no longer ago; withhold the rest.")
    ] = "1h",
    look: Annotated[
        bool, typer.Option("--look", help="Only say what the back-up is, and whether it is sound.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a back-up back into an empty database, compare it, and let nothing of long ago be sent."""
    now = utcnow()
    if look:
        _show(backups.look(file), None, now, as_json=as_json)
        return
    try:
        within = parse_duration(owed_within)
    except ValueError as error:
        raise ConfigError(f"--owed-within: {error}") from error
    url = _url(to) if to else load_settings(config).database.url
    done = backups.restore(file, url, now, bar, owed_within=within, force=force)
    _show(done.manifest, done, now, as_json=as_json)


def _url(to: str) -> str:
    """An address as it was given; a path is that of an SQLite file."""
    return to if "://" in to else f"sqlite:///{to}"


def _show(manifest: Manifest, done: Restored | None, now: datetime, *, as_json: bool) -> None:
    if as_json:
        more = {"place": done.place, "replaced": str(done.replaced or ""), **done.settled._asdict()} if done else {}
        print(json.dumps({**_figures(manifest), **more}))
        return
    lines = [_told(manifest, now)] + (_done(manifest, done) if done else [])
    for line in lines:
        out.print(line, highlight=False, soft_wrap=True)


def _done(manifest: Manifest, done: Restored) -> list[str]:
    settled, lines = done.settled, [f"restored to {done.place}, and every row is as it was backed up"]
    if manifest.schema != newest_revision():
        lines.append(f"brought from schema {manifest.schema} to {newest_revision()}")
    if done.replaced:
        lines.append(f"what was there is now {done.replaced}: remove it when all is well")
    if settled.alerts:
        lines.append(
            f"alerts that were owed too long ago, now withheld (`restored`): {settled.alerts}; see the page Alerts"
        )
    if settled.changes:
        lines.append(f"changes of incidents of that time that count as told: {settled.changes}")
    if settled.answers:
        lines.append(f"public answers that were on their way, now held back: {settled.answers}; their cases say so")
    return lines


def _told(manifest: Manifest, now: datetime) -> str:
    age = spoken_duration(now - manifest.made_at)
    what = f"{manifest.rows:,} rows in {len(manifest.tables)} tables, {manifest.size / 1e6:,.1f} MB"
    return (
        f"{what}, {manifest.database}, schema {manifest.schema}, made {manifest.made_at:%Y-%m-%d %H:%M} UTC, {age} ago"
    )


def _figures(manifest: Manifest) -> dict[str, Any]:
    told = asdict(manifest)
    tables = told.pop("tables")
    return {**told, "made_at": manifest.made_at.isoformat(), "rows": manifest.rows, "tables": len(tables)}
