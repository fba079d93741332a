"""A stand-in for a WordPress site, in every mood that the tests ask for; the real one is in tests/servers/."""

import base64
import html
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD, ME = "care", "very-secret-token abcd", 7
_KEY = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class Blog:
    """Its comments, how it answers, and what it was asked: method and route."""

    url: str = "http://127.0.0.1:9"
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    status: int = 0  # other than 0: of every answer
    answer: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    holds: bool = False  # new comments wait for approval
    dies_after_posting: bool = False  # the comment is kept, and the answer never comes
    on_post: Callable[[], None] = lambda: None  # done when the comment is kept and the answer not yet sent
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add(self, number: int, text: str, parent: int = 0, author: int = 0, status: str = "approved") -> None:
        link = f"{self.url}/post/#comment-{number}"
        self.comments[number] = {
            "id": number, "post": 3, "parent": parent, "author": author, "status": status, "link": link,
            "date_gmt": "2026-03-02T12:00:30", "content": {"rendered": f"<p>{text}</p>\n"},
        }  # fmt: skip

    @property
    def ours(self) -> list[dict[str, Any]]:
        return [comment for comment in self.comments.values() if comment["author"] == ME]

    @property
    def posts(self) -> int:
        return sum(1 for method, _ in self.asked if method == "POST")

    def reply(self, method: str, query: dict[str, str], key: str, body: dict[str, Any]) -> tuple[int, Any]:
        """What WordPress 6 answers, as far as a poster asks."""
        route = query["rest_route"]
        self.asked.append((method, route))
        if self.status:
            return self.status, self.answer
        if key != f"Basic {_KEY}":
            sent = base64.b64decode(key.removeprefix("Basic ")).decode().partition(":")[2]
            return 401, {
                "code": "incorrect_password",
                "message": f"{sent} or {sent.replace(' ', '')} ({key}) is wrong.",
            }
        if route == "/wp/v2/users/me":
            return 200, {"id": ME}
        if number := re.fullmatch(r"/wp/v2/comments/(\d+)", route):
            found = self.comments.get(int(number[1]))
            return (
                (200, found) if found else (404, {"code": "rest_comment_invalid_id", "message": "Invalid comment ID."})
            )
        if method == "GET":
            status = query.get("status", "approved")
            under = [c for c in self.comments.values() if str(c["parent"]) == query["parent"] and c["status"] == status]
            return 200, under
        return self._posted(body)

    def _posted(self, body: dict[str, Any]) -> tuple[int, Any]:
        content = body["content"]
        if any(c["parent"] == body["parent"] and html.unescape(content) in html.unescape(c["content"]["rendered"])
               for c in self.ours):  # fmt: skip
            return 409, {"code": "comment_duplicate", "message": "You have already said that!"}
        number = max(self.comments) + 1
        self.add(number, content, body["parent"], ME, "hold" if self.holds else "approved")
        return 201, self.comments[number]


@contextmanager
def blog() -> Iterator[Blog]:
    """A site with comment 12, by a visitor, until the block ends."""
    site = Blog()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            status, told = site.reply(self.command, query, self.headers.get("Authorization", ""), body)
            if self.command == "POST":
                site.on_post()
            if self.command == "POST" and site.dies_after_posting:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the client may be gone
                self.wfile.write(told.encode() if isinstance(told, str) else json.dumps(told).encode())

        do_GET = do_POST = _take  # noqa: N815 (the library's names)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    site.add(12, "The battery dies in two hours.")
    yield site
    server.shutdown()
    server.server_close()
    thread.join()
