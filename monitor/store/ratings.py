"""Keeps the average ratings that pages show, one row per value and the time it stood, and how they change."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import AggregateRating, RatingTrack
from monitor.models import Rating, Source, SourceBrand

Key = tuple[int, str]
"""Source and key of a rated thing."""

STILL_SHOWN = timedelta(days=7)
"""A thing that its page has not shown for so long, while it showed others, is no longer rated there."""
MOST_SHOWN = 500
MOST_STEPS = 2_000
"""Rows of a history; a thing that is rated every quarter of an hour makes so many in three weeks."""


@dataclass(frozen=True, slots=True)
class RatingChange:
    """What a rating is now and what it was before; `before` is None when it was first seen after that time."""

    now: Rating
    before: Rating | None
    since: datetime  # the time of the comparison, later when it was first seen after that

    @property
    def difference(self) -> float | None:
        """How much it rose (or fell, below 0), in its own scale; None when the scale changed or nothing is known."""
        if self.before is None or _scale(self.now) != _scale(self.before):
            return None
        return round(self.now.value - self.before.value, 4)


def key_of(found: AggregateRating) -> str:
    """What names a rated thing within its source: page and item."""
    return hashlib.sha256("\x00".join((found.place, found.item)).encode()).hexdigest()


def save_many(session: Session, source: Source, found: Sequence[AggregateRating], *, now: datetime) -> int:
    """Keep what pages show now; how many are new or changed. Of two ratings of one thing the first counts."""
    assert source.id is not None, "the source must be stored first"  # noqa: S101 (a broken caller, not input)
    wanted: dict[str, AggregateRating] = {}
    for rating in found:
        wanted.setdefault(key_of(rating), rating)
    known = {row.key: row for row in _latest(session, [source.id], wanted.keys())}
    changed = 0
    for key, rating in wanted.items():
        row = known.get(key)
        if row is not None and _says(row) == _tells(rating):
            row.seen_at = max(row.seen_at, now)
        else:
            row = _row(source.id, key, rating, now)
            changed += 1
        session.add(row)
    session.flush()
    return changed


def latest(session: Session, source_ids: Collection[int]) -> list[Rating]:
    """What the pages of these sources show, by place and item; things that have left their page are left out."""
    rows = _latest(session, source_ids)
    newest: dict[tuple[int, str], datetime] = {}
    for row in rows:
        place = (row.source_id, row.place)
        newest[place] = max(newest.get(place, row.seen_at), row.seen_at)
    shown = [row for row in rows if row.seen_at >= newest[row.source_id, row.place] - STILL_SHOWN]
    return sorted(shown, key=lambda row: (row.source_id, row.place, row.item))[:MOST_SHOWN]


def changes(session: Session, source_ids: Collection[int], *, since: datetime) -> list[RatingChange]:
    """What the pages of these sources show, each beside what it was at `since`, or when it was first seen."""
    shown = latest(session, source_ids)
    then = {(row.source_id, row.key): row for row in _standing_at(session, source_ids, since)}
    return [_change(row, then.get((row.source_id, row.key)), since) for row in shown]


def history(session: Session, key: Key, *, since: datetime) -> list[Rating]:
    """The rows of one rated thing that stood at `since` or began later, in order; at most the newest MOST_STEPS."""
    source_id, name = key
    rows = session.exec(
        select(Rating)
        .where(Rating.source_id == source_id, Rating.key == name)
        .order_by(col(Rating.taken_at).desc())
        .limit(MOST_STEPS)
    )
    found: list[Rating] = []
    for row in rows:
        found.append(row)
        if row.taken_at <= since:
            break
    return found[::-1]


def _latest(session: Session, source_ids: Collection[int], keys: Collection[str] | None = None) -> list[Rating]:
    newest = _grouped(source_ids)
    if keys is not None:
        newest = newest.where(col(Rating.key).in_(keys))
    return _rows(session, newest)


def _standing_at(session: Session, source_ids: Collection[int], moment: datetime) -> list[Rating]:
    """The row of each rated thing that stood then; the first one when it was first seen later."""
    before = _rows(session, _grouped(source_ids).where(col(Rating.taken_at) <= moment))
    first = _rows(session, _grouped(source_ids, sa.func.min(Rating.taken_at)))
    return [*first, *before]


def _grouped(source_ids: Collection[int], which: Any = None) -> sa.Select[Any]:
    """Source, key and the time of the newest (or another) row of each rated thing; a range of the index."""
    at = sa.func.max(Rating.taken_at) if which is None else which
    query = sa.select(col(Rating.source_id), col(Rating.key), at.label("at"))
    return query.where(col(Rating.source_id).in_(source_ids)).group_by(col(Rating.source_id), col(Rating.key))


def _rows(session: Session, chosen: sa.Select[Any]) -> list[Rating]:
    rows = chosen.subquery()
    query = select(Rating).join(
        rows,
        sa.and_(
            col(Rating.source_id) == rows.c.source_id,
            col(Rating.key) == rows.c.key,
            col(Rating.taken_at) == rows.c.at,
        ),
    )
    return list(session.exec(query.order_by(col(Rating.id))))


def _change(now: Rating, then: Rating | None, since: datetime) -> RatingChange:
    """A thing that was first seen later is compared with that first time, unless it is the row of now."""
    if then is None or (then.taken_at > since and then.id == now.id):
        return RatingChange(now, None, now.taken_at)
    return RatingChange(now, then, max(since, then.taken_at))


def _scale(row: Rating) -> tuple[float | None, float | None]:
    return row.worst, row.best


def _says(row: Rating) -> tuple[object, ...]:
    return row.value, row.worst, row.best, row.ratings, row.reviews


def _tells(found: AggregateRating) -> tuple[object, ...]:
    return found.value, found.worst, found.best, found.ratings, found.reviews


def _row(source_id: int, key: str, found: AggregateRating, now: datetime) -> Rating:
    return Rating(
        source_id=source_id,
        key=key,
        place=found.place,
        item=found.item,
        taken_at=now,
        seen_at=now,
        value=found.value,
        worst=found.worst,
        best=found.best,
        ratings=found.ratings,
        reviews=found.reviews,
    )


MOST_TRACKED = 20_000  # newest rows of all things of a brand
_TRACKS = (
    sa.select(
        col(Source.slug),
        col(Rating.key),
        col(Rating.item),
        col(Rating.worst),
        col(Rating.best),
        col(Rating.taken_at),
        col(Rating.value),
        col(Rating.ratings),
    )
    .join(SourceBrand, col(SourceBrand.source_id) == col(Rating.source_id))
    .join(Source, col(Source.id) == col(Rating.source_id))
    .where(
        col(SourceBrand.brand_id) == sa.bindparam("brand"),
        col(Source.active),
        col(Rating.seen_at) >= sa.bindparam("since"),
        col(Rating.taken_at) <= sa.bindparam("now"),
    )
    .order_by(col(Rating.taken_at).desc(), col(Rating.id).desc())
    .limit(sa.bindparam("most"))
)


def tracks(session: Session, brand_id: int, since: datetime, now: datetime) -> list[RatingTrack]:
    """The average ratings on the pages of a brand's sources from `since` on, as they changed, in their newest scale."""
    session.flush()
    asked = {"brand": brand_id, "since": since, "now": now, "most": MOST_TRACKED}
    rows = session.connection().execute(_TRACKS, asked).fetchall()[::-1]
    rows = sorted(rows, key=_thing)  # stable: in order of time within a thing
    return [_track(list(steps)) for _, steps in groupby(rows, key=_thing)]


def _thing(row: Sequence[Any]) -> tuple[str, str]:
    return row[0], row[1]


def scale(worst: float | None, best: float | None) -> tuple[float, float]:
    """The ends of a scale; where a page tells none, 1 to 5 is meant, as in schema.org."""
    return 1.0 if worst is None else worst, 5.0 if best is None else best


def _track(rows: Sequence[Any]) -> RatingTrack:
    source, _, item, worst, best = rows[-1][:5]
    low, high = scale(worst, best)
    steps = tuple(
        (at, value, count) for *_, lowest, highest, at, value, count in rows if (lowest, highest) == (worst, best)
    )
    return RatingTrack(source, item, low, high, steps)
