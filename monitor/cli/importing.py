"""The command that takes in a file: shows how it is read, then keeps its texts."""

import json
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import typer
from sqlmodel import Session

from monitor.cli import import_words, screen
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, opened, set_up_log
from monitor.clock import utcnow
from monitor.config import Imports, Settings
from monitor.doors import files
from monitor.doors.columns import told_columns
from monitor.doors.dates import Order
from monitor.doors.door import Taken
from monitor.doors.headers import Part
from monitor.doors.importing import (
    Plan,
    Survey,
    Wishes,
    as_note,
    batches,
    from_note,
    note_name,
    plan,
    surveyed,
)
from monitor.doors.scales import parse_scale
from monitor.doors.table_files import table_of
from monitor.doors.told import report_of
from monitor.errors import ConfigError, MonitorError
from monitor.facts import MentionKind
from monitor.jobs import receive
from monitor.jobs.context import Counters
from monitor.store import doors, sources
from monitor.store.database import session_of

LONGEST_SLUG = 64
BATCH = 1_000
"""Texts that are committed together."""


@dataclass(frozen=True)
class _Wanted:
    """What was asked for."""

    keep_good: bool
    dry_run: bool
    yes: bool
    guess: bool
    as_json: bool
    report: str
    encoding: str
    sheet: str


@app.command("import")
def import_(
    file: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="CSV, Excel (.xlsx) or JSON; - reads from a pipe.")
    ],
    config: ConfigFile = CONFIG,
    brand: Annotated[str, typer.Option(help="The brand of the config that the texts are about.")] = "",
    source: Annotated[
        str, typer.Option(metavar="ID", help="A source or door that they belong to, or a name of your own for them.")
    ] = "",
    column: Annotated[
        list[str] | None, typer.Option("--map", metavar="PART=COLUMN", help="Such as text=Review; `title=` for none.")
    ] = None,
    kind: Annotated[MentionKind, typer.Option(help="What the texts are.")] = MentionKind.REVIEW,
    keep_good: Annotated[
        bool, typer.Option("--keep-good/--strict", help="Of a file with bad rows keep the good ones, or nothing.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show how it is read and keep nothing.")] = False,
    order: Annotated[Order | None, typer.Option("--dates", help="Whether day or month comes first in numbers.")] = None,
    scale: Annotated[str, typer.Option(metavar="1-5", help="The scale of ratings that are bare numbers.")] = "",
    zone: Annotated[str, typer.Option(help="Of times that name none; the brand's when absent.")] = "",
    day: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Of rows without a date.")] = "",
    encoding: Annotated[str, typer.Option(help="Such as cp1256, when it is guessed wrongly.")] = "",
    sheet: Annotated[str, typer.Option(help="Of a workbook; the first one when absent.")] = "",
    guess: Annotated[bool, typer.Option("--guess", help="Guess the columns anew, whatever was kept.")] = False,
    report: Annotated[str, typer.Option(metavar="OUT", help="Write all bad rows to this file.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take in reviews, mentions or survey answers from files."""
    set_up_log()
    wanted = _Wanted(
        keep_good, dry_run, yes or as_json or not sys.stdin.isatty(), guess, as_json, report, encoding, sheet
    )
    told = told_columns(column or ())
    with opened(config) as (settings, engine), session_of(engine) as session:
        place = _place(settings, brand, source)
        wishes = Wishes(
            kind=kind,
            columns=told,
            order=order,
            scale=_scale(scale),
            zone=_zone(zone) if zone else None,
            usual_zone=settings.brand(place.brands[0]).zone,
            day=_day(day),
        )
        refused = [name for name in file if not _one(_Desk(session, place, utcnow()), name, wishes, wanted)]
    if refused:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Desk:
    """Where the texts go."""

    session: Session
    place: Any
    now: datetime


def _place(settings: Settings, brand: str, source: str) -> Any:
    """The source or door of that name, else the imports of that name for the brand."""
    known = [one.id for one in settings.brands]
    if brand and brand not in known:
        raise ConfigError(f'--brand: "{brand}" is not one of {", ".join(known)}')
    place = settings.place(source) if source else None
    if place is not None:
        if brand and brand not in place.brands:
            raise ConfigError(f'--source: "{source}" is not watched for {brand}, but for {", ".join(place.brands)}')
        return place
    if not brand and len(known) > 1:
        raise ConfigError(f"--brand: say which of {', '.join(known)} the texts are about")
    slug = Imports.id_for(brand or known[0], source)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source or "x") or len(slug) > LONGEST_SLUG:
        raise ConfigError(f'--source: "{source}" is not short, or has other signs than a-z, 0-9, - and _')
    return Imports(slug, (brand or known[0],))


def _scale(told: str) -> tuple[float, float] | None:
    try:
        return parse_scale(told) if told else None
    except ValueError as error:
        raise ConfigError(f"--scale: {error}") from error


def _zone(told: str) -> ZoneInfo:
    if told not in available_timezones():
        raise ConfigError(f"--zone: {told!r} is not a time zone such as Asia/Karachi or Europe/London")
    return ZoneInfo(told)


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told) if told else None
    except ValueError as error:
        raise ConfigError(f"--day: {told!r} is not a day such as 2026-11-22") from error


def _one(desk: _Desk, name: str, wishes: Wishes, wanted: _Wanted) -> bool:
    """Take in one file; False when it is refused."""
    try:
        with files.opened(name) as file:
            return _taken(desk, file, wishes, wanted)
    except (ConfigError, BrokenPipeError):
        raise
    except (MonitorError, OSError) as error:  # OSError: a full disk, on which a copy finds no room
        said = str(error) if isinstance(error, MonitorError) else f"{name}: {error.strerror or error}"
        if wanted.as_json:
            print(json.dumps({"file": name, "taken": False, "error": said}, ensure_ascii=False))
        err.print(screen.clean(said), markup=False, highlight=False, soft_wrap=True)
        return False


def _taken(desk: _Desk, file: files.File, wishes: Wishes, wanted: _Wanted) -> bool:
    with err.status("looking through the file …") if err.is_terminal else nullcontext():
        table = table_of(file, encoding=wanted.encoding, sheet=wanted.sheet)
        made = plan(table, wishes, desk.place.id, desk.now, last=_last(desk, table.columns, wanted))
        found = surveyed(made)
    if wanted.report:
        _write(Path(wanted.report), report_of(file.name, made, found, taken=not _refused(found, wanted)))
    if not wanted.as_json:
        import_words.show_plan(desk.place.id, file.name, made, found)
    if _refused(found, wanted):
        import_words.say_refused(file.name, made, found, as_json=wanted.as_json)
        return False
    go_on = not wanted.dry_run and (wanted.yes or typer.confirm(f"Take in {found.good:,} texts?", err=True))
    counters = _keep(desk, made, found) if go_on else None
    import_words.say_done(file.name, made, found, counters, as_json=wanted.as_json)
    return True


def _refused(found: Survey, wanted: _Wanted) -> bool:
    return not found.good or (found.bad_rows > 0 and not wanted.keep_good)


def _last(desk: _Desk, columns: Sequence[str], wanted: _Wanted) -> dict[Part, str] | None:
    """The columns of the last file with this heading that was taken in here."""
    source = sources.by_slug(desk.session, desk.place.id)
    if source is None or wanted.guess:
        return None
    return from_note(doors.note(desk.session, source.id or 0, note_name(columns)))


def _keep(desk: _Desk, made: Plan, found: Survey) -> Counters:
    """Batch by batch, each safe once it is kept; a second time nothing is doubled."""
    if sources.by_slug(desk.session, desk.place.id) is None:
        doors.import_source(desk.session, desk.place.id, desk.place.brands[0])
        desk.session.commit()
    counters = Counters()
    rows = -(-found.good // BATCH)
    for texts in bar(batches(made, BATCH), total=rows, label="taking in"):
        counters += receive.keep(desk.session, desk.place, Taken(texts=texts), desk.now)
    note = {note_name(made.table.columns): as_note(made.chosen)}
    return counters + receive.keep(desk.session, desk.place, Taken(notes=note), desk.now)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"--report: {path} cannot be written: {error.strerror}") from error
