"""Texts by accounts of the brand's own: who these accounts are, what they wrote, and which complaint it answers."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from monitor.facts import OWNED_PLACES, OWNER
from monitor.models import (
    Author,
    Case,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    ReadState,
    Relation,
    Reply,
    ReplyState,
)
from monitor.store.authors import author_hash, installation_key
from monitor.store.kept import find_ids

OPEN = (CaseState.NEW, CaseState.OWNED, CaseState.ANSWERED, CaseState.WAITING)


class Found(NamedTuple):
    """A text of ours under a complaint, not linked to its case yet."""

    case_id: int
    mention_id: int


def own_authors(session: Session, accounts: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The rows of accounts, each a host and the id there; of those that have written anything yet."""
    wanted = list(accounts)
    if not wanted:
        return frozenset()
    key = installation_key(session)
    hashes = [author_hash(key, host, ref) for host, ref in wanted]
    rows = session.exec(select(Author.id).where(col(Author.key_hash).in_(hashes)))
    return frozenset(row for row in rows if row is not None)


def owners(session: Session) -> frozenset[int]:
    """The rows that stand for the owners of places, whose answers come within the reviews."""
    return own_authors(session, [(host, OWNER) for host in OWNED_PLACES])


def posted_by_us(session: Session, mentions: Sequence[Mention]) -> set[int]:
    """Those of the mentions that posters put there, by their names at their hosts."""
    names = {(one.host, one.external_id): one.id or 0 for one in mentions}
    complaint = aliased(Mention)
    query = (
        sa.select(col(complaint.host), col(Reply.external_id))
        .select_from(Reply)
        .join(Case, col(Case.id) == col(Reply.case_id))
        .join(complaint, col(complaint.id) == col(Case.mention_id))
        .where(col(Reply.external_id).in_({name for _, name in names}), col(Reply.state) == ReplyState.POSTED)
    )
    return {names[host, name] for host, name in session.execute(query) if (host, name) in names}


def read_anew(session: Session, brand_id: int, authors: Collection[int], limit: int) -> int:
    """Let texts wait to be read anew that still count for the brand although these authors wrote them; how many."""
    if not authors:
        return 0
    counted = exists().where(
        col(MentionBrand.mention_id) == col(Mention.id),
        col(MentionBrand.brand_id) == brand_id,
        col(MentionBrand.relevance) > 0,
    )
    ours = (
        sa.select(col(Mention.id))
        .where(col(Mention.author_id).in_(authors), col(Mention.deleted_at).is_(None), counted)
        .where(col(Mention.read_state) == ReadState.READ)
        .limit(limit)
    )
    ids = session.scalars(ours).all()
    wait = sa.update(Mention).where(col(Mention.id).in_(ids))
    session.execute(
        wait.values(read_state=ReadState.WAITING, read_attempts=0).execution_options(synchronize_session=False)
    )
    return len(ids)


def newly_found(
    session: Session, brand_id: int, authors: Collection[int], since: datetime, limit: int
) -> list[Found]:  # fmt: skip
    """What these authors wrote under complaints of open cases, and of those opened since then; the oldest first.

    An answer stands under the complaint itself; under what its customer wrote later, if that is linked to the case; or
    in the thread that the complaint began, under other words of the same customer.
    """
    if not authors:
        return []
    found: set[tuple[datetime, int, int]] = set()
    for query in (_under_the_complaint(), _under_later_words(), _in_its_thread()):
        ours = query.where(
            col(Mention.author_id).in_(authors),
            col(Mention.deleted_at).is_(None),
            col(Case.brand_id) == brand_id,
            sa.or_(col(Case.state).in_(OPEN), col(Case.opened_at) >= since),
            ~exists().where(col(CaseMention.case_id) == col(Case.id), col(CaseMention.mention_id) == col(Mention.id)),
        )
        found.update((at, mention, case) for at, mention, case in session.execute(ours.limit(limit)))
    return [Found(case_id, mention_id) for _, mention_id, case_id in sorted(found)]


def _columns() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(col(Mention.published_at), col(Mention.id), col(Case.id))


def _under_the_complaint() -> sa.Select[*tuple[Any, ...]]:
    return _columns().join(Case, col(Case.mention_id) == col(Mention.parent_id))


def _under_later_words() -> sa.Select[*tuple[Any, ...]]:
    later = aliased(CaseMention)
    here = sa.and_(col(later.mention_id) == col(Mention.parent_id), col(later.relation) == Relation.LATER)
    return _columns().join(later, here).join(Case, col(Case.id) == col(later.case_id))


def _in_its_thread() -> sa.Select[*tuple[Any, ...]]:
    first, between = aliased(Mention), aliased(Mention)
    return (
        _columns()
        .join(Case, col(Case.mention_id) == col(Mention.root_id))
        .join(first, col(first.id) == col(Case.mention_id))
        .join(between, col(between.id) == col(Mention.parent_id))
        .where(col(between.author_id) == col(first.author_id))
    )


def seen_postings(session: Session, since: datetime, limit: int) -> list[tuple[Found, int]]:
    """Posted replies whose text a crawl has brought by now: the case, the text, and the number of the reply."""
    complaint = aliased(Mention)
    query = (
        sa.select(col(complaint.host), col(Reply.external_id), col(Reply.case_id), col(Reply.id))
        .select_from(Reply)
        .join(Case, col(Case.id) == col(Reply.case_id))
        .join(complaint, col(complaint.id) == col(Case.mention_id))
        .where(
            col(Reply.state) == ReplyState.POSTED,
            col(Reply.mention_id).is_(None),
            col(Reply.external_id) != "",
            col(Reply.posted_at) >= since,
        )
        .order_by(col(Reply.id).desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    known = find_ids(session, {(host, name) for host, name, _, _ in rows}) if rows else {}
    ids = {(host, name): row_id for (_, host, name), row_id in known.items()}
    return [(Found(case, ids[host, name]), reply) for host, name, case, reply in rows if (host, name) in ids]


def link(session: Session, found: Found, now: datetime) -> bool:
    """Keep that this text answers the case; False when it is known already."""
    if session.get(CaseMention, tuple(found)) is not None:
        return False
    case_id, mention_id = found
    session.add(CaseMention(case_id=case_id, mention_id=mention_id, relation=Relation.ANSWER, linked_at=now))
    try:
        session.flush()
    except sa.exc.IntegrityError:  # another process linked it between our look and our insert
        session.rollback()
        return False
    return True
