"""Later texts of the authors of cases: which were read, whose cases there are, and what is linked already."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from monitor.facts import RELEVANT, MentionKind, Sentiment
from monitor.models import (
    Assessment,
    Author,
    Case,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    MentionVersion,
    ReadState,
    Relation,
)
from monitor.store import bulk
from monitor.store.reached import Reached

LOOK_BACK = 5_000
"""Readings, and texts, looked at after a start, before which nobody remembers how far the last look went."""
NEWEST_EDITS = 2_000
"""Of all edits, so many are looked at for those of cases: what was linked since is left out."""


_NUMBERS: tuple[Any, ...] = (Assessment.id, Assessment.mention_id)


class Said(NamedTuple):
    """A text that was read, or passed over because it names no brand; `label` is None then."""

    mention_id: int
    author_id: int | None
    author_name: str | None
    kind: MentionKind
    host: str
    external_id: str
    item: str
    published_at: datetime
    parent_id: int | None
    root_id: int | None
    rating: float | None
    best: float | None
    label: Sentiment | None
    read: bool


class Edited(NamedTuple):
    """The text of a case that its author changed since."""

    case_id: int
    mention_id: int
    solved_at: datetime | None
    edited_at: datetime
    published_at: datetime
    rating: float | None
    best: float | None
    rating_before: float | None
    label: Sentiment | None


class Theirs(NamedTuple):
    """A case and who wrote its text."""

    author_id: int
    case_id: int
    mention_id: int
    brand_id: int
    state: CaseState
    published_at: datetime
    opened_at: datetime
    solved_at: datetime | None
    root_id: int | None


_SAID: tuple[Any, ...] = (
    Mention.id, Mention.author_id, Author.display_name, Mention.kind, Mention.host, Mention.external_id, Mention.item,
    Mention.published_at, Mention.parent_id, Mention.root_id, Mention.rating_value, Mention.rating_best,
    Assessment.label, Mention.read_state,
)  # fmt: skip


def newest_mention(session: Session, before: int = 0) -> int:
    """The id of the newest text, or of the one so many before it; 0 when there is none."""
    newest = select(Mention.id).order_by(col(Mention.id).desc()).offset(before).limit(1)
    return session.exec(newest).first() or 0


def read_since(session: Session, reached: Reached, limit: int) -> list[tuple[int, int]]:
    """(Assessment, mention) of what was read and not looked at yet, in order."""
    query = sa.select(*_NUMBERS)
    return [(row[0], row[1]) for row in reached.unseen(session, query, limit)]


def answers_since(session: Session, reached: Reached, limit: int) -> list[int]:
    """Texts that came, were not looked at and answer another text, in order: they need not name the brand."""
    answers = sa.or_(col(Mention.parent_id).is_not(None), col(Mention.root_id).is_not(None))
    return [row[0] for row in reached.unseen(session, sa.select(col(Mention.id)).where(answers), limit)]


def texts(session: Session, mention_ids: Collection[int], since: datetime) -> list[Said]:
    """These texts, those published since then that still stand where they stood, oldest first."""
    current = sa.and_(col(Assessment.mention_id) == col(Mention.id), col(Assessment.is_current))
    query = (
        sa.select(*_SAID)
        .select_from(Mention)
        .outerjoin(Assessment, current)
        .outerjoin(Author, col(Author.id) == col(Mention.author_id))
        .where(col(Mention.id).in_(mention_ids), col(Mention.published_at) >= since, col(Mention.deleted_at).is_(None))
        .order_by(col(Mention.published_at), col(Mention.id))
    )
    return [Said._make((*row[:-1], row[-1] is ReadState.READ)) for row in session.execute(query)]


def cases_of(session: Session, author_ids: Iterable[int]) -> dict[int, list[Theirs]]:
    """The cases of authors, by author: each author's texts are looked through once, by an index."""
    query = (
        sa.select(
            col(Mention.author_id), col(Case.id), col(Case.mention_id), col(Case.brand_id), col(Case.state),
            col(Mention.published_at), col(Case.opened_at), col(Case.solved_at), col(Mention.root_id),
        )
        .join(Case, col(Case.mention_id) == col(Mention.id))
        .where(col(Mention.author_id).in_(sorted(set(author_ids))))
    )  # fmt: skip
    found: dict[int, list[Theirs]] = {}
    for row in map(Theirs._make, session.execute(query)):
        found.setdefault(row.author_id, []).append(row)
    return found


def about(session: Session, mention_ids: Collection[int]) -> dict[int, set[int]]:
    """The brands that texts concern, by text."""
    query = select(MentionBrand.mention_id, MentionBrand.brand_id).where(
        col(MentionBrand.mention_id).in_(mention_ids), col(MentionBrand.relevance) >= RELEVANT
    )
    found: dict[int, set[int]] = {}
    for mention_id, brand_id in session.exec(query):
        found.setdefault(mention_id, set()).add(brand_id)
    return found


def placed(session: Session, mention_ids: Collection[int]) -> set[int]:
    """Those of the texts that belong to a case already, or have one of their own."""
    later = session.exec(select(CaseMention.mention_id).where(col(CaseMention.mention_id).in_(mention_ids)))
    return {*later, *session.exec(select(Case.mention_id).where(col(Case.mention_id).in_(mention_ids)))}


def link(session: Session, case_id: int, mention_id: int, relation: Relation, now: datetime) -> bool:
    """Let a text belong to a case; False when it does already, also when another process says so at this moment."""
    row = {"case_id": case_id, "mention_id": mention_id, "relation": relation, "linked_at": now}
    return bulk.insert_one(session, CaseMention, row)


def link_edit(session: Session, case_id: int, mention_id: int, edited_at: datetime, now: datetime) -> bool:
    """Note that the case's own text was changed at that time; False when that is known.

    The case's own text belongs to it as a later one, once more with each edit.
    """
    again = sa.update(CaseMention).where(
        col(CaseMention.case_id) == case_id,
        col(CaseMention.mention_id) == mention_id,
        col(CaseMention.linked_at) < edited_at,
    )
    return _hit(session, again.values(linked_at=now)) or link(session, case_id, mention_id, Relation.LATER, now)


def _hit(session: Session, statement: Any) -> bool:
    found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts its rows


def edited(session: Session) -> list[Edited]:
    """Texts of cases that were changed since their case was opened, and read anew, and not noted yet."""
    newest = select(MentionVersion.id).order_by(col(MentionVersion.id).desc()).limit(NEWEST_EDITS).subquery()
    last = (
        sa.select(col(MentionVersion.mention_id), func.max(MentionVersion.id).label("version"))
        .where(col(MentionVersion.id).in_(sa.select(newest.c.id)))
        .group_by(col(MentionVersion.mention_id))
        .subquery()
    )
    current = sa.and_(col(Assessment.mention_id) == col(Mention.id), col(Assessment.is_current))
    known = sa.and_(col(CaseMention.case_id) == col(Case.id), col(CaseMention.mention_id) == col(Mention.id))
    query = (
        sa.select(
            col(Case.id), col(Mention.id), col(Case.solved_at), col(Mention.edited_at), col(Mention.published_at),
            col(Mention.rating_value), col(Mention.rating_best), col(MentionVersion.rating_value),
            col(Assessment.label),
        )
        .select_from(last)
        .join(Case, col(Case.mention_id) == last.c.mention_id)
        .join(Mention, col(Mention.id) == last.c.mention_id)
        .join(MentionVersion, col(MentionVersion.id) == last.c.version)
        .outerjoin(Assessment, current)
        .outerjoin(CaseMention, known)
        .where(
            col(Mention.read_state) == ReadState.READ,
            col(Mention.deleted_at).is_(None),
            col(Mention.edited_at) >= col(Case.opened_at),
            sa.or_(col(CaseMention.linked_at).is_(None), col(CaseMention.linked_at) < col(Mention.edited_at)),
        )
    )  # fmt: skip
    return [Edited._make(row) for row in session.execute(query)]


def case_rounds(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """How often each of these cases was reopened, and when it was solved."""
    query = select(Case.id, Case.reopened, Case.solved_at).where(col(Case.id).in_(case_ids))
    return {number or 0: (reopened, solved_at) for number, reopened, solved_at in session.exec(query)}
