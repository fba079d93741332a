"""The reception as a process: it opens, says what is wrong, and ends when asked and with the monitor."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from sqlmodel import Session, select
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.processes import Reception
from monitor.doors import DOORS, SERVED, is_polled
from monitor.doors.door import DoorOptions
from monitor.models import Source, SourceHealth
from tests.doors.dovecot import free_port

PATIENCE = 60  # seconds
CONFIG = """
database: {{url: "{database}"}}
brands: [{{id: karak, name: Karak House}}]
reception: {{port: {port}, url: https://in.karak.example}}
doors:
  - {{id: till, type: webhook, brands: [karak], secret: {{env: HOOK_SECRET}}}}
  - {{id: visit, type: survey, brands: [karak], embed_on: ["https://karak.example"]}}
"""


@pytest.fixture
def place(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, int]:
    """A config, and the port in it."""
    monkeypatch.setenv("HOOK_SECRET", "a-secret-for-the-hook")
    config, port = tmp_path / "config.yaml", free_port()
    config.write_text(CONFIG.format(database=database_url, port=port))
    return config, port


@contextmanager
def process(config: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "monitor.reception", "--config", str(config)]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                assert answer.read() == b"ok\n"
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the reception did not open")


@pytest.mark.slow
def test_it_opens_marks_its_doors_as_open_and_ends_when_asked(place: tuple[Path, int], session: Session):
    config, port = place
    with process(config) as server:
        wait_for(port)
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=PATIENCE)[1]
    assert "reception closed" in said
    sources = session.exec(select(Source).where(Source.slug.in_(["till", "visit"]))).all()
    assert [source.health for source in sources] == [SourceHealth.HEALTHY] * 2


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_in_words(place: tuple[Path, int]):
    config, port = place
    with process(config) as server:
        wait_for(port)
        with process(config) as second:
            said = second.communicate(timeout=PATIENCE)[1]
            assert second.returncode == 2
    assert f"127.0.0.1:{port} cannot be opened" in said
    assert server.returncode is not None


@pytest.mark.slow
def test_the_monitor_keeps_it_running_and_ends_it(place: tuple[Path, int]):
    config, port = place
    reception = Reception(config)
    reception.start()
    try:
        wait_for(port)
        first = reception._process
        assert first is not None
        first.kill()
        first.wait(PATIENCE)
        wait_for(port)
    finally:
        reception.end()
    with pytest.raises(OSError):  # noqa: PT011 (refused, whatever the system calls it)
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2)


def test_without_such_doors_there_is_nothing_to_serve(database_url: str, tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(f'database: {{url: "{database_url}"}}\nbrands: [{{id: karak, name: Karak House}}]')
    result = CliRunner().invoke(app, ["receive", "--serve", "--config", str(config)])
    assert "no webhook and no survey" in str(result.exception)


MAILING = """
database: {{url: "{database}"}}
brands: [{{id: karak, name: Karak House}}]
reception: {{port: {port}}}
channels:
  - {{id: mail, type: email, host: 127.0.0.1, security: none, sender: a@karak.example, recipients: [b@karak.example]}}
"""


@pytest.mark.slow
def test_it_opens_without_doors_where_alerts_carry_links(database_url: str, tmp_path: Path):
    config, port = tmp_path / "config.yaml", free_port()
    config.write_text(MAILING.format(database=database_url, port=port))
    with process(config):
        wait_for(port)
        with pytest.raises(HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/act/AAAA", timeout=PATIENCE)


@pytest.mark.slow
def test_the_monitor_goes_on_when_the_port_of_the_reception_is_taken(database_url: str, tmp_path: Path):
    config = tmp_path / "config.yaml"
    with socket.create_server(("127.0.0.1", 0)) as other:
        config.write_text(MAILING.format(database=database_url, port=other.getsockname()[1]))
        words = [sys.executable, "-m", "monitor.cli", "run", "--config", str(config)]
        with open_to_end(words) as monitor:
            said = until(monitor, "the reception ended and is started again")
            assert monitor.poll() is None
            monitor.terminate()
            assert monitor.wait(PATIENCE) == 0
    assert "cannot be opened" in said


@contextmanager
def open_to_end(words: list[str]) -> Iterator["subprocess.Popen[str]"]:
    started = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def until(started: "subprocess.Popen[str]", words: str) -> str:
    """What a process says until it says these words."""
    said = ""
    for line in started.stdout or ():
        said += line
        if words in line:
            break
    return said


def test_the_links_are_those_that_others_reach(place: tuple[Path, int]):
    result = CliRunner().invoke(app, ["receive", "--links", "--config", str(place[0])])
    assert "POST https://in.karak.example/in/till" in result.output
    assert '<iframe src="https://in.karak.example/ask/visit" title="Karak House: survey"' in result.output
    assert '<script src="https://in.karak.example/ask/visit.js"></script>' in result.output


def test_all_kinds_of_doors_that_the_reception_serves_start_it():
    class Kind(DoorOptions):
        """An options class of any door."""

    unpolled = {kind for kind in DOORS if not is_polled(Kind(type=kind, id="x", brands=("karak",)))}
    assert unpolled == set(SERVED)


def test_where_links_in_alerts_lead_is_told_too(database_url: str, tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(MAILING.format(database=database_url, port=8502))
    result = CliRunner().invoke(app, ["receive", "--links", "--config", str(config)])
    assert "alerts: http://127.0.0.1:8502/act/…" in result.output
