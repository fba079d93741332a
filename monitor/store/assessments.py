"""Assessments: which mentions wait to be read, and what was read, with the counts that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import RELEVANT, WHOLE, Cell, Dimension, Prediction
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Mention,
    MentionBrand,
    ReadState,
    Source,
    Theme,
)
from monitor.store import leases
from monitor.store.counts import Tally

TRIES = 3
LEASE = timedelta(minutes=2)
"""How long a claimed batch is left alone: far longer than reading it takes, short enough after a crash."""


@dataclass(frozen=True)
class Waiting:
    """A mention to read, and what is known about it."""

    mention: Mention
    source: str
    links: tuple[MentionBrand, ...]


@dataclass(frozen=True)
class Reader:
    """Which model read."""

    name: str
    version: str


def claim(session: Session, limit: int, now: datetime) -> list[Waiting]:
    """Mentions to read next, leased and marked as tried once more; one that was tried before comes alone.

    The caller commits at once: should a text kill the process, it is known by its tries, and its neighbours are not
    set aside with it. What another process has leased is left to it until the lease ends.
    """
    ids = _next(session, limit, now)
    taken = session.scalars(
        sa.update(Mention)
        .where(col(Mention.id).in_(ids), _free(now))
        .values(read_attempts=col(Mention.read_attempts) + 1, read_leased_until=now + LEASE, read_error=leases.holder())
        .returning(col(Mention.id))
        .execution_options(synchronize_session=False)
    ).all()
    rows = select(Mention).where(col(Mention.id).in_(taken)).order_by(*_ORDER)
    return _with_links(session, list(session.exec(rows.execution_options(populate_existing=True))))


_ORDER = (col(Mention.fresh).desc(), col(Mention.id))
"""What may be news comes first."""


def _free(now: datetime) -> sa.ColumnElement[bool]:
    leased_until = col(Mention.read_leased_until)
    return sa.and_(col(Mention.read_state) == ReadState.WAITING, sa.or_(leased_until.is_(None), leased_until <= now))


def _next(session: Session, limit: int, now: datetime) -> list[int | None]:
    waiting = select(Mention.id).where(_free(now)).order_by(*_ORDER)
    new = list(session.exec(waiting.where(Mention.read_attempts == 0).limit(limit)))
    if new:
        return new
    # The least tried first: the neighbours of a text that ends the process must not wait for its next tries.
    again = select(Mention.id).where(_free(now)).order_by(col(Mention.read_attempts), *_ORDER)
    return list(session.exec(again.limit(1)))


def finish(session: Session, batch: Sequence[Waiting]) -> None:
    """Mark as read what nobody edited or asked for anew meanwhile; the rest goes on waiting."""
    for item in batch:
        session.execute(_claimed(item).values(read_state=ReadState.READ, read_attempts=0, read_error=""))
    release(session, batch)


def release(session: Session, batch: Sequence[Waiting], *, tried: bool = True) -> None:
    """End the leases of a batch, read or not. What was not `tried` (the database failed) has its try back."""
    ids = [item.mention.id for item in batch]
    _end_leases(session, col(Mention.id).in_(ids), tries_back=0 if tried else 1)


def _end_leases(session: Session, which: sa.ColumnElement[bool], tries_back: int) -> int:
    attempts = col(Mention.read_attempts)
    waits = col(Mention.read_state) == ReadState.WAITING
    ended = session.execute(
        sa.update(Mention)
        .where(which)
        .values(
            read_leased_until=None,
            read_error=sa.case((waits, ""), else_=col(Mention.read_error)),
            read_attempts=sa.case((sa.and_(waits, attempts >= tries_back), attempts - tries_back), else_=attempts),
        )
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def end_dead_leases(session: Session) -> int:
    """End the leases of processes of this machine that are gone; how many texts they held.

    Those texts stay one try poorer: one of them may be what ended the process.
    """
    leased = sa.and_(col(Mention.read_state) == ReadState.WAITING, col(Mention.read_leased_until).is_not(None))
    holders = session.exec(select(Mention.read_error).where(leased).distinct()).all()
    dead = [holder for holder in holders if leases.is_dead(holder)]
    return _end_leases(session, sa.and_(leased, col(Mention.read_error).in_(dead)), tries_back=0) if dead else 0


def _claimed(item: Waiting) -> sa.Update:
    """The mention, if it still says what was read and was not asked for anew (which sets its tries to 0)."""
    mention = item.mention
    return (
        sa.update(Mention)
        .where(
            col(Mention.id) == mention.id,
            col(Mention.text_hash) == mention.text_hash,
            col(Mention.read_attempts) == mention.read_attempts,
        )
        .execution_options(synchronize_session=False)
    )


def set_aside(session: Session, now: datetime) -> int:
    """Give up mentions that were tried too often without being read; how many."""
    changed = session.execute(
        sa.update(Mention)
        .where(_free(now), col(Mention.read_attempts) >= TRIES)
        .values(read_state=ReadState.FAILED, read_error=f"set aside: {TRIES} tries did not finish")
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def count_set_aside(session: Session) -> int:
    """How many mentions were given up."""
    given_up = select(sa.func.count()).select_from(Mention).where(Mention.read_state == ReadState.FAILED)
    return session.exec(given_up).one()


def latest_set_aside(session: Session, limit: int) -> list[tuple[int, str, datetime]]:
    """The newest mentions that were given up: id, address and time."""
    query = select(Mention.id, Mention.url, Mention.published_at).where(Mention.read_state == ReadState.FAILED)
    rows = session.exec(query.order_by(col(Mention.id).desc()).limit(limit))
    return [(number or 0, url, at) for number, url, at in rows]


def wait_again(session: Session) -> int:
    """Let what was set aside wait to be read anew, with all its tries; how many."""
    changed = session.execute(
        sa.update(Mention)
        .where(col(Mention.read_state) == ReadState.FAILED)
        .values(read_state=ReadState.WAITING, read_attempts=0, read_leased_until=None, read_error="")
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a cursor result


def count_waiting(session: Session, now: datetime) -> int:
    """How many mentions wait to be read and are free."""
    return session.exec(select(sa.func.count()).select_from(Mention).where(_free(now))).one()


def _with_links(session: Session, mentions: Sequence[Mention]) -> list[Waiting]:
    ids = [mention.id for mention in mentions]
    links: dict[int, list[MentionBrand]] = {}
    for link in session.exec(select(MentionBrand).where(col(MentionBrand.mention_id).in_(ids))):
        links.setdefault(link.mention_id, []).append(link)
    slugs = dict(session.exec(select(Source.id, Source.slug)).all())
    return [Waiting(m, slugs[m.source_id], tuple(links.get(m.id or 0, ()))) for m in mentions]


def cells_of(source: str, language: str, themes: Sequence[str]) -> list[Cell]:
    """The cells that a mention is counted in."""
    return [
        WHOLE,
        Cell(Dimension.SOURCE, source),
        Cell(Dimension.LANGUAGE, language),
        *(Cell(Dimension.THEME, theme) for theme in themes),
    ]


def take_back(session: Session, tally: Tally, waiting: Waiting) -> None:
    """Uncount what the current assessment of a mention added, and end its being the current one."""
    current = session.exec(
        select(Assessment).where(Assessment.mention_id == waiting.mention.id, Assessment.is_current)
    ).one_or_none()
    if current is None:
        return
    themes = session.exec(
        select(Theme.slug).join(AssessmentTheme).where(AssessmentTheme.assessment_id == current.id)
    ).all()
    cells = cells_of(waiting.source, current.language, themes)
    for link in waiting.links:
        if link.counted_at is not None:
            tally.add(link.brand_id, cells, link.counted_at, current.negative, sign=-1)
            link.counted_at = None
            session.add(link)
    current.is_current = False
    session.add(current)
    session.flush()


def put(
    session: Session,
    tally: Tally,
    waiting: Waiting,
    said: Prediction,
    by: Reader,
    theme_ids: dict[str, int],
    now: datetime,
) -> None:
    """Keep what was read as the current assessment and count it for each brand the mention concerns."""
    mention = waiting.mention
    row = _put_row(session, mention, said, by, now)
    slugs = [theme.theme for theme in said.themes if theme.theme in theme_ids]
    for theme in said.themes:
        if theme.theme in theme_ids:
            session.add(AssessmentTheme(assessment_id=row.id or 0, theme_id=theme_ids[theme.theme], score=theme.score))
    cells = cells_of(waiting.source, said.language, slugs)
    for link in waiting.links:
        if (link.relevance or 0) >= RELEVANT:
            tally.add(link.brand_id, cells, mention.published_at, said.negative)
            link.counted_at = mention.published_at
            session.add(link)


def _put_row(session: Session, mention: Mention, said: Prediction, by: Reader, now: datetime) -> Assessment:
    """The assessment of this mention by this model, new or written anew without its old themes."""
    values: dict[str, Any] = {
        "text_hash": mention.text_hash,
        "language": said.language,
        "negative": said.negative,
        "neutral": said.neutral,
        "positive": said.positive,
        "embedding": said.embedding,
        "assessed_at": now,
        "is_current": True,
    }
    key: dict[str, Any] = {"mention_id": mention.id, "model_name": by.name, "model_version": by.version}
    row = session.exec(select(Assessment).filter_by(**key)).one_or_none()
    if row is None:
        row = Assessment(**key, **values)
    else:
        session.execute(sa.delete(AssessmentTheme).where(col(AssessmentTheme.assessment_id) == row.id))
        row.sqlmodel_update(values)
    session.add(row)
    session.flush()
    return row
