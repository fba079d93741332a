"""What was said about each theme over months: sums of the stored counts, and how many texts the search index has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from monitor.facts import Dimension
from monitor.models import Count, Resolution, Theme

Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a theme in which something was said: their starts (datetime64[us], UTC), shape (n,), and sums.

    `sums` are mentions, P(negative) and P(1-P), shape (3, n).
    """

    starts: NDArray[np.datetime64]
    sums: NDArray[np.float64]


def hours(session: Session, brand_id: int, window: Window) -> dict[str, Hours]:
    """Per theme its hours in the window; each theme is one range of the primary key of the counts."""
    names: tuple[Any, ...] = (Count.mentions, Count.negative, Count.uncertainty)
    query = (
        sa.select(col(Count.key), sa.type_coerce(Count.start, sa.types.NullType()), *names)
        .where(
            col(Count.brand_id) == brand_id,
            col(Count.resolution) == Resolution.HOUR,
            col(Count.dimension) == Dimension.THEME,
            col(Count.key).in_(select(Theme.slug)),
            col(Count.start) >= window[0],
            col(Count.start) < window[1],
        )
        .order_by(col(Count.key), col(Count.start))
    )
    found: Sequence[Any] = session.connection().execute(query).all()
    return {slug: _hours([row[1:] for row in rows]) for slug, rows in groupby(found, itemgetter(0))}


def _hours(rows: Sequence[tuple[Any, ...]]) -> Hours:
    starts, *sums = zip(*rows, strict=True)
    return Hours(np.array(starts, dtype="datetime64[us]"), np.array(sums, dtype=np.float64))
