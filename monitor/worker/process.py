"""The process of a worker: a loop of the engine for each group of queues, begun anew when it breaks.

The database may go away at any time: a loop that loses it ends, and begins again as soon as it answers.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from logging import getLogger
from typing import Any
from uuid import uuid4

import procrastinate
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.worker import Worker as Engine
from psycopg import Error as DriverError
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests
from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import utcnow
from monitor.errors import ConfigError, SchemaOutOfDate
from monitor.jobs.heartbeat import Heartbeat
from monitor.log import get_logger
from monitor.store import backlog, queue_schema, queues
from monitor.store.database import check_schema, file_of, newest_revision, session_of
from monitor.store.queues import DEAD_AFTER
from monitor.worker import tasks, upkeep
from monitor.worker.line import for_workers
from monitor.worker.loop import Loop
from monitor.worker.slots import QUEUES, UPKEEP
from monitor.worker.tasks import Hands

log = get_logger(__name__)

BEAT_SECONDS = 5.0
"""So often a loop says that it lives; a sixth of the time after which others take over."""
NEVER_SECONDS = 1e9
POLL_SECONDS = 1.0
"""So often a loop looks for jobs besides being told of them: one whose time comes tells nobody."""
LOOK_SECONDS = 0.2
AGAIN_SECONDS = 3.0
CHECK_SECONDS = 15.0
_LOST = (ConnectorException, DriverError, PoolTimeout, PoolClosed, TooManyRequests, SQLAlchemyError, OSError)
"""What it looks like when the database is away."""
_NAMED = f"""
    INSERT INTO {queue_schema.NAME}.emberwatch_worker (worker_id, name, queues, version, engine)
    VALUES (%(number)s, %(name)s, %(queues)s::text[], %(version)s, %(engine)s) ON CONFLICT DO NOTHING
"""  # noqa: S608 (our own name)  # nosec B608


def address_of(url: str) -> str:
    """The address of the database, if workers can share it."""
    if file_of(url) is not None or url.startswith("sqlite"):
        raise ConfigError(
            "database.url: several workers need PostgreSQL. On one machine `emberwatch run` does all jobs with SQLite; "
            "`emberwatch move --to postgresql://…` takes a store there"
        )
    return url


class Group:
    """The loop for some queues: takes their jobs, as many at once as it has hands."""

    def __init__(self, name: str, queues: Sequence[str], slots: int, connector: PsycopgConnector) -> None:
        self.name, self.queues, self.slots = name, tuple(queues), slots
        self.app = App(connector=connector)
        self.number: int | None = None
        self._loops: set[asyncio.Task[None]] = set()
        self._hands = asyncio.Semaphore(slots)
        self._running: set[int] = set()
        self._orphans: set[int] = set()

    async def run(self, ends: Callable[[], bool]) -> None:
        """Take jobs until the process is to end, or until the loop ends because it lost the database.

        What such a loop had begun goes on in the meantime: `finish` waits for it.
        """
        loop = Loop(
            app=self.app,
            queues=list(self.queues),
            name=self.name,
            concurrency=self.slots,
            fetch_job_polling_interval=POLL_SECONDS,
            abort_job_polling_interval=60.0,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
            update_heartbeat_interval=NEVER_SECONDS,  # it would end with the loop, before the last job: see `_to_end`
            stalled_worker_timeout=DEAD_AFTER.total_seconds(),
            worker_middleware=[self._noted],
        )
        self.number = None
        work = asyncio.create_task(loop.run())  # type: ignore[no-untyped-call]
        ended = asyncio.create_task(self._to_end(loop, work))
        self._loops.add(ended)
        ended.add_done_callback(self._loops.discard)
        try:
            while not (loop.is_ending or ended.done() or ends()):
                await self._name(loop)
                await asyncio.wait([ended], timeout=LOOK_SECONDS)
        finally:
            loop.stop()  # type: ignore[no-untyped-call]
        if ended.done():
            ended.result()

    async def finish(self) -> None:
        """Wait for what is in work."""
        await asyncio.gather(*self._loops)

    async def _to_end(self, loop: Loop, work: asyncio.Task[None]) -> None:
        """Say that the loop lives until its last job is done."""
        while not work.done():
            await asyncio.wait([work], timeout=BEAT_SECONDS)
            if loop.worker_id is not None and not work.done():
                with suppress(*_LOST):
                    await self.app.job_manager.update_heartbeat(loop.worker_id)
        try:
            work.result()
        except _LOST as error:
            log.warning("a loop of the worker lost the database", queues=list(self.queues), error=type(error).__name__)

    async def _name(self, loop: Loop) -> None:
        """Say who this is, once the engine has given it a number."""
        if loop.worker_id is None or loop.worker_id == self.number:
            return
        told = {"number": loop.worker_id, "name": self.name, "queues": list(self.queues)}
        more = {"version": newest_revision(), "engine": procrastinate.__version__}
        await self.app.connector.execute_query_async(_NAMED, **told, **more)
        self.number = loop.worker_id

    async def _noted(self, work: Callable[[], Awaitable[Any]], context: JobContext, _loop: Engine) -> Any:
        """Do a job as soon as there is a hand free: a loop that lost the database may still have jobs in work."""
        number = context.job.id or 0
        self._running.add(number)
        try:
            async with self._hands:
                return await work()
        finally:
            self._running.discard(number)

    async def free_orphans(self) -> None:
        """Put back what the database says we are doing and we are not: its end could not be written."""
        if self.number is None:
            return
        manager = self.app.job_manager
        doing = await manager.list_jobs_async(status=Status.DOING.value, worker_id=self.number)
        idle = {job.id or 0 for job in doing} - self._running
        for job in doing:
            if job.id in idle & self._orphans:
                await upkeep.put_back(self.app, job)
        self._orphans = idle


class Worker:
    """All groups of one process, and what watches over them."""

    def __init__(self, hands: Hands, groups: Mapping[tuple[str, ...], int], url: str) -> None:
        getLogger("procrastinate").setLevel("WARNING")
        getLogger("psycopg.pool").setLevel("ERROR")
        self._hands = hands
        self._connector = for_workers(url, most=5)
        self.name = f"{socket.gethostname()} {os.getpid()} {uuid4().hex[:4]}"
        self._heartbeat = Heartbeat(hands.settings.heartbeat)
        self._slots = sum(groups.values())
        self._outdated: SchemaOutOfDate | None = None
        served = {queue for queues in groups for queue in queues}
        unserved = [queue for queue in QUEUES if queue not in served]
        self._groups = [Group(self.name, queues, slots, self._connector) for queues, slots in groups.items()]
        for group in self._groups:
            clocks = [*group.queues, *(unserved if UPKEEP in group.queues else ())]
            tasks.register(group.app, hands, clocks)
            if UPKEEP in group.queues:
                self._register_upkeep(group.app)

    def run(self) -> None:
        """Work until the process is to stop. SchemaOutOfDate when a newer version's database serves us no more."""
        asyncio.run(self._all())
        if self._outdated is not None:
            raise self._outdated

    def _ends(self) -> bool:
        return self._hands.stopping()

    async def _all(self) -> None:
        with ThreadPoolExecutor(self._slots + 4, thread_name_prefix="job") as threads:
            asyncio.get_running_loop().set_default_executor(threads)
            await self._open()
            try:
                await asyncio.gather(*(self._keep(group) for group in self._groups), self._watch())
            finally:
                await self._connector.close_async()

    async def _open(self) -> None:
        while not self._ends():
            try:
                await self._connector.open_async()
            except _LOST as error:
                log.warning("the database is away", error=type(error).__name__)
                await self._connector.close_async()  # else it would stay as it is: closed for ever
                await self._pause(AGAIN_SECONDS)
            else:
                return

    async def _keep(self, group: Group) -> None:
        try:
            while not self._ends():
                with suppress(*_LOST):
                    await group.run(self._ends)
                if not self._ends():
                    log.warning("a loop of the worker is begun anew", queues=list(group.queues))
                    await self._pause(AGAIN_SECONDS)
        finally:
            await group.finish()

    async def _watch(self) -> None:
        """Look whether the database still serves this version, and for what we only seem to be doing."""
        while not self._ends():
            try:
                await asyncio.to_thread(check_schema, self._hands.engine)
                for group in self._groups:
                    await group.free_orphans()
            except SchemaOutOfDate as error:
                self._outdated = error
                self._hands.stopping.set()
            except _LOST as error:
                log.warning("the database is away", error=type(error).__name__)
            await self._pause(CHECK_SECONDS)

    async def _pause(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_SECONDS)):
            if self._ends():
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _register_upkeep(self, app: App) -> None:
        """What each worker does for all, one at each tick."""

        async def keep_order(timestamp: int) -> None:  # noqa: ARG001 (the engine gives it)
            await upkeep.take_over(app)
            await upkeep.take_failed(app)
            await upkeep.bring_near(app, self._hands.settings.detection.every)

        async def forget_old(timestamp: int) -> None:  # noqa: ARG001 (the engine gives it)
            await upkeep.forget_old(app)

        def beat(timestamp: int) -> None:  # noqa: ARG001 (the engine gives it)
            self._beat()

        self._every("upkeep.order", "* * * * * */5", app, keep_order)
        self._every("upkeep.forget", "17 * * * *", app, forget_old)
        self._every("upkeep.beat", "* * * * * */5", app, beat)

    def _every(self, name: str, cron: str, app: App, work: Callable[[int], Any]) -> None:
        """Without a lock: one that a dead worker holds could be given back by nobody."""
        app.periodic(cron=cron)(app.task(name=name, queue=UPKEEP, queueing_lock=name)(work))

    def _beat(self) -> None:
        """Ask the heartbeat's address, for the whole fleet: it is not well either while work of others waits."""
        now = utcnow()
        with session_of(self._hands.engine) as session:
            failing = any(health.failures >= backlog.TELLING for health in backlog.job_healths(session).values())
            behind = queues.behind(session, now, backlog.SILENT_AFTER)
        self._heartbeat.beat(well=not (failing or behind) and self._hands.looking.is_well(now), now=now)

    def is_well(self) -> bool:
        return self._hands.looking.is_well(utcnow())
