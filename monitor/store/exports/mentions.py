"""Mentions to be given out: those of a brand that were read, as the search finds them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.models import Assessment, Author, Brand, Case, Location, Mention, MentionBrand, Source
from monitor.store import search
from monitor.store.exports.readings import author_of, themes_of
from monitor.store.search import Hit, Wanted

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class MentionsWanted:
    """What is looked for, once for each brand."""

    searches: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class MentionLine:
    """One mention of one brand; the fields are the columns of its export (`monitor.exports.tables`)."""

    mention_id: int
    brand: str
    location: str
    published_at: datetime
    precision: str
    collected_at: datetime
    edited_at: datetime | None
    kind: str
    source: str
    source_kind: str
    host: str
    author: str
    followers: int | None
    title: str
    text: str
    url: str
    about: str
    language: str
    sentiment: str
    negative: float
    neutral: float
    positive: float
    unsure: bool
    corrected_by: str
    themes: tuple[str, ...]
    rating: float | None
    rating_worst: float | None
    rating_best: float | None
    first_purchase: bool | None
    story_id: int | None
    case_id: int | None
    case_state: str | None


def pages(session: Session, wish: MentionsWanted, *, names: bool) -> Iterator[Sequence[MentionLine]]:
    for wanted in wish.searches:
        for hits in _hits(session, wanted):
            yield lines(session, wanted.brand_id, [hit.mention_id for hit in hits], names=names)


def _hits(session: Session, wanted: Wanted) -> Iterator[Sequence[Hit]]:
    before: int | None = None
    while hits := search.find(session, wanted, PAGE, before):
        before = hits[-1].position
        yield hits
        if len(hits) < PAGE:
            return


def total(session: Session, wish: MentionsWanted) -> int:
    return sum(sum(search.per_quarter(session, wanted).values()) for wanted in wish.searches)


def lines(session: Session, brand_id: int, mention_ids: Sequence[int], *, names: bool) -> list[MentionLine]:
    """These mentions in this order; those that are gone meanwhile are left out."""
    found = session.execute(_statement(brand_id).where(col(Mention.id).in_(mention_ids))).all()
    themes = themes_of(session, [row[1].id for row in found])
    rows = {row[0].id: _line(row, themes.get(row[1].id, ()), names=names) for row in found}
    session.expunge_all()  # of a million, none is looked at again
    return [rows[number] for number in mention_ids if number in rows]


def _statement(brand_id: int) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Mention, Assessment, Author, Source, Brand.slug, Location.slug, Case.id, Case.state)
    return (
        sa.select(*columns)
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .join(Source, col(Source.id) == Mention.source_id)
        .join(MentionBrand, (col(MentionBrand.mention_id) == Mention.id) & (col(MentionBrand.brand_id) == brand_id))
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .outerjoin(Location, col(Location.id) == MentionBrand.location_id)
        .outerjoin(Author, col(Author.id) == Mention.author_id)
        .outerjoin(Case, (col(Case.mention_id) == Mention.id) & (col(Case.brand_id) == brand_id))
        .where(col(Mention.deleted_at).is_(None))
    )


def _line(row: Any, themes: tuple[str, ...], *, names: bool) -> MentionLine:
    mention, reading, author, source, brand, location, case_id, case_state = row
    return MentionLine(
        mention_id=mention.id,
        brand=brand,
        location=location or "",
        published_at=mention.published_at,
        precision=mention.precision,
        collected_at=mention.collected_at,
        edited_at=mention.edited_at,
        kind=mention.kind,
        source=source.slug,
        source_kind=source.kind,
        host=mention.host,
        author=author_of(author, named=names),
        followers=mention.author_followers,
        title=mention.title,
        text=mention.text,
        url=mention.url,
        about=mention.item,
        language=reading.language,
        sentiment=reading.label,
        negative=reading.negative,
        neutral=reading.neutral,
        positive=reading.positive,
        unsure=reading.unsure,
        corrected_by=reading.corrected_by,
        themes=themes,
        rating=mention.rating_value,
        rating_worst=mention.rating_worst,
        rating_best=mention.rating_best,
        first_purchase=mention.first_purchase,
        story_id=mention.story_id,
        case_id=case_id,
        case_state=case_state,
    )
