"""Cases to be given out, with the words of the complaint while its source has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import MentionKind, Severity
from monitor.folding import Term
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Author,
    Brand,
    Case,
    CaseState,
    Incident,
    Mention,
    Reply,
    ReplyState,
    Source,
    Theme,
)
from monitor.store import search
from monitor.store.exports.readings import author_of, themes_of
from monitor.store.search import Wanted

PAGE = 1_000
CLOSED = (CaseState.SOLVED, CaseState.DISMISSED)


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """Which cases, looked at at `now`; "", None and () mean any. Times are those of opening, the end left out."""

    now: datetime
    brand_ids: tuple[int, ...]
    since: datetime | None = None
    until: datetime | None = None
    states: tuple[CaseState, ...] = ()
    owner: str | None = None  # "" for those that nobody owns
    source: str = ""  # ids, as in the config
    source_kind: str = ""
    kind: MentionKind | None = None
    language: str = ""
    theme: str = ""
    severity: Severity | None = None
    hostile: bool = False
    overdue: bool = False
    follow_up: bool = False  # those of which the customer is to be asked again by now
    terms: tuple[Term, ...] = ()  # words of the complaint


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case; the fields are the columns of its export (`monitor.exports.tables`)."""

    case_id: int
    brand: str
    state: str
    severity: str | None
    owner: str
    opened_at: datetime
    answer_due_at: datetime | None
    answered_at: datetime | None
    solve_due_at: datetime | None
    solved_at: datetime | None
    follow_up_at: datetime | None
    overdue: bool
    escalated_at: datetime | None
    reopened: int
    answers: int
    hostile: bool
    outcome: str
    incident_id: int | None
    mention_id: int
    published_at: datetime
    kind: str
    source: str
    source_kind: str
    author: str
    title: str
    text: str
    url: str
    language: str
    sentiment: str | None
    themes: tuple[str, ...]
    rating: float | None
    rating_best: float | None


def _due() -> Any:
    """When a case owes its next step: the answer first, then the solution; never once it is closed."""
    owed = sa.case((col(Case.answered_at).is_(None), col(Case.answer_due_at)), else_=col(Case.solve_due_at))
    return sa.case((col(Case.state).in_(CLOSED), sa.null()), else_=owed)


def _severity() -> Any:
    return func.coalesce(col(Incident.severity), col(Case.severity))


def pages(session: Session, wish: CasesWanted, *, names: bool) -> Iterator[Sequence[CaseLine]]:
    for ids in _ids(session, wish):
        yield _lines(session, wish, ids, names=names)


def _ids(session: Session, wish: CasesWanted) -> Iterator[Sequence[int]]:
    """Ids of all that fits, a page at a time."""
    wanted = _narrowed(wish).order_by(col(Case.id).desc())
    if wish.terms:
        for hits in _found(session, wish):
            yield session.execute(wanted.where(col(Case.mention_id).in_(hits))).scalars().all()
        return
    page = session.execute(wanted.limit(PAGE)).scalars().all()
    while page:
        yield page
        page = session.execute(wanted.where(col(Case.id) < page[-1]).limit(PAGE)).scalars().all()


def _found(session: Session, wish: CasesWanted) -> Iterator[Sequence[int]]:
    """Complaints with the words that are looked for."""
    for brand_id in wish.brand_ids:
        before: int | None = None
        while hits := search.find(session, Wanted(brand_id, wish.terms, has_case=True), PAGE, before):
            before = hits[-1].position
            yield [hit.mention_id for hit in hits]


def total(session: Session, wish: CasesWanted) -> int:
    wanted = _narrowed(wish).subquery()
    return int(session.execute(sa.select(func.count()).select_from(wanted)).scalar_one())


def _narrowed(wish: CasesWanted) -> sa.Select[Any]:
    statement = (
        sa.select(col(Case.id))
        .join(Mention, col(Mention.id) == Case.mention_id)
        .outerjoin(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .where(col(Case.brand_id).in_(wish.brand_ids), *_of_case(wish), *_of_text(wish))
    )
    if wish.severity is not None:
        statement = statement.outerjoin(Incident, col(Incident.id) == Case.incident_id)
        statement = statement.where(_severity() == wish.severity)
    return statement


def _of_case(wish: CasesWanted) -> Iterator[sa.ColumnElement[bool]]:
    if wish.since is not None:
        yield col(Case.opened_at) >= wish.since
    if wish.until is not None:
        yield col(Case.opened_at) < wish.until
    if wish.states:
        yield col(Case.state).in_(wish.states)
    if wish.owner is not None:
        yield col(Case.owner) == wish.owner
    if wish.hostile:
        yield col(Case.hostile).is_(True)
    if wish.overdue:
        yield _due() < wish.now
    if wish.follow_up:
        yield col(Case.follow_up_at) <= wish.now


def _of_text(wish: CasesWanted) -> Iterator[sa.ColumnElement[bool]]:
    if wish.kind is not None:
        yield col(Mention.kind) == wish.kind
    if wish.language:
        yield col(Assessment.language) == wish.language
    if wish.source:
        yield col(Mention.source_id).in_(select(Source.id).where(Source.slug == wish.source))
    if wish.source_kind:
        yield col(Mention.source_id).in_(select(Source.id).where(Source.kind == wish.source_kind))
    if wish.theme:
        theme = select(Theme.id).where(Theme.slug == wish.theme).scalar_subquery()
        yield sa.exists().where(
            col(AssessmentTheme.assessment_id) == Assessment.id, col(AssessmentTheme.theme_id) == theme
        )


def _lines(session: Session, wish: CasesWanted, ids: Sequence[int], *, names: bool) -> list[CaseLine]:
    found = session.execute(_statement().where(col(Case.id).in_(ids))).all()
    themes = themes_of(session, [row[2].id for row in found if row[2] is not None])
    rows = {row[0].id: _line(row, themes, wish.now, names=names) for row in found}
    session.expunge_all()
    return [rows[number] for number in ids if number in rows]


def _statement() -> sa.Select[Any]:
    answers = (
        sa.select(func.count())
        .select_from(Reply)
        .where(col(Reply.case_id) == Case.id, col(Reply.state) == ReplyState.POSTED)
        .correlate(Case)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (Case, Mention, Assessment, Author, Source, Brand.slug, _severity(), _due(), answers)
    return (
        sa.select(*columns)
        .join(Mention, col(Mention.id) == Case.mention_id)
        .join(Source, col(Source.id) == Mention.source_id)
        .join(Brand, col(Brand.id) == Case.brand_id)
        .outerjoin(Assessment, (col(Assessment.mention_id) == Mention.id) & col(Assessment.is_current))
        .outerjoin(Author, col(Author.id) == Mention.author_id)
        .outerjoin(Incident, col(Incident.id) == Case.incident_id)
    )


def _line(row: Any, themes: dict[int, tuple[str, ...]], now: datetime, *, names: bool) -> CaseLine:
    """What was deleted at its source has no words here, and nobody who wrote it."""
    case, mention, reading, author, source, brand, severity, due, answers = row
    gone = mention.deleted_at is not None
    return CaseLine(
        case_id=case.id,
        brand=brand,
        state=case.state,
        severity=severity,
        owner=case.owner,
        opened_at=case.opened_at,
        answer_due_at=case.answer_due_at,
        answered_at=case.answered_at,
        solve_due_at=case.solve_due_at,
        solved_at=case.solved_at,
        follow_up_at=case.follow_up_at,
        overdue=due is not None and due < now,
        escalated_at=case.escalated_at,
        reopened=case.reopened,
        answers=answers,
        hostile=case.hostile,
        outcome=case.outcome,
        incident_id=case.incident_id,
        mention_id=mention.id,
        published_at=mention.published_at,
        kind=mention.kind,
        source=source.slug,
        source_kind=source.kind,
        author="" if gone else author_of(author, named=names),
        title="" if gone else mention.title,
        text="" if gone else mention.text,
        url="" if gone else mention.url,
        language=reading.language if reading else "",
        sentiment=reading.label if reading else None,
        themes=themes.get(reading.id, ()) if reading else (),
        rating=mention.rating_value,
        rating_best=mention.rating_best,
    )
