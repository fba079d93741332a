"""Executions of crawls: started, ended with their counters, and closed for those that could not do it themselves."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from monitor.models import Run, RunOutcome, Source
from monitor.secret import hide
from monitor.store import sources

LONGEST_ERROR = 500
LONGEST_LEFT_OPEN = timedelta(days=7)
"""How far back to look for crawls that did not end: a bounded stretch of the index."""


def start(session: Session, job: str, *, now: datetime, source_id: int | None = None) -> Run:
    """A new Run that is going on; a crawl also names its source."""
    run = Run(job=job, source_id=source_id, started_at=now)
    session.add(run)
    session.flush()
    return run


def get(session: Session, run_id: int) -> Run:
    """A Run that is there."""
    return session.get_one(Run, run_id)


def finish(
    session: Session, run: Run, *, now: datetime, outcome: RunOutcome, counters: Mapping[str, int], error: str = ""
) -> None:
    """Write how a Run ended."""
    run.ended_at, run.outcome = now, outcome
    run.counters, run.error = dict(counters), hide(error)[:LONGEST_ERROR]
    session.add(run)
    session.flush()


def abandon(session: Session, slug: str, since: datetime, error: str, now: datetime) -> None:
    """Close the crawl of a source that its process left open (or never opened) since that time, as a failure.

    A crawl that wrote its own end is left alone, whatever the exit code of its process was.
    """
    source = session.exec(select(Source).where(Source.slug == slug)).first()
    if source is None or source.id is None:
        return
    begun = select(Run).where(Run.source_id == source.id, Run.job == "crawl", Run.started_at >= since)
    found = list(session.exec(begun.order_by(col(Run.started_at))))
    still_open = [run for run in found if run.outcome is RunOutcome.RUNNING]
    if found and not still_open:
        return
    for run in still_open or [start(session, "crawl", now=since, source_id=source.id)]:
        finish(session, run, now=now, outcome=RunOutcome.FAILED, counters=run.counters, error=error)
    sources.record_failure(session, source, error, now=now)


def close_left_open(session: Session, source_id: int, now: datetime) -> None:
    """Close the crawls of a source whose processes died together with the one that watched them.

    A crawl that goes on all the same writes its own end over this.
    """
    recent = select(Run).where(Run.source_id == source_id, Run.started_at > now - LONGEST_LEFT_OPEN)
    for run in session.exec(recent.where(Run.job == "crawl", Run.outcome == RunOutcome.RUNNING)).all():
        finish(session, run, now=now, outcome=RunOutcome.FAILED, counters=run.counters, error="it did not end: killed")


def last_good_start(session: Session, source_id: int, now: datetime) -> datetime | None:
    """When the latest good crawl of a source began: everything since then was not looked at yet.

    One that began in the future, by a clock that was ahead, does not tell up to when all was seen.
    """
    good = select(Run.started_at).where(Run.source_id == source_id, Run.job == "crawl", Run.outcome == RunOutcome.OK)
    before = good.where(col(Run.started_at) <= now)
    return session.exec(before.order_by(col(Run.started_at).desc()).limit(1)).first()


def good_stretches(
    session: Session, source_id: int, *, since: datetime, longest: timedelta
) -> list[tuple[datetime, datetime]]:
    """The stretches in which a source was crawled well again and again, in order, as far as its Runs are kept.

    Two good crawls that follow each other make the time between them heard, unless more than `longest` lies between.
    """
    query = select(Run.started_at, Run.outcome).where(
        Run.source_id == source_id, Run.job == "crawl", Run.started_at >= since
    )
    heard: list[tuple[datetime, datetime]] = []
    before: datetime | None = None
    for at, outcome in session.exec(query.order_by(col(Run.started_at))):
        if outcome is RunOutcome.OK and before is not None and at - before <= longest:
            joined = bool(heard) and heard[-1][1] == before
            heard.append((heard.pop()[0] if joined else before, at))
        before = at if outcome is RunOutcome.OK else None
    return heard


def first_crawl(session: Session, source_id: int) -> datetime | None:
    """When the oldest crawl of a source that is still kept began."""
    query = select(Run.started_at).where(Run.source_id == source_id, Run.job == "crawl")
    return session.exec(query.order_by(col(Run.started_at)).limit(1)).first()
