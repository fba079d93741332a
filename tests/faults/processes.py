"""The processes of an installation as a service manager runs them, and ways to kill any of them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.stages import ROOT

STOP_SECONDS = 60.0
ALONE = ("tests.faults.played", "run")
WORKER = ("tests.faults.played", "worker")
RECEPTION = ("monitor.reception",)


@dataclass
class Processes:
    """Modules with their words, kept running: one that ended is started again when somebody looks."""

    commands: Sequence[Sequence[str]]
    config: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        self.running = [self._begin(command) for command in self.commands]

    def _begin(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        whole = [sys.executable, "-m", *command, "--config", str(self.config)]
        with (self.config.parent / "log.txt").open("a") as log:
            return subprocess.Popen(whole, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def look_after(self) -> None:
        """Start again what ended, as systemd does."""
        for number, process in enumerate(self.running):
            if process.poll() is not None:
                self.running[number] = self._begin(self.commands[number])

    def stop(self) -> None:
        """Ask all to end, and wait for it."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            assert process.wait(STOP_SECONDS) in (0, 143), f"{process.args} ended with {process.returncode}"

    def end(self) -> None:
        """Whatever happened: nothing is left."""
        for number in [one for process in self.running for one in (process.pid, *offspring(process.pid))]:
            kill(number)
        for process in self.running:
            process.wait()

    def kinds(self) -> dict[str, list[int]]:
        """All processes, by what they are."""
        found: dict[str, list[int]] = {}
        for process in self.running:
            if process.poll() is None:
                for number in (process.pid, *offspring(process.pid)):
                    found.setdefault(_kind(number, process.pid), []).append(number)
        found.pop("", None)
        return found

    def kill_one(self, chance: random.Random) -> str:
        """kill -9 of one of them, of a kind chosen at random; which kind."""
        kinds = self.kinds()
        if not kinds:
            return ""
        kind = chance.choice(sorted(kinds))
        kill(chance.choice(kinds[kind]))
        self.killed[kind] += 1
        return kind


def _kind(number: int, top: int) -> str:
    """What a process is, by its command; "" when it ended meanwhile."""
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return ""
    if "crawlers" in words:
        return "crawl"
    if "monitor.reception" in words:
        return "reception"
    role = "worker" if "worker" in words else "monitor" if "run" in words else ""
    return "guardian" if role and number == top else role


def offspring(number: int) -> list[int]:
    """The children of a process, and theirs."""
    with suppress(OSError):
        tasks = list(Path(f"/proc/{number}/task").iterdir())
        found = [int(one) for task in tasks for one in (task / "children").read_text().split()]
        return [one for child in found for one in (child, *offspring(child))]
    return []


def kill(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def memory_mb(number: int) -> float:
    lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def wait_until(true, seconds: float, what: str) -> None:  # type: ignore[no-untyped-def]
    """Until it is so; fails when that takes too long."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.1)
