"""Tables in text files, whatever stands between their columns: comma, semicolon, tab or bar."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from monitor.doors.charset import UTF8, encoding_of
from monitor.doors.files import LONGEST_LINE, File, lines
from monitor.doors.headers import recognised
from monitor.doors.tables import MOST_COLUMNS, Bad, Line, is_blank, named
from monitor.errors import MonitorError

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LOOKED_AT = 60
"""Rows from which the delimiter is told."""
TITLE_ROWS = 10
"""So many rows may stand above the heading: titles, dates of the export."""
LEAST_KNOWN = 2
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)  # Excel's first line
_NOT_DECODED = re.compile("[\udc80-\udcff]")  # what `surrogateescape` makes of bytes that the encoding does not have


class Delimited:
    """A text file as a table."""

    def __init__(self, file: File, encoding: str = "") -> None:
        self._file = file
        self._encoding = encoding or _encoding_of(file)
        first = self._first_lines()
        self._delimiter = _delimiter_of(first)
        self._above, heading = _heading(first, self._delimiter, file.name)
        self.columns = named(heading)

    @property
    def form(self) -> str:
        encoding = "UTF-8" if self._encoding == UTF8 else self._encoding
        return f"text with a {NAMES.get(self._delimiter, self._delimiter)} between the columns, {encoding}"

    def lines(self) -> Iterator[Line | Bad]:
        csv.field_size_limit(LONGEST_LINE)
        with self._file.unpacked() as stream:
            yield from self._rows(lines(stream, "", self._encoding))

    def _rows(self, given: Iterator[str]) -> Iterator[Line | Bad]:
        reader = csv.reader(given, delimiter=self._delimiter, strict=True)
        heading = True
        while True:
            number = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                lost = reader.line_num - number
                also = f"; with it {lost:,} lines below it are lost" if lost > 0 else ""
                yield Bad(number, "", f"quotation marks do not fit ({error}){also}")
                continue
            if number <= self._above or is_blank(cells):
                continue
            if not heading:
                yield self._row(number, cells)
            heading = False

    def _row(self, number: int, cells: list[str]) -> Line | Bad:
        width = len(self.columns)
        if any(cell.strip() for cell in cells[width:]):
            return Bad(number, "", f"{len(cells)} cells where the heading has {width}: put texts in quotation marks")
        for name, cell in zip(self.columns, cells, strict=False):
            if _NOT_DECODED.search(cell):
                return Bad(number, name, f"is not {'UTF-8' if self._encoding == UTF8 else self._encoding}")
        return Line(number, cells[:width] + [""] * (width - len(cells)))

    def _first_lines(self) -> list[str]:
        try:
            with self._file.unpacked() as stream:
                return list(islice(lines(stream, "", self._encoding), LOOKED_AT))
        except LookupError as error:
            raise MonitorError(f"{self._encoding!r} is no encoding such as utf-8, cp1252 or cp1256") from error


def _encoding_of(file: File) -> str:
    with file.unpacked() as stream:
        assert isinstance(stream, io.BufferedReader)  # noqa: S101 (tells mypy)
        return encoding_of(stream)


def _delimiter_of(first: Sequence[str]) -> str:
    """Excel's first line says it; else the one that gives most rows the same number of cells, and most cells."""
    said = next((match[1] for line in first[:1] if (match := _SEPARATOR_LINE.fullmatch(line))), "")
    return said or max(DELIMITERS, key=lambda delimiter: _fit(first, delimiter))


def _fit(first: Sequence[str], delimiter: str) -> tuple[float, int]:
    widths = Counter(len(cells) for _, cells in _parsed(first, delimiter))
    width, often = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]), default=(1, 0))
    return (0.0, 0) if width == 1 else (often / sum(widths.values()), width)


def _parsed(first: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with its number; the last one may be cut."""
    reader = csv.reader(iter(first), delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        if not is_blank(cells):
            yield number, cells


def _heading(first: Sequence[str], delimiter: str, name: str) -> tuple[int, list[str]]:
    """How many lines stand above the heading, and its cells: the first row, or one below with names that we know."""
    rows = [row for row in _parsed(first, delimiter) if not _SEPARATOR_LINE.fullmatch(delimiter.join(row[1]))]
    if not rows:
        raise MonitorError(f"there is nothing in {name}: it is empty")
    known = (row for row in rows[:TITLE_ROWS] if recognised(row[1]) >= LEAST_KNOWN)
    number, cells = next(known, rows[0])
    if len(cells) > MOST_COLUMNS:
        raise MonitorError(f"{name} has {len(cells):,} columns: more than {MOST_COLUMNS} are no table of texts")
    return number - 1, [cell.lstrip("\ufeff") for cell in cells]
