"""The shop's web server: answers with what the scenario has written up to now."""

import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo import feeds, pages, wordpress
from demo.answer import Answer, page
from demo.phrases import shop
from demo.posts import Place, Post
from demo.scenario import Scenario
from demo.view import TEMPLATES, View

HOST = "127.0.0.1"
ROBOTS = "User-agent: *\nDisallow: /admin/\nAllow: /\n"
MEDIA = Path(__file__).parent / "media"
Respond = Callable[..., Answer]


@cache
def _file(path: Path) -> bytes:
    return path.read_bytes()


# Path (with one group for a name or number), and what answers it: called with the view, the headers and the group.
ROUTES: tuple[tuple[str, Respond], ...] = (
    (r"/", lambda view, _: pages.home(view)),
    (r"/products/([\w-]+)/", pages.product),
    (r"/blog/", lambda view, _: pages.blog(view)),
    (r"/blog/([\w-]+)/", lambda view, _, slug: pages.article(view, slug)),
    (r"/community/", lambda view, _: pages.board(view)),
    (r"/community/posts/(\d+)/", lambda view, _, number: pages.single(view, number, Place.FORUM)),
    (r"/community/feed\.atom", feeds.board),
    (r"/news/", lambda view, _: pages.news(view)),
    (r"/news/(\d+)/", lambda view, _, number: pages.single(view, number, Place.NEWS)),
    (r"/news/feed\.rss", feeds.news),
    (r"/comments/feed/?", lambda view, asked: feeds.comments(view, asked, feeds.RSS)),
    (r"/comments/feed/atom/?", lambda view, asked: feeds.comments(view, asked, feeds.ATOM)),
    (r"/wp-json/?", lambda view, _: wordpress.index(view)),
    (r"/wp-json/wp/v2/posts", lambda view, _: wordpress.posts(view)),
    (r"/wp-json/wp/v2/comments", lambda view, _: wordpress.comments(view)),
    (r"/wp-json/wp/v2/comments/(\d+)", lambda view, _, number: wordpress.comment(view, number)),
    (r"/wp-json/.*", lambda *_: wordpress.no_route()),
    (r"/robots\.txt", lambda *_: Answer(ROBOTS.encode(), "text/plain; charset=UTF-8")),
    (r"/style\.css", lambda *_: Answer(_file(TEMPLATES / "style.css"), "text/css; charset=UTF-8")),
    (r"/media/kettle\.webm", lambda *_: Answer(_file(MEDIA / "kettle.webm"), "video/webm")),
    (r"/admin/.*", lambda *_: page("<!doctype html><title>Staff only</title><p>Staff only.</p>", 403)),
)

WATCHED = (
    "/community/feed.atom",
    "/news/feed.rss",
    "/wp-json/wp/v2/comments",
    *(f"/products/{product.slug}/" for product in shop().products),
)


class Site:
    """The shop on a port of this machine; 0 picks a free one."""

    def __init__(self, scenario: Scenario, clock: Callable[[], datetime], port: int = 0) -> None:
        self.scenario = scenario
        self._clock = clock
        self._asked: set[str] = set()
        self._server = _Server((HOST, port), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, post: Post) -> str:
        """Where a post stands."""
        return View(self.url, (), self.scenario.start, {}).link(post)

    def was_read(self) -> bool:
        """Whether someone has asked for all that the config watches: the feeds, the comments and every product."""
        return self._asked.issuperset(WATCHED)

    def answer(self, target: str, asked: Mapping[str, str]) -> Answer:
        """What is at an address (path and query), for a request with these headers."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        path = parts.path
        if path == "/" and "rest_route" in query:  # the form that WordPress has without pretty addresses
            path = "/wp-json" + query.pop("rest_route")
        self._asked.add(path)
        posts = tuple(reversed(self.scenario.until(self._clock())))
        view = View(self.url, posts, self.scenario.start, query)
        for pattern, respond in ROUTES:
            if match := re.fullmatch(pattern, path):
                return respond(view, asked, *match.groups())
        return pages.missing()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], site: Site) -> None:
        super().__init__(address, handler)
        self.site = site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        asked = {name.title(): value for name, value in self.headers.items()}
        answer = self.server.site.answer(self.path, asked)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base's name)
        """Say nothing: the terminal belongs to the story."""
