"""Moving and backing up a filled store: rows per second, memory and time of each, on the same rows in one run.

    python -m benchmarks.move --mentions 100000

The store is a copy of a filled database; the server is one of this run's own, unless one is named (see
`benchmarks.postgresql`). Each step is the command's own work in a process of its own. `copied` is the bare copy of the
file, to compare with.
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import postgresql
from benchmarks.filled import FOLDER, filled
from monitor import backup as backups
from monitor import moving
from monitor.clock import utcnow
from monitor.store.database import file_of

NAME = "benchmark_move"
AGAIN = f"{NAME}_restored"


def plain(items: Any, **_told: Any) -> Any:
    """Progress that nobody looks at."""
    return items


def measured(do: Callable[..., Any], *words: Any) -> tuple[Any, float, float, float]:
    """What it gave, its seconds, those of the processor, and the memory beyond what it began with, in MB."""
    context = multiprocessing.get_context("spawn")
    answers: SimpleQueue[Any] = context.SimpleQueue()
    process = context.Process(target=_measure, args=(answers, do, *words))
    process.start()
    while process.is_alive() and answers.empty():
        time.sleep(0.01)
    if answers.empty():
        sys.exit("it ended with an error")
    found: tuple[Any, float, float, float] = answers.get()
    process.join()
    return found


def _measure(answers: Any, do: Callable[..., Any], *words: Any) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    given = do(*words)
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    answers.put((given, seconds, time.process_time(), (used.ru_maxrss - before) / 1024))


def _move(source: str, target: str) -> int:
    moved = moving.move(source, moving.target_of(target), plain)
    if moved.different:
        raise SystemExit(f"differs: {moved.different}")
    return moved.rows


def _compare(source: str, target: str) -> int:
    return moving.compare(source, moving.target_of(target), plain).rows


def _backup(url: str, out: str) -> int:
    return backups.backup(url, Path(out), utcnow(), plain).manifest.rows


def _restore(file: str, to: str) -> int:
    return backups.restore(Path(file), to, utcnow(), plain, owed_within=timedelta(hours=1)).manifest.rows


def _copy(source: str, target: str) -> int:
    shutil.copyfile(source, target)
    return 0


def _opened(folder: str) -> Path:
    """A place within the folder for a server of this run's own, which runs as somebody else when we are root."""
    Path(folder).chmod(0o755)
    return Path(folder) / "postgresql"


def _drop(server: sa.URL) -> None:
    for name in (NAME, AGAIN):
        postgresql.do(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def main() -> None:
    """Print one line for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder, postgresql.server(_opened(folder)) as server:
        store = f"{folder}/store.db"
        shutil.copyfile(file_of(filled(asked.mentions)) or "", store)
        _drop(server)
        for name in (NAME, AGAIN):
            postgresql.do(server, f"CREATE DATABASE {name}")
        target, again = (postgresql.url_of(server, name) for name in (NAME, AGAIN))
        steps: tuple[tuple[str, Callable[..., Any], str, str], ...] = (
            ("copied", _copy, store, f"{folder}/bare.db"),
            ("move, with comparing", _move, f"sqlite:///{store}", target),
            ("compare alone", _compare, f"sqlite:///{store}", target),
            ("back up SQLite", _backup, f"sqlite:///{store}", f"{folder}/copy.db"),
            ("restore SQLite", _restore, f"{folder}/copy.db", f"sqlite:///{folder}/restored.db"),
            ("back up PostgreSQL", _backup, target, f"{folder}/copy.dump"),
            ("restore PostgreSQL", _restore, f"{folder}/copy.dump", again),
        )
        print(f"{asked.mentions:,} mentions, {Path(store).stat().st_size / 1e6:,.0f} MB")
        for label, do, one, other in steps:
            rows, seconds, cpu, memory = measured(do, one, other)
            rate = f"{rows / seconds:>9,.0f} rows/s" if rows else " " * 16
            print(f"{label:<22} {seconds:>8.1f} s  {cpu:>6.1f} s CPU of ours  {rate}  {memory:>5.0f} MB more memory")
        _drop(server)


if __name__ == "__main__":
    main()
