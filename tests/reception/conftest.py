"""A real reception on a free port, with a database of its own; and a browser."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from monitor.clock import utcnow
from monitor.config import Settings
from monitor.reception.app import Desk
from monitor.reception.server import form_key, served, server_of
from monitor.reception.tally import Tally
from monitor.signing import sign
from tests.contexts import make_settings

HOOK_SECRET, ASK_SECRET = "a-secret-for-the-hook", "a-secret-for-the-form"
HOOK = {"id": "till", "type": "webhook", "brands": ["karak"], "secret": {"env": "HOOK_SECRET"}}
DOORS = [
    HOOK,
    {"id": "visit", "type": "survey", "brands": ["karak"], "embed_on": ["https://karak.example"]},
    {"id": "friends", "type": "survey", "brands": ["karak"], "ask": "nps", "colour": "#fde047"},
    {"id": "orders", "type": "survey", "brands": ["karak"], "secret": {"env": "ASK_SECRET"}, "signed_only": True},
    {"id": "closed", "type": "survey", "brands": ["karak"], "enabled": False},
]


@dataclass
class Answered:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class House:
    """The reception and what stands behind it."""

    port: int
    engine: sa.Engine
    desk: Desk
    ahead: timedelta = field(default_factory=timedelta)  # what its clock is ahead of ours

    def now(self) -> datetime:
        return utcnow() + self.ahead

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answered:
        """One request by a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return Answered(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post(self, event: Any, door: str = "till", *, secret: str = HOOK_SECRET, **headers: str) -> Answered:
        """A signed event."""
        body = json.dumps(event).encode()
        return self.ask("POST", f"/in/{door}", body, **sign(secret, body, self.now()), **headers)

    def send(self, door: str, fields: dict[str, str], query: str = "") -> Answered:
        """A sent form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", f"/ask/{door}{query}", urlencode(fields).encode(), **kind)


def house_of(settings: Settings, engine: sa.Engine) -> Iterator[House]:
    listener = socket.create_server(("127.0.0.1", 0))
    desk = Desk(settings, engine, form_key(engine, settings), Tally(served(settings), utcnow()))
    house = House(listener.getsockname()[1], engine, desk)
    desk.now = house.now
    server = server_of(desk)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        yield house
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


@pytest.fixture
def house(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("HOOK_SECRET", HOOK_SECRET)
    monkeypatch.setenv("ASK_SECRET", ASK_SECRET)
    yield from house_of(make_settings(doors=DOORS), engine)


@pytest.fixture
def page(page: Page) -> Page:
    """A page on a phone."""
    page.set_viewport_size({"width": 390, "height": 900})
    return page


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains of while the page is looked at."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
