"""A report as the body of a mail: tables with styles of their own, bars of coloured cells, and the same as plain text.

Mail programs drop pictures, SVG and style sheets, and Gmail cuts a mail at 102 kB: so the first chapters go whole, as
far as there is room, and the others are named.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.facts import Body
from monitor.reports import drawing, lines, show
from monitor.reports.blocks import Cell, Chapter, Column, Days, Outline, Table
from monitor.reports.figures import Day, IncidentFigures, PracticeCase
from monitor.spreadsheet import fitting, reads_right_to_left, shown

ROOM = 82_000
"""Bytes of HTML for all chapters; what stands around them stays below 20,000."""
MOST_COLUMNS = 3
"""Wider tables do not fit a phone: each row of them is shown as lines."""
MOST_CASES = 5
"""Complaints shown of one list; the others are counted."""
MOST_ROWS = 15
LONGEST_TEXT = 400
"""Letters of a text from outside."""
_ALL, _NEGATIVE = "#b6c0cc", "#c8441b"
_Bar = list[tuple[int, str]]
"""Parts of a bar: width in per cent and colour, "" for the ground."""


@dataclass(frozen=True, slots=True)
class _Written:
    chapter: Chapter
    html: str
    plain: str


def body(outline: Outline) -> Body:
    """The first chapter for everybody, and as many of the others as there is room for; the same for the same report."""
    given = _given(outline)
    first, *others = (_written(chapter, given) for chapter in outline.chapters)
    kept, left = _within(others, ROOM - _size(first.html))
    running, more = outline.banner, _left_out(left)
    return Body(
        first=_small(running) + first.html,
        rest="".join(one.html for one in kept) + _small(more),
        plain_first="\n\n".join(part for part in (running, first.plain) if part),
        plain_rest="\n\n".join(part for part in (*(one.plain for one in kept), more) if part),
    )


def _written(chapter: Chapter, given: dict[str, Any]) -> _Written:
    named = given | {"chapter": chapter}
    found = drawing.templates().get_template
    return _Written(chapter, found("mail.html").render(named), found("mail.txt").render(named).strip("\n"))


def _within(written: list[_Written], room: int) -> tuple[list[_Written], list[_Written]]:
    """Chapters in order while there is room, and those after them: what is left out is always the end."""
    used = 0
    for number, one in enumerate(written):
        used += _size(one.html)
        if used > room:
            return written[:number], written[number:]
    return written, []


def _size(html: str) -> int:
    return len(html.encode("utf-8"))


def _small(text: str) -> str:
    """A paragraph of ours. Plain `str`, as all that is put together here: Markup would escape what stands beside it."""
    made = Markup('<p class="soft" style="margin:12px 0 0;color:#5c5c57;">{}</p>\n').format(shown(text))
    return str(made) if text else ""


def _left_out(left: list[_Written]) -> str:
    titles = ", ".join(one.chapter.title for one in left)
    return f"There was no room here for: {titles}. The full report has all of it." if left else ""


def _given(outline: Outline) -> dict[str, Any]:
    zone = ZoneInfo(outline.zone)
    return drawing.given(outline) | {
        "MOST_COLUMNS": MOST_COLUMNS,
        "MOST_CASES": MOST_CASES,
        "MOST_ROWS": MOST_ROWS,
        "beside": lines.beside,
        "valued": lines.valued,
        "steps": steps,
        "bars_of_days": bars_of_days,
        "day_words": day_words,
        "part_of": part_of,
        "direction": lambda text: "rtl" if reads_right_to_left(text) else "ltr",
        "known": known,
        "cell_line": lambda cell, column: cell_line(cell, column, zone),
        "taught": taught,
        "more": lambda number: f"And {number} more.",
        "brief": lambda text: fitting(text, LONGEST_TEXT),
    }


def steps(incident: IncidentFigures) -> str:
    return ", ".join(part for part in (*lines.steps(incident), lines.lasted(incident)) if part)


def bars_of_days(block: Days) -> list[_Bar]:
    """For each day the negative part, the other mentions, and the ground up to the largest day."""
    top = max((day.mentions or 0.0 for day in block.days), default=0.0)
    return [_bar_of(day, top) for day in block.days]


def _bar_of(day: Day, top: float) -> _Bar:
    negative, mentions = _share(day.negative, top), _share(day.mentions, top)
    negative = min(negative, mentions)
    return [(negative, _NEGATIVE), (mentions - negative, _ALL), (100 - mentions, "")]


def part_of(value: float | None, top: float, colour: str) -> _Bar:
    """One value out of the largest."""
    width = _share(value, top)
    return [(width, colour), (100 - width, "")]


def _share(value: float | None, top: float) -> int:
    return min(100, max(0, round((value or 0.0) / top * 100))) if top > 0 else 0


def day_words(day: Day) -> str:
    """`20, 6 negative`."""
    if day.mentions is None:
        return "not known"
    return f"{show.number(day.mentions)}, {show.number(day.negative)} negative"


def known(row: tuple[Cell, ...], block: Table) -> list[tuple[Cell, Column]]:
    """The cells after the first that have a value, with their columns."""
    return [(cell, column) for cell, column in zip(row[1:], block.columns[1:], strict=True) if cell.value is not None]


def cell_line(cell: Cell, column: Column, zone: ZoneInfo) -> str:
    """A cell in one line: `4 (last week 3)`."""
    words = "; ".join(one_line(line) for line in drawing.words(cell, column, zone).split("\n"))
    return f"{words} ({one_line(cell.beside)})" if cell.beside else words


def taught(case: PracticeCase) -> str:
    """What became of it and what the answer did."""
    return ". ".join(part for part in (case.outcome.rstrip("."), ", ".join(case.lessons)) if part) + "."


def one_line(text: str) -> str:
    """In one line, so that no text from outside passes for a line of ours."""
    return " ".join(shown(text).split())
