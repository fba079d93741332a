"""Rows as JSON lines: one object a row, in UTF-8, with all columns and the texts as they are."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from monitor.exports.columns import Column, Row, Value, moment


def write(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO) -> int:
    """How many rows there were."""
    names = [column.name for column in columns]
    number = 0
    for row in rows:
        line = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
        out.write(f"{line}\n".encode("utf-8", "replace"))
        number += 1
    return number


def _plain(value: Value) -> Any:
    return moment(value) if isinstance(value, datetime) else value
