"""How many jobs of each queue one process does at once."""

from collections.abc import Mapping, Sequence

from monitor.errors import ConfigError
from monitor.jobs import JOBS

QUEUES = JOBS
"""One queue for each job, named like it."""
UPKEEP = "upkeep"
"""What keeps the queue itself in order; every worker does this."""
SENDS_AT_ONCE = 8
"""Messages on their way, and what decides about them: they wait for others, and cost nothing meanwhile."""
_ALONE = frozenset({"receive", "answer", "report", "prune"})
"""Jobs of which there is one in the whole fleet: each has a pair of hands, and none waits for another."""


def chosen(told: str) -> tuple[str, ...]:
    """The queues that an operator named, in the order of the jobs; all of them when none is named."""
    names = [name.strip() for name in told.split(",") if name.strip()]
    unknown = [name for name in names if name not in QUEUES]
    if unknown:
        raise ConfigError(f"--queues: {', '.join(unknown)} is none of {', '.join(QUEUES)}")
    return tuple(name for name in QUEUES if not names or name in names)


def slots_of(queues: Sequence[str], at_once: int | None, crawls_at_once: int) -> Mapping[tuple[str, ...], int]:
    """Groups of queues, and how many jobs of each group are done at once.

    A group has hands of its own, so that crawls which take minutes delay no warning. `at_once` is what the operator
    asks for of crawls, readings and looks of detection.
    """
    if at_once is not None and at_once < 1:
        raise ConfigError("--concurrency: at least 1")
    asked = {"crawl": at_once or crawls_at_once, "analyse": at_once or 1, "detect": at_once or 1}
    apart = [queue for queue in queues if queue not in _ALONE]
    groups: dict[tuple[str, ...], int] = {(queue,): asked.get(queue, SENDS_AT_ONCE) for queue in apart}
    alone = tuple(queue for queue in queues if queue in _ALONE)
    return {**groups, (*alone, UPKEEP): len(alone) + 1}
