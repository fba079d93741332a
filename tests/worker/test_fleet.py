"""Whole workers in this process on one database: they share the work, and take over what others left."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException
from psycopg_pool import AsyncConnectionPool
from sqlmodel import col, func, select

from monitor.jobs import analyse
from monitor.models import Assessment, Mention, ReadState
from monitor.store import queues
from monitor.store.database import session_of
from monitor.worker import process
from monitor.worker.line import Line
from monitor.worker.loop import Loop
from monitor.worker.slots import slots_of
from tests.worker.conftest import Make, ask, hear, jobs, working

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 30
CUT = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s"


def soon(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def read(database: sa.Engine) -> int:
    with session_of(database) as session:
        done = select(func.count()).select_from(Mention).where(col(Mention.read_state) == ReadState.READ)
        return session.exec(done).one()


def test_two_workers_read_each_text_once(make_hands: Make, database: sa.Engine) -> None:
    hands = [make_hands(analysis={"batch_size": 16}) for _ in range(2)]
    with session_of(database) as session:
        hear(session, hands[0], 600)
    with ExitStack() as stack:
        for one in hands:
            stack.enter_context(working(one, "analyse"))
        assert soon(lambda: read(database) == 600)
    seen = [len(one.assessor.seen) for one in hands]  # type: ignore[union-attr]
    assert sum(seen) == 600
    assert min(seen) > 0
    assert ask(database, "SELECT sum(mentions) FROM count WHERE resolution = '1h' AND dimension = 'all'") == 600


def test_a_worker_says_who_it_is_and_is_gone_when_it_ends(make_hands: Make, database: sa.Engine) -> None:
    with working(make_hands(), "analyse,prune") as worker:

        def known() -> list[tuple[str, tuple[str, ...]]]:
            with session_of(database) as session:
                return [(one.name, one.queues) for one in queues.workers(session)]

        assert soon(lambda: known() == [(worker.name, ("analyse", "prune", "upkeep"))])
    assert known() == []


def test_what_a_dead_worker_had_begun_is_done_by_another(make_hands: Make, line: Line, database: sa.Engine) -> None:
    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 3)
    line.put("analyse.read", key="analyse:0")
    ask(database, "INSERT INTO QUEUE.procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')")
    ask(
        database,
        "UPDATE QUEUE.procrastinate_jobs SET status = 'doing', "
        "worker_id = (SELECT max(id) FROM QUEUE.procrastinate_workers)",
    )
    with working(hands, "analyse"):
        assert soon(lambda: read(database) == 3)


def test_what_a_worker_had_begun_that_died_while_it_looked_for_the_dead_is_done_too(
    make_hands: Make, line: Line, database: sa.Engine
) -> None:
    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 3)
    line.put("analyse.read", key="analyse:0", lock="held")
    line.put("analyse.read", key="analyse:1", lock="held")
    line.put("upkeep.order", key="upkeep.order")
    ask(database, "UPDATE QUEUE.procrastinate_jobs SET status = 'doing' WHERE queueing_lock <> 'analyse:1'")
    with working(hands, "analyse"):
        assert soon(lambda: not [job for job in jobs(database, "analyse.read") if job["lock"] == "held"])


def test_a_job_that_this_version_does_not_know_is_left_for_one_that_does(
    make_hands: Make, line: Line, database: sa.Engine
) -> None:
    line.put("analyse.dream", key="dream", lock="dream")
    with working(make_hands(), "analyse"):
        assert soon(lambda: [job["status"] for job in jobs(database, "analyse.dream")] == ["failed"])
    ask(database, "UPDATE QUEUE.procrastinate_jobs SET task_name = 'analyse.read' WHERE task_name = 'analyse.dream'")
    with working(make_hands(), "analyse"):
        assert soon(lambda: not [job for job in jobs(database, "analyse.read") if job["lock"] == "dream"])


def test_what_ended_well_is_not_kept_in_the_queue(make_hands: Make, database: sa.Engine) -> None:
    with working(make_hands(), "analyse"):
        assert soon(lambda: bool(ask(database, "SELECT count(*) FROM QUEUE.procrastinate_periodic_defers")))
        time.sleep(3)
        assert ask(database, "SELECT count(*) FROM QUEUE.procrastinate_jobs WHERE status = 'succeeded'") == 0


def test_jobs_of_queues_that_nobody_serves_are_seen_to_wait(make_hands: Make, database: sa.Engine) -> None:
    with working(make_hands(), "analyse"):
        assert soon(lambda: bool(jobs(database, "crawl.plan")))
        with session_of(database) as session:
            crawl = next(queue for queue in queues.queues(session) if queue.name == "crawl")
    assert (crawl.waiting > 0, crawl.running) == (True, 0)


@contextmanager
def away(database: sa.Engine) -> Iterator[None]:
    """Meanwhile the database can be reached by nobody."""
    name = database.url.database
    beside = sa.create_engine(database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with beside.connect() as server:
        server.exec_driver_sql(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        try:
            server.exec_driver_sql(CUT, (name,))
            database.dispose()
            yield
        finally:
            server.exec_driver_sql(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    beside.dispose()


def test_a_worker_that_loses_the_database_goes_on(make_hands: Make, database: sa.Engine) -> None:
    hands = make_hands()
    with working(hands, "analyse") as worker:
        assert soon(lambda: bool(ask(database, "SELECT count(*) FROM QUEUE.emberwatch_worker")))
        with away(database):
            time.sleep(1)
        with session_of(database) as session:
            hear(session, hands, 5)
        assert soon(lambda: read(database) == 5)
        assert worker.name


def test_a_loop_that_loses_the_database_lives_until_its_last_job_is_done_while_another_takes_new_ones(
    make_hands: Make, line: Line, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "BEAT_SECONDS", 0.2)
    go_on, begun = threading.Event(), []
    monkeypatch.setattr(analyse, "run", lambda *_, **__: (begun.append(1), go_on.wait(PATIENCE_SECONDS), Counter())[2])
    hands = make_hands()
    with working(hands, "analyse", at_once=2):
        line.put("analyse.read", key="analyse:0")
        assert soon(lambda: len(begun) == 1)
        first = ask(database, "SELECT max(worker_id) FROM QUEUE.procrastinate_jobs WHERE task_name = 'analyse.read'")
        with away(database):
            time.sleep(1)
        assert soon(lambda: _put(line))
        assert soon(lambda: len(begun) == 2)
        line.put("analyse.read", key="analyse:2")  # for which no hand is free
        time.sleep(2 * process.POLL_SECONDS)
        assert len(begun) == 2
        beat = f"SELECT last_heartbeat FROM QUEUE.procrastinate_workers WHERE id = {first}"
        before = ask(database, beat)
        assert soon(lambda: ask(database, beat) > before)
        go_on.set()
        assert soon(lambda: ask(database, beat) is None)
        assert soon(lambda: len(begun) > 2)


def test_what_nobody_foresaw_ends_a_worker_instead_of_being_tried_for_ever(
    make_hands: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_loop: Loop) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Loop, "run", broken)
    hands = make_hands()
    worker = process.Worker(hands, slots_of(("analyse",), None, 1), hands.settings.database.url)
    with pytest.raises(ZeroDivisionError):
        worker.run()


def _put(line: Line) -> bool:
    try:
        return line.put("analyse.read", key="analyse:1")
    except ConnectorException:  # it has lost the database too
        return False


def test_a_worker_that_starts_while_the_database_is_away_begins_when_it_is_back(
    make_hands: Make, database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = AsyncConnectionPool.open
    waited: list[float] = []

    async def impatient(pool: AsyncConnectionPool, wait: bool = False, timeout: float = 30) -> None:
        waited.append(timeout)
        await patient(pool, wait=wait, timeout=0.5)

    monkeypatch.setattr(AsyncConnectionPool, "open", impatient)
    hands = make_hands()
    with ExitStack() as later:
        with away(database):
            later.enter_context(working(hands, "analyse"))
            assert soon(lambda: len(waited) > 1)  # it has waited in vain and tries again
        assert soon(lambda: bool(ask(database, "SELECT count(*) FROM QUEUE.emberwatch_worker")))


def test_what_is_read_anew_is_shared_by_the_workers(make_hands: Make, database: sa.Engine) -> None:
    from monitor.clock import utcnow
    from monitor.jobs import analyse
    from monitor.jobs.context import Context
    from monitor.store import rereading
    from monitor.store.assessments import Reader

    hands = make_hands()
    with session_of(database) as session:
        hear(session, hands, 300)
        analyse.run(Context(hands.settings, session, utcnow()), hands.assessor)
        reader = Reader("fake", "2")
        rereading.begin(session, reader, since=utcnow().replace(year=2000), brand="", now=utcnow())
        session.commit()
    hands.assessor.version = "2"  # type: ignore[union-attr]
    with working(hands, "analyse"):
        assert soon(lambda: _of_version(database, "2") == 300)
    assert ask(database, "SELECT sum(mentions) FROM count WHERE resolution = '1h' AND dimension = 'all'") == 300


def _of_version(database: sa.Engine, version: str) -> int:
    with session_of(database) as session:
        current = select(func.count()).select_from(Assessment).where(col(Assessment.is_current))
        return session.exec(current.where(Assessment.model_version == version)).one()
