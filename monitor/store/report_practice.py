"""Solved cases with what their customers wrote and what was answered: from these, some to practise with are chosen."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.models import (
    Assessment,
    AssessmentTheme,
    Author,
    Case,
    Mention,
    MentionVersion,
    Reply,
    ReplyState,
    Source,
    Theme,
)


class Solved(NamedTuple):
    """A solved case in its own words; `language` is that of the complaint."""

    case_id: int
    title: str
    complaint: str
    language: str
    place: str  # the type of the source
    item: str
    theme: str  # the name of its best theme; "" when it has none
    customer: str  # as the place shows the name; "" when it is not kept
    answer: str  # the first that was posted
    answer_language: str
    actor: str
    owner: str
    outcome: str
    answered_at: datetime


def solved(session: Session, case_ids: Sequence[int]) -> dict[int, Solved]:
    """Those of the cases whose answer is kept and whose complaint was not taken away or changed, by their number."""
    best = (
        sa.select(col(Theme.name))
        .join(AssessmentTheme, col(AssessmentTheme.theme_id) == col(Theme.id))
        .where(col(AssessmentTheme.assessment_id) == col(Assessment.id))
        .order_by(col(AssessmentTheme.score).desc(), col(Theme.slug))
        .limit(1)
    )
    first = sa.select(sa.func.min(col(Reply.id))).where(
        col(Reply.case_id) == col(Case.id), col(Reply.state) == ReplyState.POSTED
    )
    changed = sa.exists().where(col(MentionVersion.mention_id) == col(Mention.id))
    query = (
        sa.select(
            col(Case.id), col(Mention.title), col(Mention.text), col(Assessment.language), col(Source.kind),
            col(Mention.item), sa.func.coalesce(best.correlate(Assessment).scalar_subquery(), ""),
            sa.func.coalesce(Author.display_name, ""), col(Reply.text), col(Reply.language), col(Reply.actor),
            col(Case.owner), col(Case.outcome), sa.func.coalesce(Reply.posted_at, Reply.written_at),
        )
        .join(Mention, col(Mention.id) == col(Case.mention_id))
        .join(Source, col(Source.id) == col(Mention.source_id))
        .join(Assessment, (col(Assessment.mention_id) == col(Mention.id)) & col(Assessment.is_current))
        .join(Reply, col(Reply.id) == first.correlate(Case).scalar_subquery())
        .outerjoin(Author, col(Author.id) == col(Mention.author_id))
        .where(col(Case.id).in_(list(case_ids)), col(Mention.deleted_at).is_(None), ~changed)
    )  # fmt: skip
    return {row[0]: Solved(*row) for row in session.execute(query)}
