"""Rows as CSV (RFC 4180) in UTF-8, without anything that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from monitor.exports.columns import Column, Row, Value, as_text
from monitor.spreadsheet import guard, shown


def write(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO) -> int:
    """A head line and a line for each row; unknown values are empty. How many rows there were."""
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    try:
        writer = csv.writer(text)  # its default is RFC 4180: lines end with CR LF, quotes are doubled
        writer.writerow([column.name for column in columns])
        number = 0
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            number += 1
        return number
    finally:
        text.detach()


def _cell(value: Value) -> Any:
    plain = as_text(value)
    return guard(shown(plain) if isinstance(plain, str) else plain)
