"""What people and programs are told of a file that is imported: how it is read, its bad rows, what became of it."""

import json
from datetime import UTC
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.cli import screen
from monitor.cli.frame import err, show
from monitor.doors.importing import Plan, Survey
from monitor.doors.told import columns_of, remarks_on
from monitor.edge import as_json as text_as_json
from monitor.facts import Collected, Precision
from monitor.jobs.context import Counters

BAD_SHOWN = 20
TEXT_SHOWN = 160


def show_plan(place: str, name: str, made: Plan, found: Survey) -> None:
    """How the file is read, with examples; on standard error, so that figures stay alone on the other."""
    err.print(Text(screen.clean(f"{name}: {made.table.form}; {found.rows:,} rows"), style="bold"), soft_wrap=True)
    grid = Table(box=None, show_header=False, padding=(0, 1, 0, 1))
    for part, column, why in columns_of(made):
        grid.add_row(part, "from", Text(screen.clean(column), style="bold"), Text(f"({why})", style="dim"))
    err.print(grid)
    for remark in (*remarks_on(made, found), f"kept under: {place}"):
        err.print(f"  {screen.clean(remark)}", markup=False, highlight=False, soft_wrap=True)
    for number, text in enumerate(found.examples, start=1):
        err.print(f"  example {number}: {screen.clean(_example(text))}", markup=False, highlight=False, soft_wrap=True)


def _example(text: Collected) -> str:
    """One text on one line."""
    told = [text.title, text.text if len(text.text) <= TEXT_SHOWN else f"{text.text[:TEXT_SHOWN]}…"]
    if text.rating_value is not None:
        told.append(f"[{text.rating_value:g} of {text.rating_worst:g} to {text.rating_best:g}]")
    if text.published_at is not None:
        form = "%Y-%m-%d" if text.precision is Precision.DAY else "%Y-%m-%d %H:%M UTC"
        told.append(f"{text.published_at.astimezone(UTC):{form}}")
    told += [text.author_name, text.item, text.url]
    return " | ".join(" ".join(part.split()) for part in told if part)


def say_refused(name: str, made: Plan, found: Survey, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_figures(name, made, found, Counters(), taken=False), ensure_ascii=False))
    for bad in found.bad[:BAD_SHOWN]:
        err.print(screen.clean(str(bad)), markup=False, highlight=False, soft_wrap=True)
    if found.bad_rows > BAD_SHOWN:
        err.print(f"… and {found.bad_rows - BAD_SHOWN:,} more; --report OUT writes them to a file", highlight=False)
    if not found.good:
        err.print("nothing was taken in: there is no row that can be used", highlight=False)
    else:
        err.print(
            f"nothing was taken in: {found.bad_rows:,} of {found.rows:,} rows are bad. "
            "Mend them, or keep the good ones with --keep-good",
            highlight=False,
            soft_wrap=True,
        )


def say_done(name: str, made: Plan, found: Survey, counters: Counters | None, *, as_json: bool) -> None:
    """What became of the texts; no counters: nothing was to be kept."""
    if as_json:
        print(
            json.dumps(
                _figures(name, made, found, counters or Counters(), taken=counters is not None), ensure_ascii=False
            )
        )
        return
    for bad in found.bad[:BAD_SHOWN]:
        err.print(f"left out: {screen.clean(str(bad))}", markup=False, highlight=False, soft_wrap=True)
    if counters is None:
        err.print(f"nothing was taken in; {found.good:,} texts could be", highlight=False)
        return
    figures = {"file": name, "rows": found.rows, "left out": found.bad_rows, **counters}
    show({key: value for key, value in figures.items() if value}, as_json=False)


def _figures(name: str, made: Plan, found: Survey, counters: Counters, *, taken: bool) -> dict[str, Any]:
    return {
        "file": name,
        "form": made.table.form,
        "taken": taken,
        "columns": {part.value: one.column for part, one in made.chosen.items()},
        "remarks": list(remarks_on(made, found)),
        "rows": found.rows,
        "good": found.good,
        "bad": found.bad_rows,
        "bad_rows": [{"row": bad.number, "column": bad.column, "what": bad.what} for bad in found.bad],
        "examples": [text_as_json(text) for text in found.examples],
        **{outcome: counters[outcome] for outcome in ("new", "edited", "unchanged")},
        "counters": dict(counters),
    }
