"""Removes texts that are past the time for which their kind is kept: month by month where it can, else in batches."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from monitor.jobs.context import Context
from monitor.log import get_logger
from monitor.store import clearing, expired, partitions, terms
from monitor.store.terms import Terms

log = get_logger(__name__)

MOST_A_LOOK = 100
"""Batches: the next look goes on, and the other jobs have their turn between."""


def batches(context: Context) -> Iterator[int]:
    """How many texts each batch removed; the caller commits each. All texts are gone through once a day."""
    session, kept, today = context.session, context.settings.retention.mentions.kept(), _today(context)
    known = terms.read(session)
    session.commit()
    partitions.make_ahead(_engine(session))
    if known.kept != kept:
        known = Terms(kept)
        terms.note(session, known)
        yield 0
    if not kept or known.walked == today or not (yield from _months(context, known)):
        return
    if (yield from _walk(context, known)):
        terms.note(session, replace(known, walked=today))
        yield 0


def _today(context: Context) -> str:
    return context.now.date().isoformat()


def _engine(session: Session) -> sa.Engine:
    return session.get_bind().engine


def _closed(context: Context) -> datetime:
    """A case closed before then, or praise found before then, needs the text no more than its author's name."""
    return context.now - context.settings.retention.names


def _months(context: Context, known: Terms) -> Generator[int, None, bool]:
    """Drop the months of which nothing is to be kept, the oldest first; whether there is none left to be cleared."""
    session, before = context.session, known.before(context.now)
    if _engine(session).dialect.name != "postgresql":
        return True
    for month in partitions.past_months(session.connection()):
        if clearing.is_past(month, before) and clearing.is_over(session, month, before, _closed(context)):
            reached = known.reached if known.month == month else partitions.first_id(month) - 1
            if not (yield from _clear(context, replace(known, month=month), reached)):
                return False
            yield from _drop(context, month)
    return True


def _clear(context: Context, known: Terms, after: int) -> Generator[int, None, bool]:
    """Clear what hangs on the texts of a month; whether all is cleared. Where it was stopped, it goes on."""
    for _ in range(MOST_A_LOOK):
        reached = clearing.clear(context.session, known.month, after, context.now)
        if reached is None:
            return True
        after = reached
        terms.note(context.session, replace(known, reached=after))
        yield 0
    return False


def _drop(context: Context, month: int) -> Iterator[int]:
    """Drop a month that is cleared; where somebody is in the way, it is tried again with the next look."""
    session, told = context.session, partitions.starts_at(month).strftime("%Y-%m")
    left = clearing.left_in(session, month)
    session.commit()  # our own transaction would be in the way
    if not partitions.drop(_engine(session), month):
        log.info("a month of texts waits to be dropped: somebody works with it", month=told)
        return
    log.info("a month of texts was dropped", month=told, texts=left.texts)
    yield left.texts
    story: int | None = left.first_story
    while story is not None:
        story = clearing.remove_stories(session, story, left.last_story)
        yield 0


def _walk(context: Context, known: Terms) -> Generator[int, None, bool]:
    """Remove what is past its time of each brand, the oldest first; whether all was gone through."""
    session, before, left = context.session, known.before(context.now), MOST_A_LOOK
    for brand_id in expired.brands(session):
        after: expired.Place | None = None
        while places := expired.of_brand(session, brand_id, before, after):
            yield expired.remove(session, {number for _, number in places}, _closed(context), context.now)
            after, left = places[-1], left - 1
            if left == 0:
                return False
    return True
