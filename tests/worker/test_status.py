"""What `emberwatch status` says of workers and queues."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.clock import utcnow
from monitor.models import JobHealth
from monitor.status import Status, as_json, gather, verdicts
from monitor.store import queues
from monitor.store.database import session_of
from monitor.store.queues import QueueState, WorkerState
from monitor.verdict import State, Verdict
from monitor.worker.line import Line
from tests.contexts import make_settings
from tests.factories import NOON
from tests.worker.conftest import ask

WORKER = WorkerState("desk 7", ("crawl", "upkeep"), "0012", NOON - timedelta(hours=1), NOON - timedelta(seconds=4))


@pytest.fixture
def quiet(session: Session) -> Status:
    return gather(session, make_settings(), "0012", NOON)


def said(status: Status, subject: str) -> Verdict:
    return next(verdict for verdict in verdicts(status) if verdict.subject == subject)


def waits(queue: str, seconds: int, *, waiting: int = 1) -> QueueState:
    return QueueState(queue, waiting, 0, 0, NOON - timedelta(seconds=seconds))


def test_where_nobody_uses_workers_nothing_is_said_of_them(quiet: Status) -> None:
    assert not [verdict for verdict in verdicts(quiet) if verdict.area == "workers"]


def test_work_that_no_worker_serves_fails(quiet: Status) -> None:
    status = replace(quiet, workers=(WORKER,), queues=(waits("analyse", 90),))
    assert said(status, "queue analyse").state is State.FAILS
    assert "--queues analyse" in said(status, "queue analyse").remedy


def test_a_worker_that_is_gone_serves_nothing(quiet: Status) -> None:
    gone = replace(WORKER, seen_at=NOON - timedelta(seconds=31))
    status = replace(quiet, workers=(gone,), queues=(waits("crawl", 90),))
    assert said(status, "worker desk 7").state is State.WARNING
    assert said(status, "queue crawl").state is State.FAILS


def test_a_queue_that_is_served_may_lag_a_while(quiet: Status) -> None:
    states = [
        said(replace(quiet, workers=(WORKER,), queues=(waits("crawl", seconds),)), "queue crawl").state
        for seconds in (90, 700)
    ]
    assert states == [State.OK, State.WARNING]


def test_a_worker_is_named_with_its_queues_and_last_sign_of_life(quiet: Status) -> None:
    found = said(replace(quiet, workers=(WORKER,)), "worker desk 7").found
    assert found == "crawl, upkeep; made for schema 0012; last sign of life 4 s ago"


def test_one_brand_that_fails_is_named(session: Session) -> None:
    session.add(JobHealth(job="detect:karak", failures=4, error="ValueError: broken", next_try_at=NOON))
    session.flush()
    status = gather(session, make_settings(), "0012", NOON)
    assert said(status, "job detect of karak").state is State.FAILS


def test_other_programs_get_the_same_figures(quiet: Status) -> None:
    told = as_json(replace(quiet, workers=(WORKER,), queues=(waits("crawl", 7, waiting=3),)))
    assert told["queues"] == [{"queue": "crawl", "waiting": 3, "running": 0, "failed": 0, "lag_seconds": 7}]
    assert (told["workers"][0]["alive"], told["workers"][0]["seen_age_seconds"]) == (True, 4)


def test_the_figures_come_from_the_queue_itself(line: Line, database: sa.Engine) -> None:
    line.put("crawl.plan", key="plan")
    line.put("detect.brand", key="detect", after=timedelta(hours=1))
    ask(database, "UPDATE QUEUE.procrastinate_events SET at = at - interval '90 seconds'")
    with session_of(database) as session:
        status = gather(session, make_settings(), "0012", utcnow())
    assert [(queue.name, queue.waiting) for queue in status.queues] == [("crawl", 1), ("detect", 0)]
    assert said(status, "queue crawl").state is State.FAILS


def test_work_that_waits_for_long_is_behind_and_a_crawl_only_where_nobody_serves_it(
    line: Line, database: sa.Engine
) -> None:
    line.put("detect.plan", key="plan")
    line.put("crawl.source", key="crawl")
    ask(database, "INSERT INTO QUEUE.procrastinate_workers (last_heartbeat) VALUES (now())")
    ask(
        database,
        "INSERT INTO QUEUE.emberwatch_worker (worker_id, name, queues, version, engine) "
        "SELECT max(id), 'desk', '{crawl}', '0', '0' FROM QUEUE.procrastinate_workers",
    )
    limit = timedelta(minutes=5)
    with session_of(database) as session:
        assert queues.behind(session, utcnow() + timedelta(minutes=4), limit) == []
        assert queues.behind(session, utcnow(), -limit) == ["detect"]  # both are late then
        ask(database, "UPDATE QUEUE.procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        session.rollback()
        assert queues.behind(session, utcnow(), -limit) == ["crawl", "detect"]
