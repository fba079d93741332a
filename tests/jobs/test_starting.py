"""Crawls are forked from a process that has loaded what they need, and end as processes of their own do."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers import fork_server
from monitor.jobs import starting
from monitor.jobs.starting import Forked, Starter
from monitor.parent import environment
from tests.dashboard.pages import write_config

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each crawl is a process of its own"),
]
LONG = 60.0  # seconds; a busy machine takes its time


@pytest.fixture(scope="module")
def starter() -> Iterator[Starter]:
    starter = Starter()
    yield starter
    if starter._server is not None:
        starter._server.end()


@pytest.fixture
def site() -> Iterator[socket.socket]:
    """A server that takes a call and says nothing; when it is closed, who called is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LONG)
        yield server


@pytest.fixture
def hung(site: socket.socket) -> list[str]:
    """The words of a crawl that goes on until it is stopped, and then until its site closes."""
    address = f"http://127.0.0.1:{site.getsockname()[1]}/feed"
    return ["feed", "--print", "--allow-private", "127.0.0.1", "--param", f"url={address}"]


def server_of(starter: Starter) -> int:
    assert starter._server is not None
    return starter._server._process.pid


def test_a_crawl_ends_with_the_code_of_the_command(starter: Starter) -> None:
    well, wrong = (starter.start(words, environment()) for words in (["--list"], ["--nonsense"]))
    assert isinstance(well, Forked)
    assert (well.wait(LONG), wrong.wait(LONG)) == (0, 2)
    assert (well.poll(), wrong.poll()) == (0, 2)


def test_it_is_where_we_are_and_knows_what_we_know(
    starter: Starter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starter.start(["--list"], environment()).wait(LONG)  # the server has its own folder by now
    write_config(tmp_path, "sqlite:///${WHERE_IT_IS}")
    monkeypatch.chdir(tmp_path)
    words = ["--check", "--config", "config.yaml"]
    assert starter.start(words, environment()).wait(LONG) == 2
    assert starter.start(words, environment(WHERE_IT_IS="e.db")).wait(LONG) == 0


def test_it_can_be_stopped_and_killed(starter: Starter, hung: list[str], site: socket.socket) -> None:
    stopped, killed = (starter.start(hung, environment()) for _ in range(2))
    with pytest.raises(subprocess.TimeoutExpired):
        stopped.wait(0.5)
    stopped.terminate()
    killed.kill()
    site.close()
    assert stopped.wait(LONG) != -signal.SIGKILL
    assert killed.wait(LONG) == -signal.SIGKILL
    killed.terminate()  # is nobody else's business any more


def test_when_the_server_is_killed_its_crawls_end_and_the_next_one_starts_it_anew(
    starter: Starter, hung: list[str], site: socket.socket
) -> None:
    crawl = starter.start(hung, environment())
    assert isinstance(crawl, Forked)
    called, _ = site.accept()
    before, asked_at = server_of(starter), time.monotonic()
    os.kill(before, signal.SIGKILL)
    assert crawl.poll() is None  # it waits for its site
    assert time.monotonic() - asked_at < starting.PATIENCE_SECONDS / 2
    assert starter.start(["--list"], environment()).wait(LONG) == 0
    assert server_of(starter) != before
    assert crawl.poll() is None
    called.close()
    site.close()
    assert crawl.wait(LONG) == -signal.SIGKILL
    assert ends(crawl._number)


def test_a_crawl_whose_server_is_gone_can_be_killed(starter: Starter, hung: list[str], site: socket.socket) -> None:
    crawl = starter.start(hung, environment())
    assert isinstance(crawl, Forked)
    with site.accept()[0]:
        os.kill(server_of(starter), signal.SIGKILL)
        assert crawl.poll() is None
        crawl.kill()
    assert crawl.wait(LONG) == -signal.SIGKILL
    assert ends(crawl._number)


def test_a_crawl_hears_that_it_is_to_stop_from_its_first_moment(
    starter: Starter, hung: list[str], site: socket.socket
) -> None:
    started = []
    for _ in range(20):
        started.append(starter.start(hung, environment()))
        started[-1].terminate()
    site.close()
    codes = [crawl.wait(LONG) for crawl in started]
    assert set(codes) <= {-signal.SIGTERM, 1}  # by the signal, or by itself when it had begun


def test_it_ends_with_its_crawls_when_who_asked_is_killed(hung: list[str], site: socket.socket, tmp_path: Path) -> None:
    told = tmp_path / "numbers"
    words = f"""
import pathlib, time
from monitor.jobs import starting
crawl = starting.start({hung!r})
numbers = (crawl._number, starting._starter._server._process.pid)
pathlib.Path({str(told)!r}).write_text(" ".join(map(str, numbers)))
time.sleep({LONG})
"""
    with subprocess.Popen([sys.executable, "-c", words], cwd=Path(__file__).parents[2]) as asking:
        until = time.monotonic() + LONG
        while not (numbers := told.read_text().split() if told.exists() else []) and time.monotonic() < until:
            time.sleep(0.1)
        asking.kill()
    site.close()
    assert len(numbers) == 2
    assert all(ends(int(number)) for number in numbers)


def test_where_nothing_can_be_forked_a_crawl_is_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; sys.exit(1 if '--serve' in sys.argv else 3)"
    monkeypatch.setattr(starting, "COMMAND", (sys.executable, "-c", code))
    process = Starter().start(["--list"], environment())
    assert isinstance(process, subprocess.Popen)
    assert process.wait(LONG) == 3


def test_where_there_is_no_room_for_one_more_process_the_server_stays(
    starter: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert starter.start(["--list"], environment()).wait(LONG) == 0
    before = server_of(starter)
    with monkeypatch.context() as full:
        full.setattr(starting.Server, "ask", lambda *_, **__: None)
        with pytest.raises(OSError, match="no room"):
            starter.start(["--list"], environment())
    assert starter.start(["--list"], environment()).wait(LONG) == 0
    assert server_of(starter) == before


def test_a_server_that_cannot_fork_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert fork_server._answer({"begin": ["--list"], "environment": {}, "folder": "/"}, set(), theirs) is None


def ends(number: int) -> bool:
    """Whether that process is gone, or waits only for who started it to hear of it, before long."""
    until = time.monotonic() + LONG
    status = Path(f"/proc/{number}/stat")
    while time.monotonic() < until:
        if not status.exists() or ") Z " in status.read_text():
            return True
        time.sleep(0.1)
    return False
