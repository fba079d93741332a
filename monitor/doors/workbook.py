"""Tables in Excel workbooks (.xlsx): values only, nothing is computed, and bombs are refused."""

import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from monitor.doors.delimited import LEAST_KNOWN, TITLE_ROWS
from monitor.doors.files import File
from monitor.doors.headers import recognised
from monitor.doors.tables import MOST_COLUMNS, Bad, Cell, Line, is_blank, named
from monitor.errors import MonitorError

MOST_PARTS = 10_000
MOST_ROWS = 1_048_576
"""Of a sheet, in Excel. A file may number a row with billions, and each one before it would be counted."""
LARGEST_PART = 2_000_000_000
"""Bytes of one sheet: a million rows of texts."""
LARGEST_WORDS = 400_000_000
"""Bytes of the table of shared texts, the one part that is held in memory."""
BOMB = 300
"""Times a part may shrink; sheets of a real workbook shrink to a fifth or, of empty cells, to a hundredth."""
SMALL = 20_000_000
"""Bytes that a part may have, however much it shrinks."""
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, NotImplementedError, RuntimeError, OSError,
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What openpyxl raises on workbooks that are damaged or locked, or that attack it; ours are kept apart."""


class Workbook:
    """One sheet of a workbook as a table."""

    def __init__(self, file: File, sheet: str = "") -> None:
        self._file = file
        self._copy: IO[str] | None = None  # of the rows, once all were read: to read a workbook takes ten times as long
        _refuse_bombs(file)
        with self._open() as book:
            self._sheet = _chosen(book, sheet, file.name)
            rows = [row for row in islice(_rows(book[self._sheet], MOST_COLUMNS), TITLE_ROWS) if not is_blank(row[1])]
        if not rows:
            raise MonitorError(f"there is nothing on the sheet {self._sheet!r} of {file.name}")
        known = (row for row in rows if recognised(row[1]) >= LEAST_KNOWN)
        self._above, heading = next(known, rows[0])
        while heading and heading[-1] is None:
            heading = heading[:-1]
        self.columns = named(heading)

    @property
    def form(self) -> str:
        return f"an Excel workbook, sheet {self._sheet!r}"

    def lines(self) -> Iterator[Line | Bad]:
        if self._copy is not None:
            self._copy.seek(0)
            yield from (_from_json(line) for line in self._copy)
            return
        copy = self._file.copy()
        for line in self._read():
            copy.write(_as_json(line))
            yield line
        self._copy = copy

    def _read(self) -> Iterator[Line]:
        with self._open() as book:
            for number, cells in _rows(book[self._sheet], len(self.columns)):
                if number > self._above and not is_blank(cells):
                    yield Line(number, cells)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        from openpyxl import load_workbook

        self._file.handle.seek(0)
        book = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of extensions that it does not read
                book = load_workbook(_handle(self._file), read_only=True, keep_links=False)
                yield book
        except MonitorError:
            raise
        except _BROKEN as error:
            raise MonitorError(f"{self._file.name} is a damaged or locked workbook: save it anew as .xlsx") from error
        finally:
            if book is not None:
                book.close()


def _as_json(line: Line) -> str:
    cells = [{"at": cell.isoformat()} if isinstance(cell, datetime) else cell for cell in line.cells]
    return json.dumps([line.number, cells], default=str) + "\n"


def _from_json(written: str) -> Line:
    number, cells = json.loads(written)
    return Line(number, [datetime.fromisoformat(cell["at"]) if isinstance(cell, dict) else cell for cell in cells])


def _handle(file: File) -> io.BufferedReader:
    """The bytes under a handle of their own, which the workbook may close."""
    return open(file.handle.fileno(), "rb", closefd=False)


def _chosen(book: Any, sheet: str, name: str) -> str:
    """The sheet that was asked for, else the first one that is shown."""
    shown = [one.title for one in book.worksheets if one.sheet_state == "visible"] or book.sheetnames
    if sheet and sheet not in book.sheetnames:
        raise MonitorError(f"{name} has no sheet {sheet!r}; it has {', '.join(book.sheetnames)}")
    if not shown:
        raise MonitorError(f"{name} has no sheet")
    return sheet or str(shown[0])


def _rows(sheet: Any, width: int) -> Iterator[tuple[int, list[Cell]]]:
    sheet.reset_dimensions()  # they are what the file claims, and may be wrong
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=width, values_only=True)
    yield from enumerate((list(row) for row in rows), start=1)


def _refuse_bombs(file: File) -> None:
    """MonitorError for what would fill the memory or the day."""
    try:
        with zipfile.ZipFile(_handle(file)) as packed:
            parts = packed.infolist()
    except _BROKEN as error:
        raise MonitorError(f"{file.name} is a damaged workbook: save it anew as .xlsx") from error
    if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
        raise MonitorError(
            f"{file.name} is an archive and no Excel workbook: unpack it, or save the table as .xlsx or CSV"
        )
    if len(parts) > MOST_PARTS:
        raise MonitorError(f"{file.name} has {len(parts):,} parts inside: it is refused")
    for part in parts:
        words = part.filename.lower().endswith("sharedstrings.xml")
        bomb = part.file_size > SMALL and part.file_size > BOMB * max(1, part.compress_size)
        if bomb or part.file_size > (LARGEST_WORDS if words else LARGEST_PART):
            raise MonitorError(f"{file.name} unpacks to {part.file_size:,} bytes in one part: it is refused")
