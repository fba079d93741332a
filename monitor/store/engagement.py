"""Keeps the engagement of mentions over time: a snapshot whenever a count changed."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

from sqlmodel import Session, col, func, select

from monitor.facts import Collected, Engagement
from monitor.models import Mention, Snapshot


def keep(session: Session, pairs: Sequence[tuple[Mention, Collected]], now: datetime) -> None:
    """Add a snapshot to each mention whose counts differ from its latest one; a count not told is no change."""
    told = [(row, collected.engagement) for row, collected in pairs if collected.engagement is not None]
    if not told:
        return
    latest = _latest(session, [row.id for row, _ in told if row.id is not None])
    for row, engagement in told:
        assert row.id is not None, "the row was flushed"  # noqa: S101 (a broken caller, not input)
        before = latest.get(row.id)
        if not _is_news(before, engagement):
            continue
        if before is not None and before.taken_at == now:  # the same text twice on one page
            snapshot = _written(before, engagement)
        else:
            snapshot = Snapshot(mention_id=row.id, taken_at=now, **asdict(engagement))
        session.add(snapshot)
        latest[row.id] = snapshot


def _latest(session: Session, ids: Sequence[int]) -> dict[int, Snapshot]:
    newest = select(func.max(Snapshot.id)).where(col(Snapshot.mention_id).in_(ids)).group_by(col(Snapshot.mention_id))
    return {row.mention_id: row for row in session.exec(select(Snapshot).where(col(Snapshot.id).in_(newest)))}


def _is_news(before: Snapshot | None, engagement: Engagement) -> bool:
    told = {name: count for name, count in asdict(engagement).items() if count is not None}
    return any(before is None or getattr(before, name) != count for name, count in told.items())


def _written(snapshot: Snapshot, engagement: Engagement) -> Snapshot:
    for field in fields(engagement):
        setattr(snapshot, field.name, getattr(engagement, field.name))
    return snapshot
