"""What the job queue and its workers are doing, read from the queue's own tables."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from monitor.store import queue_schema

DEAD_AFTER = timedelta(seconds=30)
"""A worker without a sign of life for so long is gone: others take over what it had begun."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits and runs in one queue; `oldest` is since when the first of those waits that are due."""

    name: str
    waiting: int
    running: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One process that works on queues."""

    name: str
    queues: tuple[str, ...]
    version: str
    started_at: datetime
    seen_at: datetime

    def is_alive(self, now: datetime) -> bool:
        return now - self.seen_at < DEAD_AFTER


_QUEUES = f"""
    SELECT job.queue_name,
        count(*) FILTER (WHERE job.status = 'todo' AND due.at <= now()),
        count(*) FILTER (WHERE job.status = 'doing'),
        count(*) FILTER (WHERE job.status = 'failed'),
        min(due.at) FILTER (WHERE job.status = 'todo' AND due.at <= now())
    FROM {queue_schema.NAME}.procrastinate_jobs job
    LEFT JOIN LATERAL (
        SELECT coalesce(job.scheduled_at, min(event.at)) AS at
        FROM {queue_schema.NAME}.procrastinate_events event
        WHERE event.job_id = job.id AND event.type = 'deferred'
    ) due ON true
    GROUP BY job.queue_name ORDER BY job.queue_name
"""  # noqa: S608 (our own name)  # nosec B608
_WORKERS = f"""
    SELECT known.name, array_agg(DISTINCT queue.name ORDER BY queue.name), min(known.version), min(known.started_at),
        min(alive.last_heartbeat)
    FROM {queue_schema.NAME}.emberwatch_worker known
    JOIN {queue_schema.NAME}.procrastinate_workers alive ON alive.id = known.worker_id
    CROSS JOIN LATERAL unnest(known.queues) AS queue (name)
    GROUP BY known.name ORDER BY known.name
"""  # noqa: S608 (our own name)  # nosec B608


def is_used(session: Session) -> bool:
    """Whether this database has a queue."""
    return queue_schema.is_there(session.connection())


def queues(session: Session) -> list[QueueState]:
    """The queues that have jobs."""
    rows = session.connection().exec_driver_sql(_QUEUES)
    return [QueueState(name, waiting, running, failed, _utc(oldest)) for name, waiting, running, failed, oldest in rows]


def workers(session: Session) -> list[WorkerState]:
    """The workers that did not end by themselves, the dead ones too until others notice."""
    rows = session.connection().exec_driver_sql(_WORKERS)
    return [
        WorkerState(name, tuple(served), version, _sure(begun), _sure(seen))
        for name, served, version, begun, seen in rows
    ]


def behind(session: Session, now: datetime, after: timedelta) -> list[str]:
    """The queues whose work waits for longer than that: because no worker serves them, or because they fall behind.

    A crawl may wait for longer, as one host is asked by one crawl at a time.
    """
    served = {name for worker in workers(session) if worker.is_alive(now) for name in worker.queues}
    late = [queue.name for queue in queues(session) if queue.oldest is not None and now - queue.oldest > after]
    return [name for name in late if name not in served or name != "crawl"]


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _sure(moment: Any) -> datetime:
    found: datetime = moment.astimezone(UTC)
    return found
