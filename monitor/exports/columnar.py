"""Rows as Parquet: typed columns, times as moments in UTC, what a column means kept beside it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from monitor.exports.columns import Column, Kind, Row, Value

BATCH = 2_000
"""Rows of a row group: with the longest texts that are stored (20,000 letters), some 100 MB."""


def write(columns: Sequence[Column], rows: Iterable[Row], out: BinaryIO) -> int:
    """How many rows there were."""
    schema = schema_of(columns)
    number = 0
    told = [one.name for one in columns if one.kind not in (Kind.TEXT, Kind.TEXTS)]
    # Of texts nobody asks for the first and last in the alphabet, which are held in memory until the end.
    options = {"compression": "zstd", "write_statistics": told}
    with parquet.ParquetWriter(pa.PythonFile(out, mode="w"), schema, **options) as writer:
        for batch in _batches(rows):
            writer.write_table(_table(schema, batch))
            number += len(batch)
    return number


def schema_of(columns: Sequence[Column]) -> Any:
    """The Arrow schema; definitions stand in the metadata of the fields."""
    kinds = {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
        Kind.FLAG: pa.bool_(),
        Kind.TEXTS: pa.list_(pa.string()),
    }
    return pa.schema([pa.field(one.name, kinds[one.kind], metadata={"definition": one.definition}) for one in columns])


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _table(schema: Any, batch: Sequence[Row]) -> Any:
    values = zip(*batch, strict=True)
    arrays = [
        pa.array([_storable(one) for one in some], field.type) for some, field in zip(values, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _storable(value: Value) -> Value:
    """A half character, which UTF-8 does not have, becomes a question mark."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value
