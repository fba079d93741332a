"""Serves `/metrics`, and whether the process lives, is well, and is ready, on a port of its own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import BoundedSemaphore, Thread
from typing import Any

import sqlalchemy as sa
from prometheus_client import PlatformCollector, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder

from monitor import meters
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.log import get_logger
from monitor.metrics.asking import Asking
from monitor.metrics.families import families
from monitor.metrics.figures import Figures, look, schema_fits
from monitor.web import LOOPBACK

log = get_logger(__name__)

PATIENCE_SECONDS = 3.0
"""For the database; Prometheus itself gives up after ten."""
FIGURES_GOOD_FOR_SECONDS = 5.0
"""Several that ask at a time cost the database one look."""
READY_GOOD_FOR_SECONDS = 1.0
MOST_CONNECTIONS = 16
CONNECTION_SECONDS = 10.0
_TEXT = "text/plain; charset=utf-8"
Answer = tuple[int, str, bytes]


class Desk:
    """What is answered at each address."""

    def __init__(self, settings: Settings, engine: sa.Engine, is_well: Callable[[], bool]) -> None:
        self._is_well = is_well
        self._figures: Asking[Figures] = Asking(
            lambda: look(engine, settings, utcnow()),
            good_for_seconds=FIGURES_GOOD_FOR_SECONDS,
            patience_seconds=PATIENCE_SECONDS,
        )
        self._fits: Asking[bool] = Asking(
            lambda: schema_fits(engine), good_for_seconds=READY_GOOD_FOR_SECONDS, patience_seconds=PATIENCE_SECONDS
        )
        self._version = version("emberwatch")
        self._process = (ProcessCollector(registry=None), PlatformCollector(registry=None))
        self._answers: dict[str, Callable[[str], Answer]] = {
            "/metrics": self._metrics,
            "/livez": lambda _: (200, _TEXT, b"ok\n"),
            "/healthz": lambda _: self._healthz(),
            "/readyz": lambda _: self._readyz(),
        }

    def answer(self, path: str, accepted: str) -> Answer:
        """What is said at an address, to who accepts these forms."""
        answers = self._answers.get(path.partition("?")[0])
        return answers(accepted) if answers else (404, _TEXT, b"there is nothing here\n")

    def collect(self) -> Iterator[Metric]:
        """What this process counted, what it uses, and what the database says."""
        yield from meters.REGISTRY.collect()
        for collector in self._process:
            yield from collector.collect()
        yield from families(self._figures(), self._version)

    def _metrics(self, accepted: str) -> Answer:
        encode, kind = choose_encoder(accepted)
        return 200, kind, encode(self)

    def _healthz(self) -> Answer:
        if self._is_well():
            return 200, _TEXT, b"ok\n"
        return 503, _TEXT, b"not well, or not yet: `emberwatch status` says more\n"

    def _readyz(self) -> Answer:
        fits = self._fits()
        if fits is None:
            return 503, _TEXT, b"the database does not answer\n"
        return (200, _TEXT, b"ok\n") if fits else (503, _TEXT, b"the schema does not fit: run `emberwatch upgrade`\n")


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    timeout = CONNECTION_SECONDS
    server: "Server"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        status, kind, body = self._said()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _said(self) -> Answer:
        """Only by a name of this machine where it alone may ask: a page elsewhere must not read it by DNS rebinding."""
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if self.server.is_local and name.strip("[]").lower() not in ("", *LOOPBACK):
            return 421, _TEXT, b"not by this name\n"
        return self.server.desk.answer(self.path, self.headers.get("Accept", ""))

    def version_string(self) -> str:
        return "Emberwatch"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Nothing: a line for each scrape would bury the others."""


class Server(ThreadingHTTPServer):
    """A few connections at a time, each in a thread that keeps no process alive."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, desk: Desk) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.desk = desk
        self.is_local = host in LOOPBACK
        self._free = BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # the machine has no thread left
            self._free.release()
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked is gone or too slow, as a rule; nothing else of us depends on it."""
        log.debug("metrics not told")


@contextmanager
def serve(settings: Settings, engine: sa.Engine, is_well: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Serve meanwhile, where the config wants it; ConfigError when the port is taken."""
    options = settings.metrics
    if not options.enabled:
        yield
        return
    try:
        server = Server(options.host, options.port, Desk(settings, engine, is_well))
    except OSError as error:
        raise ConfigError(f"metrics: {options.host}:{options.port} cannot be opened: {error.strerror}") from error
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, name="metrics", daemon=True)
    thread.start()
    log.info("metrics open", host=options.host, port=options.port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
