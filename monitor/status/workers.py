"""What the workers and their queues are doing in words, where there are any."""

from collections.abc import Iterator
from datetime import timedelta

from monitor.clock import spoken_duration
from monitor.status.figures import Status
from monitor.store.queues import QueueState, WorkerState
from monitor.verdict import Verdict, fails, ok, warning

PATIENCE = timedelta(minutes=1)
"""So long a job may wait that no worker takes: one may be starting just now."""
LATE = timedelta(minutes=10)
"""So long a job may wait although workers take those of its queue; crawls of one host take turns."""


def working(status: Status) -> Iterator[Verdict]:
    """The workers, and each queue with its lag; nothing where `run` does it all, which puts nothing in a queue."""
    alive = [worker for worker in status.workers if worker.is_alive(status.at)]
    if not status.workers and not any(queue.waiting or queue.running for queue in status.queues):
        return
    for worker in status.workers:
        yield _of_worker(status, worker)
    served = {queue for worker in alive for queue in worker.queues}
    for queue in status.queues:
        yield _of_queue(status, queue, is_served=queue.name in served)


def _of_worker(status: Status, worker: WorkerState) -> Verdict:
    seen = f"last sign of life {_spoken(status.at - worker.seen_at)} ago"
    if worker.is_alive(status.at):
        served = ", ".join(worker.queues)
        return ok("workers", f"worker {worker.name}", f"{served}; made for schema {worker.version}; {seen}")
    return warning("workers", f"worker {worker.name}", f"gone: {seen}", "others take over what it had begun")


def _of_queue(status: Status, queue: QueueState, *, is_served: bool) -> Verdict:
    lag = max(status.at - queue.oldest, timedelta()) if queue.oldest else timedelta()
    found = f"{queue.waiting} waiting, {queue.running} running"
    found += f", the oldest waits for {_spoken(lag)}" if queue.waiting else ""
    found += f", {queue.failed} failed" if queue.failed else ""
    if queue.waiting and not is_served and lag > PATIENCE:
        remedy = f"start `emberwatch worker --queues {queue.name}`, or one for all queues"
        return fails("workers", f"queue {queue.name}", f"{found}; no worker serves it", remedy)
    if queue.waiting and lag > LATE:
        return warning("workers", f"queue {queue.name}", found, "more workers, or more --concurrency, make it shorter")
    return ok("workers", f"queue {queue.name}", found)


def _spoken(span: timedelta) -> str:
    """Seconds matter here."""
    seconds = max(0, round(span.total_seconds()))
    return spoken_duration(span) if seconds >= 60 else f"{seconds} s"
