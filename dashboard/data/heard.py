"""What customers wrote after their complaint, as it was linked to the case; and the link that asks them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from dashboard.data.opening import cached, database, settings
from dashboard.data.texts import TextRow, text_rows
from monitor.jobs import answer
from monitor.models import Assessment, Author, Case, CaseMention, Mention, Relation, Source

MOST = 20
"""Texts shown of one case, the newest."""


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A later text of a case; `read` is false where no model read it, since it names no brand."""

    text: TextRow
    relation: Relation
    linked_at: datetime
    edited: bool  # it is the case's own text, which the customer changed
    read: bool


@cached
def later(case_id: int) -> tuple[HeardRow, ...]:
    """What the customer wrote later, the oldest first; not our own answers."""
    query = (
        sa.select(Mention, Assessment, Author, col(Source.slug), CaseMention, col(Case.mention_id))
        .join(CaseMention, col(CaseMention.mention_id) == Mention.id)
        .join(Case, col(Case.id) == CaseMention.case_id)
        .join(Source, col(Source.id) == Mention.source_id)
        .outerjoin(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .outerjoin(Author, col(Author.id) == Mention.author_id)
        .where(col(CaseMention.case_id) == case_id, col(CaseMention.relation) != Relation.ANSWER)
        .order_by(col(CaseMention.linked_at).desc(), col(Mention.published_at).desc())
        .limit(MOST)
    )
    with database() as session:
        return _rows(session, session.execute(query).all()[::-1])


def _rows(session: Session, found: Any) -> tuple[HeardRow, ...]:
    return tuple(
        HeardRow(text, link.relation, link.linked_at, mention.id == own, assessment is not None)
        for text, (mention, assessment, _, _, link, own) in zip(text_rows(session, found), found, strict=True)
    )


@cached
def survey_link(case_id: int, language: str) -> str:
    """Where the customer is asked how it went; "" when no survey of the brand can be reached."""
    with database() as session:
        return answer.survey_link(session, settings(), case_id, language)
