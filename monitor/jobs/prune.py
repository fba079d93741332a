"""Removes what is no longer kept: texts, counts, Runs, events, near misses, sketches, hosts, names, audit entries."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from monitor.jobs import expiring, noting
from monitor.jobs.context import Context, Counters
from monitor.jobs.looking import PART, parts_of
from monitor.store import audit, doors, found, held, hosts, outlived, retention, spelling, stories


def run(context: Context) -> Counters:
    """Remove in small batches, each committed, so that nobody waits long for the database."""
    counters: Counters = Counter()
    steps: tuple[tuple[str, Callable[[Context], Iterator[int]]], ...] = (
        ("counts_5m", _counts),
        ("runs", _runs),
        ("parts of jobs", _parts),
        ("stories", _stories),
        ("names", _names),
        ("events", _events),
        ("held", _held),
        ("hosts", _hosts),
        ("audit", _audit),
        ("found themes", _found),
        ("authors", _authors),
        ("quotes", _quotes),
        ("casework", _casework),
        ("mentions", expiring.batches),
        ("words", _words),
    )
    for name, batches in steps:
        for removed in batches(context):
            context.session.commit()
            counters[name] += removed
            if context.stopping():
                return +counters
    return +counters


def _counts(context: Context) -> Iterator[int]:
    """Hourly counts stay; they hold the same mentions."""
    before = context.now - context.settings.retention.counts_5m
    for brand_id, cell in retention.fine_cells(context.session):
        yield retention.remove_fine_counts(context.session, brand_id, cell, before)


def _runs(context: Context) -> Iterator[int]:
    before = context.now - context.settings.retention.runs
    while removed := retention.remove_runs(context.session, before):
        yield removed


def _parts(context: Context) -> Iterator[int]:
    """How a brand, source or channel did that has left the config: it would count as failing for ever."""
    yield noting.forget_parts(context.session, parts_of(context.settings), PART)


def _stories(context: Context) -> Iterator[int]:
    """Near copies of a story that nobody told for long begin a new one; the very same words are known for ever."""
    before = context.now - context.settings.retention.stories
    while faded := stories.fade(context.session, before):
        yield faded


def _names(context: Context) -> Iterator[int]:
    before = context.now - context.settings.retention.names
    reached: int | None = 0
    while reached is not None:
        forgotten, reached = retention.forget_names(context.session, before, reached)
        yield forgotten


def _events(context: Context) -> Iterator[int]:
    """Of a message that came by a door so long ago nobody tells again."""
    before = context.now - context.settings.retention.events
    if removed := doors.forget_events(context.session, before) + doors.forget_told(context.session, before):
        yield removed


def _hosts(context: Context) -> Iterator[int]:
    """A source whose address has moved keeps no turn at the host where it was."""
    before = context.now - context.settings.retention.runs
    if removed := hosts.forget_asked(context.session, before, context.now):
        yield removed


def _held(context: Context) -> Iterator[int]:
    before = context.now - context.settings.retention.held
    while removed := held.forget(context.session, before):
        yield removed


def _audit(context: Context) -> Iterator[int]:
    before = context.now - context.settings.retention.audit
    while removed := audit.forget(context.session, before):
        yield removed


def _found(context: Context) -> Iterator[int]:
    """What nobody decided on, and nobody complained about for long, is no recurring complaint any more."""
    while removed := found.forget_faded(context.session, context.now - found.FADED):
        yield removed


def _words(context: Context) -> Iterator[int]:
    """Words that nobody writes any more are no suggestion; counting them is no removal, and tells nothing."""
    if spelling.count_anew(context.session, context.now):
        yield 0


def _authors(context: Context) -> Iterator[int]:
    """Of whom no text is kept, nothing else is."""
    yield from _outlived(context, context.settings.retention.authors, outlived.remove_authors)


def _quotes(context: Context) -> Iterator[int]:
    for step in (outlived.unquote_alerts, outlived.unquote_reports):
        yield from _outlived(context, context.settings.retention.quotes, step)


def _casework(context: Context) -> Iterator[int]:
    yield from _outlived(context, context.settings.retention.casework, outlived.empty_casework)


def _outlived(
    context: Context, kept: timedelta | None, step: Callable[[Session, datetime, int], outlived.Batch]
) -> Iterator[int]:  # fmt: skip
    """Batch by batch; nothing of what is kept for ever."""
    reached: int | None = 0 if kept is not None else None
    while reached is not None and kept is not None:
        done, reached = step(context.session, context.now - kept, reached)
        yield done
