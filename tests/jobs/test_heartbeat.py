"""The heartbeat: asked at most so often and only while all is well, and never a burden to the loop."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from monitor.config import HeartbeatOptions
from monitor.jobs.heartbeat import Heartbeat, failing
from monitor.supervisor import Stop, Supervisor
from tests.alerting.receivers import HttpReceiver, free_port, http_receiver, silent_server
from tests.contexts import make_settings
from tests.factories import NOON

SECRET = "very-secret-token"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver(f"/ping/{SECRET}") as receiver:
        yield receiver


def options(url: str, **values: Any) -> HeartbeatOptions:
    return HeartbeatOptions.model_validate({"url": url, "timeout": "1s", **values})


def settled(heartbeat: Heartbeat) -> None:
    """Until what was asked is answered or given up."""
    if heartbeat._asking is not None:
        heartbeat._asking.join(10)


def beats(heartbeat: Heartbeat, *minutes: float, well: bool = True) -> None:
    for minute in minutes:
        heartbeat.beat(well=well, now=NOON + minute * MINUTE)
        settled(heartbeat)


def words(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> str:
    told = capsys.readouterr()
    return told.out + told.err + caplog.text  # however the logs are set up


def test_the_address_is_asked_at_most_so_often(receiver: HttpReceiver):
    beats(Heartbeat(options(receiver.url, every="5m")), 0, 1, 4.9, 5, 5.1, 9.9, 10)
    assert receiver.paths == [f"/ping/{SECRET}"] * 3
    assert {request.method for request in receiver.requests} == {"GET"}


def test_while_a_job_keeps_failing_nothing_is_asked(receiver: HttpReceiver):
    heartbeat = Heartbeat(options(receiver.url))
    beats(heartbeat, 0, 5, 10, well=False)
    assert receiver.paths == []
    beats(heartbeat, 11)
    assert receiver.paths == [f"/ping/{SECRET}"]


def test_healthchecks_can_be_told_that_a_job_keeps_failing(receiver: HttpReceiver):
    beats(Heartbeat(options(receiver.url, when_failing="fail")), 0, 1, 5, well=False)
    assert receiver.paths == [f"/ping/{SECRET}/fail"] * 2


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://hc.example/uuid", "https://hc.example/uuid/fail"),
        ("https://hc.example/uuid/", "https://hc.example/uuid/fail"),
        ("https://hc.example/key/slug?create=1", "https://hc.example/key/slug/fail?create=1"),
    ],
)
def test_a_failure_has_an_address_of_its_own(url: str, asked: str):
    assert failing(url) == asked


def test_a_clock_that_is_set_back_does_not_silence_it(receiver: HttpReceiver):
    beats(Heartbeat(options(receiver.url)), 600, 0)
    assert len(receiver.requests) == 2


def test_an_address_that_hangs_does_not_delay_the_loop():
    with silent_server() as port:
        heartbeat = Heartbeat(options(f"http://127.0.0.1:{port}/{SECRET}"))
        started = time.monotonic()
        for minute in (0, 5, 10):
            heartbeat.beat(well=True, now=NOON + minute * MINUTE)
        assert time.monotonic() - started < 0.5
        settled(heartbeat)
    assert time.monotonic() - started < 5


def test_a_slow_address_is_not_asked_twice_at_once(receiver: HttpReceiver):
    receiver.delay_seconds = 0.5
    heartbeat = Heartbeat(options(receiver.url))
    for minute in (0, 5, 10):
        heartbeat.beat(well=True, now=NOON + minute * MINUTE)
    settled(heartbeat)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [301, 404, 500])
def test_a_failure_is_logged_once_without_the_address(
    receiver: HttpReceiver, status: int, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    receiver.status, receiver.headers = status, {"Location": f"{receiver.url}/elsewhere"}
    beats(Heartbeat(options(receiver.url)), 0, 5, 10)
    told = words(capsys, caplog)
    assert told.count(f"answered {status}") == 1
    assert SECRET not in told
    assert receiver.paths == [f"/ping/{SECRET}"] * 3


def test_an_address_that_is_away_is_logged_once_and_asked_again(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    beats(Heartbeat(options(f"http://127.0.0.1:{free_port()}/{SECRET}")), 0, 5, 10)
    told = words(capsys, caplog)
    assert told.count("cannot be reached") == 1
    assert SECRET not in told


def test_that_it_is_heard_again_is_logged(
    receiver: HttpReceiver, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO")
    heartbeat = Heartbeat(options(receiver.url))
    receiver.status = 500
    beats(heartbeat, 0)
    receiver.status = 200
    beats(heartbeat, 5, 10)
    assert words(capsys, caplog).count("heartbeat heard again") == 1


def test_without_one_in_the_config_nothing_is_asked():
    heartbeat = Heartbeat(make_settings().heartbeat)
    beats(heartbeat, 0, 5)
    assert heartbeat._asking is None


def test_its_address_may_be_a_secret_and_is_never_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HEARTBEAT_URL", f"https://hc.example/{SECRET}")
    given = make_settings(heartbeat={"url": {"env": "HEARTBEAT_URL"}})
    assert given.heartbeat is not None
    assert SECRET not in f"{given!r} {given.model_dump_json()}"


@pytest.mark.parametrize("url", ["hc.example/uuid", "ftp://hc.example", f"https://user:{SECRET}@hc.example", ""])
def test_what_is_no_address_is_refused_and_not_shown(url: str):
    with pytest.raises(ValidationError, match="the url must be an http or https address") as caught:
        make_settings(heartbeat={"url": url})
    assert SECRET not in str(caught.value)


def fails(_context: object) -> Any:
    raise RuntimeError("the disk is full")


def idles(_context: object) -> Any:
    return Counter()


@pytest.fixture
def supervisor(engine: sa.Engine) -> Supervisor:
    return Supervisor(make_settings(), engine, Path("config.yaml"), Stop())


def test_the_monitor_is_not_well_before_a_job_went_well(supervisor: Supervisor):
    assert not supervisor.is_well(NOON)
    supervisor.run_job("alert", idles, NOON)
    assert supervisor.is_well(NOON)


def test_a_job_that_failed_three_times_makes_the_monitor_unwell_until_it_works(supervisor: Supervisor):
    def after(run: Callable[[Any], Any]) -> bool:
        supervisor.run_job("alert", run, NOON)
        return supervisor.is_well(NOON)

    supervisor.run_job("analyse", idles, NOON)
    assert [after(run) for run in (fails, fails, fails, idles)] == [True, True, False, True]


def test_a_monitor_whose_good_runs_cannot_be_noted_is_not_well(supervisor: Supervisor):
    supervisor.run_job("analyse", idles, NOON)
    assert supervisor.is_well(NOON + 4 * MINUTE)
    assert not supervisor.is_well(NOON + 6 * MINUTE)


def test_the_loop_gives_the_sign_of_life(receiver: HttpReceiver, engine: sa.Engine):
    stop = Stop()
    until = time.monotonic() + 30

    def now():
        if receiver.requests or time.monotonic() > until:
            stop.set()
        return NOON

    settings = make_settings(sources=[], heartbeat={"url": receiver.url})
    Supervisor(settings, engine, Path("config.yaml"), stop).loop(now)
    assert receiver.paths == [f"/ping/{SECRET}"]
