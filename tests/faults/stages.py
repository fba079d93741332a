"""A scene that was run once without a fault, and what must be the same after a fault."""

import json
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.alerting.receivers import MailServer, SlackReceiver
from tests.crawlers.site import Site
from tests.faults.points import may_repeat
from tests.faults.scenes import write_config
from tests.faults.shelves import Databases, Shelf, copy_of
from tests.faults.state import State, differences, state_of

ROOT = Path(__file__).parents[2]
Stages = Callable[[str], "Stage"]
"""The stage of a scene, made once."""
SETTLE_SECONDS = 5.0
KILLED = "killed.json"
"""What a killed process had passed."""


@dataclass
class Places:
    """A web site that is crawled, and where alerts go."""

    site: Site
    slack: SlackReceiver
    mail: MailServer

    def forget(self) -> None:
        self.slack.received.clear()
        self.mail.mails.clear()
        self.mail.raw.clear()

    def keys(self) -> list[str]:
        """Of every message that came, in no order: what a receiver can tell a repetition by."""
        return sorted([*self.slack.keys, *(str(mail["Message-ID"]) for mail in self.mail.mails)])


@dataclass(frozen=True)
class Runner:
    """Runs scenes in processes of their own."""

    worker: subprocess.Popen[str]

    def __call__(self, what: str, scene: str, folder: Path, kill_at: int = 0) -> int:
        """The exit code, -9 when it was killed."""
        job = {"what": what, "scene": scene, "folder": str(folder), "kill_at": kill_at}
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(json.dumps(job) + "\n")
        self.worker.stdin.flush()
        return int(self.worker.stdout.readline())


@dataclass
class Stage:
    """One scene: its prepared database, the points of an undisturbed run, and what came of that."""

    scene: str
    folder: Path
    runner: Runner
    places: Places
    shelf: Shelf
    points: list[str]
    state: State
    keys: list[str]
    files: dict[str, bytes]

    def killed_at(self, point: int) -> list[str]:
        """What is wrong after a run that is killed at a point, and then goes on to its end."""
        with self._once_more() as copy:
            code = self.runner("run", self.scene, copy, point)
            if code != -signal.SIGKILL:
                return [f"it was not killed but ended with {code}: {_errors(copy)}"]
            return self._finished(copy, most_repeated=may_repeat(json.loads((copy / KILLED).read_text())))

    def cut_at(self, point: int) -> list[str]:
        """What is wrong after a run whose connection to the database is cut at a point, and another one after it."""
        with self._once_more() as copy:
            self.runner("cut", self.scene, copy, point)
            return self._finished(copy, most_repeated=0)

    def hindered(self, by: str) -> tuple[str, list[str]]:
        """What a run said that could not write (full, locked, read-only), and what is wrong when it goes on later."""
        with self._once_more() as copy:
            with _in_use(copy / "emberwatch.db", locked=by == "locked"):
                code = self.runner(by, self.scene, copy)
            told = _errors(copy)
            if code == 0:
                return told, ["it was not hindered"]
            return told, self._finished(copy, most_repeated=0)

    def on_a_full_server(self) -> tuple[str, list[str]]:
        """The same while the server's disk is full."""
        assert isinstance(self.shelf, Databases)
        with self._once_more() as copy:
            with self.shelf.full(copy):
                code = self.runner("run", self.scene, copy)
            told = _errors(copy)
            return told, self._finished(copy, most_repeated=0) if code else ["it was not hindered"]

    @contextmanager
    def _once_more(self) -> Iterator[Path]:
        copy = copy_of(self.folder, self.shelf)
        self.places.forget()
        yield copy
        shutil.rmtree(copy)

    def _finished(self, copy: Path, most_repeated: int) -> list[str]:
        if self.runner("finish", self.scene, copy) != 0:
            return [f"it could not go on: {_errors(copy)}"]
        wrong = differences(state_of(self.shelf.url(copy)), self.state) + self._messages(most_repeated)
        if files_of(copy).keys() != self.files.keys():
            wrong.append(f"files: {sorted(files_of(copy))}")
        return wrong

    def _messages(self, most_repeated: int) -> list[str]:
        """Messages that are lost, or that were repeated though nothing of theirs can have been open."""
        found = _settled(self.places, len(self.keys))
        repeated = Counter(found) - Counter(self.keys)
        wrong = [] if set(found) == set(self.keys) else [f"messages {found} instead of {self.keys}"]
        return wrong if repeated.total() <= most_repeated else [*wrong, f"repeated: {repeated}"]


def without(scenes: Iterable[str], *long: str) -> list[Any]:
    """The scenes as parameters of a test; what is like another one, or takes long, only with --soak."""
    return [pytest.param(scene, marks=pytest.mark.soak if scene in long else ()) for scene in scenes]


def _settled(places: Places, expected: int) -> list[str]:
    """The keys that came; a receiver may still be at work on what a killed sender handed over."""
    until = time.monotonic() + SETTLE_SECONDS
    while len(places.keys()) < expected and time.monotonic() < until:
        time.sleep(0.01)
    return places.keys()


def _errors(folder: Path) -> str:
    return (folder / "errors.txt").read_text(encoding="utf-8")[-2000:]


def files_of(folder: Path) -> dict[str, bytes]:
    """The reports with their contents; parts of files do not count, the next run writes over them."""
    found = (folder / "reports").glob("*")
    return {path.name: path.read_bytes() for path in found if path.suffix != ".part"}


@contextmanager
def _in_use(database: Path, *, locked: bool) -> Iterator[None]:
    """Another process has the database open; with `locked` it writes, and does not come to an end."""
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE" if locked else "SELECT count(*) FROM run").fetchall()
    yield
    holder.close()


def undisturbed(scene: str, folder: Path, runner: Runner, places: Places, shelf: Shelf) -> Stage:
    """Prepare a scene and run it once without a fault."""
    where = {"site": places.site.url, "slack": places.slack.url, "mail": places.mail.port}
    write_config(folder, **where, database=shelf.url(folder))  # type: ignore[arg-type]
    shelf.make(folder)
    assert runner("prepare", scene, folder) == 0, _errors(folder)
    copy = copy_of(folder, shelf)
    places.forget()
    assert runner("run", scene, copy) == 0, _errors(copy)
    points = json.loads((copy / "points.json").read_text())
    assert runner("finish", scene, copy) == 0, _errors(copy)
    state, keys = state_of(shelf.url(copy)), places.keys()
    return Stage(scene, folder, runner, places, shelf, points, state, keys, files_of(copy))
