"""Cases with their history and replies, and what people change of the incidents behind them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, exists, select

from monitor.facts import IncidentState, Sentiment, Severity
from monitor.models import (
    Assessment,
    Brand,
    Case,
    CaseMention,
    CaseState,
    Incident,
    IncidentMention,
    Mention,
    MentionBrand,
)

ACTIVE = (IncidentState.OPEN, IncidentState.CALMED)
URGENT = (Severity.HIGH, Severity.CRITICAL)


def case_of(session: Session, case_id: int) -> Case | None:
    """The case as it stands now in the database, not as this session remembers it."""
    return session.exec(select(Case).where(Case.id == case_id).execution_options(populate_existing=True)).first()


def cases_of(session: Session, case_ids: Collection[int]) -> list[Case]:
    """Those of the cases that there are, by their number."""
    return list(session.exec(select(Case).where(col(Case.id).in_(list(case_ids))).order_by(col(Case.id))))


def case_of_mention(session: Session, mention_id: int) -> Case | None:
    return session.exec(select(Case).where(Case.mention_id == mention_id)).first()


def change_if_same(
    session: Session, case_id: int, seen: tuple[CaseState, str, datetime | None], values: dict[str, Any]
) -> bool:
    """Write `values` unless the case's (state, owner, follow_up_at) is no longer what was seen; says if written."""
    state, owner, follow_up_at = seen
    statement = sa.update(Case).where(col(Case.id) == case_id, col(Case.state) == state, col(Case.owner) == owner)
    statement = statement.where(col(Case.follow_up_at).is_not_distinct_from(follow_up_at))
    return _hit(session, statement.values(**values))


def _hit(session: Session, statement: sa.Update) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def brand_of_mention(session: Session, mention_id: int) -> int | None:
    """The brand of ours that a mention concerns most; None when there is no such mention, or it concerns none."""
    return session.exec(
        select(MentionBrand.brand_id)
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .where(MentionBrand.mention_id == mention_id, ~col(Brand.competitor))
        .order_by(col(MentionBrand.relevance).desc(), col(MentionBrand.brand_id))
    ).first()


def incident_of_mention(session: Session, mention_id: int, brand_id: int) -> Incident | None:
    """The newest incident of the brand that still goes on and has the mention as evidence."""
    return session.exec(
        select(Incident)
        .join(IncidentMention, col(IncidentMention.incident_id) == Incident.id)
        .where(
            IncidentMention.mention_id == mention_id,
            Incident.brand_id == brand_id,
            col(Incident.state).in_(ACTIVE),
        )
        .order_by(col(Incident.opened_at).desc())
    ).first()


def incidents_without_case(session: Session) -> list[Incident]:
    """Open incidents that interrupt people and that no case belongs to, oldest first."""
    return list(
        session.exec(
            select(Incident)
            .where(
                Incident.state == IncidentState.OPEN,
                col(Incident.severity).in_(URGENT),
                ~exists().where(col(Case.incident_id) == Incident.id),
            )
            .order_by(col(Incident.opened_at))
        )
    )


def has_case(session: Session, incident_id: int) -> bool:
    """Whether a case belongs to the incident now."""
    return session.exec(select(Case.id).where(Case.incident_id == incident_id).limit(1)).first() is not None


def link_cases(session: Session, incident_id: int) -> bool:
    """Make the incident's the cases of its evidence that belong to none; says if there were any."""
    evidence = select(IncidentMention.mention_id).where(IncidentMention.incident_id == incident_id)
    statement = sa.update(Case).where(col(Case.incident_id).is_(None), col(Case.mention_id).in_(evidence))
    return _hit(session, statement.values(incident_id=incident_id))


def complaints_without_case(session: Session, incident_id: int, limit: int) -> list[int]:
    """The earliest mentions of the evidence that read as negative, and have no case and belong to none."""
    query = _complaints(incident_id, col(Mention.id)).where(~_has_case())
    earliest = query.order_by(col(Mention.published_at), col(Mention.id)).limit(limit)
    return list(session.execute(earliest).scalars())


def count_without_case(session: Session, incident_id: int) -> int:
    """How many mentions of the evidence are complaints without a case."""
    return int(session.execute(_complaints(incident_id, sa.func.count()).where(~_has_case())).scalar_one())


def complaints_with_case(session: Session, incident_id: int) -> int:
    """How many mentions of the evidence are complaints that have a case, or belong to one."""
    return int(session.execute(_complaints(incident_id, sa.func.count()).where(_has_case())).scalar_one())


def _complaints(incident_id: int, wanted: Any) -> sa.Select[Any]:
    return (
        sa.select(wanted)
        .select_from(IncidentMention)
        .join(Mention, col(Mention.id) == IncidentMention.mention_id)
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .where(
            col(IncidentMention.incident_id) == incident_id,
            col(Assessment.label) == Sentiment.NEGATIVE,
            col(Mention.deleted_at).is_(None),
        )
    )


def _has_case() -> sa.ColumnElement[bool]:
    own = exists().where(col(Case.mention_id) == Mention.id)
    return sa.or_(own, exists().where(col(CaseMention.mention_id) == Mention.id))


def dismiss_incident_if_active(session: Session, incident_id: int, reason: str, now: datetime) -> bool:
    """Dismiss an incident unless it is over already; says if it was written."""
    statement = sa.update(Incident).where(col(Incident.id) == incident_id, col(Incident.state).in_(ACTIVE))
    values = {"state": IncidentState.DISMISSED, "dismissed_at": now, "dismissed_reason": reason}
    return _hit(session, statement.values(**values))


def own_incident_if_same(session: Session, incident_id: int, seen_owner: str, owner: str) -> bool:
    """Make `owner` own an active incident unless its owner is no longer who was seen; says if written."""
    statement = sa.update(Incident).where(
        col(Incident.id) == incident_id, col(Incident.owner) == seen_owner, col(Incident.state).in_(ACTIVE)
    )
    return _hit(session, statement.values(owner=owner))


def acknowledge_if_unseen(session: Session, incident_id: int, actor: str, now: datetime) -> bool:
    """Note who acknowledged an active incident first; says if it was written."""
    statement = sa.update(Incident).where(
        col(Incident.id) == incident_id, col(Incident.acknowledged_at).is_(None), col(Incident.state).in_(ACTIVE)
    )
    return _hit(session, statement.values(acknowledged_at=now, acknowledged_by=actor))


def incident_now(session: Session, incident_id: int) -> Incident | None:
    """The incident as it stands now in the database, not as this session remembers it."""
    return session.exec(
        select(Incident).where(Incident.id == incident_id).execution_options(populate_existing=True)
    ).first()
