"""Chooses the texts that are looked at again: those that spread, and young ones that may have been taken away."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import IncidentState, Known
from monitor.models import Incident, IncidentMention, Mention, Snapshot, Source

MOST_HOT = 25
MOST_YOUNG = 50
LOOKED_THROUGH = 1_000
"""Of a source's newest texts; its older ones are hot only as part of an incident."""
LATELY = timedelta(hours=6)
LEAST_GROWTH = 5
"""Likes, reposts, answers and quotes within LATELY from which a text spreads."""
STAYS_HOT = timedelta(hours=1)
"""So long a source is crawled sooner after something there was hot."""
YOUNG = timedelta(hours=48)
ROUND = timedelta(hours=1)
"""A young text is looked at again once in this time at most."""
_COUNTS = ("likes", "reposts", "replies", "quotes")
_ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)


def hot(session: Session, source: Source, now: datetime) -> list[Known]:
    """The texts of a source that are part of an open incident or spread, those that spread most first of the latter."""
    found = _in_incidents(session, source)
    growth = _growth(session, source, now)
    fast = sorted((number for number, grown in growth.items() if grown >= LEAST_GROWTH), key=lambda n: -growth[n])
    ids = list(dict.fromkeys([*found, *fast]))[:MOST_HOT]
    rows = {row.id: row for row in session.exec(select(Mention).where(col(Mention.id).in_(ids)))}
    return [_known(rows[number]) for number in ids if number in rows]


def note_heat(session: Session, source: Source, now: datetime) -> None:
    """While something of a source is hot, it is crawled sooner."""
    if hot(session, source, now):
        source.hot_until = now + STAYS_HOT
        session.add(source)


def take_young(session: Session, source: Source, now: datetime) -> list[Known]:
    """The next of a source's young texts to look at, from the newest on; the source notes how far it has come."""
    if source.round_id is None and source.round_at is not None and now - source.round_at < ROUND:
        return []
    below = source.round_id
    query = select(Mention).where(col(Mention.id).in_(_newest(source, below)), col(Mention.deleted_at).is_(None))
    young = query.where(Mention.published_at > now - YOUNG).order_by(col(Mention.id).desc()).limit(MOST_YOUNG)
    rows = list(session.exec(young))
    source.round_at = now if below is None else source.round_at
    source.round_id = rows[-1].id if len(rows) == MOST_YOUNG else None
    session.add(source)
    return [_known(row) for row in rows]


def _newest(source: Source, below: int | None = None) -> sa.Select[Any]:
    ids = sa.select(col(Mention.id)).where(col(Mention.source_id) == source.id)
    if below is not None:
        ids = ids.where(col(Mention.id) < below)
    return ids.order_by(col(Mention.id).desc()).limit(LOOKED_THROUGH)


def _in_incidents(session: Session, source: Source) -> list[int]:
    """From the few open incidents on: `+ 0` keeps the database from looking at all texts of the source."""
    active = sa.select(col(Incident.id)).where(col(Incident.state).in_(_ACTIVE))
    evidence = sa.select(col(IncidentMention.mention_id)).where(col(IncidentMention.incident_id).in_(active))
    query = (
        sa.select(col(Mention.id))
        .where(
            col(Mention.id).in_(evidence), col(Mention.source_id) + 0 == source.id, col(Mention.deleted_at).is_(None)
        )
        .order_by(col(Mention.id).desc())
        .limit(MOST_HOT)
    )
    return list(session.scalars(query))


def _growth(session: Session, source: Source, now: datetime) -> dict[int, int]:
    """How much the engagement of the newest texts grew lately; a text that is younger grew from nothing."""
    since = now - LATELY
    moved = sa.select(col(Snapshot.mention_id)).where(
        col(Snapshot.mention_id).in_(_newest(source)), col(Snapshot.taken_at) > since
    )
    counts = [col(getattr(Snapshot, name)) for name in _COUNTS]
    rows = session.execute(
        sa.select(col(Mention.id), col(Mention.published_at), col(Snapshot.taken_at), *counts)
        .join(Snapshot, col(Snapshot.mention_id) == col(Mention.id))
        .where(col(Mention.id).in_(moved), col(Mention.deleted_at).is_(None))
        .order_by(col(Snapshot.id))
    )
    before: dict[int, int] = {}
    latest: dict[int, int] = {}
    for number, published_at, taken_at, *told in rows:
        total = _sum(told)
        if taken_at <= since:
            before[number] = total
        before.setdefault(number, 0 if published_at > since else total)
        latest[number] = total
    return {number: total - before[number] for number, total in latest.items()}


def _sum(counts: Iterable[int | None]) -> int:
    return sum(count or 0 for count in counts)


def _known(row: Mention) -> Known:
    return Known(
        kind=row.kind,
        host=row.host,
        external_id=row.external_id,
        url=row.url,
        published_at=row.published_at,
        missing_at=row.missing_at,
    )
