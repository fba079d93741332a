"""Texts that are past the time for which their kind is kept: which they are, and how they go with all that is theirs.

What was counted stays. So does, until it is over, what somebody needs: a case that is open or was closed a short while
ago, an incident that goes on, praise that is shown. The row of a text that once was a case stays without its words.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import IncidentState, MentionKind, Precision
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Brand,
    Case,
    CaseMention,
    CaseState,
    Forgotten,
    FoundThemeMention,
    Incident,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    Praise,
    ReadState,
    Reply,
    Snapshot,
    Story,
    StoryBand,
)
from monitor.store import authors, removal, search, tombstones
from monitor.store.relations import RELATIONS

BATCH = 500
Within = Callable[[Any], sa.ColumnElement[bool]]
"""Says of a column of ids which are meant."""
Place = tuple[datetime, int]
_HANG_ON = (
    Assessment, Snapshot, Media, MentionVersion, FoundThemeMention, IncidentMention, Praise, CaseMention, MentionBrand,
)  # fmt: skip
_NAMED: tuple[Any, ...] = (Mention.kind, Mention.host, Mention.external_id)
_UNSEEN = {"synchronize_session": False}
_CLOSED = (CaseState.SOLVED, CaseState.DISMISSED)
_OVER = (IncidentState.RESOLVED, IncidentState.DISMISSED)


def brands(session: Session) -> list[int]:
    """All brands, also those that are not watched any more."""
    return [number for number in session.exec(select(Brand.id)) if number is not None]


def of_brand(
    session: Session, brand_id: int, before: Mapping[MentionKind, datetime], after: Place | None
) -> list[Place]:
    """The oldest texts of a brand that are past their time, those after that place; what waits to be read is not."""
    at, number = col(MentionBrand.published_at), col(MentionBrand.mention_id)
    past = (sa.and_(col(Mention.kind) == kind, at < moment) for kind, moment in before.items())
    query = (
        sa.select(at, number)
        .join(Mention, col(Mention.id) == number)
        .where(
            col(MentionBrand.brand_id) == brand_id,
            at < max(before.values()),
            sa.or_(*past),
            col(Mention.read_state) != ReadState.WAITING,
        )
        .order_by(at, number)
        .limit(BATCH)
    )
    if after is not None:
        query = query.where(at >= after[0], sa.or_(at > after[0], number > after[1]))
    return [(row[0], row[1]) for row in session.execute(query)]


def needed(session: Session, within: Within, closed_before: datetime) -> set[int]:
    """Those of the texts that somebody needs, or did until that time."""
    lives = sa.or_(
        col(Case.state).not_in(_CLOSED), col(Case.solved_at) >= closed_before, col(Case.follow_up_at).is_not(None)
    )
    goes_on = col(Incident.state).not_in(_OVER)
    questions = (
        sa.select(col(Case.mention_id)).where(within(Case.mention_id), lives),
        sa.select(col(CaseMention.mention_id)).join(Case).where(within(CaseMention.mention_id), lives),
        sa.select(col(Reply.mention_id)).join(Case).where(within(Reply.mention_id), lives),
        sa.select(col(IncidentMention.mention_id)).join(Incident).where(within(IncidentMention.mention_id), goes_on),
        sa.select(col(Praise.mention_id)).where(within(Praise.mention_id), col(Praise.found_at) >= closed_before),
    )
    return {number for question in questions for number in session.scalars(question) if number is not None}


def with_case(session: Session, within: Within) -> set[int]:
    """Those of the texts that a case was opened for."""
    return set(session.exec(select(Case.mention_id).where(within(Case.mention_id))))


def remove(session: Session, ids: Collection[int], closed_before: datetime, now: datetime) -> int:
    """Remove those of the texts that nobody needs; how many. What was a case loses its words, and is one of them."""

    def within(column: Any) -> sa.ColumnElement[bool]:
        return col(column).in_(ids)

    free = set(ids) - needed(session, within, closed_before)
    cases = with_case(session, within)
    emptied = empty(session, free & cases, now)
    gone = sorted(free - cases)
    if gone:
        _lay_stones(session, gone, now)
        _remove_rows(session, gone)
    return len(gone) + emptied


def _lay_stones(session: Session, ids: Sequence[int], now: datetime) -> None:
    """A text that tells no time would be news with the next crawl: it is known by a hash for ever."""
    undated = sa.select(*_NAMED).where(
        col(Mention.id).in_(ids), col(Mention.precision) == Precision.UNKNOWN, col(Mention.host) != ""
    )
    if found := session.execute(undated).all():
        key = authors.installation_key(session)
        stones = [tombstones.stone_of(key, (kind, host, name)) for kind, host, name in found]
        tombstones.lay(session, Forgotten.MENTION, stones, now)


def empty(session: Session, ids: Collection[int], now: datetime) -> int:
    """Take away the words, the author and what was made of them; how many had any. Numbers and times stay."""
    query = select(Mention).where(col(Mention.id).in_(ids), Mention.text_hash != "")
    rows = list(session.exec(query.execution_options(populate_existing=True))) if ids else []
    if rows:
        removal.remove_belongings(session, [row.id or 0 for row in rows])
    for row in rows:
        row.title = row.text = row.text_hash = row.read_error = row.item = ""
        row.author_id, row.deleted_at, row.missing_at = None, row.deleted_at or now, None
        row.read_state, row.read_attempts, row.read_leased_until = ReadState.READ, 0, None
        session.add(row)
    session.flush()
    return len(rows)


def _remove_rows(session: Session, ids: Sequence[int]) -> None:
    stories = set(session.exec(select(Mention.story_id).where(col(Mention.id).in_(ids)).distinct())) - {None}
    readings = list(session.exec(select(Assessment.id).where(col(Assessment.mention_id).in_(ids))))
    _do(session, sa.delete(AssessmentTheme).where(col(AssessmentTheme.assessment_id).in_(readings)))
    search.remove(session, ids)
    for table in _HANG_ON:
        _do(session, sa.delete(table).where(col(table.mention_id).in_(ids)))
    _do(session, sa.update(Reply).where(col(Reply.mention_id).in_(ids)).values(mention_id=None))
    for _, own in RELATIONS:
        refers = col(getattr(Mention, own)).in_(ids)
        _do(session, sa.update(Mention).where(refers).values({own: None}))
    _do(session, sa.delete(Mention).where(col(Mention.id).in_(ids)))
    remove_stories(session, col(Story.id).in_(stories))


def remove_stories(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Those of the stories of which no text is left: their hashes tell of the words."""
    told = sa.exists().where(col(Mention.story_id) == Story.id)
    ids = list(session.exec(select(Story.id).where(which, ~told)))
    _do(session, sa.delete(StoryBand).where(col(StoryBand.story_id).in_(ids)))
    _do(session, sa.delete(Story).where(col(Story.id).in_(ids)))


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(**_UNSEEN))
