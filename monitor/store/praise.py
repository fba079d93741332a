"""Who of the team was praised by name: what is looked through, and what was found."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import RELEVANT, Sentiment
from monitor.models import Assessment, Brand, Mention, MentionBrand, MentionVersion, Praise
from monitor.store import bulk

NEWEST_EDITS = 2_000


class Positive(NamedTuple):
    """A text that reads as positive, and the brand that it concerns most."""

    mention_id: int
    brand_id: int
    text: str


def positive(session: Session, mention_ids: Collection[int]) -> list[Positive]:
    """Those of the texts that read as positive at present, still stand where they stood and concern a brand of ours."""
    query = (
        sa.select(col(Mention.id), col(MentionBrand.brand_id), col(Mention.title), col(Mention.text))
        .join(Assessment, sa.and_(col(Assessment.mention_id) == Mention.id, col(Assessment.is_current)))
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .where(
            ~col(Brand.competitor),
            col(Mention.id).in_(mention_ids),
            col(Mention.deleted_at).is_(None),
            col(Assessment.label) == Sentiment.POSITIVE,
            col(MentionBrand.relevance) >= RELEVANT,
        )
        .order_by(col(Mention.id), col(MentionBrand.relevance), col(MentionBrand.brand_id).desc())
    )
    rows = session.execute(query)
    found = {row[0]: Positive(row[0], row[1], f"{row[2]}\n{row[3]}".strip()) for row in rows}
    return list(found.values())


def edited_since(session: Session, since: datetime) -> list[int]:
    """Of the newest edits, the texts that were changed since then: they are read anew under their old assessment."""
    newest = sa.select(col(MentionVersion.id)).order_by(col(MentionVersion.id).desc()).limit(NEWEST_EDITS).subquery()
    changed = sa.select(col(MentionVersion.mention_id)).where(
        col(MentionVersion.id).in_(sa.select(newest.c.id)), col(MentionVersion.replaced_at) >= since
    )
    return sorted(set(session.scalars(changed)))


def put(session: Session, found: Sequence[tuple[Positive, Collection[str]]], now: datetime) -> int:
    """Let these texts praise these people and nobody else; how many praises are new. Those known stay as they were."""
    ids = [text.mention_id for text, _ in found]
    known: dict[int, set[str]] = {}
    for mention_id, person in session.exec(
        select(Praise.mention_id, Praise.person).where(col(Praise.mention_id).in_(ids))
    ):
        known.setdefault(mention_id, set()).add(person)
    new = [
        {"mention_id": text.mention_id, "brand_id": text.brand_id, "person": person, "found_at": now}
        for text, people in found
        for person in people
        if person not in known.get(text.mention_id, ())
    ]
    for text, people in found:
        if known.get(text.mention_id, set()) - set(people):
            _remove(session, col(Praise.mention_id) == text.mention_id, col(Praise.person).not_in(people))
    bulk.insert_missing(session, Praise, new)
    return len(new)


def _remove(session: Session, *which: Any) -> None:
    session.execute(sa.delete(Praise).where(*which).execution_options(synchronize_session=False))


def counted(session: Session, brand_id: int, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """How often each person was praised by texts published in [since, until), most first.

    Counted is what reads as positive now: a correction takes it back at once, and to undo that brings it back.
    """
    praises = func.count()
    query = (
        select(Praise.person, praises)
        .join(Mention, col(Mention.id) == Praise.mention_id)
        .join(Assessment, sa.and_(col(Assessment.mention_id) == Mention.id, col(Assessment.is_current)))
        .where(*_within(brand_id, since, until))
        .group_by(col(Praise.person))
        .order_by(praises.desc(), col(Praise.person))
    )
    return [(person, number) for person, number in session.exec(query)]


def people_of(session: Session, mention_id: int) -> list[str]:
    """Whom a text praises, as long as it reads as positive."""
    query = (
        select(Praise.person)
        .join(Assessment, sa.and_(col(Assessment.mention_id) == Praise.mention_id, col(Assessment.is_current)))
        .where(Praise.mention_id == mention_id, Assessment.label == Sentiment.POSITIVE)
        .order_by(col(Praise.person))
    )
    return list(session.exec(query))


def newest_of(
    session: Session, brand_id: int, person: str, since: datetime, until: datetime, limit: int
) -> list[int]:  # fmt: skip
    """The newest texts that praise somebody and still stand where they stood."""
    query = (
        select(Mention.id)
        .join(Praise, col(Praise.mention_id) == Mention.id)
        .join(Assessment, sa.and_(col(Assessment.mention_id) == Mention.id, col(Assessment.is_current)))
        .where(*_within(brand_id, since, until), Praise.person == person, col(Mention.deleted_at).is_(None))
        .order_by(col(Mention.published_at).desc(), col(Mention.id).desc())
        .limit(limit)
    )
    return [number for number in session.exec(query) if number is not None]


def _within(brand_id: int, since: datetime, until: datetime) -> tuple[Any, ...]:
    return (
        col(Praise.brand_id) == brand_id,
        col(Mention.published_at) >= since,
        col(Mention.published_at) < until,
        col(Assessment.label) == Sentiment.POSITIVE,
    )
