"""A web site on this machine whose answers a test decides, and which remembers what it was asked."""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

CAPTURES = Path(__file__).parent / "captures"
RECORDED_AT = b"127.0.0.1:8081"
REPLAYED = ("Content-Type", "ETag", "Last-Modified", "Link", "X-WP-Total", "X-WP-TotalPages")


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    at: float
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What the site says; a `delay` comes before it, in seconds."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


Page = Answer | Callable[[Asked], Answer]


def captured(name: str) -> Callable[[Asked], Answer]:
    """An answer recorded from a real server, replayed with its headers and as if it came from this site."""
    body = (CAPTURES / name).read_bytes()
    lines = (CAPTURES / f"{name}.headers").read_text().splitlines()
    status = int(lines[0].split()[1])
    pairs = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)

    def answer(asked: Asked) -> Answer:
        here = asked.headers["host"]
        headers = {key: pairs[key].replace(RECORDED_AT.decode(), here) for key in REPLAYED if key in pairs}
        if pairs.get("ETag") and asked.headers.get("if-none-match") == pairs["ETag"]:
            return Answer(status=304)
        return Answer(body.replace(RECORDED_AT, here.encode()), status, headers)

    return answer


class Site:
    """Routes by path; what has no page is 404, and so is robots.txt unless it is given one."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.timeout = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def paths(self) -> list[str]:
        """The paths asked for, in order, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {key.lower(): value for key, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                asked = Asked(parts.path, parse_qs(parts.query), headers, time.monotonic(), self.command, body)
                site.asked.append(asked)
                page = site.pages.get(parts.path, Answer(status=404))
                self._say(page(asked) if callable(page) else page)

            do_POST = do_GET  # noqa: N815 (the server calls it so)

            def _say(self, answer: Answer) -> None:
                time.sleep(answer.delay)
                body = answer.body.encode() if isinstance(answer.body, str) else answer.body
                try:
                    self.send_response(answer.status)
                    for key, value in answer.headers.items():
                        self.send_header(key, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # the crawler has had enough
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    @contextmanager
    def open(self) -> Iterator["Site"]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()


@contextmanager
def opened(sites: Sequence[Site]) -> Iterator[None]:
    """Let many sites answer with one thread that waits for all of them."""
    ends, ended = socket.socketpair()
    with selectors.DefaultSelector() as waiting:
        waiting.register(ended, selectors.EVENT_READ)
        for site in sites:
            waiting.register(site.server, selectors.EVENT_READ, site.server)
        thread = threading.Thread(target=_answer_all, args=(waiting,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ends.close()
            thread.join()
            ended.close()
            for site in sites:
                site.server.server_close()


def _answer_all(waiting: selectors.BaseSelector) -> None:
    while True:
        for key, _ in waiting.select():
            if key.data is None:
                return
            key.data.handle_request()


def wordpress() -> dict[str, Page]:
    """The pages of a recorded WordPress with seven comments: three per REST page, the last one only in the feed."""
    pages = {"1": "comments_p1.json", "2": "comments_p2.json"}

    def comments(asked: Asked) -> Answer:
        number = asked.query.get("page", ["1"])[0]
        return captured(f"wordpress/{pages.get(number, 'comments_p99_error.json')}")(asked)

    return {
        "/robots.txt": captured("wordpress/robots.txt"),
        "/wp-json/wp/v2/comments": comments,
        "/wp-json/wp/v2/posts": captured("wordpress/posts.json"),
        "/comments/feed/": captured("wordpress/comments_feed.xml"),
        "/comments/feed/atom/": captured("wordpress/comments_feed_atom.xml"),
    }
