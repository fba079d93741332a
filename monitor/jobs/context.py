"""What every job is given: settings, a session of its own, the time, and whether to stop."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from sqlmodel import Session

from monitor.config import Settings

T = TypeVar("T")

Counters = Counter[str]

WAITING = "waiting: "
"""Counters that start so say what a job waits for: that is no work done, and leaves no Run."""


class Progress(Protocol):
    """Shows people how far long work is: a bar on a terminal, nothing elsewhere."""

    def __call__(self, items: Iterable[T], *, total: int, label: str) -> Iterator[T]: ...


def silent(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:  # noqa: ARG001 (the Protocol's names)
    """Show nothing."""
    yield from items


@dataclass(frozen=True)
class Context:
    """A job reads rows that are waiting, asks pure code what should happen, and commits item by item."""

    settings: Settings
    session: Session
    now: datetime
    config_path: Path = Path("config.yaml")  # for the processes that a job starts
    stopping: Callable[[], bool] = lambda: False  # true after SIGTERM: finish the current item, then return
    progress: Progress = silent
