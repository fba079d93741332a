"""The average ratings that pages show of a brand's things, and how they changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from dashboard.data.opening import cached, database
from monitor.models import Rating, Source, SourceBrand
from monitor.store import ratings as kept
from monitor.store.ratings import Key, RatingChange

COMPARED = timedelta(days=7)
DRAWN = timedelta(days=28)
MOST = 200
TOLD = 0.05
"""A smaller change is not seen in the rounded value, of a scale of 5."""


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rated thing; `difference` is None when it is not known how it was `compared_at`."""

    key: Key
    source: str
    place: str
    item: str
    value: float
    worst: float | None
    best: float | None
    ratings: int | None
    reviews: int | None
    difference: float | None
    compared_at: datetime
    seen_at: datetime

    @property
    def share_lost(self) -> float:
        """How much of its scale it fell since then, 0..1; below 0 when it rose."""
        span = (self.best or 100.0) - (self.worst or 0.0)
        return -(self.difference or 0.0) / span

    @property
    def has_fallen(self) -> bool:
        return self.share_lost >= TOLD / 5

    @property
    def has_risen(self) -> bool:
        return self.share_lost <= -TOLD / 5


@dataclass(frozen=True, slots=True)
class Step:
    """A value and from when on it stood."""

    at: datetime
    value: float


@cached
def ratings(brand_id: int, now: datetime) -> tuple[RatingRow, ...]:
    """What pages show of the brand's things: those that fell most first, then by how many people rated them."""
    with database() as session:
        sources = _sources(session, brand_id)
        found = [_row(change, sources) for change in kept.changes(session, sources.keys(), since=now - COMPARED)]
    found.sort(key=lambda row: (-max(row.share_lost, 0.0), -_people(row), row.source, row.item))
    return tuple(found[:MOST])


@cached
def steps(key: Key, now: datetime) -> tuple[Step, ...]:
    """How one rating went in the last four weeks, oldest first."""
    with database() as session:
        rows = kept.history(session, key, since=now - DRAWN)
        return tuple(Step(max(row.taken_at, now - DRAWN), row.value) for row in rows if _same_scale(row, rows[-1]))


def _sources(session: Session, brand_id: int) -> dict[int, str]:
    query = select(Source.id, Source.slug).join(SourceBrand, col(SourceBrand.source_id) == Source.id)
    rows = session.exec(query.where(SourceBrand.brand_id == brand_id, Source.active).limit(500))
    return {number: slug for number, slug in rows if number is not None}


def _row(change: RatingChange, sources: dict[int, str]) -> RatingRow:
    rating = change.now
    return RatingRow(
        key=(rating.source_id, rating.key),
        source=sources[rating.source_id],
        place=rating.place,
        item=rating.item,
        value=rating.value,
        worst=rating.worst,
        best=rating.best,
        ratings=rating.ratings,
        reviews=rating.reviews,
        difference=change.difference,
        compared_at=change.since,
        seen_at=rating.seen_at,
    )


def _people(row: RatingRow) -> int:
    return row.ratings or row.reviews or 0


def _same_scale(row: Rating, other: Rating) -> bool:
    return (row.worst, row.best) == (other.worst, other.best)
