"""What failed or was left is put back once, and never beside the same work that waits already."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
from procrastinate import App

from monitor.worker import upkeep
from monitor.worker.line import Line, for_workers
from tests.worker.conftest import ask, jobs


def after_upkeep(url: str, *known: str) -> None:
    """Do what a worker does that knows these tasks."""

    async def look() -> None:
        app = App(connector=for_workers(url, most=2))
        for name in known:
            app.task(name=name)(lambda: None)
        async with app.open_async():
            await upkeep.take_over(app)
            await upkeep.take_failed(app)
            await upkeep.forget_old(app)

    asyncio.run(look())


def become(database: sa.Engine, status: str) -> None:
    """The job that waits was begun, and came to this."""
    ask(database, "UPDATE QUEUE.procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
    ask(database, f"UPDATE QUEUE.procrastinate_jobs SET status = '{status}' WHERE status = 'doing'")


def test_a_job_whose_worker_is_gone_waits_again(postgresql_url: str, line: Line, database: sa.Engine) -> None:
    line.put("crawl.plan", key="plan")
    become(database, "doing")
    after_upkeep(postgresql_url)
    assert [job["status"] for job in jobs(database, "crawl.plan")] == ["todo"]


def test_where_the_same_work_waits_already_the_job_of_the_dead_is_let_go(
    postgresql_url: str, line: Line, database: sa.Engine
) -> None:
    line.put("crawl.plan", key="plan")
    become(database, "doing")
    line.put("crawl.plan", key="plan")
    after_upkeep(postgresql_url)
    assert [job["status"] for job in jobs(database, "crawl.plan")] == ["todo"]


def test_what_failed_waits_again_where_its_task_is_known(
    postgresql_url: str, line: Line, database: sa.Engine
) -> None:  # fmt: skip
    line.put("crawl.plan", key="plan")
    line.put("crawl.dream", key="dream", after=timedelta())
    become(database, "failed")
    after_upkeep(postgresql_url, "crawl.plan")
    states = [jobs(database, task)[0]["status"] for task in ("crawl.plan", "crawl.dream")]
    assert states == ["todo", "failed"]


def test_what_failed_long_ago_and_nobody_knows_is_forgotten(
    postgresql_url: str, line: Line, database: sa.Engine
) -> None:  # fmt: skip
    line.put("crawl.dream", key="dream")
    become(database, "failed")
    ask(database, "UPDATE QUEUE.procrastinate_events SET at = at - interval '8 days'")
    after_upkeep(postgresql_url)
    assert jobs(database, "crawl.dream") == []


def test_a_job_that_was_put_off_by_a_clock_that_was_ahead_is_done_all_the_same(
    postgresql_url: str, line: Line, database: sa.Engine
) -> None:
    day, minute = timedelta(days=1), timedelta(minutes=1)
    line.put("detect.brand", key="ahead", after=day + minute)
    line.put("detect.brand", key="right", after=timedelta(minutes=50))
    asyncio.run(_bring_near(postgresql_url, every=minute))
    left = "SELECT string_agg(round(extract(epoch FROM scheduled_at - now()) / 60)::text, ' ' ORDER BY id)"
    assert ask(database, f"{left} FROM QUEUE.procrastinate_jobs") == "1 50"
    line.put("detect.brand", key="seldom", after=day)
    asyncio.run(_bring_near(postgresql_url, every=day))
    assert ask(database, f"{left} FROM QUEUE.procrastinate_jobs") == "1 50 1440"


async def _bring_near(url: str, every: timedelta) -> None:
    async with App(connector=for_workers(url, most=1)).open_async() as app:
        await upkeep.bring_near(app, every)
