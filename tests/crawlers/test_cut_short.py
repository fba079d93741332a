"""The network goes in the middle of a crawl: what was read stays, no more is claimed, and the next crawl has all."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlmodel import Session, col, select

from monitor.clock import utcnow
from monitor.models import Fetch, Mention, Run, RunOutcome, Source
from monitor.store import coverage
from tests.crawlers.conftest import Watched

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

PER_PAGE = 4
SILENT_SECONDS = 6.0


class Line:
    """A feed of several pages behind a line that can be cut while the second one is read."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, datetime]] = []
        self.fault = ""
        self.over = threading.Event()
        line = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with suppress(OSError):
                    line.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/feed"

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        path, _, number = to.path.partition("?page=")
        page = int(number or 1)
        body = json.dumps(self._page(page)).encode() if path == "/feed" else b""
        broken = self.fault and page == 2
        if broken and self.fault == "says nothing":
            self.over.wait(SILENT_SECONDS)
            body = b""
        to.send_response(200 if body else 404)
        to.send_header("Content-Type", "application/feed+json")
        to.send_header("ETag", f'"{len(self.texts)}-{page}"')
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body[: len(body) // 2] if broken else body)
        if broken:
            to.wfile.flush()
            linger = b"\1\0\0\0\0\0\0\0" if self.fault == "is reset" else b"\0\0\0\0\0\0\0\0"
            to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            to.close_connection = True

    def _page(self, page: int) -> dict[str, object]:
        shown = self.texts[::-1][(page - 1) * PER_PAGE : page * PER_PAGE]
        items = [{"id": name, "content_text": f"Acme: {name}", "date_published": at.isoformat()} for name, at in shown]
        more = {"next_url": f"{self.url}?page={page + 1}"} if page * PER_PAGE < len(self.texts) else {}
        return {"version": "https://jsonfeed.org/version/1.1", "title": "Blog", "items": items, **more}


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.over.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def watched(line: Line, watch: Callable[..., Watched]) -> Watched:
    """Crawled once, when there were two pages; since then there is a page and a half more."""
    now = utcnow().replace(microsecond=0)
    line.texts = [(f"text {number}", now - timedelta(hours=40 - number)) for number in range(PER_PAGE * 2)]
    place = watch("feed", url=line.url, crawling={"time_limit": "4s"})
    assert place.crawl().code == 0
    line.texts += [(f"new {number}", now - timedelta(minutes=30 - number)) for number in range(PER_PAGE + 2)]
    return place


@contextmanager
def cut(line: Line, how: str) -> Iterator[None]:
    line.fault = how
    yield
    line.fault = ""


def known(session: Session) -> tuple[object, ...]:
    """What a source is known to have said, and what its server will be asked for."""
    session.rollback()
    source = session.exec(select(Source)).one()
    fetches = session.exec(select(Fetch.etag).order_by(col(Fetch.url))).all()
    return (coverage.stretches(session, source.id or 0), source.last_good_at, source.first_crawled_at, fetches)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["ends in the middle", "is reset", "says nothing"])
def test_what_a_cut_crawl_did_not_see_is_unknown_until_the_next_one(
    how: str, line: Line, watched: Watched, session: Session
) -> None:
    before = known(session)
    with cut(line, how):
        assert watched.crawl().code == 1
    assert known(session) == before
    run = session.exec(select(Run).order_by(col(Run.id).desc())).first()
    assert run is not None
    assert (run.outcome, bool(run.error)) == (RunOutcome.FAILED, True)
    assert {f"new {number}" for number in range(2, 6)} <= set(session.exec(select(Mention.external_id)))

    assert watched.crawl().code == 0
    assert sorted(session.exec(select(Mention.external_id))) == sorted(name for name, _ in line.texts)
    (stretch,), last_good_at, *_ = known(session)  # type: ignore[misc]
    assert stretch[1] == last_good_at > before[1]  # type: ignore[operator]


@pytest.mark.slow
def test_a_place_whose_line_is_dead_costs_no_text(line: Line, watched: Watched, session: Session) -> None:
    """Nobody listens there at all."""
    before = known(session)
    line.server.shutdown()
    line.server.server_close()
    assert watched.crawl().code == 1
    assert known(session) == before
    assert session.exec(select(Source.failures)).one() == 1
