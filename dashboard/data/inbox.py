"""Complaints by urgency: the cases people own, and recent negative mentions that nobody has taken up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from dashboard.data import narrowing
from dashboard.data.opening import cached, database
from dashboard.data.queues import NOBODY, Filters, Show
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.cases import CLOSED, CaseFacts
from monitor.facts import Severity
from monitor.jobs.answer import facts_of
from monitor.models import Assessment, Brand, Case, CaseState, Incident, Mention, MentionBrand

OPEN = tuple(state for state in CaseState if state not in CLOSED)
"""Named one by one, so that the index on (brand, state) serves."""
YOUNG = timedelta(days=7)
"""Older mentions that nobody took up are not offered any more."""
UNTAKEN = 60
"""At most this many of them are offered at once; the newest come first."""
AT_ONCE = 200
"""Closed cases that are looked at in one go."""


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint; without a case when nobody has taken it up."""

    text: TextRow
    brand_id: int
    brand: str
    time_zone: str
    case_id: int | None
    case: CaseFacts | None
    incident_id: int | None
    severity: Severity | None  # of the incident; else of the case


def due() -> Any:
    """When a case owes its next step: the answer first, then the solution."""
    return sa.case((col(Case.answered_at).is_(None), col(Case.answer_due_at)), else_=col(Case.solve_due_at))


def _select_cases() -> sa.Select[Any]:
    return (
        select_texts(deleted=True)
        .add_columns(Brand, Case, col(Incident.severity))
        .join(Case, col(Case.mention_id) == Mention.id)
        .join(Brand, col(Brand.id) == Case.brand_id)
        .outerjoin(Incident, col(Incident.id) == Case.incident_id)
    )


def _case_ids(session: Session, filters: Filters, conditions: Sequence[Any]) -> sa.Select[Any]:
    """The ids alone, to sort them: whole texts would be sorted with them."""
    statement = (
        sa.select(col(Case.id))
        .join(Mention, col(Mention.id) == Case.mention_id)
        .join(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .where(*conditions, *narrowing.of_cases(filters))
    )
    return narrowing.narrowed(session, statement, filters, has_case=True)


@cached
def complaints(filters: Filters, limit: int, now: datetime) -> tuple[ComplaintRow, ...]:
    """The most urgent first: what is overdue or due next, then what nobody has taken up, newest first."""
    if filters.show is Show.MINE and not filters.me:
        return ()
    with database() as session:
        rows = [] if filters.show is Show.UNTAKEN else _cases(session, filters, limit, now)
        if filters.show in (Show.OPEN, Show.UNTAKEN) and not filters.of_cases and len(rows) < limit:
            rows += _untaken(session, filters, min(UNTAKEN, limit - len(rows)), now)
    return tuple(rows)


def _untaken(session: Session, filters: Filters, limit: int, now: datetime) -> list[ComplaintRow]:
    ids = narrowing.untaken(filters.brand_id, now - YOUNG)
    found = session.execute(narrowing.narrowed(session, ids, filters, has_case=False).limit(limit)).scalars().all()
    statement = select_texts().add_columns(Brand).join(Brand, col(Brand.id) == filters.brand_id)
    rows = _rows(session, session.execute(statement.where(col(Mention.id).in_(found))).all())
    return sorted(rows, key=lambda row: found.index(row.text.mention_id))


def _cases(session: Session, filters: Filters, limit: int, now: datetime) -> list[ComplaintRow]:
    if filters.show is Show.CLOSED:
        return _closed(session, filters, limit)
    conditions, order = _of(filters, OPEN), due()
    if filters.show is Show.FOLLOW_UP:
        conditions, order = [*_of(filters, (CaseState.SOLVED,)), col(Case.follow_up_at) <= now], col(Case.follow_up_at)
    elif filters.overdue:
        conditions.append(due() < now)
    ids = _case_ids(session, filters, conditions).order_by(order, col(Case.id)).limit(limit)
    return _of_ids(session, session.execute(ids).scalars().all())


def _of_ids(session: Session, ids: Sequence[int]) -> list[ComplaintRow]:
    """Whole rows of these cases, in their order."""
    rows = _rows(session, session.execute(_select_cases().where(col(Case.id).in_(ids))).all()) if ids else []
    return sorted(rows, key=lambda row: ids.index(row.case_id or 0))


def _of(filters: Filters, states: Sequence[CaseState]) -> list[sa.ColumnElement[bool]]:
    """Cases of a brand in some states, and of an owner when one is asked for."""
    found = [col(Case.brand_id) == filters.brand_id, col(Case.state).in_(states)]
    if filters.show is Show.MINE:
        return [*found, col(Case.owner) == filters.me]
    owner = "" if filters.owner == NOBODY else filters.owner
    return [*found, col(Case.owner) == owner] if filters.owner else found


def _closed(session: Session, filters: Filters, limit: int) -> list[ComplaintRow]:
    """The newest closed cases, looked at a few at a time: of years of them, all would be read before the first."""
    ids = select(Case.id).where(*_of(filters, tuple(CLOSED))).order_by(col(Case.id).desc()).limit(AT_ONCE)
    statement = _case_ids(session, filters, ()).order_by(col(Case.id).desc())
    found: list[int] = []
    some = session.exec(ids).all()
    while some and len(found) < limit:
        fitting = statement.where(col(Case.id).in_(some)).limit(limit - len(found))
        found += session.execute(fitting).scalars().all()
        some = session.exec(ids.where(col(Case.id) < some[-1])).all()
    return _of_ids(session, found)


def _rows(session: Session, found: Sequence[sa.Row[Any]]) -> list[ComplaintRow]:
    return [_row(text, row[4:]) for text, row in zip(text_rows(session, found), found, strict=True)]


def _row(text: TextRow, rest: tuple[Any, ...]) -> ComplaintRow:
    """`rest` is the brand and, when there is a case, the case and its incident's severity."""
    brand, case, severity = (*rest, None, None)[:3]
    return ComplaintRow(
        text=text,
        brand_id=brand.id,
        brand=brand.name,
        time_zone=brand.time_zone,
        case_id=case.id if case else None,
        case=facts_of(case) if case else None,
        incident_id=case.incident_id if case else None,
        severity=severity or (case.severity if case else None),
    )


@cached
def complaint_of_case(case_id: int) -> ComplaintRow | None:
    with database() as session:
        rows = _of_ids(session, [case_id])
    return rows[0] if rows else None


@cached
def complaint_of_mention(mention_id: int) -> ComplaintRow | None:
    """A mention as a complaint about the brand that it concerns most, whether or not there is a case for it."""
    cases = _select_cases().where(col(Case.mention_id) == mention_id)
    plain = (
        select_texts()
        .add_columns(Brand)
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .where(col(Mention.id) == mention_id)
        .order_by(func.coalesce(MentionBrand.relevance, 0.0).desc(), col(MentionBrand.brand_id))
        .limit(1)
    )
    with database() as session:
        rows = _rows(session, session.execute(cases).all() or session.execute(plain).all())
    return rows[0] if rows else None
