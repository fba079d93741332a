"""The process that watches the monitor: starts it again when it dies, else ends with it; nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = """
import os, signal, subprocess, sys, time
from pathlib import Path
from monitor.guardian import guarded
from monitor.parent import last_end
folder = Path(sys.argv[1])

def work():
    with (folder / "starts").open("a") as starts:
        starts.write(f"{{os.getpid()}} {{last_end()}}\\n")
    number = len((folder / "starts").read_text().splitlines())
{body}

{before}
guarded(work, first_wait_seconds={wait})
"""


@contextmanager
def started(folder: Path, body: str, wait: float = 0.1, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """A guarded process whose work is `body`; `number` says how often it was started. `before` is done first."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    command = [sys.executable, "-c", SCRIPT.format(body=lines, wait=wait, before=before), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(folder: Path, body: str) -> tuple[int, str]:
    with started(folder, body) as process:
        _, told = process.communicate(timeout=30)
        return process.returncode, told


def starts(folder: Path) -> list[str]:
    path = folder / "starts"
    return path.read_text().splitlines() if path.exists() else []


def until(true: Callable[[], object]) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen within 20 seconds")


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("code", [0, 1, 2, 143])
def test_an_end_that_is_meant_is_the_end_of_both(tmp_path: Path, code: int):
    assert run(tmp_path, f"sys.exit({code})")[0] == code
    assert len(starts(tmp_path)) == 1


def test_what_dies_is_started_again_and_told_how_the_one_before_ended(tmp_path: Path):
    code, told = run(tmp_path, "if number < 3: os.kill(os.getpid(), signal.SIGSEGV)")
    assert code == 0
    assert [start.split(" ", 1)[1] for start in starts(tmp_path)] == ["", *["ended by SIGSEGV after 0 s"] * 2]
    assert [json.loads(line)["wait_seconds"] for line in told.splitlines()] == [0.1, 0.2]


def test_an_error_that_nobody_foresaw_is_shown_and_does_not_end_it(tmp_path: Path):
    code, told = run(tmp_path, "if number < 2: raise RuntimeError('what was that')")
    assert (code, len(starts(tmp_path))) == (0, 2)
    assert "RuntimeError: what was that" in told


SLEEPS = """
signal.signal(signal.SIGTERM, lambda *_: (folder / "asked").touch())
while not (folder / "asked").exists(): time.sleep(0.02)
"""


def test_a_wish_to_stop_reaches_the_monitor_which_ends_in_order(tmp_path: Path):
    with started(tmp_path, SLEEPS) as process:
        until(lambda: starts(tmp_path))
        process.terminate()
        assert process.wait(20) == 0
    assert (tmp_path / "asked").exists()


def test_a_wish_to_stop_ends_the_waiting_too(tmp_path: Path):
    with started(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)", wait=60) as process:
        until(lambda: starts(tmp_path) and not is_alive(int(starts(tmp_path)[0].split()[0])))
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert len(starts(tmp_path)) == 1


ASKED_AT_THE_FORK = """
fork = os.fork
def forked():
    child = fork()
    if child == 0:
        time.sleep(0.5)
    else:
        os.kill(os.getpid(), signal.SIGTERM)
    return child
os.fork = forked
"""


def test_a_wish_to_stop_while_the_monitor_is_being_started_is_not_lost(tmp_path: Path):
    with started(tmp_path, "time.sleep(60)", before=ASKED_AT_THE_FORK) as process:
        assert process.wait(20) == 128 + signal.SIGTERM
    assert starts(tmp_path) == []


ITS_OWN = """
if number == 1:
    child = subprocess.Popen(["sleep", "60"])
    (folder / "child").write_text(str(child.pid))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_dead_monitor_had_started_ends_too(tmp_path: Path):
    assert run(tmp_path, ITS_OWN)[0] == 0
    number = int((tmp_path / "child").read_text())
    until(lambda: not is_alive(number))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_without_its_guardian_the_monitor_is_asked_to_stop(tmp_path: Path):
    with started(tmp_path, SLEEPS) as process:
        until(lambda: starts(tmp_path))
        time.sleep(0.2)
        process.kill()
        until((tmp_path / "asked").exists)


def test_it_stays_small(tmp_path: Path):
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, monitor.guardian; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"sqlalchemy", "pydantic", "typer", "structlog", "numpy", "ctypes"} & set(loaded)


def test_only_run_is_guarded(tmp_path: Path):
    command = [sys.executable, "-m", "monitor.guardian", "check", "--config", str(tmp_path / "none.yaml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 2
    assert "no such file" in done.stderr
