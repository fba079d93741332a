"""What the templates of a report are given: words for cells, safe addresses, and the width of bars."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from monitor.reports import charts, show
from monitor.reports.blocks import Block, Cell, Column, Outline, Table
from monitor.reports.figures import Unit
from monitor.spreadsheet import shown

FEWEST_BARS = 2
"""Rows; one bar alone compares nothing."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?")
_WITH_BARS = (Unit.MENTIONS, Unit.CASES, Unit.ALERTS)


@dataclass(frozen=True, slots=True)
class Bars:
    """The column whose numbers have a bar each (-1: none), and its widths in per cent of the longest."""

    column: int = -1
    widths: tuple[int, ...] = ()


@cache
def templates() -> Environment:
    """Where a template is HTML, what it shows is escaped; controls and reversals are left out of all texts."""
    made = Environment(
        loader=PackageLoader("monitor.reports"),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["line"] = lambda text: " ".join(shown(text).split())
    return made


def _finished(value: Any) -> Any:
    return shown(value) if type(value) is str else value  # Markup is of our own making


def given(outline: Outline) -> dict[str, Any]:
    """The names that all templates know."""
    zone = ZoneInfo(outline.zone)
    return {
        "outline": outline,
        "zone": outline.zone,
        "show": show,
        "charts": charts,
        "kind": kind,
        "moment": lambda value: show.moment(value, zone),
        "minutes": lambda value: show.amount(value, Unit.MINUTES),
        "words": lambda cell, column: words(cell, column, zone),
        "lines": lambda cell, column: _lines(words(cell, column, zone)),
        "bars_of": bars_of,
        "left_out": left_out,
        "safe_link": safe_link,
        "language_tag": language_tag,
    }


def kind(block: Block) -> str:
    """The name of the macro that draws it."""
    return type(block).__name__.lower()


def words(cell: Cell, column: Column, zone: ZoneInfo) -> str:
    """The value as people read it; its lines stay lines."""
    if cell.value is None:
        return show.UNKNOWN
    if isinstance(cell.value, datetime):
        return show.moment(cell.value, zone)
    if isinstance(cell.value, str):
        return cell.value
    return show.amount(cell.value, column.unit or Unit.MENTIONS)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(shown(line)) for line in text.split("\n"))


def bars_of(table: Table) -> Bars:
    """The first column that counts something is drawn too; its numbers are the bars' words."""
    column = next((i for i, one in enumerate(table.columns) if one.unit in _WITH_BARS), -1)
    if column < 1 or len(table.rows) < FEWEST_BARS:
        return Bars()
    values = [_number(row[column]) for row in table.rows]
    top = max(values, default=0.0)
    return Bars(column, tuple(round(value / top * 100) for value in values)) if top > 0 else Bars()


def _number(cell: Cell) -> float:
    return max(cell.value, 0.0) if isinstance(cell.value, (int, float)) else 0.0


def left_out(incidents: int) -> str:
    return "1 more incident is not listed." if incidents == 1 else f"{incidents} more incidents are not listed."


def safe_link(url: str) -> str:
    """The address if a browser may be led there, else nothing: no scripts, no files."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def language_tag(code: str) -> str:
    """The language for the page's `lang`; empty when it is not one."""
    return code if _LANGUAGE.fullmatch(code) and code != "und" else ""
