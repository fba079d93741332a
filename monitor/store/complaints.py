"""Complaints as the rules for cases need to see them: what was read lately, and what one of them is about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, exists, func, select

from monitor.facts import RELEVANT, MentionKind, Sentiment
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Brand,
    Case,
    CaseEvent,
    CaseMention,
    CaseState,
    Location,
    Mention,
    MentionBrand,
    Source,
    Theme,
)
from monitor.store.reached import Reached

_NUMBERS: tuple[Any, ...] = (Assessment.id, Mention.id)
LOOK_BACK = 5_000
"""Readings looked at after a start, before which nobody remembers how far the last look went."""


class Reading(NamedTuple):
    """What was read of a text, with what the rules for cases ask of it; the ids of its themes, best first."""

    id: int
    mention_id: int
    label: Sentiment
    followers: int
    rating: tuple[float, float, float] | None  # value, worst, best
    themes: tuple[str, ...]


_READ: tuple[Any, ...] = (
    Assessment.id, Assessment.mention_id, Assessment.label, Mention.author_followers, Mention.rating_value,
    Mention.rating_worst, Mention.rating_best,
)  # fmt: skip


class About(NamedTuple):
    """What the rules of a case must know of its text; source, brand and location are ids of the config, "" for none."""

    kind: MentionKind
    title: str
    text: str
    language: str
    themes: tuple[str, ...]
    source: str
    source_kind: str
    brand: str
    time_zone: str
    location: str


def about(session: Session, mention_id: int, brand_id: int) -> About | None:
    """What a mention is about, for one of its brands; None when there is no such mention or brand."""
    return abouts(session, [(mention_id, brand_id)]).get(mention_id)


def abouts(session: Session, wanted: Iterable[tuple[int, int]]) -> dict[int, About]:
    """The same of several (mention, brand), by mention, in two queries."""
    brand_of = dict(wanted)
    current = sa.and_(col(Assessment.mention_id) == Mention.id, col(Assessment.is_current))
    query = (
        sa.select(
            Mention,
            col(Source.slug),
            col(Source.kind),
            Brand,
            col(Location.slug),
            col(Assessment.id),
            col(Assessment.language),
        )
        .join(Source, col(Source.id) == Mention.source_id)
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .outerjoin(Location, col(Location.id) == MentionBrand.location_id)
        .outerjoin(Assessment, current)
        .where(col(Mention.id).in_(list(brand_of)))
    )
    rows = [row for row in session.execute(query) if brand_of[row[0].id] == row[3].id]
    themes = _themes(session, [row[5] for row in rows if row[5] is not None])
    return {
        mention.id or 0: About(
            mention.kind,
            mention.title,
            mention.text,
            language or mention.language_declared,
            themes.get(reading or 0, ()),
            source,
            source_kind,
            brand.slug,
            brand.time_zone,
            location or "",
        )
        for mention, source, source_kind, brand, location, reading, language in rows
    }


def newest_reading(session: Session) -> int:
    """The id of the newest assessment; 0 when there is none. Ids only grow."""
    return session.exec(select(func.max(Assessment.id))).one() or 0


def read_since(
    session: Session, reached: Reached, since: datetime, limit: int, label: Sentiment | None = None
) -> list[Reading]:
    """Texts about a brand of ours, published since then, without a case, whose reading was not looked at; in order.

    With a label only those that were read so, now or by somebody who corrected it.
    """
    about_brand = exists().where(
        col(MentionBrand.mention_id) == Mention.id,
        col(MentionBrand.relevance) >= RELEVANT,
        col(Brand.id) == MentionBrand.brand_id,
        ~col(Brand.competitor),
    )
    query = (
        sa.select(*_NUMBERS)
        .join(Mention, col(Mention.id) == Assessment.mention_id)
        .where(
            col(Assessment.is_current),
            col(Mention.published_at) >= since,
            col(Mention.deleted_at).is_(None),
            about_brand,
            ~exists().where(col(Case.mention_id) == Mention.id),
            ~_in_hand(),
            col(Assessment.label) == label if label else sa.true(),
        )
    )
    ids = dict(reached.unseen(session, query, limit))
    return _readings(session, ids) if ids else []


def _readings(session: Session, ids: Mapping[int, int]) -> list[Reading]:
    """Readings, each named with its mention, by id."""
    query = (
        sa.select(*_READ)
        .join(Mention, col(Mention.id) == Assessment.mention_id)
        .where(col(Assessment.id).in_(ids), col(Mention.id).in_(ids.values()))
        .order_by(col(Assessment.id))
    )
    themes = _themes(session, ids)
    return [
        Reading(number, mention_id, label, followers or 0, _rating(*rating), themes.get(number, ()))
        for number, mention_id, label, followers, *rating in session.execute(query)
    ]


def _rating(value: float | None, worst: float | None, best: float | None) -> tuple[float, float, float] | None:
    return None if value is None or best is None else (value, 1.0 if worst is None else worst, best)


def _in_hand() -> Any:
    """Whether a text belongs to a case that is open, or is to be followed up: somebody looks at it there."""
    looked_at = sa.or_(
        col(Case.state).not_in((CaseState.SOLVED, CaseState.DISMISSED)), col(Case.follow_up_at).is_not(None)
    )
    return exists().where(
        col(CaseMention.mention_id) == Mention.id, col(Case.id) == CaseMention.case_id, looked_at
    )  # fmt: skip


def _themes(session: Session, assessment_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    rows = session.exec(
        select(AssessmentTheme.assessment_id, Theme.slug)
        .join(Theme, col(Theme.id) == AssessmentTheme.theme_id)
        .where(col(AssessmentTheme.assessment_id).in_(list(assessment_ids)))
        .order_by(col(AssessmentTheme.score).desc())
    )
    found: dict[int, list[str]] = defaultdict(list)
    for assessment_id, slug in rows:
        found[assessment_id].append(slug)
    return {number: tuple(slugs) for number, slugs in found.items()}


def opened_by_rules(session: Session, brand_id: int, since: datetime) -> int:
    """How many cases of a brand no person opened since then."""
    by_rule = exists().where(
        col(CaseEvent.case_id) == Case.id, col(CaseEvent.action) == "opened", col(CaseEvent.actor) == ""
    )
    query = select(func.count()).select_from(Case).where(Case.brand_id == brand_id, Case.opened_at >= since, by_rule)
    return session.exec(query).one()
