"""A process that ends with the one that started it, and how the one before it ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from monitor import parent

ROOT = Path(__file__).parent.parent
CHILD = "from monitor import parent; import time; parent.end_with_parent(); print('ready', flush=True); time.sleep(60)"
STARTER = f"""
import subprocess, sys, time
from monitor import parent
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=parent.environment(), stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_process_ends_when_the_one_that_started_it_is_killed():
    with subprocess.Popen([sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    for _ in range(200):
        if not Path(f"/proc/{child}").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("it goes on")


def test_without_one_that_named_itself_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(parent.STARTED_BY, raising=False)
    parent.end_with_parent()
    assert parent.environment()[parent.STARTED_BY] == str(os.getpid())


def test_the_last_end_is_told_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(parent.LAST_END, "ended by SIGKILL after 3 s")
    assert [parent.last_end(), parent.last_end()] == ["ended by SIGKILL after 3 s", ""]
