"""The loop: a job that fails waits longer each time, the others go on, and a wish to stop is honoured."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import Session, col, select

from monitor.clock import utcnow
from monitor.jobs import JOBS
from monitor.jobs.context import Context, Counters
from monitor.jobs.crawl import Pool
from monitor.models import Alert, AlertState, JobHealth, Run, RunOutcome
from monitor.parent import LAST_END
from monitor.supervisor import SOON, Scheduled, Stop, Supervisor, schedule
from tests.alerting.receivers import SlackReceiver, silent_server, slack_receiver
from tests.contexts import BRAND, make_settings
from tests.dialects import locked, no_room
from tests.factories import NOON, make_brand, make_incident


@pytest.fixture
def supervisor(engine: sa.Engine) -> Supervisor:
    return Supervisor(make_settings(), engine, Path("config.yaml"), Stop())


def fails(_context: Context) -> Counters:
    raise RuntimeError("the disk is full")


def works(_context: Context) -> Counters:
    return Counter(read=3)


def idles(_context: Context) -> Counters:
    return Counter()


def test_every_job_is_scheduled_in_order():
    assert tuple(job.name for job in schedule(make_settings(), NOON, Pool())) == JOBS


def test_work_done_is_kept_as_a_run(supervisor: Supervisor, session: Session):
    assert supervisor.run_job("analyse", works, NOON) is None
    run = session.exec(select(Run)).one()
    assert (run.job, run.outcome, run.counters) == ("analyse", RunOutcome.OK, {"read": 3})


def test_idle_looks_leave_no_runs(supervisor: Supervisor, session: Session):
    for seconds in range(30):
        supervisor.run_job("analyse", idles, NOON + timedelta(seconds=seconds))
    assert session.exec(select(Run)).all() == []
    assert session.get_one(JobHealth, "analyse").last_good_at == NOON


def test_nothing_counted_is_no_work(supervisor: Supervisor, session: Session):
    supervisor.run_job("report", lambda _: Counter({"files": 0}), NOON)
    assert session.exec(select(Run)).all() == []


def test_waiting_is_no_work(supervisor: Supervisor, session: Session):
    supervisor.run_job("report", lambda _: Counter({"waiting: first crawl": 1}), NOON)
    assert session.exec(select(Run)).all() == []


def test_a_failing_job_waits_twice_as_long_each_time_up_to_an_hour(supervisor: Supervisor):
    waits = []
    for _ in range(9):
        again = supervisor.run_job("alert", fails, NOON)
        assert again is not None
        waits.append(int((again - NOON).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_failure_is_kept_with_its_reason_and_success_ends_it(supervisor: Supervisor, session: Session):
    supervisor.run_job("alert", fails, NOON)
    assert session.exec(select(Run.outcome, Run.error)).one() == (
        RunOutcome.FAILED,
        "RuntimeError: the disk is full",
    )
    supervisor.run_job("alert", works, NOON)
    session.expire_all()
    health = session.get_one(JobHealth, "alert")
    assert (health.failures, health.error, health.next_try_at) == (0, "", None)


def test_what_a_failing_job_wrote_is_undone(supervisor: Supervisor, session: Session):
    def writes_then_fails(context: Context) -> Counters:
        context.session.add(JobHealth(job="half"))
        context.session.flush()
        raise RuntimeError

    supervisor.run_job("alert", writes_then_fails, NOON)
    assert session.get(JobHealth, "half") is None


CONFIG = {
    "brands": [BRAND],
    "sources": [],
    "channels": [{"id": "terminal", "type": "console"}],
}


@pytest.mark.slow
def test_run_starts_on_an_empty_folder_and_stops_when_asked(tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({**CONFIG, "database": {"url": f"sqlite:///{tmp_path}/new/e.db"}}))
    command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(config)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent, stderr=subprocess.PIPE, env=os.environ)
    wait_for_jobs(tmp_path / "new" / "e.db", process)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert json.loads(told.splitlines()[-1])["event"] == "stopped"


def wait_for_jobs(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until the last job has been run once."""
    engine = sa.create_engine(f"sqlite:///{path}")
    for _ in range(300):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.2)
        if not path.exists() or not sa.inspect(engine).has_table("job_health"):
            continue
        with Session(engine) as session:
            if session.exec(select(JobHealth.job).where(col(JobHealth.job) == JOBS[-1])).first():
                engine.dispose()
                return
    pytest.fail("the jobs did not run within a minute")


@pytest.mark.slow
def test_a_second_wish_to_stop_does_not_wait_for_a_message_on_its_way(tmp_path: Path):
    config, engine = tmp_path / "config.yaml", sa.create_engine(f"sqlite:///{tmp_path}/e.db")
    with silent_server() as port:
        hangs = {**TEAM, "timeout": "60s"}
        config.write_text(yaml.safe_dump({**CONFIG, "channels": [hangs], "database": {"url": str(engine.url)}}))
        command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(config)]
        env = {**os.environ, "URL_TEAM": f"http://127.0.0.1:{port}/x"}
        process = subprocess.Popen(command, cwd=Path(__file__).parent.parent, stderr=subprocess.PIPE, env=env)
        wait_for_jobs(tmp_path / "e.db", process)
        open_incident(engine)
        assert wait_until(lambda: AlertState.SENDING in states(engine))
        process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=5)
    assert process.returncode == 143
    engine.dispose()


def states(engine: sa.Engine) -> list[AlertState]:
    with Session(engine) as session:
        return list(session.exec(select(Alert.state)))


def locked_out(context: Context) -> Counters:
    """Meets a database that another process keeps for itself."""
    with locked(context.session.connection(), "job_health"):
        context.session.add(JobHealth(job="mine"))
        context.session.flush()
    return Counter()


def test_a_busy_database_is_no_failure_and_is_tried_again_soon(supervisor: Supervisor, session: Session):
    assert [supervisor.run_job("alert", locked_out, NOON) for _ in range(3)] == [NOON + SOON] * 3
    assert session.exec(select(Run)).all() == []


def test_while_the_database_is_in_trouble_it_is_asked_again_each_minute(supervisor: Supervisor):
    """As soon as people have mended it, what waits there is to go out."""

    def unreachable(_context: Context) -> Counters:
        raise sa.exc.OperationalError("SELECT 1", None, Exception("connection refused"))

    waits = [supervisor.run_job("alert", unreachable, NOON) for _ in range(8)]
    assert waits == [NOON + timedelta(minutes=1)] * 8
    assert not supervisor.is_well(NOON)


def test_while_nothing_can_be_written_the_waits_still_grow_and_the_loop_goes_on(
    supervisor: Supervisor, engine: sa.Engine, session: Session
):
    with no_room(engine):
        waits = [supervisor.run_job("alert", fails, NOON) for _ in range(3)]
        assert supervisor.run_job("analyse", works, NOON) is None
    assert [(wait - NOON) / timedelta(minutes=1) for wait in waits if wait] == [1, 2, 4]
    assert session.exec(select(JobHealth.job)).all() == []
    supervisor.run_job("alert", fails, NOON)
    assert session.get_one(JobHealth, "alert").failures == 4


def test_what_people_can_mend_is_told_once_with_the_remedy(
    supervisor: Supervisor, engine: sa.Engine, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
):
    with no_room(engine):
        for _ in range(3):
            supervisor.run_job("analyse", works, NOON)
    told = capsys.readouterr()
    assert (told.out + told.err + caplog.text).count("remedy") == 1  # however the logs are set up


def test_how_the_monitor_died_before_is_kept(supervisor: Supervisor, session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(LAST_END, "ended by SIGSEGV after 12 s")
    supervisor._stop.set()
    supervisor.loop(lambda: NOON)
    assert session.exec(select(Run.job, Run.error)).one() == ("run", "the monitor ended by SIGSEGV after 12 s")


def test_one_wish_to_stop_that_comes_by_two_ways_is_one_and_a_later_one_leaves_at_once(
    monkeypatch: pytest.MonkeyPatch,
):
    stop = Stop()
    stop._heard(signal.SIGTERM, None)
    stop._heard(signal.SIGTERM, None)
    assert stop()
    monkeypatch.setattr(stop, "_heard_at", stop._heard_at - 2)
    with pytest.raises(SystemExit) as left:
        stop._heard(signal.SIGTERM, None)
    assert left.value.code == 143


def wait_until(is_so: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return is_so()


@contextmanager
def looping(engine: sa.Engine, stop: Stop, **values: Any) -> Iterator[Thread]:
    """The whole loop, beside the test; it is stopped at the end."""
    loop = Thread(target=Supervisor(make_settings(sources=[], **values), engine, Path("config.yaml"), stop).loop)
    loop.start()
    yield loop
    stop.set()
    loop.join(20)
    assert not loop.is_alive()


def open_incident(engine: sa.Engine) -> None:
    with Session(engine) as session:
        make_incident(session, make_brand(session, f"b{time.monotonic_ns()}"), at=utcnow())
        session.commit()


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        monkeypatch.setenv("URL_TEAM", receiver.url)
        yield receiver


TEAM = {"type": "slack", "id": "team", "url": {"env": "URL_TEAM"}}


def test_a_long_look_of_another_job_delays_no_warning(
    engine: sa.Engine, slack: SlackReceiver, monkeypatch: pytest.MonkeyPatch
):
    began, ends = Event(), Event()

    def long_look(_context: Context) -> Counters:
        began.set()
        ends.wait(20)
        return Counter()

    monkeypatch.setattr("monitor.jobs.detect.run", long_look)
    with looping(engine, Stop(), channels=[TEAM]):
        assert began.wait(20)
        open_incident(engine)
        arrived = wait_until(lambda: bool(slack.keys))
        ends.set()
    assert arrived


def test_a_message_on_its_way_is_finished_and_stored_before_it_stops(
    engine: sa.Engine, slack: SlackReceiver, session: Session
):
    slack.delay_seconds = 1.0
    stop = Stop()
    with looping(engine, stop, channels=[TEAM]):
        open_incident(engine)
        assert wait_until(lambda: bool(slack.keys))
        stop.set()
    assert session.exec(select(Alert.state)).all() == [AlertState.SENT]


def test_when_the_alerts_fail_they_wait_longer_and_the_other_jobs_go_on(
    engine: sa.Engine, session: Session, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("monitor.jobs.alert.run", lambda _context, looks: fails(_context))
    open_incident(engine)
    with looping(engine, Stop()):
        assert wait_until(lambda: bool(session.exec(select(Run.id).where(Run.job == "alert")).all()))
        assert wait_until(lambda: bool(session.exec(select(JobHealth).where(JobHealth.job == JOBS[-1])).all()))
        time.sleep(0.6)  # longer than two looks of the alerts
    assert len(session.exec(select(Run.id).where(Run.job == "alert")).all()) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_of_the_alerts_that_ends_is_started_again(engine: sa.Engine, slack: SlackReceiver):
    stop, broken = Stop(), []

    def now() -> datetime:
        if current_thread().name == "alert" and not broken:
            broken.append(True)
            raise RuntimeError
        return utcnow()

    supervisor = Supervisor(make_settings(sources=[], channels=[TEAM]), engine, Path("config.yaml"), stop)
    loop = Thread(target=supervisor.loop, args=(now,))
    loop.start()
    open_incident(engine)
    arrived = wait_until(lambda: bool(slack.keys))
    stop.set()
    loop.join(20)
    assert broken
    assert arrived


def test_a_thread_of_the_alerts_that_hangs_makes_the_monitor_unwell(supervisor: Supervisor):
    later = NOON + timedelta(minutes=6)
    supervisor._alerts_at = NOON
    supervisor.run_job("analyse", idles, later)
    assert not supervisor.is_well(later)
    supervisor._alerts_at = later
    assert supervisor.is_well(later)


def test_a_clock_that_is_set_back_does_not_keep_a_job_waiting():
    due_at = NOON + timedelta(minutes=1)
    job = Scheduled("report", lambda _: Counter(), timedelta(minutes=1), due_at, looked_at=NOON)
    assert not job.is_due(NOON)
    assert job.is_due(NOON - timedelta(hours=3))
