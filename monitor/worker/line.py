"""The queue as tasks see it: what to put in, and what is in it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from sqlalchemy.engine import make_url

from monitor.store import queue_schema
from monitor.store.database import ALIVE, CONNECT_SECONDS

GOING = (Status.TODO, Status.DOING)


def _reached(url: str) -> dict[str, Any]:
    """How to connect to the queue: to the database of that address, and there to the queue's own schema."""
    parsed = make_url(url).set(drivername="postgresql")
    told = parsed.query.get("options", "")
    own = told if isinstance(told, str) else " ".join(told)
    options = f"{own} -c search_path={queue_schema.NAME}".strip()
    ours = {"application_name": "emberwatch worker", "connect_timeout": str(CONNECT_SECONDS), **ALIVE}
    kept = {name: value for name, value in ours.items() if name not in parsed.query}
    return {"conninfo": parsed.render_as_string(hide_password=False), "kwargs": {**kept, "options": options}}


def for_workers(url: str, most: int) -> PsycopgConnector:
    """Connections of the loops that take jobs, shared by all of a process."""
    return PsycopgConnector(**_reached(url), min_size=1, max_size=most, timeout=10.0)


class Line:
    """Puts jobs in and looks at what is there, from any thread. Close it at the end."""

    def __init__(self, url: str) -> None:
        self._app = App(connector=SyncPsycopgConnector(**_reached(url), min_size=1, max_size=3, timeout=10.0))
        self._app.open()

    def close(self) -> None:
        self._app.close()

    def put(
        self,
        task: str,
        *,
        key: str,
        lock: str | None = None,
        after: timedelta = timedelta(),
        priority: int = 0,
        told: Mapping[str, Any] | None = None,
    ) -> bool:
        """Add a job unless one with the same key waits already; whether it was added.

        Its queue is the first word of the task's name. Two jobs with the same lock never run at the same time.
        """
        later: Any = {"seconds": after.total_seconds()} if after else None
        job = self._app.configure_task(
            task,
            queue=task.partition(".")[0],
            lock=lock,
            queueing_lock=key,
            schedule_in=later,
            priority=priority,
            task_kwargs=dict(told or {}),
        )
        try:
            job.defer()
        except AlreadyEnqueued:
            return False
        return True

    def going(self, task: str) -> list[Job]:
        """The jobs of a task that wait or run."""
        manager = self._app.job_manager
        return [job for status in GOING for job in manager.list_jobs(task=task, status=status.value)]
