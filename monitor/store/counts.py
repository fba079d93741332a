"""The stored series: counts are added in the transaction of the assessment and taken back the same way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from monitor.facts import Cell, Dimension
from monitor.models import Count, Resolution

STEPS = {Resolution.FIVE_MINUTES: timedelta(minutes=5), Resolution.HOUR: timedelta(hours=1)}
ROWS_AT_ONCE = 400  # an SQLite statement holds 32,766 values, a row has eight

_Key = tuple[int, Resolution, Dimension, str, datetime]


@dataclass
class Tally:
    """Additions to the counts, summed up before they are written. A `sign` of -1 takes a mention back."""

    sums: dict[_Key, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))

    def add(self, brand_id: int, cells: Iterable[Cell], at: datetime, negative: float, sign: int = 1) -> None:
        """Count one mention of P(negative) `negative`, published at `at`, in each of its cells."""
        amounts = (1.0, negative, negative * (1 - negative))
        for cell in cells:
            for resolution, step in STEPS.items():
                total = self.sums[brand_id, resolution, cell.dimension, cell.key, floor(at, step)]
                for i, amount in enumerate(amounts):
                    total[i] += sign * amount


def floor(moment: datetime, step: timedelta) -> datetime:
    """The start of the bucket that `moment` falls into; buckets are aligned to the Unix epoch."""
    seconds = int(step.total_seconds())
    return moment - timedelta(seconds=moment.timestamp() % seconds)


def write(session: Session, tally: Tally) -> None:
    """Add the tally to the stored counts."""
    rows = [_row(key, sums) for key, sums in sorted(tally.sums.items()) if any(sums)]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(_upsert(session, rows[start : start + ROWS_AT_ONCE]))


def _row(key: _Key, sums: list[float]) -> dict[str, Any]:
    names = ("brand_id", "resolution", "dimension", "key", "start")
    return {
        **dict(zip(names, key, strict=True)),
        "mentions": round(sums[0]),
        "negative": sums[1],
        "uncertainty": sums[2],
    }


def _upsert(session: Session, rows: list[dict[str, Any]]) -> sa.Executable:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Count).values(rows)
    table = Count.__table__  # type: ignore[attr-defined]  # SQLModel adds it
    new = statement.excluded
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["brand_id", "resolution", "dimension", "key", "start"],
        set_={name: table.c[name] + new[name] for name in ("mentions", "negative", "uncertainty")},
    )


_COLUMNS: list[Any] = [Count.dimension, Count.key, Count.start, Count.mentions, Count.negative, Count.uncertainty]


def read(
    session: Session, brand_id: int, resolution: Resolution, start: datetime, end: datetime
) -> dict[Cell, list[tuple[datetime, float, float, float]]]:
    """The counts of a brand in [start, end): per cell, rows of (bucket start, mentions, negative, uncertainty)."""
    rows = session.execute(
        sa.select(*_COLUMNS)
        .where(
            col(Count.brand_id) == brand_id,
            col(Count.resolution) == resolution,
            col(Count.start) >= start,
            col(Count.start) < end,
        )
        .order_by(col(Count.start))
    )
    cells: dict[Cell, list[tuple[datetime, float, float, float]]] = defaultdict(list)
    for dimension, key, at, mentions, negative, uncertainty in rows:
        cells[Cell(dimension, key)].append((at, mentions, negative, uncertainty))
    return cells
