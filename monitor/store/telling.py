"""Which troubles of sources the operator has to be told of, each once; and which of them are over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, exists, or_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from monitor.models import Run, RunOutcome, Source, SourceHealth

TELL_AFTER = {
    SourceHealth.FAILING: 3,
    SourceHealth.BLOCKED: 2,
    SourceHealth.CHANGED: 2,
    SourceHealth.QUIET: 0,
}
"""Failures in a row that make a trouble worth telling. A robots.txt that cannot be read for a moment blocks once."""
LONG_SILENCE = timedelta(hours=6)
"""A quota that is spent until later is worth telling: its limit, or how often the source is crawled, does not fit."""
SPENT_AGAIN = timedelta(days=7)
"""Of a source whose quota is spent day after day the operator hears once a week, and never that it is well again."""


def untold(session: Session) -> list[Source]:
    """The active sources in trouble that the operator has not been told of, in the order of their names."""
    worth = or_(
        *(and_(col(Source.health) == health, col(Source.failures) >= times) for health, times in TELL_AFTER.items())
    )
    query = select(Source).where(col(Source.active), col(Source.told_at).is_(None), worth)
    return _as_they_are(session, query)


def spent(session: Session, now: datetime) -> list[Source]:
    """The active sources that are not heard for long because a quota is spent or their host rests, unless told lately.

    Many short waits one after the other are a long one: a host may ask us to wait five minutes, each time.
    """
    waits_since = exists().where(
        col(Run.source_id) == Source.id,
        col(Run.outcome) == RunOutcome.SPENT,
        col(Run.started_at) <= now - LONG_SILENCE,
        or_(col(Source.last_good_at).is_(None), col(Run.started_at) > Source.last_good_at),
    )
    query = select(Source).where(
        col(Source.active),
        col(Source.health).in_((SourceHealth.SPENT, SourceHealth.RESTING)),
        or_(col(Source.next_try_at) >= now + LONG_SILENCE, waits_since),
        or_(col(Source.spent_told_at).is_(None), col(Source.spent_told_at) <= now - SPENT_AGAIN),
    )
    return _as_they_are(session, query)


def well_again(session: Session) -> list[Source]:
    """The active sources whose trouble the operator was told of, and which are healthy again."""
    query = select(Source).where(
        col(Source.active), col(Source.told_at).is_not(None), col(Source.health) == SourceHealth.HEALTHY
    )
    return _as_they_are(session, query)


def _as_they_are(session: Session, query: SelectOfScalar[Source]) -> list[Source]:
    """Rows read anew, in the order of their names: the claims below go past the loaded ones."""
    return list(session.exec(query.order_by(col(Source.slug)).execution_options(populate_existing=True)))


def claim(session: Session, source: Source, told_at: datetime | None) -> bool:
    """Take the duty to tell of a trouble (or, with None, of its end); False if someone has it already."""
    return _claim(session, source, col(Source.told_at), source.told_at, told_at)


def claim_spent(session: Session, source: Source, told_at: datetime) -> bool:
    """Take the duty to tell that a quota is spent; False if someone has it already."""
    return _claim(session, source, col(Source.spent_told_at), source.spent_told_at, told_at)


def _claim(session: Session, source: Source, column: Any, before: datetime | None, told_at: datetime | None) -> bool:
    still = column.is_(None) if before is None else column == before
    query = update(Source).where(col(Source.id) == source.id, still).values({column: told_at})
    result = session.execute(query.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 (an UPDATE gives one)
    return result.rowcount > 0


def forget(session: Session, told_at: datetime) -> None:
    """The operator was not reached: what was told then is to be told again."""
    for column in (col(Source.told_at), col(Source.spent_told_at)):
        query = update(Source).where(column == told_at).values({column: None})
        session.execute(query.execution_options(synchronize_session=False))
