"""How the lists of complaints are narrowed: each condition is looked up for each complaint."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, exists, func, select

from dashboard.data.queues import Filters
from monitor.facts import RELEVANT, Sentiment
from monitor.folding import terms
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Case,
    CaseMention,
    Incident,
    Mention,
    MentionBrand,
    Source,
    Theme,
)
from monitor.store import search
from monitor.store.search import Wanted

MOST_FOUND = 500
"""Of texts with the words that were searched, the newest so many are looked at."""


def untaken(brand_id: int, since: datetime) -> sa.Select[Any]:
    """Ids of recent complaints of a brand without a case, newest first: a range of the index on (brand, published)."""
    return (
        sa.select(col(Mention.id))
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .where(
            col(Mention.deleted_at).is_(None),
            col(MentionBrand.brand_id) == brand_id,
            col(MentionBrand.published_at) >= since,
            col(MentionBrand.relevance) >= RELEVANT,
            col(Assessment.label) == Sentiment.NEGATIVE,
            ~exists().where(col(Case.mention_id) == Mention.id),
            ~exists().where(col(CaseMention.mention_id) == Mention.id),
        )
        .order_by(col(MentionBrand.published_at).desc())
    )


def of_cases(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """What only cases have."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.severity is not None:
        of_incident = select(Incident.severity).where(Incident.id == Case.incident_id).scalar_subquery()
        found.append(func.coalesce(of_incident, Case.severity) == filters.severity)
    if filters.hostile:
        found.append(col(Case.hostile).is_(True))
    return found


def narrowed(session: Session, statement: sa.Select[Any], filters: Filters, *, has_case: bool) -> sa.Select[Any]:
    """The statement, which joins Mention and Assessment, for what was asked of the texts."""
    if filters.language:
        statement = statement.where(col(Assessment.language) == filters.language)
    if filters.kind is not None:
        statement = statement.where(col(Mention.kind) == filters.kind)
    if filters.source:
        source = select(Source.id).where(Source.slug == filters.source).scalar_subquery()
        statement = statement.where(col(Mention.source_id) == source)
    if filters.theme:
        theme = select(Theme.id).where(Theme.slug == filters.theme).scalar_subquery()
        has_it = exists().where(
            col(AssessmentTheme.assessment_id) == Assessment.id, col(AssessmentTheme.theme_id) == theme
        )
        statement = statement.where(has_it)
    wanted = terms(filters.words)
    if wanted:
        hits = search.find(session, Wanted(filters.brand_id, wanted, has_case=has_case), MOST_FOUND)
        statement = statement.where(col(Mention.id).in_([hit.mention_id for hit in hits]))
    return statement
