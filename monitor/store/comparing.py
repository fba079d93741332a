"""What is compared: which sources are watched for which brand, ratings by brand, and what was said of each branch."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Brand,
    IncidentMention,
    Location,
    Mention,
    MentionBrand,
    Source,
    SourceBrand,
    Theme,
)
from monitor.store.locations import SHARE
from monitor.store.reports import Sums

Window = tuple[datetime, datetime]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Stars:
    """The ratings of one window, all scales brought to 1 to 5 stars: how many, and their sum."""

    ratings: int = 0
    stars: float = 0.0


@dataclass(frozen=True, slots=True)
class Located:
    """What was said of one branch in one window."""

    whole: Sums = field(default_factory=Sums)
    rated: Stars = field(default_factory=Stars)
    themes: Mapping[str, Sums] = field(default_factory=dict)


def known(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """The rows of these brands, as far as they are stored."""
    rows = session.exec(select(Brand.slug, Brand.id).where(col(Brand.slug).in_(slugs)))
    return {slug: number for slug, number in rows if number is not None}


def watched(session: Session, brand_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """Per brand the sources that are watched for it now."""
    rows = session.exec(
        select(SourceBrand.brand_id, Source.slug)
        .join(Source, col(Source.id) == SourceBrand.source_id)
        .where(col(SourceBrand.brand_id).in_(brand_ids), Source.active)
    )
    found: dict[int, set[str]] = {brand_id: set() for brand_id in brand_ids}
    for brand_id, slug in rows:
        found[brand_id].add(slug)
    return {brand_id: frozenset(slugs) for brand_id, slugs in found.items()}


def _star() -> tuple[Any, Any]:
    """Whether a mention has a rating within its own scale, and that rating as 1 to 5 stars; as `reports.reading`."""
    worst, best = sa.func.coalesce(Mention.rating_worst, 1.0), sa.func.coalesce(Mention.rating_best, 5.0)
    valid = sa.and_(best > worst, col(Mention.rating_value).between(worst, best))
    return valid, 1 + 4 * (col(Mention.rating_value) - worst) / (best - worst)


def rated(session: Session, brand_id: int, window: Window) -> Stars:
    """The ratings of a brand's mentions of the window that were read."""
    valid, star = _star()
    query = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(star), 0.0))
        .select_from(MentionBrand)
        .join(Mention, col(Mention.id) == col(MentionBrand.mention_id))
        .join(Assessment, _current())
        .where(
            col(MentionBrand.brand_id) == brand_id,
            *_published(window),
            col(MentionBrand.relevance) >= RELEVANT,
            valid,
        )
    )
    return Stars(*session.execute(query).one())


def _current() -> Any:
    return sa.and_(col(Assessment.mention_id) == col(MentionBrand.mention_id), col(Assessment.is_current))


def _published(window: Window) -> tuple[Any, ...]:
    return col(MentionBrand.published_at) >= window[0], col(MentionBrand.published_at) < window[1]


def branches(session: Session, brand_id: int) -> list[tuple[int, str, str]]:
    """Id, slug and name of a brand's branches, by name."""
    query = select(Location.id, Location.slug, Location.name).where(Location.brand_id == brand_id)
    rows = session.exec(query.order_by(col(Location.name), col(Location.id)))
    return [(number, slug, name) for number, slug, name in rows if number is not None]


def located(session: Session, location_ids: Sequence[int], window: Window) -> dict[int, Located]:
    """Per branch what was said of it in the window; each is one range of the index over a branch's mentions."""
    if not location_ids:
        return {}
    themes: dict[int, dict[str, Sums]] = defaultdict(dict)
    negative = col(Assessment.negative)
    by_theme = (
        _of_branches(location_ids, window, Theme.slug, sa.func.count(), *_feeling(negative))
        .join(AssessmentTheme, col(AssessmentTheme.assessment_id) == col(Assessment.id))
        .join(Theme, col(Theme.id) == col(AssessmentTheme.theme_id))
        .group_by(col(MentionBrand.location_id), col(Theme.slug))
    )
    for branch, slug, *sums in session.execute(by_theme):
        themes[branch][slug] = Sums(*map(float, sums))
    valid, star = _star()
    whole = (
        _of_branches(
            location_ids,
            window,
            sa.func.count(),
            *_feeling(negative),
            sa.func.coalesce(sa.func.sum(sa.case((valid, 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((valid, star), else_=0.0)), 0.0),
        )
        .join(Mention, col(Mention.id) == col(MentionBrand.mention_id))
        .group_by(col(MentionBrand.location_id))
    )
    return {
        branch: Located(Sums(float(mentions), bad, doubt), Stars(ratings, stars), themes[branch])
        for branch, mentions, bad, doubt, ratings, stars in session.execute(whole)
    }


def _feeling(negative: Any) -> tuple[Any, Any]:
    return sa.func.sum(negative), sa.func.sum(negative * (1 - negative))


def _of_branches(location_ids: Sequence[int], window: Window, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(col(MentionBrand.location_id), *columns)
        .select_from(MentionBrand)
        .join(Assessment, _current())
        .where(
            col(MentionBrand.location_id).in_(location_ids),
            *_published(window),
            col(MentionBrand.relevance) >= RELEVANT,
        )
    )


def places_of_incidents(session: Session, brand_id: int, incident_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The branches (slugs) that each incident is about: those with a quarter of its texts that are about one."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for first in range(0, len(incident_ids), _AT_ONCE):
        query = (
            select(IncidentMention.incident_id, Location.slug, sa.func.count())
            .join(MentionBrand, col(MentionBrand.mention_id) == IncidentMention.mention_id)
            .join(Location, col(Location.id) == MentionBrand.location_id)
            .where(
                col(IncidentMention.incident_id).in_(incident_ids[first : first + _AT_ONCE]),
                MentionBrand.brand_id == brand_id,
            )
            .group_by(col(IncidentMention.incident_id), col(Location.slug))
        )
        for incident_id, slug, number in session.exec(query):
            counted[incident_id][slug] += number
    return {
        incident_id: tuple(sorted(slug for slug, number in found.items() if number >= SHARE * found.total()))
        for incident_id, found in counted.items()
    }
