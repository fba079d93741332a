"""Rows as an Excel workbook that is written row by row: typed cells, a fixed head, and what the columns mean."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from monitor.exports.columns import Column, Kind, Row, Value, as_text
from monitor.exports.limits import MOST_ROWS, TooManyRows
from monitor.spreadsheet import fitting, reads_right_to_left

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Texts stay texts, whatever they begin with."""
_WIDTHS = {Kind.TEXT: 16, Kind.WHOLE: 11, Kind.NUMBER: 10, Kind.MOMENT: 19, Kind.FLAG: 9, Kind.TEXTS: 22}
_WIDE = {"text": 60, "title": 30, "outcome": 40, "sentence": 60, "subject": 40, "url": 30}


def write(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO) -> int:
    """How many rows there were; TooManyRows when they do not fit."""
    book = Workbook(out, {"constant_memory": True, **PLAIN})
    book.use_zip64()
    writer = _Sheet(book, columns)
    try:
        number = writer.rows(rows)
        _meanings(book, columns)
    finally:
        book.close()
    return number


class _Sheet:
    """The sheet of the rows; its formats belong to the workbook."""

    def __init__(self, book: Workbook, columns: Sequence[Column]) -> None:
        self._sheet = book.add_worksheet("rows")
        self._columns = columns
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._leftward = book.add_format({"reading_order": 2})
        head = book.add_format({"bold": True, "bottom": 1})
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, _WIDE.get(column.name, _WIDTHS[column.kind]))
            self._sheet.write_string(0, place, column.name, head)
        self._sheet.freeze_panes(1, 1)

    def rows(self, rows: Iterable[Row]) -> int:
        number = 0
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise TooManyRows
            for place, value in enumerate(row):
                self._cell(number, place, value)
        self._sheet.autofilter(0, 0, number, len(self._columns) - 1)
        return number

    def _cell(self, row: int, place: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            self._sheet.write_datetime(row, place, value.astimezone(UTC).replace(tzinfo=None), self._moment)
        elif isinstance(value, bool):
            self._sheet.write_boolean(row, place, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(row, place, value)
        else:
            text = fitting(str(as_text(value)))
            self._sheet.write_string(row, place, text, self._leftward if reads_right_to_left(text) else None)


def _meanings(book: Workbook, columns: Sequence[Column]) -> None:
    """A second sheet that says what each column holds."""
    sheet: Any = book.add_worksheet("columns")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for row, column in enumerate(columns):
        times = " In UTC." if column.kind is Kind.MOMENT else ""
        sheet.write_string(row, 0, column.name)
        sheet.write_string(row, 1, column.definition + times)
