"""What a digest tells: incidents of the time, what nearly was one, complaints that are late, texts to check."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, ChangeKind, IncidentState
from monitor.models import Alert, Assessment, Case, CaseState, HeldFinding, Incident, IncidentChange, MentionBrand

_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED)
_CLOSED = (CaseState.SOLVED, CaseState.DISMISSED)


def last_at(session: Session, channel: str, prefix: str) -> datetime | None:
    """When the last message was made for a channel whose key begins so; also one that was withheld."""
    keys = col(Alert.key).startswith(prefix, autoescape=True)
    query = select(Alert.created_at).where(Alert.channel == channel, keys)
    return session.exec(query.order_by(col(Alert.created_at).desc()).limit(1)).first()


def incidents(session: Session, brand_id: int, since: datetime) -> list[Incident]:
    """Those of a brand that opened or got worse since then, and those that go on and nobody looks after."""
    moved = sa.exists().where(
        col(IncidentChange.incident_id) == col(Incident.id),
        col(IncidentChange.kind).in_(_TROUBLE),
        col(IncidentChange.at) >= since,
    )
    untaken = sa.and_(col(Incident.state) == IncidentState.OPEN, col(Incident.owner) == "")
    lately = sa.and_(col(Incident.last_finding_at) >= since, moved)  # the column is at hand, the changes are not
    query = select(Incident).where(Incident.brand_id == brand_id, sa.or_(untaken, lately))
    return list(session.exec(query.order_by(col(Incident.id).desc()).execution_options(populate_existing=True)))


def nearly(session: Session, brand_id: int, since: datetime) -> tuple[int, str]:
    """How many findings nearly raised an incident since then, and the sentence of the strongest."""
    is_held = (col(HeldFinding.brand_id) == brand_id, col(HeldFinding.last_at) >= since)
    number = session.execute(sa.select(sa.func.count()).select_from(HeldFinding).where(*is_held)).scalar_one()
    strongest = select(HeldFinding.sentence).where(*is_held).order_by(col(HeldFinding.strength).desc()).limit(1)
    return number, session.exec(strongest).first() or ""


def late_cases(session: Session, brand_id: int, now: datetime) -> tuple[int, datetime | None]:
    """How many open complaints wait longer than they should for an answer or a solution, and the earliest due time."""
    waits = sa.and_(col(Case.answered_at).is_(None), col(Case.answer_due_at).is_not(None))
    due = sa.case((waits, col(Case.answer_due_at)), else_=col(Case.solve_due_at))
    query = sa.select(sa.func.count(), sa.func.min(due)).where(
        col(Case.brand_id) == brand_id, col(Case.state).not_in(_CLOSED), due < now
    )
    number, earliest = session.execute(query).one()
    return number, earliest


def to_check(session: Session, brand_id: int, since: datetime) -> int:
    """How many texts about a brand, published since then, the model was not sure of and nobody has corrected."""
    query = (
        sa.select(sa.func.count())
        .select_from(MentionBrand)
        .join(Assessment, sa.and_(col(Assessment.mention_id) == MentionBrand.mention_id, col(Assessment.is_current)))
        .where(
            col(MentionBrand.brand_id) == brand_id,
            col(MentionBrand.published_at) >= since,
            col(MentionBrand.relevance) >= RELEVANT,
            col(Assessment.unsure),
            col(Assessment.corrected_by) == "",
        )
    )
    return int(session.execute(query).scalar_one())
