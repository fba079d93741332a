"""Complaints by urgency: the cases people own, and recent negative mentions that nobody has taken up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, exists, func, select

from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.cases import CLOSED, CaseFacts
from monitor.facts import RELEVANT, Dimension, Sentiment, Severity
from monitor.jobs.answer import facts_of
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Brand,
    Case,
    CaseEvent,
    CaseState,
    Count,
    Incident,
    Mention,
    MentionBrand,
    Resolution,
    Theme,
)

OPEN = tuple(state for state in CaseState if state not in CLOSED)
"""Named one by one, so that the index on (brand, state) serves."""
YOUNG = timedelta(days=7)
"""Older mentions that nobody took up are not offered any more."""
UNTAKEN = 60
"""At most this many of them are offered at once; the newest come first."""

AT_ONCE = 200
"""Closed cases that are looked at in one go."""


class Show(StrEnum):
    """Which part of the work."""

    OPEN = "To do"
    UNTAKEN = "Nobody's"
    MINE = "Mine"
    FOLLOW_UP = "Follow up"
    CLOSED = "Closed"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    brand_id: int
    show: Show = Show.OPEN
    me: str = ""
    theme: str = ""  # slug
    language: str = ""
    owner: str = ""


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
    severity: Severity | None  # of the incident


@dataclass(frozen=True, slots=True)
class EventRow:
    at: datetime
    actor: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class Workload:
    """How much waits for the people of a brand."""

    unanswered: int  # open cases without a first answer
    overdue: int  # open cases whose answer or solution is late
    untaken: int  # complaints without a case, of the last week; at most UNTAKEN
    oldest: datetime | None  # when the oldest unanswered case was opened


def _due() -> Any:
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


def _select_untaken(brand_id: int, now: datetime) -> sa.Select[Any]:
    """Recent complaints of a brand without a case: a range of the index on (brand, published)."""
    return (
        select_texts()
        .add_columns(Brand)
        .join(MentionBrand, col(MentionBrand.mention_id) == Mention.id)
        .join(Brand, col(Brand.id) == MentionBrand.brand_id)
        .where(
            col(MentionBrand.brand_id) == brand_id,
            col(MentionBrand.published_at) >= now - YOUNG,
            col(MentionBrand.relevance) >= RELEVANT,
            col(Assessment.label) == Sentiment.NEGATIVE,
            ~exists().where(col(Case.mention_id) == Mention.id),
        )
        .order_by(col(MentionBrand.published_at).desc())
    )


def _narrowed(statement: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    if filters.language:
        statement = statement.where(col(Assessment.language) == filters.language)
    if filters.theme:
        theme = select(Theme.id).where(Theme.slug == filters.theme).scalar_subquery()
        has_it = exists().where(
            col(AssessmentTheme.assessment_id) == Assessment.id, col(AssessmentTheme.theme_id) == theme
        )  # looked up for each complaint: a list of all that have the theme would be long
        statement = statement.where(has_it)
    return statement


@cached
def complaints(filters: Filters, limit: int, now: datetime) -> tuple[ComplaintRow, ...]:
    """The most urgent first: what is overdue or due next, then what nobody has taken up, newest first."""
    if filters.show is Show.MINE and not filters.me:
        return ()
    with database() as session:
        rows = [] if filters.show is Show.UNTAKEN else _cases(session, filters, limit, now)
        if filters.show in (Show.OPEN, Show.UNTAKEN) and not filters.owner and len(rows) < limit:
            untaken = _narrowed(_select_untaken(filters.brand_id, now), filters)
            rows += _rows(session, session.execute(untaken.limit(min(UNTAKEN, limit - len(rows)))).all())
    return tuple(rows)


def _cases(session: Session, filters: Filters, limit: int, now: datetime) -> list[ComplaintRow]:
    if filters.show is Show.CLOSED:
        return _closed(session, filters, limit)
    if filters.show is Show.FOLLOW_UP:
        solved = [*_of(filters, (CaseState.SOLVED,)), col(Case.follow_up_at) <= now]
        due = _narrowed(_select_cases(), filters).where(*solved).order_by(col(Case.follow_up_at), col(Case.id))
        return _rows(session, session.execute(due.limit(limit)).all())
    statement = _narrowed(_select_cases(), filters).where(*_of(filters, OPEN)).order_by(_due(), col(Case.id))
    return _rows(session, session.execute(statement.limit(limit)).all())


def _of(filters: Filters, states: Sequence[CaseState]) -> list[sa.ColumnElement[bool]]:
    """Cases of a brand in some states, and of an owner when one is asked for."""
    found = [col(Case.brand_id) == filters.brand_id, col(Case.state).in_(states)]
    owner = filters.me if filters.show is Show.MINE else filters.owner
    return [*found, col(Case.owner) == owner] if owner or filters.show is Show.MINE else found


def _closed(session: Session, filters: Filters, limit: int) -> list[ComplaintRow]:
    """The newest closed cases, looked at a few at a time: of years of them, all would be read before the first."""
    ids = select(Case.id).where(*_of(filters, tuple(CLOSED))).order_by(col(Case.id).desc()).limit(AT_ONCE)
    statement = _narrowed(_select_cases(), filters).order_by(col(Case.id).desc())
    rows: list[ComplaintRow] = []
    some = session.exec(ids).all()
    while some and len(rows) < limit:
        found = session.execute(statement.where(col(Case.id).in_(some)).limit(limit - len(rows))).all()
        rows += _rows(session, found)
        some = session.exec(ids.where(col(Case.id) < some[-1])).all()
    return rows


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
        severity=severity,
    )


@cached
def complaint_of_case(case_id: int) -> ComplaintRow | None:
    with database() as session:
        rows = _rows(session, session.execute(_select_cases().where(col(Case.id) == case_id)).all())
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


@cached
def history(case_id: int) -> tuple[EventRow, ...]:
    """Who did what to a case, oldest first; the last 100."""
    with database() as session:
        rows = session.exec(
            select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id).desc()).limit(100)
        ).all()
    return tuple(EventRow(row.at, row.actor, row.action, row.note) for row in reversed(rows))


@cached
def workload(brand_id: int, now: datetime) -> Workload:
    with database() as session:
        is_open = (col(Case.brand_id) == brand_id) & col(Case.state).in_(OPEN)
        waiting = col(Case.answered_at).is_(None)
        unanswered, oldest = session.execute(
            sa.select(func.count(), func.min(Case.opened_at)).select_from(Case).where(is_open, waiting)
        ).one()
        overdue = session.execute(sa.select(func.count()).select_from(Case).where(is_open, _due() < now)).scalar_one()
        untaken = session.execute(
            sa.select(func.count()).select_from(_select_untaken(brand_id, now).limit(UNTAKEN).subquery())
        ).scalar_one()
    return Workload(unanswered, overdue, untaken, oldest)


@cached
def owners(brand_id: int) -> tuple[str, ...]:
    """Who owns open cases of a brand."""
    with database() as session:
        rows = session.exec(
            select(Case.owner)
            .where(Case.brand_id == brand_id, col(Case.state).in_(OPEN), Case.owner != "")
            .distinct()
            .order_by(Case.owner)
            .limit(200)
        ).all()
    return tuple(rows)


@cached
def languages(brand_id: int, now: datetime) -> tuple[str, ...]:
    """The languages of a brand's mentions in the last week, the most frequent first."""
    with database() as session:
        rows = session.exec(
            select(Count.key)
            .where(
                Count.brand_id == brand_id,
                Count.resolution == Resolution.HOUR,
                Count.dimension == Dimension.LANGUAGE,
                Count.start >= now - YOUNG,
            )
            .group_by(Count.key)
            .having(func.sum(Count.mentions) > 0)  # what was read anew may have left a row of nothing
            .order_by(func.sum(Count.mentions).desc())
            .limit(50)
        ).all()
    return tuple(rows)
