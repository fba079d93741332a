"""A text that ends the process that reads it: its neighbours are read at once, it is set aside and reported."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from monitor.clock import utcnow
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import Alert, Mention, ReadState
from monitor.store import assessments, sources
from monitor.store.database import open_database, session_of
from monitor.supervisor import SOON, Stop, Supervisor
from tests.alerting.receivers import SlackReceiver, slack_receiver
from tests.factories import NOON, new_database
from tests.fakes import FakeAssessor
from tests.faults.poisoned import POISON
from tests.faults.scenes import collect, settings_of, write_config
from tests.faults.stages import ROOT

TEXTS = [f"Karak House was lovely {number}" for number in range(3)]


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        yield receiver


@pytest.fixture
def folder(tmp_path: Path, slack: SlackReceiver) -> Path:
    """A config and a database in which four texts wait, the second of them poison."""
    new_database(tmp_path)
    return filled(tmp_path, slack)


@pytest.fixture
def folder_on_postgresql(tmp_path: Path, slack: SlackReceiver, postgresql_url: str) -> Path:
    return filled(tmp_path, slack, postgresql_url)


def filled(tmp_path: Path, slack: SlackReceiver, url: str = "") -> Path:
    write_config(tmp_path, site="http://127.0.0.1:9", slack=slack.url, mail=9, database=url)
    settings = settings_of(tmp_path)
    engine = open_database(settings.database.url)
    with session_of(engine) as session:
        sources.sync(session, settings)
        collect(session, TEXTS[0], f"Karak House: {POISON}", *TEXTS[1:], at=utcnow() - timedelta(minutes=5))
        session.commit()
    engine.dispose()
    return tmp_path


def states(folder: Path) -> list[str]:
    engine = open_database(settings_of(folder).database.url)
    with session_of(engine) as session:
        found = [state.value for state in session.exec(select(Mention.read_state).order_by(col(Mention.id)))]
    engine.dispose()
    return found


def until(true: Callable[[], object], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_text_that_crashes_the_monitor_is_set_aside_and_the_operator_hears(
    folder: Path, slack: SlackReceiver
) -> None:
    assert set_aside_by("run", folder, slack).count("the monitor died") == assessments.TRIES


@pytest.mark.slow
@pytest.mark.soak  # each time the others take over after half a minute
@pytest.mark.timeout(400)
def test_so_it_is_when_it_crashes_workers(folder_on_postgresql: Path, slack: SlackReceiver) -> None:
    assert set_aside_by("worker", folder_on_postgresql, slack).count("the monitor died") == assessments.TRIES


def set_aside_by(role: str, folder: Path, slack: SlackReceiver) -> str:
    """What is logged until the poison is set aside, all others are read, and the operator has heard."""
    command = [sys.executable, "-m", "tests.faults.poisoned", role, "--config", str(folder / "config.yaml")]
    with (folder / "log.txt").open("w") as log:
        monitor = subprocess.Popen(command, cwd=ROOT, stderr=log, env={**os.environ, "EMBERWATCH_LOG_TEXT": "1"})
        try:
            until(lambda: states(folder).count("read") == 3)
            assert states(folder)[1] == "waiting", "the neighbours do not wait for its tries"
            until(lambda: states(folder)[1] == "failed", 200)
            until(lambda: slack.received)
            monitor.send_signal(signal.SIGTERM)
            assert monitor.wait(30) == 0
        finally:
            monitor.kill()
    assert "1 text could not be read" in slack.received[0]["text"]
    return (folder / "log.txt").read_text()


def read(context: Context) -> object:
    def fail(texts: object) -> None:
        if any(POISON in text for text in texts):  # type: ignore[attr-defined]
            raise ValueError("a broken text")

    return analyse.run(context, FakeAssessor(fail))


def test_a_text_that_raises_is_set_aside_and_holds_nobody_up(folder: Path) -> None:
    settings = settings_of(folder)
    engine = open_database(settings.database.url)
    supervisor, now, waits = Supervisor(settings, engine, folder / "config.yaml", Stop()), NOON, []
    for _ in range(5):
        again = supervisor.run_job("analyse", read, now)  # type: ignore[arg-type]
        waits.append(again - now if again else None)
        now += timedelta(seconds=5)
    engine.dispose()
    assert states(folder) == ["read", "failed", "read", "read"]
    assert waits == [SOON, SOON, SOON, None, None]


def test_when_every_text_raises_the_job_waits_longer_and_longer(folder: Path) -> None:
    """A model that is broken altogether must not use up the tries of all texts."""
    settings = settings_of(folder)
    engine = open_database(settings.database.url)
    supervisor = Supervisor(settings, engine, folder / "config.yaml", Stop())

    def broken(context: Context) -> object:
        def fail(_texts: object) -> None:
            raise RuntimeError

        return analyse.run(context, FakeAssessor(fail))

    waits = [supervisor.run_job("analyse", broken, NOON) for _ in range(6)]  # type: ignore[arg-type]
    engine.dispose()
    assert [wait - NOON for wait in waits if wait][3:] == [
        timedelta(minutes=8),
        timedelta(minutes=16),
        timedelta(minutes=32),
    ]


def test_the_operator_hears_once_a_day_however_many_texts_are_set_aside(folder: Path) -> None:
    settings = settings_of(folder)
    engine = open_database(settings.database.url)
    with session_of(engine) as session:
        for day, number in ((0, 1), (0, 2), (1, 3)):
            mention = session.get_one(Mention, number)
            mention.read_state, mention.read_attempts = ReadState.WAITING, assessments.TRIES
            session.commit()
            analyse.run(Context(settings, session, NOON + timedelta(days=day)), FakeAssessor())
        keys = session.exec(select(Alert.key)).all()
        session.rollback()
    engine.dispose()
    assert keys == ["texts:2026-03-02", "texts:2026-03-03"]


def test_without_a_model_no_text_loses_a_try(folder: Path) -> None:
    settings = settings_of(folder).model_copy(update={"analysis": {"model": "/nowhere"}})
    engine = open_database(settings.database.url)
    with session_of(engine) as session:
        with pytest.raises(Exception):  # noqa: B017, PT011 (whatever the model's loader says)
            analyse.run(Context(settings, session, NOON))
        session.rollback()
        assert set(session.exec(select(Mention.read_attempts))) == {0}
        assert set(session.exec(select(Mention.read_state))) == {ReadState.WAITING}
    engine.dispose()
