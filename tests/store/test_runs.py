"""Executions of crawls."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.models import Run, RunOutcome, Source, SourceHealth
from monitor.store import runs

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def source(session: Session) -> Source:
    source = Source(slug="blog", kind="feed")
    session.add(source)
    session.flush()
    return source


def test_a_run_keeps_its_counters_and_how_it_ended(session: Session) -> None:
    run = runs.start(session, "crawl", now=NOW)
    runs.finish(session, run, now=NOW + MINUTE, outcome=RunOutcome.OK, counters={"new": 3})
    assert (run.outcome, run.counters, run.ended_at) == (RunOutcome.OK, {"new": 3}, NOW + MINUTE)


def test_a_crawl_whose_process_died_is_closed_as_a_failure(session: Session, source: Source) -> None:
    run = runs.start(session, "crawl", now=NOW, source_id=source.id)
    runs.abandon(session, "blog", NOW - MINUTE, "killed", NOW + MINUTE)
    assert (run.outcome, run.error) == (RunOutcome.FAILED, "killed")
    assert source.health is SourceHealth.FAILING


def test_a_crawl_that_never_began_leaves_a_failed_run(session: Session, source: Source) -> None:
    runs.abandon(session, "blog", NOW, "ended with exit code 1", NOW + MINUTE)
    assert [run.outcome for run in session.exec(select(Run))] == [RunOutcome.FAILED]


def test_a_crawl_that_wrote_its_own_end_is_left_alone(session: Session, source: Source) -> None:
    run = runs.start(session, "crawl", now=NOW, source_id=source.id)
    runs.finish(session, run, now=NOW, outcome=RunOutcome.BLOCKED, counters={}, error="robots.txt")
    runs.abandon(session, "blog", NOW - MINUTE, "ended with exit code 1", NOW + MINUTE)
    assert (run.outcome, source.failures) == (RunOutcome.BLOCKED, 0)


def test_abandoning_an_unknown_source_does_nothing(session: Session) -> None:
    runs.abandon(session, "nobody", NOW, "killed", NOW)
    assert session.exec(select(Run)).all() == []


def test_the_last_good_start_skips_failed_crawls(session: Session, source: Source) -> None:
    for minutes, outcome in ((0, RunOutcome.OK), (1, RunOutcome.OK), (2, RunOutcome.FAILED)):
        run = runs.start(session, "crawl", now=NOW + minutes * MINUTE, source_id=source.id)
        runs.finish(session, run, now=NOW + 9 * MINUTE, outcome=outcome, counters={})
    assert source.id is not None
    assert runs.last_good_start(session, source.id, NOW + 60 * MINUTE) == NOW + MINUTE


def stretches(session: Session, source: Source, *outcomes: RunOutcome) -> list[tuple[int, int]]:
    """The good stretches of crawls that began every ten minutes, in minutes."""
    assert source.id is not None
    for number, outcome in enumerate(outcomes):
        run = runs.start(session, "crawl", now=NOW + number * 10 * MINUTE, source_id=source.id)
        if outcome is not RunOutcome.RUNNING:
            runs.finish(session, run, now=NOW, outcome=outcome, counters={})
    found = runs.good_stretches(session, source.id, since=NOW, longest=30 * MINUTE)
    return [((start - NOW) // MINUTE, (end - NOW) // MINUTE) for start, end in found]


def test_good_crawls_that_follow_each_other_make_one_stretch(session: Session, source: Source) -> None:
    assert stretches(session, source, *[RunOutcome.OK] * 4) == [(0, 30)]


@pytest.mark.parametrize("outcome", [RunOutcome.FAILED, RunOutcome.BLOCKED, RunOutcome.RUNNING])
def test_a_crawl_that_did_not_go_well_ends_a_stretch(session: Session, source: Source, outcome: RunOutcome) -> None:
    ok = RunOutcome.OK
    assert stretches(session, source, ok, ok, outcome, ok, ok) == [(0, 10), (30, 40)]
    assert stretches(session, source) != []


def test_a_long_pause_between_good_crawls_was_not_heard(session: Session, source: Source) -> None:
    for at in (0, 10, 60, 70):
        run = runs.start(session, "crawl", now=NOW + at * MINUTE, source_id=source.id)
        runs.finish(session, run, now=NOW, outcome=RunOutcome.OK, counters={})
    assert stretches(session, source) == [(0, 10), (60, 70)]


def test_the_oldest_crawl_that_is_kept_is_known(session: Session, source: Source) -> None:
    assert source.id is not None
    assert runs.first_crawl(session, source.id) is None
    stretches(session, source, RunOutcome.FAILED, RunOutcome.OK)
    assert runs.first_crawl(session, source.id) == NOW


def test_a_crawl_that_was_killed_with_its_watcher_is_closed_by_the_next_one(session: Session, source: Source) -> None:
    left = runs.start(session, "crawl", now=NOW - 60 * MINUTE, source_id=source.id)
    runs.close_left_open(session, source.id or 0, NOW)
    assert (left.outcome, left.error, left.ended_at) == (RunOutcome.FAILED, "it did not end: killed", NOW)
