"""Texts that were read lately and have no case, as the rules for cases need to see them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, exists, func, select

from monitor.facts import RELEVANT
from monitor.models import Assessment, AssessmentTheme, Case, CaseEvent, Mention, MentionBrand, Theme

LOOK_BACK = 5_000
"""Readings looked at after a start, before which nobody remembers how far the last look went."""


class Reading(NamedTuple):
    """An assessment with its mention, and the ids of its themes, best first."""

    assessment: Assessment
    mention: Mention
    themes: tuple[str, ...]


def newest_reading(session: Session) -> int:
    """The id of the newest assessment; 0 when there is none. Ids only grow."""
    return session.exec(select(func.max(Assessment.id))).one() or 0


def read_after(session: Session, reading: int, since: datetime, limit: int) -> list[Reading]:
    """Texts read after that assessment and published since then, without a case, in order."""
    about_brand = exists().where(col(MentionBrand.mention_id) == Mention.id, col(MentionBrand.relevance) >= RELEVANT)
    query = (
        sa.select(Assessment, Mention)
        .join(Mention, col(Mention.id) == Assessment.mention_id)
        .where(
            col(Assessment.id) > reading,
            col(Assessment.is_current),
            col(Mention.published_at) >= since,
            col(Mention.deleted_at).is_(None),
            about_brand,
            ~exists().where(col(Case.mention_id) == Mention.id),
        )
        .order_by(col(Assessment.id))
        .limit(limit)
    )
    rows = session.execute(query).all()
    themes = _themes(session, [assessment.id for assessment, _ in rows])
    return [Reading(assessment, mention, themes.get(assessment.id, ())) for assessment, mention in rows]


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
