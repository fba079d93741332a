"""The rows of a labelled file: CSV (comma, semicolon, tab) or JSON lines, gzipped or not, told apart by content."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from monitor.doors import files
from monitor.doors.files import LONGEST_LINE, PEEKED, lines
from monitor.errors import MonitorError

LONGEST_CODE = 35  # of a language, by BCP 47
NAME_YOURS = "Name yours with --text-column, --label-column and --lang-column"
_DELIMITERS = (",", ";", "\t", "|")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook: save it as CSV (UTF-8)",
    b"\xff\xfe": "UTF-16: save it as UTF-8",
    b"\xfe\xff": "UTF-16: save it as UTF-8",
    b"[": "one JSON array: write one object per line (jq -c '.[]' does it)",
}
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # Excel's first line
_NOT_UTF8 = re.compile("[\udc80-\udcff]")  # what the error handler `surrogateescape` makes of other bytes


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of what is wanted, in any case; `lang` may be missing."""

    text: str = "text"
    label: str = "label"
    lang: str = "lang"


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # the first one, from 1
    text: str
    label: str  # as written
    lang: str  # "" when none is given


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be used: the kind of mistake, and what is wrong with this one."""

    line: int
    kind: str
    detail: str = ""


class Source:
    """A file that can be read more than once."""

    def __init__(self, file: files.File) -> None:
        self._file = file
        self.name = file.name

    def rows(self, columns: Columns) -> Iterator[Row | Bad]:
        """The rows from the start; blank lines are none. Raises MonitorError where the file as a whole is of no use."""
        with self._file.unpacked() as stream:
            yield from self._rows(stream, columns)

    def _rows(self, stream: io.BufferedReader, columns: Columns) -> Iterator[Row | Bad]:
        start = stream.peek(PEEKED).removeprefix(_BYTE_ORDER_MARK).lstrip()
        for mark, what in _FOREIGN.items():
            if start.startswith(mark):
                raise MonitorError(f"{self.name} is {what}")
        if start.startswith(b"{"):
            yield from _of_json(lines(stream, "\n"), columns)
        else:
            yield from _of_csv(lines(stream, ""), columns, self.name)


@contextmanager
def opened(name: str) -> Iterator[Source]:
    """The file of that name, `-` for standard input."""
    with files.opened(name) as file:
        yield Source(file)


def _of_json(found: Iterator[str], columns: Columns) -> Iterator[Row | Bad]:
    for number, line in enumerate(found, start=1):
        if not line.strip():
            continue
        if _NOT_UTF8.search(line):
            yield Bad(number, "not UTF-8")
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            yield Bad(number, "not a JSON object")
            continue
        keys = {key.strip().casefold(): value for key, value in record.items()}
        yield _row(number, *(keys.get(wanted.casefold()) for wanted in (columns.text, columns.label, columns.lang)))


def _of_csv(found: Iterator[str], columns: Columns, name: str) -> Iterator[Row | Bad]:
    csv.field_size_limit(LONGEST_LINE)
    heading, before = _heading(found)
    delimiter, places = _places(heading, columns, name)
    reader = csv.reader(found, delimiter=delimiter, strict=True)
    width = len(next(csv.reader([heading], delimiter=delimiter)))
    while True:
        number = before + reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(number, "quotation marks do not fit", str(error))
            continue
        if not any(field.strip() for field in fields):
            continue
        if any(fields[width:]):
            yield Bad(number, "too many fields", f"{len(fields)} where the heading has {width}; quote the text")
        elif any(_NOT_UTF8.search(field) for field in fields):
            yield Bad(number, "not UTF-8")
        else:
            yield _row(number, *(fields[p] if p is not None and p < len(fields) else None for p in places))


def _heading(found: Iterator[str]) -> tuple[str, int]:
    """The first line that says something, and its number."""
    for number, line in enumerate(found, start=1):
        if line.strip() and not _SEPARATOR_LINE.fullmatch(line):
            return line, number
    raise MonitorError("there is nothing to evaluate: the file is empty")


def _places(heading: str, columns: Columns, name: str) -> tuple[str, list[int | None]]:
    """The delimiter by which the heading has both columns, and where text, label and language stand."""
    most: list[str] = []
    for delimiter in _DELIMITERS:
        names = [cell.strip() for cell in next(csv.reader([heading], delimiter=delimiter), [])]
        plain = [one.casefold() for one in names]
        wanted = [one.casefold() for one in (columns.text, columns.label, columns.lang)]
        if all(plain.count(one) == 1 for one in wanted[:2]):
            return delimiter, [plain.index(one) if one in plain else None for one in wanted]
        most = max(most, names, key=len)
    found = ", ".join("".join(sign if sign.isprintable() else "?" for sign in one[:40]) for one in most[:12])
    raise MonitorError(
        f"{name} needs the columns {columns.text!r} and {columns.label!r}, each once, in its first line; "
        f"it has: {found}. {NAME_YOURS}"
    )


def _row(line: int, text: Any, label: Any, lang: Any) -> Row | Bad:
    if not isinstance(text, str) or not text.strip():
        return Bad(line, "no text")
    if isinstance(label, bool) or not isinstance(label, str | int | float) or not str(label).strip():
        return Bad(line, "no label")
    if lang is not None and not (isinstance(lang, str) and len(lang) <= LONGEST_CODE and lang.strip().isprintable()):
        return Bad(line, "no language code", f"{lang!r:.40} is none, such as en or ur-Latn")
    return Row(line, text, str(label), _code(lang or ""))


def _code(lang: str) -> str:
    """`PT_br` is pt-BR, `UR_latn` ur-Latn."""
    first, *rest = lang.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)])
