"""Executions of crawls: started, ended with their counters, and closed for those that could not do it themselves."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from monitor.models import Run, RunOutcome, Source
from monitor.store import sources

LONGEST_ERROR = 500


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
    run.counters, run.error = dict(counters), error[:LONGEST_ERROR]
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


def last_good_start(session: Session, source_id: int) -> datetime | None:
    """When the latest good crawl of a source began: everything since then was not looked at yet."""
    good = select(Run.started_at).where(Run.source_id == source_id, Run.job == "crawl", Run.outcome == RunOutcome.OK)
    return session.exec(good.order_by(col(Run.started_at).desc()).limit(1)).first()
