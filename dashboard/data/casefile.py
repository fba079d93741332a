"""What belongs to one case beside its complaint: history, answers in public, what was posted, who is praised in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dashboard.data import opening
from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.cases import Term
from monitor.jobs.answer.opening import scope_of
from monitor.models import Case, CaseEvent, CaseMention, Mention, Relation, Reply, ReplyState
from monitor.store import complaints, praise, replies

MOST_EVENTS, MOST_ANSWERS = 100, 10


@dataclass(frozen=True, slots=True)
class EventRow:
    at: datetime
    actor: str  # "" for the rules
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """What goes, went or did not go through the API of a place. `url` and `error` come from outside."""

    reply_id: int
    state: ReplyState
    poster: str
    actor: str
    text: str
    attempts: int
    next_try_at: datetime | None
    posted_at: datetime | None
    url: str
    error: str
    seen: bool  # a crawl found it in public


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of it."""

    events: tuple[EventRow, ...]  # oldest first, the last MOST_EVENTS
    answers: tuple[TextRow, ...]  # ours, as crawls found them in public; oldest first, at most MOST_ANSWERS
    posting: PostRow | None  # the newest that a person asked for
    praised: tuple[str, ...]  # names of staff
    term: Term | None = None  # which times of the service policy count for it now


@cached
def casefile(case_id: int, mention_id: int) -> CaseFile:
    with database() as session:
        return CaseFile(
            _events(session, case_id),
            _answers(session, case_id),
            _posting(replies.posting_of(session, case_id)),
            tuple(praise.people_of(session, mention_id)),
            _term(session, session.get(Case, case_id)),
        )


def _term(session: Session, case: Case | None) -> Term | None:
    found = complaints.about(session, case.mention_id, case.brand_id) if case is not None else None
    if case is None or found is None:
        return None
    return opening.settings().service.term(scope_of(found, case.severity))


def _events(session: Session, case_id: int) -> tuple[EventRow, ...]:
    newest = select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id).desc())
    rows = session.exec(newest.limit(MOST_EVENTS)).all()
    return tuple(EventRow(row.at, row.actor, row.action, row.note) for row in reversed(rows))


def _answers(session: Session, case_id: int) -> tuple[TextRow, ...]:
    found = session.execute(
        select_texts(deleted=True, unread=True)
        .join(CaseMention, col(CaseMention.mention_id) == Mention.id)
        .where(col(CaseMention.case_id) == case_id, col(CaseMention.relation) == Relation.ANSWER)
        .order_by(col(Mention.published_at), col(Mention.id))
        .limit(MOST_ANSWERS)
    ).all()
    return tuple(text_rows(session, found))


def _posting(reply: Reply | None) -> PostRow | None:
    if reply is None:
        return None
    return PostRow(
        reply_id=reply.id or 0,
        state=reply.state,
        poster=reply.poster,
        actor=reply.actor,
        text=reply.text,
        attempts=reply.attempts,
        next_try_at=reply.next_try_at,
        posted_at=reply.posted_at,
        url=reply.url,
        error=reply.error,
        seen=reply.mention_id is not None,
    )
