"""Answers to complaints: what is owed to places, what became of it, and which of ours stand in public."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.models import Case, CaseMention, Mention, Relation, Reply, ReplyState, Source
from monitor.secret import hide

LONGEST_ERROR = 500
GOING = (ReplyState.OWED, ReplyState.POSTING)
NOT_OUT = (ReplyState.FAILED, ReplyState.CANCELLED)


class Target(NamedTuple):
    """What a reply answers: its case, the text as its place names it, and the source that brought it."""

    case: Case
    mention: Mention
    source: str  # its id in the config


def of_case(session: Session, case_id: int) -> list[Reply]:
    """All replies of a case, the first written first."""
    query = select(Reply).where(Reply.case_id == case_id).order_by(col(Reply.id))
    return list(session.exec(query.execution_options(populate_existing=True)))


def reply_of(session: Session, reply_id: int) -> Reply | None:
    """The reply as it stands now in the database, not as this session remembers it."""
    return session.exec(select(Reply).where(Reply.id == reply_id).execution_options(populate_existing=True)).first()


def posting_of(session: Session, case_id: int) -> Reply | None:
    """The newest reply of a case that goes, went or should have gone through a poster."""
    query = select(Reply).where(Reply.case_id == case_id, col(Reply.poster) != "")
    return session.exec(query.order_by(col(Reply.id).desc()).execution_options(populate_existing=True)).first()


def answers_found(session: Session, case_id: int) -> list[Mention]:
    """Our own answers that were found in public, the first first."""
    query = (
        select(Mention)
        .join(CaseMention, col(CaseMention.mention_id) == Mention.id)
        .where(CaseMention.case_id == case_id, CaseMention.relation == Relation.ANSWER)
        .order_by(col(Mention.published_at), col(Mention.id))
    )
    return list(session.exec(query))


def is_going(session: Session, case_id: int) -> bool:
    """Whether an answer of the case is owed, or on its way."""
    query = select(Reply.id).where(Reply.case_id == case_id, col(Reply.state).in_(GOING)).limit(1)
    return session.exec(query).first() is not None


def target_of(session: Session, case_id: int) -> Target:
    """What an answer of the case would answer; every case has a mention, and every mention a source."""
    row = session.exec(
        select(Case, Mention, Source.slug)
        .join(Mention, col(Mention.id) == Case.mention_id)
        .join(Source, col(Source.id) == Mention.source_id)
        .where(Case.id == case_id)
        .execution_options(populate_existing=True)
    ).one()
    return Target(*row)


def due(session: Session, now: datetime, limit: int) -> list[Reply]:
    """What is to be posted now, longest due first: owed ones, and those whose sender died.

    So many of each poster, as one that is slow must not keep the answers of the others waiting.
    """
    owed = sa.and_(col(Reply.state) == ReplyState.OWED, col(Reply.next_try_at) <= now)
    abandoned = sa.and_(col(Reply.state) == ReplyState.POSTING, col(Reply.leased_until) <= now)
    order = (col(Reply.next_try_at), col(Reply.id))
    place = func.row_number().over(partition_by=col(Reply.poster), order_by=order).label("place")
    ranked = sa.select(col(Reply.id), place).where(sa.or_(owed, abandoned)).subquery()
    query = select(Reply).join(ranked, ranked.c.id == Reply.id).where(ranked.c.place <= limit).order_by(*order)
    return list(session.exec(query.execution_options(populate_existing=True)))


def last_posted(session: Session, poster: str, since: datetime) -> datetime | None:
    """When that poster posted last, after `since`, or began to; the few replies of late are found by their index."""
    query = select(func.max(Reply.posted_at)).where(
        Reply.poster == poster, Reply.state == ReplyState.POSTED, col(Reply.posted_at) > since
    )
    return session.exec(query).one()


def claim(session: Session, reply: Reply, now: datetime, until: datetime) -> bool:
    """Take a reply for posting until the lease ends; False if another process has it, or somebody took it back."""
    owed = sa.and_(col(Reply.state) == ReplyState.OWED, col(Reply.next_try_at) <= now)
    abandoned = sa.and_(col(Reply.state) == ReplyState.POSTING, col(Reply.leased_until) <= now)
    taken = sa.update(Reply).where(col(Reply.id) == reply.id, sa.or_(owed, abandoned))
    values = {"state": ReplyState.POSTING, "leased_until": until, "attempts": col(Reply.attempts) + 1}
    return _hit(session, taken.values(**values))


def posted(session: Session, reply: Reply, **values: Any) -> None:
    """It is out: that is true whoever holds the lease by now."""
    done = sa.update(Reply).where(col(Reply.id) == reply.id)
    _hit(session, done.values(state=ReplyState.POSTED, leased_until=None, next_try_at=None, **_short(values)))


def settle(session: Session, reply: Reply, state: ReplyState, until: datetime, **values: Any) -> bool:
    """Store how a try in vain ended, only if nobody took the reply over since: the lease, `until`, tells."""
    mine = sa.update(Reply).where(
        col(Reply.id) == reply.id, col(Reply.state) == ReplyState.POSTING, col(Reply.leased_until) == until
    )
    return _hit(session, mine.values(state=state, leased_until=None, **_short(values)))


def change_if(session: Session, reply_id: int, states: tuple[ReplyState, ...], **values: Any) -> bool:
    """Change a reply that is in one of these states; says if it was."""
    change = sa.update(Reply).where(col(Reply.id) == reply_id, col(Reply.state).in_(states))
    return _hit(session, change.values(**_short(values)))


def posted_after(session: Session, reply: Reply) -> bool:
    """Whether the customer got another answer since this one was written, by hand or otherwise."""
    query = select(Reply.id).where(
        Reply.case_id == reply.case_id, Reply.state == ReplyState.POSTED, col(Reply.id) > (reply.id or 0)
    )
    return session.exec(query.limit(1)).first() is not None


def _short(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"error": hide(str(values["error"]))[:LONGEST_ERROR]} if "error" in values else values


def _hit(session: Session, statement: sa.Update) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows
