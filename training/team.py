"""Lets several processes of one thread each train one model: each reads its share of a batch, gradients are averaged.

Threads inside one process wait for each other hundreds of times a step, so that any other program on the machine slows
them many times over; processes wait once a step.
"""

import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, multiprocessing

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it has a name of its own and is ours alone  # nosec B108
_PATIENCE = 900  # seconds a process waits for the others: the first one also looks at the dev rows meanwhile


class Member(Protocol):
    """One process of the team."""

    rank: int
    size: int

    def average(self, weights: Iterable[Tensor]) -> None:
        """Replace each gradient by the mean over all processes."""


class Alone:
    """A team of one."""

    rank, size = 0, 1

    def average(self, weights: Iterable[Tensor]) -> None:
        """Nothing to average with."""


class Together:
    """One of several; gradients meet in a file that all have mapped into memory."""

    def __init__(self, rank: int, size: int, barrier: Barrier, meeting: Path) -> None:
        self.rank, self.size = rank, size
        self._barrier = barrier
        self._meeting = meeting
        self._shared = torch.empty(0)

    def average(self, weights: Iterable[Tensor]) -> None:
        known = [weight for weight in weights if weight.grad is not None]
        if not self._shared.numel():
            self._shared = self._mapped(sum(weight.numel() for weight in weights))
        self._write([weight.grad for weight in known if weight.grad is not None])
        self._barrier.wait(_PATIENCE)
        start = 0
        for weight in known:
            parts = self._shared[:, start : start + weight.numel()]
            weight.grad = parts.mean(0).view_as(weight)
            start += weight.numel()
        self._barrier.wait(_PATIENCE)

    def _write(self, gradients: list[Tensor]) -> None:
        start = 0
        for gradient in gradients:
            self._shared[self.rank, start : start + gradient.numel()].copy_(gradient.reshape(-1))
            start += gradient.numel()

    def _mapped(self, numbers: int) -> Tensor:
        flat = torch.from_file(str(self._meeting), shared=True, size=self.size * numbers, dtype=torch.float32)
        return flat.view(self.size, numbers)


def run(work: Callable[[Any, Member], None], given: Any, size: int) -> None:
    """Do `work(given, member)` in `size` processes; raises RuntimeError when one of them fails."""
    if size == 1:
        work(given, Alone())
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an ordinary end: the others end with this process
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        barrier, meeting = context.Barrier(size), Path(folder) / "gradients"
        crew: list[SpawnProcess] = [
            context.Process(target=_join, args=(work, given, rank, size, barrier, meeting), daemon=True)
            for rank in range(size)
        ]
        for process in crew:
            process.start()
        for process in crew:
            process.join()
        if any(process.exitcode for process in crew):
            raise RuntimeError("a process of the training ended early; its error stands above")


def _join(work: Callable[[Any, Member], None], given: Any, rank: int, size: int, barrier: Barrier, at: Path) -> None:
    done = False
    try:
        work(given, Together(rank, size, barrier, at))
        done = True
    finally:
        if not done:
            barrier.abort()  # or the others would wait for what never comes
