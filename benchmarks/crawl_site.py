"""A local server with pages to crawl: WordPress comments, a feed of several pages, and a small one for many hosts."""

import asyncio
import json
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from multiprocessing.connection import Connection
from urllib.parse import parse_qs, urlsplit

from benchmarks.filled import COMMON

A_PAGE = 100
"""Texts, as WordPress gives at most."""
FEW = 20
"""Texts of the feed that each of many sources has."""
BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    kind: str
    etag: str = ""
    link: str = ""


def text(number: int) -> str:
    """8 to 60 words of one of several languages; the same for the same number."""
    chance = random.Random(number)
    words = COMMON[chance.choice(list(COMMON))]
    return f"{' '.join(chance.choices(words, k=chance.randrange(8, 60)))} {number}"


def _at(number: int) -> datetime:
    return BEGAN - timedelta(minutes=number)


@cache
def comments(page: int, host: str) -> bytes:
    """One page of `/wp/v2/comments`, newest first."""
    told = [
        {
            "id": 1_000_000 - number,
            "post": number % 50 + 1,
            "parent": 0,
            "author": 0,
            "author_name": f"Someone {number % 997}",
            "author_url": "",
            "date_gmt": f"{_at(number):%Y-%m-%dT%H:%M:%S}",
            "content": {"rendered": f"<p>{text(number)}</p>\n"},
            "link": f"http://{host}/post/#comment-{1_000_000 - number}",
        }
        for number in range((page - 1) * A_PAGE, page * A_PAGE)
    ]
    return json.dumps(told).encode()


@cache
def feed(page: int, host: str, pages: int, texts: int = A_PAGE) -> bytes:
    """One page of an RSS feed, newest first, with the address of the next."""
    items = "".join(
        f"<item><guid isPermaLink='false'>text-{number}</guid><link>http://{host}/{number}</link><title>Text {number}"
        f"</title><description>&lt;p&gt;{text(number)}&lt;/p&gt;</description>"
        f"<pubDate>{format_datetime(_at(number))}</pubDate></item>"
        for number in range((page - 1) * texts, page * texts)
    )
    following = f'<atom:link rel="next" href="http://{host}/feed?page={page + 1}"/>' if page < pages else ""
    opening = '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>benchmark</title>'
    return f'<?xml version="1.0"?>{opening}{following}{items}</channel></rss>'.encode()


def answer(path: str, host: str, pages: int) -> Answer | None:
    """What stands at an address; None where nothing does."""
    parts = urlsplit(path)
    page = int(parse_qs(parts.query).get("page", ["1"])[0])
    if parts.path == "/wp-json/wp/v2/comments":
        following = f'<http://{host}{parts.path}?per_page={A_PAGE}&page={page + 1}>; rel="next"' if page < pages else ""
        return Answer(comments(page, host), "application/json", link=following)
    if parts.path == "/feed":
        return Answer(feed(page, host, pages), "application/rss+xml")
    if parts.path == "/small":
        return Answer(feed(1, host, 1, FEW), "application/rss+xml", etag='"1"')
    return None


def _serve(hosts: list[str], pages: int, told: Connection) -> None:
    asyncio.run(_served(hosts, pages, told))


async def _served(hosts: list[str], pages: int, told: Connection) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(_said(head, pages))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    first = await asyncio.start_server(talk, hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    if hosts[1:]:
        await asyncio.start_server(talk, hosts[1:], port)
    told.send(port)
    await first.serve_forever()


def _said(head: bytes, pages: int) -> bytes:
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    found = answer(lines[0].split()[1], headers.get("host", ""), pages)
    if found is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if found.etag and headers.get("if-none-match") == found.etag:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {found.etag}\r\n\r\n".encode()
    more = "".join(f"{name}: {value}\r\n" for name, value in (("ETag", found.etag), ("Link", found.link)) if value)
    start = f"HTTP/1.1 200 OK\r\nContent-Type: {found.kind}\r\nContent-Length: {len(found.body)}\r\n{more}\r\n"
    return start.encode() + found.body


@contextmanager
def served(pages: int, hosts: list[str] | None = None) -> Iterator[int]:
    """The port of a server in a process of its own, on each of these loopback addresses."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(hosts or ["127.0.0.1"], pages, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()
