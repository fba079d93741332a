"""What a file holds, whatever its form: columns, and rows of cells with the number by which people find them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

Cell = str | int | float | bool | datetime | date | None
LONGEST_HEADER = 200
MOST_COLUMNS = 300
LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file (from 1, the heading counts) and its cells in the order of the columns."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be used, and in which column what is wrong; "" when it is the row as a whole."""

    number: int
    column: str
    what: str

    def __str__(self) -> str:
        return f"row {self.number:,}{f', {self.column}' if self.column else ''}: {self.what}"


class Table(Protocol):
    """A file as a table that can be read more than once."""

    @property
    def form(self) -> str:
        """What it was found to be, in words: `CSV, cp1252, with ;`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names, each once."""

    def lines(self) -> Iterator[Line | Bad]:
        """The rows that are not blank, from the start. MonitorError where the file as a whole is of no use."""


def named(headings: Sequence[Cell]) -> tuple[str, ...]:
    """The columns of a heading: a second one of a name is `name (2)`, one without a name `column 3`."""
    names: list[str] = []
    for number, heading in enumerate(headings, start=1):
        plain = " ".join(shown(heading, LONGEST_HEADER).split()) or f"column {number}"
        times = 2
        name = plain
        while name in names:
            name, times = f"{plain} ({times})", times + 1
        names.append(name)
    return tuple(names)


def shown(value: Cell, longest: int = LONGEST_SHOWN) -> str:
    """A cell as people may see it: printable, and cut when it is long."""
    text = "" if value is None else str(value)[: longest * 4]
    text = "".join(sign for sign in text if sign.isprintable() or sign.isspace()).strip()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def is_blank(cells: Sequence[Cell]) -> bool:
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in cells)
