"""What the benchmarks of alerts share: receivers on this machine that note what they take, and incidents to tell of."""

import json
import os
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlmodel import Session

from monitor.config import Settings
from monitor.facts import ChangeKind, Dimension, Severity
from monitor.models import Brand, Finding, Incident, IncidentChange
from monitor.store.database import open_database, session_of, upgrade

TOLD = re.compile(r"incident\?id=(\d+)")
WINDOW = timedelta(minutes=40)
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SIGNED_BY, SLACK = "EMBERWATCH_BENCH_SECRET", "EMBERWATCH_BENCH_SLACK"
BRANDS = 50


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that a receiver took: the seconds of the machine's clock, its key, and what it stands for."""

    at: float
    key: str
    items: tuple[str, ...]
    text: str


@dataclass
class Receiver:
    """Where messages go; `refuses` is asked for each of them."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refuses: Callable[[], bool] = lambda: False


def half_the_time(seed: int) -> Callable[[], bool]:
    """Refuse every other message, at random."""
    chance = random.Random(seed)
    return lambda: chance.random() < 0.5


@contextmanager
def http_receiver(port: int = 0) -> Iterator[Receiver]:
    """Takes messages as Slack's incoming webhooks and our own signed ones do: 200, or 503 when it refuses."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            refused = receiver.refuses()
            if not refused:
                receiver.taken.append(_taken(json.loads(text), text))
            try:
                self.send_response(503 if refused else 200)
                self.end_headers()
                self.wfile.write(b"ok")
            except ConnectionError:
                pass  # the sender was killed

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.port = server.server_port
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


def _taken(body: dict[str, Any], text: str) -> Taken:
    key = body.get("id") or body["blocks"][0].get("block_id", "")
    return Taken(time.time(), key, tuple(body.get("items") or [key]), text)


@contextmanager
def mail_receiver(port: int = 0) -> Iterator[Receiver]:
    """A mail server of aiosmtpd."""
    receiver = Receiver(port or free_port())

    class Handler:
        async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
            if receiver.refuses():
                return "451 later"
            mail = message_from_bytes(envelope.content, policy=policy.default)
            body = mail.get_body(("plain",))  # type: ignore[attr-defined]
            receiver.taken.append(Taken(time.time(), str(mail["Message-ID"]), (), str(body.get_content())))
            return "250 taken"

    controller = Controller(Handler(), hostname="127.0.0.1", port=receiver.port)
    controller.start()
    yield receiver
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mail_channel(name: str, port: int) -> dict[str, Any]:
    return {
        "type": "email",
        "id": name,
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "alerts@shop.example",
        "recipients": ["amna@shop.example"],
        "timeout": "5s",
    }


def webhook(name: str, port: int) -> dict[str, Any]:
    os.environ[SIGNED_BY] = "0123456789abcdef0123456789abcdef"
    url = f"http://127.0.0.1:{port}/in"
    secret = {"env": SIGNED_BY}
    return {"type": "webhook", "id": name, "url": url, "secret": secret, "allow_private": True, "timeout": "5s"}


def slack(name: str, port: int) -> dict[str, Any]:
    os.environ[SLACK] = f"http://127.0.0.1:{port}/services/T0/B0/in"
    return {"type": "slack", "id": name, "url": {"env": SLACK}, "timeout": "5s"}


def settings_of(url: str, channels: list[dict[str, Any]], told: list[str], **route: Any) -> Settings:
    brands = [{"id": f"brand{number}", "name": f"Brand {number}"} for number in range(BRANDS)]
    routes = [{"channels": told} | route]
    return Settings.model_validate({"database": {"url": url}, "brands": brands, "channels": channels, "routes": routes})


@contextmanager
def database(folder: Path, url: str = "") -> Iterator[sa.Engine]:
    """An empty one with its brands; an SQLite file unless an address is given."""
    engine = open_database(url or f"sqlite:///{folder / 'bench.db'}")
    upgrade(engine)
    with session_of(engine) as session:
        session.add_all(Brand(slug=f"brand{number}", name=f"Brand {number}") for number in range(BRANDS))
        session.commit()
    yield engine
    engine.dispose()


def open_incident(session: Session, brand_id: int, at: datetime, severity: Severity = Severity.HIGH) -> Incident:
    """An incident of 14 negative voices, with the finding behind it and the change that opened it; not committed."""
    sentence = "14 negative in 40 min, usually 0.6; 12 authors, 2 sources."
    found = {"brand_id": brand_id, "severity": severity, "dimension": Dimension.ALL, "sentence": sentence}
    incident = Incident(**found, started_at=at - WINDOW, opened_at=at, last_finding_at=at)
    session.add(incident)
    session.flush()
    session.add(_finding(incident, at))
    change(session, incident, ChangeKind.OPENED, at)
    return incident


def _finding(incident: Incident, at: datetime) -> Finding:
    figures = {"seen": 14.0, "expected": 0.6, "strength": 9.3, "growth": 2.5, "authors": 12, "reach": 4300}
    return Finding(
        incident_id=incident.id,
        detector="spike",
        looked_at=at,
        dimension=incident.dimension,
        severity=incident.severity,
        window_start=at - WINDOW,
        window_end=at,
        evidence={"sources": ["reviews", "blog"], "themes": [["refund", 0.7]], "languages": [["en", 1.0]]},
        **figures,
    )


def change(session: Session, incident: Incident, kind: ChangeKind, at: datetime) -> None:
    """What happened to an incident, to be told; not committed."""
    told = {"incident_id": incident.id, "kind": kind, "severity": incident.severity, "sentence": incident.sentence}
    session.add(IncidentChange(**told, at=at))
    session.flush()
