"""The engine's loop as we need it: right when the clock is set, and known to end before its last job is done."""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

from procrastinate.periodic import PeriodicDeferrer, PeriodicTask
from procrastinate.worker import Worker

MOST_MISSED_SECONDS = 2 * 60 * 60.0
"""Longer than the longest time between two of our periodic jobs."""


class Ticks(PeriodicDeferrer):
    """Puts in periodic jobs by the clock as it is now.

    The engine remembers up to when it has put them in. With the clock set back it would put in nothing until that time
    has come again; set forward, each of the jobs between, of which the last is enough.
    """

    def get_timestamps(
        self, periodic_task: PeriodicTask[Any, Any, Any], since: int | None, until: float
    ) -> Iterable[int]:
        if since is not None and not 0 <= until - since <= MOST_MISSED_SECONDS:
            since = None
        return deque(super().get_timestamps(periodic_task, since, until), maxlen=1)


class Loop(Worker):
    """Takes jobs until it is stopped, or until it loses the database: then too it waits for those it has begun."""

    is_ending = False

    async def _periodic_deferrer(self) -> None:
        await Ticks(registry=self.app.periodic_registry, **self.app.periodic_defaults).worker()

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        self.is_ending = True
        await super()._shutdown(side_tasks)
