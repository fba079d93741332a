"""Clears what hangs on a month of mentions that is past its time, so that PostgreSQL can drop the month whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.facts import MentionKind
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Case,
    CaseMention,
    FoundThemeMention,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    Praise,
    ReadState,
    Reply,
    SearchEntry,
    Snapshot,
    Story,
)
from monitor.store import expired, partitions
from monitor.store.relations import RELATIONS

AT_ONCE = 5_000
_LATE = timedelta(days=1)
"""Clocks of machines may differ: a month is over a day after its end."""
_COLUMNS: sa.Table = Mention.__table__  # type: ignore[attr-defined]  # SQLModel adds it
_NEW_NUMBER = sa.text("SELECT nextval('mention_number')")
_KEYS = sa.text(
    "DELETE FROM mention_key k USING mention m WHERE m.id BETWEEN :low AND :high"
    " AND k.kind = m.kind AND k.host = m.host AND k.external_id = m.external_id AND k.mention_id = m.id"
)


def is_past(month: int, before: Mapping[MentionKind, datetime]) -> bool:
    """Whether a month may be past by its end alone."""
    return bool(before) and partitions.starts_at(month + 1) + _LATE <= max(before.values())


def is_over(session: Session, month: int, before: Mapping[MentionKind, datetime], closed_before: datetime) -> bool:
    """Whether nothing of a month is to be kept where it is: all texts are past their time, read, and nobody needs one.

    A text is collected after it was published: that the month is over is enough.
    """
    end = partitions.starts_at(month + 1) + _LATE
    kinds = [kind for kind in MentionKind if kind not in before or before[kind] < end]
    mine = _within(month)(Mention.id)
    waits = sa.select(col(Mention.id)).where(
        mine, sa.text("read_state <> 'read'"), col(Mention.read_state) == ReadState.WAITING
    )
    stays = sa.select(col(Mention.id)).where(mine, col(Mention.kind).in_(kinds))
    if any(session.scalars(query.limit(1)).first() is not None for query in ((waits, stays) if kinds else (waits,))):
        return False
    return not expired.needed(session, _within(month), closed_before)


def _within(month: int) -> expired.Within:
    low, high = partitions.first_id(month), partitions.first_id(month + 1)
    return lambda column: sa.and_(column >= low, column < high)


def clear(session: Session, month: int, after: int, now: datetime) -> int | None:
    """Clear what hangs on the next texts of a month and is in no partition; the text reached, None at the end.

    What was a case moves, without its words, to the first partition under a number that is not of this month.
    """
    ids = sa.select(col(Mention.id)).where(col(Mention.id) > after, _within(month)(Mention.id))
    some = session.scalars(ids.order_by(col(Mention.id)).limit(AT_ONCE)).all()
    if not some:
        return None
    low, high = some[0], some[-1]

    def within(column: Any) -> sa.ColumnElement[bool]:
        return col(column).between(low, high)

    cases = expired.with_case(session, within)
    expired.empty(session, cases, now)
    for number in sorted(cases):
        _move(session, number)
    readings = sa.select(col(Assessment.id)).where(within(Assessment.mention_id))
    _do(session, sa.delete(AssessmentTheme).where(col(AssessmentTheme.assessment_id).in_(readings)))
    for table in (SearchEntry, Media, MentionVersion, FoundThemeMention, IncidentMention, Praise, CaseMention):
        _do(session, sa.delete(table).where(within(table.mention_id)))
    _do(session, sa.update(Reply).where(within(Reply.mention_id)).values(mention_id=None))
    beyond = col(Mention.id) >= partitions.first_id(month + 1)
    for _, own in RELATIONS:
        older = col(Mention.id) < partitions.first_id(month)
        refers = sa.and_(within(getattr(Mention, own)), sa.or_(beyond, older))
        _do(session, sa.update(Mention).where(refers).values({own: None}))
    session.connection().execute(_KEYS, {"low": low, "high": high})
    return high


def _move(session: Session, number: int) -> None:
    """Give a text another number, in all that refers to it."""
    new = session.execute(_NEW_NUMBER).scalar_one()
    session.connection().execute(_KEYS, {"low": number, "high": number})
    others = [column for column in _COLUMNS.columns if column.name != "id"]
    copied = sa.select(sa.literal(new), *others).where(_COLUMNS.c.id == number)
    session.connection().execute(sa.insert(_COLUMNS).from_select(["id", *(one.name for one in others)], copied))
    for table in (Case, CaseMention, MentionBrand, Assessment, Snapshot, IncidentMention, Reply):
        _do(session, sa.update(table).where(col(table.mention_id) == number).values(mention_id=new))
    for _, own in RELATIONS:
        _do(session, sa.update(Mention).where(col(getattr(Mention, own)) == number).values({own: new}))
    _do(session, sa.delete(Mention).where(col(Mention.id) == number))


@dataclass(frozen=True, slots=True)
class Left:
    """What is in a month at the end; the stories are in a range of numbers that others share."""

    texts: int
    first_story: int
    last_story: int


def left_in(session: Session, month: int) -> Left:
    """What goes with a month."""
    story = col(Mention.story_id)
    found = sa.select(sa.func.count(), sa.func.min(story), sa.func.max(story)).where(_within(month)(Mention.id))
    texts, first, last = session.execute(found.select_from(Mention)).one()
    return Left(texts, first or 0, last or 0)


def remove_stories(session: Session, low: int, last: int) -> int | None:
    """Those of the next stories of which no text is left; the story reached, None at the end."""
    if low > last:
        return None
    expired.remove_stories(session, col(Story.id).between(low, min(low + AT_ONCE - 1, last)))
    return low + AT_ONCE


def _do(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
