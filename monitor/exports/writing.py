"""Writes rows in any of the forms, as they come: no form holds more than some thousand of them."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from importlib import import_module
from typing import BinaryIO, TypeAlias

from monitor.exports.columns import Column, Row


class Form(StrEnum):
    """The value is the ending of the file's name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    PARQUET = "parquet"


MEDIA_TYPES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/x-ndjson",
    Form.PARQUET: "application/vnd.apache.parquet",
}
_WRITERS = {Form.CSV: "delimited", Form.XLSX: "workbook", Form.JSONL: "json_lines", Form.PARQUET: "columnar"}
"""Modules, imported when they are needed: some bring large packages."""
_Write: TypeAlias = Callable[[Sequence[Column], Iterable[Row], BinaryIO], int]


def write(form: Form, columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO, *, marked: bool = True) -> int:
    """Write the rows to `out`, which stays open, and tell how many there were.

    `marked`: CSV begins with the mark by which Excel knows UTF-8. TooManyRows when a workbook cannot hold them.
    """
    if form is Form.CSV and marked:
        out.write(BOM_UTF8)
    writer: _Write = import_module(f"{__package__}.{_WRITERS[form]}").write
    return writer(columns, rows, out)
