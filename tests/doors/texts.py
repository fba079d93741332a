"""Files for the tests of doors, and tables made of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook as Book

from monitor.doors import files
from monitor.doors.importing import Plan, Survey, Wishes, plan, surveyed
from monitor.doors.table_files import table_of
from monitor.doors.tables import Bad, Line, Table
from monitor.facts import Collected

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@contextmanager
def opened(folder: Path, content: str | bytes, name: str = "reviews.csv", **wishes: Any) -> Iterator[Table]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with files.opened(str(path)) as file:
        yield table_of(file, **wishes)


def cells(folder: Path, content: str | bytes, **wishes: Any) -> list[list[Any]]:
    """The good rows of a file."""
    with opened(folder, content, **wishes) as table:
        return [list(line.cells) for line in table.lines() if isinstance(line, Line)]


def bad(folder: Path, content: str | bytes, **wishes: Any) -> list[Bad]:
    with opened(folder, content, **wishes) as table:
        return [line for line in table.lines() if isinstance(line, Bad)]


def workbook(folder: Path, *rows: list[Any], name: str = "reviews.xlsx", title: str = "Reviews") -> bytes:
    """An Excel workbook of one sheet, as bytes."""
    book = Book()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    return (folder / name).read_bytes()


def planned(
    folder: Path, content: str | bytes, wishes: Wishes | None = None, now: datetime = NOW
) -> tuple[Plan, Survey]:
    """How a file is read, and what its rows come to."""
    with opened(folder, content) as table:
        made = plan(table, wishes or Wishes(), "import-karak", now)
        return made, surveyed(made)


def read(
    folder: Path, content: str | bytes, wishes: Wishes | None = None, now: datetime = NOW
) -> list[Collected | Bad]:
    with opened(folder, content) as table:
        return list(plan(table, wishes or Wishes(), "import-karak", now).texts())
