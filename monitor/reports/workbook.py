"""A report as an Excel workbook: typed cells, no formula and no link, native charts with words beside them."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from monitor.reports import blocks, outline, show
from monitor.reports.blocks import Outline
from monitor.reports.figures import Figures, TogetherFigures, Unit
from monitor.reports.sheets import Chart, Sheet, Typed, sheets
from monitor.spreadsheet import fitting, reads_right_to_left

LONGEST_NAME = 31
"""Letters of a sheet's name."""
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]+")
_NUMBERS = {Unit.SHARE: "0.0%", Unit.STARS: "0.0", Unit.MINUTES: "[h]:mm"}
_COUNT, _DATE, _MOMENT = "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_MINUTES_A_DAY = 1440
_BLUE, _RED = "#2f6f9f", "#b3261e"


def xlsx(figures: Figures | TogetherFigures) -> bytes:
    """The report of a brand, or that of all together; times on the clocks of its zone."""
    laid_out = outline.outline(figures) if isinstance(figures, Figures) else outline.together(figures)
    out = io.BytesIO()
    book = Workbook(out, _PLAIN)
    book.set_properties(_properties(laid_out))
    writer = _Writer(book, ZoneInfo(laid_out.zone))
    writer.first(laid_out)
    for sheet in sheets(figures, laid_out):
        writer.sheet(sheet)
    book.close()
    return out.getvalue()


def _properties(laid_out: Outline) -> dict[str, Any]:
    """The time of making is that of the report, so that the same figures give the same bytes."""
    return {
        "title": fitting(f"{laid_out.title}, {laid_out.subtitle}", 250),
        "created": laid_out.made_at.replace(tzinfo=None),
        "author": "Emberwatch",
    }


class _Writer:
    """Draws sheets into a workbook; formats and the names of sheets are its own."""

    def __init__(self, book: Workbook, zone: ZoneInfo) -> None:
        self._book, self._zone = book, zone
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def first(self, laid_out: Outline) -> None:
        """The title and the sentences of the first page."""
        chapter = laid_out.chapters[0]
        sheet = self._add(chapter.title)
        sheet.set_column(0, 0, 110)
        sheet.hide_gridlines(2)
        lines = [(laid_out.title, self._format(bold=True, font_size=16)), (laid_out.subtitle, self._format(bold=True))]
        lines += [(laid_out.banner, self._format(italic=True, text_wrap=True))] if laid_out.banner else []
        body = self._format(text_wrap=True, valign="top")
        told = [one.text for block in chapter.blocks if isinstance(block, blocks.Sentences) for one in block.sentences]
        lines += [("", body), *((text, body) for text in told), ("", body)]
        lines += [(f"Made {show.moment(laid_out.made_at, self._zone)}, {laid_out.zone}.", body), (laid_out.foot, body)]
        for row, (text, form) in enumerate(lines):
            if text:
                sheet.write_string(row, 0, fitting(text), form)

    def sheet(self, sheet: Sheet) -> None:
        """A head that stays, the rows below it, and the charts beside them."""
        page = self._add(sheet.name)
        head = self._format(bold=True, bottom=1, text_wrap=True, valign="top")
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(0, place, fitting(column.label), head)
            if column.definition:
                page.write_comment(0, place, fitting(column.definition, 2_000), {"author": "Emberwatch"})
        for row, values in enumerate(sheet.rows, 1):
            for place, value in enumerate(values):
                self._cell(page, (row, place), value, sheet.columns[place].unit)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        for number, chart in enumerate(sheet.charts):
            self._chart(page, sheet, chart, number)

    def _add(self, name: str) -> Any:
        page = self._book.add_worksheet(self._name(name))
        page.set_landscape()
        page.fit_to_pages(1, 0)
        return page

    def _name(self, wanted: str) -> str:
        """A name that Excel takes, and that no other sheet has."""
        plain = _NOT_IN_NAMES.sub(" ", fitting(wanted)).strip(" '") or "Sheet"
        for name in _numbered(" ".join(plain.split())):
            if name.casefold() not in self._names and name.casefold() != "history":  # Excel keeps that one for itself
                self._names.add(name.casefold())
                return name
        raise AssertionError("names do not run out")

    def _format(self, **wanted: Any) -> Any:
        """One format for each look: workbooks can hold only so many."""
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def _cell(self, page: Any, at: tuple[int, int], value: object, unit: str) -> None:
        if isinstance(value, Typed):
            at_hand = value
            value, unit = at_hand.value, at_hand.unit
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            page.write_datetime(*at, local, self._format(num_format=_MOMENT, valign="top", align="left"))
        elif isinstance(value, date):
            page.write_datetime(*at, value, self._format(num_format=_DATE, valign="top", align="left"))
        elif isinstance(value, int | float):
            self._number(page, at, value, unit)
        else:
            self._text(page, at, str(value))

    def _number(self, page: Any, at: tuple[int, int], value: float, unit: str) -> None:
        """Durations are parts of a day, as Excel counts them."""
        shown = _NUMBERS.get(Unit(unit), _COUNT) if unit in set(Unit) else "0.0"
        number = value / _MINUTES_A_DAY if unit == Unit.MINUTES else value
        page.write_number(*at, number, self._format(num_format=shown, valign="top"))

    def _text(self, page: Any, at: tuple[int, int], text: str) -> None:
        look: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        if reads_right_to_left(text):
            look |= {"reading_order": 2, "align": "right"}
        page.write_string(*at, fitting(text), self._format(**look))

    def _chart(self, page: Any, sheet: Sheet, chart: Chart, number: int) -> None:
        drawn = self._book.add_chart({"type": "bar" if chart.lying else "column"})
        last = len(sheet.rows)
        for place, colour in zip(chart.series, (_BLUE, _RED), strict=False):
            drawn.add_series(
                {
                    "name": [page.name, 0, place],
                    "categories": [page.name, 1, 0, last, 0],
                    "values": [page.name, 1, place, last, place],
                    "fill": {"color": colour},
                }
            )
        drawn.set_title({"name": fitting(chart.title, 250), "name_font": {"size": 12}})
        if len(chart.series) == 1:
            drawn.set_legend({"none": True})
        if chart.lying:
            drawn.set_y_axis({"reverse": True})  # the first row is the uppermost bar
            drawn.set_size({"width": 640, "height": 120 + 26 * last})
        where = {"description": fitting(chart.words, 2_000), "y_offset": number * 320 + 10}
        page.insert_chart(1, len(sheet.columns) + 1, drawn, where)


def _numbered(name: str) -> Iterator[str]:
    """The name, cut, then with a number at its end."""
    yield fitting(name, LONGEST_NAME).strip(" '")
    for number in range(2, 10_000):
        ending = f" {number}"
        yield fitting(name, LONGEST_NAME - len(ending)).strip(" '") + ending
