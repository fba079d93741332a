"""Serves the reception: one process with its own connections, which ends cleanly and with the one that started it."""

import asyncio
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.doors import survey, webhook
from monitor.doors.door import DoorOptions
from monitor.errors import ConfigError
from monitor.log import get_logger
from monitor.reception.app import Desk, build
from monitor.reception.limits import HEAD_SECONDS, LARGEST_HEAD, MOST_CONNECTIONS
from monitor.reception.tally import Tally
from monitor.store import authors, sources
from monitor.store.database import check_schema, open_database, session_of

log = get_logger(__name__)

WRITE_SECONDS = 60.0
LEAVE_SECONDS = 10


def served(settings: Settings) -> list[DoorOptions]:
    """The doors that people and programs come to by HTTP."""
    kinds = (webhook.Options, survey.Options)
    return [door for door in settings.doors if isinstance(door, kinds) and door.enabled]


def is_needed(settings: Settings) -> bool:
    """Whether anybody comes to the reception: to a door, or by a link of an alert."""
    return bool(served(settings)) or settings.has_action_pages


class Punctual(H11Protocol):
    """Closes a connection whose headers do not come in time: uvicorn itself waits for ever."""

    head_seconds = HEAD_SECONDS
    late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._head_came()
        elif self.late is None and (before is None or before.response_complete):
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self.late = self.loop.call_later(self.head_seconds, self._close_late)

    def _head_came(self) -> None:
        if self.late is not None:
            self.late.cancel()
            self.late = None

    def _close_late(self) -> None:
        self.late = None
        if not self.transport.is_closing():
            self.transport.abort()


def serve(config_path: Path) -> None:
    """Serve until asked to stop; ConfigError when there is nothing to serve or the port is taken."""
    settings = load_settings(config_path)
    if not is_needed(settings):
        raise ConfigError("doors: there is no webhook and no survey to serve, and no alert carries links")
    engine = open_database(settings.database.url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)  # uvicorn closes first, and then raises the signal again
    try:
        check_schema(engine)
        with _listening(settings) as listener:
            asyncio.run(_serve(settings, engine, served(settings), listener))
    finally:
        engine.dispose()


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _listening(settings: Settings) -> socket.socket:
    """The open port; taken here, so that a taken one is said in our words."""
    host, port = settings.reception.host, settings.reception.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ConfigError(f"reception: {host}:{port} cannot be opened: {error.strerror}") from error


async def _serve(settings: Settings, engine: sa.Engine, doors: list[DoorOptions], listener: socket.socket) -> None:
    tally = Tally(doors, utcnow())
    server = server_of(Desk(settings, engine, form_key(engine, settings), tally))
    log.info("reception open", url=settings.reception.link, doors=[door.id for door in doors])
    writing = asyncio.create_task(_write_each_minute(tally, engine))
    try:
        await server.serve(sockets=[listener])
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        tally.write(engine, utcnow())
        log.info("reception closed")


OPTIONS: dict[str, Any] = {
    "http": Punctual,
    "ws": "none",
    "lifespan": "off",
    "log_config": None,
    "access_log": False,  # it would keep addresses, and orders in links
    "server_header": False,
    "proxy_headers": False,  # who may tell the client's address is our own setting
    "h11_max_incomplete_event_size": LARGEST_HEAD,
    "limit_concurrency": MOST_CONNECTIONS,
    "timeout_keep_alive": 5,
    "timeout_graceful_shutdown": LEAVE_SECONDS,
}


def server_of(desk: Desk) -> uvicorn.Server:
    """The server of a desk, for an open port."""
    return uvicorn.Server(uvicorn.Config(build(desk), **OPTIONS))


async def _write_each_minute(tally: Tally, engine: sa.Engine) -> None:
    while True:
        await asyncio.to_thread(tally.write, engine, utcnow())
        await asyncio.sleep(WRITE_SECONDS)


def form_key(engine: sa.Engine, settings: Settings) -> str:
    """What signs forms, made of this installation's own key; the doors' rows are there afterwards."""
    with session_of(engine) as session:
        sources.sync(session, settings)
        key = authors.installation_key(session)
        session.commit()
    return survey.form_key(key)
