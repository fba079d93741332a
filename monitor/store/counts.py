"""The stored series: counts are added in the transaction of the assessment and taken back the same way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from monitor.facts import Cell, Dimension
from monitor.models import Count, Resolution

STEPS = {Resolution.FIVE_MINUTES: timedelta(minutes=5), Resolution.HOUR: timedelta(hours=1)}

Row = tuple[datetime, float, float, float]
"""Bucket start, mentions, sum of P(negative), sum of P(1-P)."""
_Key = tuple[int, Resolution, Dimension, str, datetime]
_TABLE: sa.Table = Count.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_SUMS = ("mentions", "negative", "uncertainty")


@dataclass
class Tally:
    """Additions to the counts, summed up before they are written. A `sign` of -1 takes a mention back."""

    sums: dict[_Key, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))

    def add(self, brand_id: int, cells: Iterable[Cell], at: datetime, negative: float, sign: int = 1) -> None:
        """Count one mention of P(negative) `negative`, published at `at`, in each of its cells."""
        part, doubt = sign * negative, sign * (negative * (1 - negative))
        starts = [(resolution, floor(at, step)) for resolution, step in STEPS.items()]
        for cell in cells:
            for resolution, start in starts:
                total = self.sums[brand_id, resolution, cell.dimension, cell.key, start]
                total[0] += sign
                total[1] += part
                total[2] += doubt


def floor(moment: datetime, step: timedelta) -> datetime:
    """The start of the bucket that `moment` falls into; buckets are aligned to the Unix epoch."""
    seconds = int(step.total_seconds())
    return moment - timedelta(seconds=moment.timestamp() % seconds)


def write(session: Session, tally: Tally) -> None:
    """Add the tally to the stored counts."""
    rows = [_row(key, sums) for key, sums in sorted(tally.sums.items()) if any(sums)]
    if rows:
        # Row by row by one prepared statement: one with many rows has to be built anew for each number of them.
        session.connection().execute(_UPSERTS[session.get_bind().dialect.name], rows)


def _row(key: _Key, sums: list[float]) -> dict[str, Any]:
    brand_id, resolution, dimension, name, start = key
    return {
        "brand_id": brand_id,
        "resolution": resolution,
        "dimension": dimension,
        "key": name,
        "start": start,
        "mentions": round(sums[0]),
        "negative": sums[1],
        "uncertainty": sums[2],
    }


def _upsert(dialect: Any) -> sa.Executable:
    statement = dialect.insert(_TABLE)
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=[column.name for column in _TABLE.primary_key],
        set_={name: _TABLE.c[name] + statement.excluded[name] for name in _SUMS},
    )


_UPSERTS = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def _in_buckets(start: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Dimension, key, `start` and sums of a brand's buckets in [:first, :end), in no order.

    The cells are found one after the other, each by one seek in the primary key, and of each cell only the buckets
    asked for are read: it takes as long after ten years as after one month.
    """
    cell = _cells()
    return (
        sa.select(cell.c.dimension, cell.c.key, start, *(_TABLE.c[name] for name in _SUMS))
        .select_from(cell)
        .join(_TABLE, (_TABLE.c.dimension == cell.c.dimension) & (_TABLE.c.key == cell.c.key))
        .where(*_MINE, _TABLE.c.start >= sa.bindparam("first"), _TABLE.c.start < sa.bindparam("end"))
    )


_MINE = (_TABLE.c.brand_id == sa.bindparam("brand"), _TABLE.c.resolution == sa.bindparam("resolution"))


def _cells() -> sa.CTE:
    """Dimension and key of each cell of a brand, each found by one seek; a dimension ends with a row without key."""
    names = (sa.select(sa.literal(dimension.value, sa.String).label("dimension")) for dimension in Dimension)
    every = sa.union_all(*names).subquery()

    def smallest(dimension: sa.ColumnElement[str], *more: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        inside = sa.select(sa.func.min(_TABLE.c.key)).where(*_MINE, _TABLE.c.dimension == dimension, *more)
        return inside.correlate_except(_TABLE).scalar_subquery()

    cell = sa.select(every.c.dimension, smallest(every.c.dimension).label("key")).cte("cell", recursive=True)
    larger = smallest(cell.c.dimension, _TABLE.c.key > cell.c.key)
    return cell.union_all(sa.select(cell.c.dimension, larger).where(cell.c.key.is_not(None)))


def cells(session: Session, brand_id: int, resolution: Resolution) -> list[Cell]:
    """The cells of a brand that have counts of that resolution, without reading the counts."""
    found = _cells()
    query = sa.select(found.c.dimension, found.c.key).where(found.c.key.is_not(None))
    session.flush()
    rows = session.connection().execute(query, {"brand": brand_id, "resolution": resolution})
    return sorted((Cell(Dimension(dimension), key) for dimension, key in rows), key=_in_order)


def _in_order(cell: Cell) -> tuple[int, str]:
    """The same whichever database it is and however it found them: who comes first may win."""
    return _ORDER[cell.dimension], cell.key


_ORDER = {dimension: number for number, dimension in enumerate(Dimension)}
_ROWS = _in_buckets(_TABLE.c.start)
_CELL = itemgetter(0, 1)
_RAW_ROWS = _in_buckets(sa.type_coerce(_TABLE.c.start, sa.types.NullType()))
"""Their times as the driver gives them: to turn hundreds of thousands into datetimes takes longer than to read them."""


def read(
    session: Session, brand_id: int, resolution: Resolution, start: datetime, end: datetime
) -> dict[Cell, list[Row]]:
    """The counts of a brand in [start, end): per cell its rows in order of time."""
    cells: dict[Cell, list[Row]] = defaultdict(list)
    found: Sequence[Any] = _found(session, _ROWS, brand_id, resolution, (start, end)).fetchall()
    for (dimension, key), rows in groupby(found, _CELL):
        cells[Cell(Dimension(dimension), key)] += [(at, *sums) for _, _, at, *sums in rows]
    return {cell: sorted(cells[cell]) for cell in sorted(cells, key=_in_order)}


def read_grid(
    session: Session, brand_id: int, resolution: Resolution, start: datetime, size: int
) -> dict[Cell, NDArray[np.float64]]:
    """The counts of a brand in `size` buckets from `start`, which is the start of a bucket.

    Per cell an array of shape (3, size): mentions, sum of P(negative) and sum of P(1-P).
    """
    step = STEPS[resolution]
    numbers = _bucket_numbers(session.get_bind().dialect, start, step, size)
    grid: dict[Cell, NDArray[np.float64]] = {}
    found = _found(session, _RAW_ROWS, brand_id, resolution, (start, start + size * step))
    for (dimension, key), rows in groupby(_driver_rows(found), _CELL):
        _, _, starts, *columns = zip(*rows, strict=True)
        at = [numbers[written] for written in starts]
        sums = grid.setdefault(Cell(Dimension(dimension), key), np.zeros((3, size)))
        for i, column in enumerate(columns):
            sums[i, at] = column
    return {cell: grid[cell] for cell in sorted(grid, key=_in_order)}


def _found(
    session: Session, query: sa.Executable, brand_id: int, resolution: Resolution, window: tuple[datetime, datetime]
) -> sa.CursorResult[Any]:
    session.flush()
    asked = {"brand": brand_id, "resolution": resolution, "first": window[0], "end": window[1]}
    return session.connection().execute(query, asked)


def _driver_rows(result: sa.CursorResult[Any]) -> Sequence[tuple[Any, ...]]:
    """All rows as the driver's own tuples: wrapping and unwrapping them takes as long as reading them."""
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall() if result.cursor else ()
    result.close()
    return rows


@lru_cache(maxsize=8)
def _bucket_numbers(dialect: sa.Dialect, start: datetime, step: timedelta, size: int) -> dict[object, int]:
    """The number of each bucket by its start as the driver gives it; the same for all brands at one look."""
    written: Any = _TABLE.c.start.type.dialect_impl(dialect).bind_processor(dialect)
    return {written(start + i * step): i for i in range(size)}
