"""Keeps the engagement of mentions over time: a snapshot whenever a count changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import Collected
from monitor.models import Snapshot
from monitor.store import bulk
from monitor.store.kept import Kept

COUNTS = ("likes", "reposts", "replies", "quotes", "views")
_counts = attrgetter(*COUNTS)
_COLUMNS = [col(getattr(Snapshot, name)) for name in ("mention_id", "id", "taken_at", *COUNTS)]


@dataclass(slots=True)
class _Latest:
    taken_at: datetime
    counts: tuple[int | None, ...]
    id: int | None = None  # of its row; None while it is to be added


def keep(session: Session, pairs: Sequence[tuple[Kept, Collected]], now: datetime, created: Collection[int]) -> None:
    """Add a snapshot to each mention whose counts differ from its latest one; a count not told is no change.

    The `created` rows have none yet.
    """
    told = [(row.id, collected.engagement) for row, collected in pairs if collected.engagement is not None]
    latest = _latest(session, {row_id for row_id, _ in told if row_id not in created})
    taken: dict[int, _Latest] = {}
    for row_id, engagement in told:
        before, counts = latest.get(row_id), _counts(engagement)
        if not _is_news(before, counts):
            continue
        # twice at one time, as on one page: the later one stands
        again = before.id if before is not None and before.taken_at == now else None
        latest[row_id] = taken[row_id] = _Latest(now, counts, again)
    _write(session, taken)


def _write(session: Session, taken: dict[int, _Latest]) -> None:
    rows = {mention_id: dict(zip(COUNTS, one.counts, strict=True)) for mention_id, one in taken.items()}
    new = [
        {"mention_id": mention_id, "taken_at": taken[mention_id].taken_at} | counts
        for mention_id, counts in rows.items()
        if taken[mention_id].id is None
    ]
    bulk.insert(session, Snapshot, new)
    bulk.update(session, Snapshot, {one.id: rows[mention] for mention, one in taken.items() if one.id is not None})


def _latest(session: Session, ids: set[int]) -> dict[int, _Latest]:
    if not ids:
        return {}
    newest = select(func.max(Snapshot.id)).where(col(Snapshot.mention_id).in_(ids)).group_by(col(Snapshot.mention_id))
    rows = session.execute(sa.select(*_COLUMNS).where(col(Snapshot.id).in_(newest)))
    return {mention_id: _Latest(taken_at, tuple(counts), row_id) for mention_id, row_id, taken_at, *counts in rows}


def _is_news(before: _Latest | None, counts: tuple[int | None, ...]) -> bool:
    if before is None:
        return any(count is not None for count in counts)
    return any(count is not None and count != old for count, old in zip(counts, before.counts, strict=True))
