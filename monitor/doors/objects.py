"""Tables in JSON: one object per line, or one list of objects."""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from monitor.doors.charset import encoding_of
from monitor.doors.files import LONGEST_LINE, File, lines
from monitor.doors.tables import LONGEST_HEADER, MOST_COLUMNS, Bad, Cell, Line
from monitor.edge import plain
from monitor.errors import MonitorError

LOOKED_AT = 1_000
"""Objects whose names make the columns."""
DEEPEST = 3
"""Levels of objects within objects that become columns: `author.name`."""
CHUNK = 65_536
_DECODER = json.JSONDecoder()
_BLANKS = frozenset("\ufeff \t\r\n")
_JSON = re.compile(rb"\s*(\[\s*[\[{\]]|\{\s*[\"}])")  # `[id],[text]` is the heading of a table

Found = tuple[int, Any]


class Objects:
    """A JSON file as a table; the columns are the names in its objects, `author.name` for one within another."""

    def __init__(self, file: File, *, in_list: bool) -> None:
        self._file = file
        self._in_list = in_list
        with file.unpacked() as stream:
            self._encoding = encoding_of(stream)
        names: dict[str, None] = {}
        for _, value in islice(self._values(), LOOKED_AT):
            names |= dict.fromkeys(_flat(value)) if isinstance(value, dict) else {}
        self.columns = tuple(islice(names, MOST_COLUMNS))
        if not self.columns:
            raise MonitorError(f"there is nothing in {file.name}: no object with names and values")

    @property
    def form(self) -> str:
        return "a JSON list" if self._in_list else "JSON lines"

    def lines(self) -> Iterator[Line | Bad]:
        for number, value in self._values():
            if isinstance(value, dict):
                cells = _flat(value)
                yield Line(number, [cells.get(name) for name in self.columns])
            else:
                yield Bad(number, "", value if isinstance(value, _Wrong) else "not a JSON object")

    def _values(self) -> Iterator[Found]:
        with self._file.unpacked() as stream:
            if self._in_list:  # often one line, however long
                text = io.TextIOWrapper(stream, encoding=self._encoding, errors="surrogateescape", newline="")
                yield from _listed(text, self._file.name)
            else:
                yield from _by_line(lines(stream, "\n", self._encoding))


class _Wrong(str):
    """Stands in the place of an object that could not be read, and says why."""

    __slots__ = ()


def _by_line(given: Iterator[str]) -> Iterator[Found]:
    for number, line in enumerate(given, start=1):
        if line.strip():
            yield number, _one(line)


def _one(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return _Wrong(f"not JSON: {getattr(error, 'msg', 'a number that is too long')}")
    except RecursionError:
        return _Wrong("not JSON: nested too deep")


def _listed(given: TextIO, name: str) -> Iterator[Found]:
    """The elements of one list, read piece by piece; a mistake between two of them ends the file."""
    text = _Text(given, name)
    text.take("[")
    number = 0
    while not text.at("]"):
        number += 1
        yield number, text.value(number)
        if not text.at("]"):
            text.take(",")


class _Text:
    """A long JSON text of which no more than one value is held."""

    def __init__(self, given: TextIO, name: str) -> None:
        self._given = given
        self._name = name
        self._held = ""
        self._place = 0  # what stands before it in `_held` was read

    def _more(self) -> bool:
        """Hold more; twice as much each time, so that a long value is not read anew for each piece of it."""
        self._held, self._place = self._held[self._place :], 0
        if len(self._held) > LONGEST_LINE:
            raise MonitorError(f"{self._name}: an element has more than {LONGEST_LINE:,} characters")
        part = self._given.read(max(CHUNK, len(self._held)))
        self._held += part
        return bool(part)

    def _skip(self) -> None:
        while True:
            while self._held[self._place : self._place + 1] in _BLANKS:
                self._place += 1
            if self._place < len(self._held) or not self._more():
                return

    def at(self, sign: str) -> bool:
        self._skip()
        if self._place == len(self._held):
            raise MonitorError(f"{self._name} ends in the middle: {sign} is missing")
        return self._held.startswith(sign, self._place)

    def take(self, sign: str) -> None:
        if not self.at(sign):
            raise MonitorError(f"{self._name} is not JSON: {sign} is missing between two elements")
        self._place += 1

    def value(self, number: int) -> Any:
        """The next value; more is read until it is whole."""
        while True:
            try:
                found, end = _DECODER.raw_decode(self._held, self._place)
            except RecursionError as error:
                raise MonitorError(f"{self._name}: element {number:,} is nested too deep") from error
            except ValueError as error:
                if not self._more():
                    raise MonitorError(f"{self._name}: element {number:,} is not JSON") from error
                continue
            if end == len(self._held):
                length = end - self._place
                if self._more():  # a number may go on
                    continue
                end = self._place + length
            self._place = end
            return found


def _flat(value: dict[str, Any], before: str = "", depth: int = 1) -> dict[str, Cell]:
    """The values by name; lists of words are joined, everything deeper is left out."""
    cells: dict[str, Cell] = {}
    for key, item in value.items():
        name = f"{before}{plain(key, LONGEST_HEADER)}"
        if isinstance(item, dict) and depth < DEEPEST:
            cells |= _flat(item, f"{name}.", depth + 1)
        elif isinstance(item, list) and all(isinstance(part, str) for part in item):
            cells[name] = plain(", ".join(item), LONGEST_LINE)
        elif isinstance(item, str):  # JSON may hold half a letter, which nothing can write
            cells[name] = plain(item, LONGEST_LINE)
        elif item is None or isinstance(item, int | float | bool):
            cells[name] = item
    return cells


def is_list(stream: io.BufferedReader) -> bool | None:
    """Whether a text is a JSON list (True), JSON objects (False) or neither (None), by its first signs."""
    start = bytes(stream.peek(4096)[:4096]).lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")
    match = _JSON.match(start)
    return None if match is None else match[1].startswith(b"[")
