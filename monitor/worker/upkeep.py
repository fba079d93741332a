"""Keeps the queue in order: puts back what dead workers had begun, and what failed for want of the database."""

from datetime import timedelta

from procrastinate import App
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status

from monitor.clock import utcnow
from monitor.jobs.looking import LONGEST_BACK_OFF
from monitor.log import get_logger
from monitor.store.queues import DEAD_AFTER

log = get_logger(__name__)

KEPT_HOURS = 7 * 24
"""Of what failed for good: jobs of tasks that no worker knows any more. What went well is not kept at all."""
FAILED_AGAIN = timedelta(seconds=3)
SLACK = timedelta(minutes=5)
"""By so much the clocks of a fleet may differ."""
_BROUGHT_NEAR = """
    UPDATE procrastinate_jobs SET scheduled_at = now() + make_interval(secs => %(every)s)
    WHERE status = 'todo' AND scheduled_at > now() + make_interval(secs => %(most)s)
"""
_LET_GO = "DELETE FROM procrastinate_jobs WHERE id = %(number)s AND status IN ('doing', 'failed')"


async def take_over(app: App) -> None:
    """Put back the jobs of workers without a sign of life."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER.total_seconds()):
        log.warning("job of a dead worker taken over", task=job.task_name, job_id=job.id)
        await put_back(app, job)


async def take_failed(app: App) -> None:
    """Put back what failed and is known here: no error of a job gets so far. A worker of another version did not know
    the task, or one could not reach the database.
    """
    for job in await app.job_manager.list_jobs_async(status=Status.FAILED.value):
        if job.task_name in app.tasks:
            await put_back(app, job, FAILED_AGAIN)


async def bring_near(app: App, every: timedelta) -> None:
    """Let no job wait for longer than any is put off: its time was told by a clock that was ahead. By the server's."""
    most = max(every, LONGEST_BACK_OFF) + SLACK
    told = {"every": every.total_seconds(), "most": most.total_seconds()}
    await app.connector.execute_query_async(_BROUGHT_NEAR, **told)


async def put_back(app: App, job: Job, after: timedelta = timedelta()) -> None:
    """Let a job wait again; where the same work waits already, or another worker was faster, that is enough."""
    try:
        await app.job_manager.retry_job(job, retry_at=utcnow() + after)
    except UniqueViolation:
        await app.connector.execute_query_async(_LET_GO, number=job.id)
    except ConnectorException as error:
        log.info("job not put back", task=job.task_name, job_id=job.id, because=str(error.__cause__ or error)[:200])


async def forget_old(app: App) -> None:
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)
