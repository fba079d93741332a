"""Answers that unpack without end, and pages that would read files or never end, cost neither memory nor time."""

import gzip
import json
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from parsel import Selector

from crawlers.feeds import read_feed
from monitor.doors import webhook
from monitor.doors.events import BadEvent, read_message
from monitor.doors.files import File
from monitor.doors.workbook import Workbook
from monitor.errors import MonitorError
from monitor.facts import MentionKind
from monitor.reception.limits import LARGEST_BODY
from tests.crawlers.site import Answer, Site

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MOST_MEMORY = 300 * 1024
"""Kilobytes of a whole crawl; one of an ordinary feed takes about half."""
UNPACKED = 300 * 1024 * 1024
PIECE = b"<item>" + b" " * (1024 * 1024)


def _packed(begin: Callable[[], "zlib._Compress"]) -> bytes:
    packer = begin()
    return b"".join(packer.compress(PIECE) for _ in range(UNPACKED // len(PIECE))) + packer.flush()


def _brotli() -> bytes:
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(PIECE) for _ in range(UNPACKED // len(PIECE))) + packer.finish()


BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: _packed(lambda: zlib.compressobj(6, zlib.DEFLATED, 31)),
    "deflate": lambda: _packed(lambda: zlib.compressobj(6)),
    "br": _brotli,
    "gzip, gzip": lambda: gzip.compress(BOMBS["gzip"]()),
}


MEASURE = """import resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
"""A process is counted with the memory of the one that it was forked from, so a small one starts it."""


def crawl_of(site: Site) -> tuple[str, int]:
    """What a crawl in a process of its own says, and the most memory that it took, in kilobytes."""
    words = ["feed", "--print", "--delay", "0", "--allow-private", "127.0.0.1", f"--param=url={site.url}/feed"]
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "crawlers", *words]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return told.stdout + told.stderr, int(told.stdout.splitlines()[-1])


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().open() as site:
        yield site


@pytest.mark.parametrize("encoding", BOMBS)
def test_an_answer_that_unpacks_without_end_is_left_before_it_fills_the_memory(site: Site, encoding: str):
    headers = {"Content-Type": "application/rss+xml", "Content-Encoding": encoding}
    site.pages["/feed"] = Answer(BOMBS[encoding](), headers=headers)
    said, memory = crawl_of(site)
    assert "the answer is too large" in said
    assert memory < MOST_MEMORY


def _laughs(depth: int = 12, times: int = 20) -> str:
    doubling = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * times}">' for n in range(1, depth))
    return f'<!DOCTYPE rss [<!ENTITY a0 "ha">{doubling}]>' + _feed(f"&a{depth - 1};")


def _feed(words: str) -> str:
    item = f"<item><guid>a</guid><title>Late</title><description>{words}</description></item>"
    return f'<rss version="2.0"><channel>{item}</channel></rss>'


def _outside(url: str) -> str:
    return f'<!DOCTYPE rss [<!ENTITY out SYSTEM "{url}">]>' + _feed("&out;")


def _parameter(url: str) -> str:
    return f'<!DOCTYPE rss [<!ENTITY % out SYSTEM "{url}"> %out;]>' + _feed("&out;")


def texts_of(page: str) -> list[str]:
    given = {"url": "https://a.example/f", "content_type": "application/rss+xml", "kind": MentionKind.POST, "now": NOW}
    return [text.text for text in read_feed(page.encode(), **given).texts]


def test_entities_that_hold_entities_do_not_grow():
    began = time.process_time()
    assert all(len(text) < 100_000 for text in texts_of(_laughs()))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("page", [_outside, _parameter])
def test_a_feed_reads_no_file_of_ours(tmp_path: Path, page: Callable[[str], str]):
    (tmp_path / "secret").write_text("very-secret")
    assert "very-secret" not in "".join(texts_of(page((tmp_path / "secret").as_uri())))


@pytest.mark.parametrize("page", [_outside, _parameter])
def test_a_feed_sends_us_to_no_other_address(site: Site, page: Callable[[str], str]):
    texts_of(page(f"{site.url}/out"))
    assert site.asked == []


def _shop_feed(doctype: str, words: str) -> str:
    entry = f"<entry><id>1</id><title>Late</title><content type='text'>{words}</content></entry>"
    return f'<?xml version="1.0"?>{doctype}<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'


def test_the_parser_of_the_app_stores_feed_reads_no_file_and_asks_nobody(site: Site, tmp_path: Path):
    (tmp_path / "secret").write_text("very-secret")
    for url in ((tmp_path / "secret").as_uri(), f"{site.url}/out"):
        page = _shop_feed(f'<!DOCTYPE feed [<!ENTITY out SYSTEM "{url}">]>', "&out;")
        assert "very-secret" not in "".join(Selector(text=page, type="xml").xpath("//text()").getall())
    assert site.asked == []


def test_the_parser_of_the_app_stores_feed_expands_no_entities():
    laughs = _laughs().partition("<rss")[0].replace("DOCTYPE rss", "DOCTYPE feed")
    found = Selector(text=_shop_feed(laughs, "&a11;"), type="xml").xpath("//text()").getall()
    assert len("".join(found)) < 10_000


@pytest.mark.parametrize("body", [b"[" * LARGEST_BODY, b'{"a":' * (LARGEST_BODY // 5), b"9" * LARGEST_BODY])
def test_an_event_of_any_depth_is_refused_at_once(body: bytes):
    shape = webhook.Options.model_construct(id="till", type="webhook", map=webhook.Paths()).shape
    began = time.process_time()
    with pytest.raises(BadEvent):
        read_message(body, shape, NOW)
    assert time.process_time() - began < 2


def test_an_event_of_many_events_is_refused_before_they_are_read():
    shape = webhook.Options.model_construct(id="till", type="webhook", map=webhook.Paths()).shape
    body = json.dumps([{"id": number} for number in range(50_000)]).encode()[:-1] + b"]"
    with pytest.raises(BadEvent, match="are the most"):
        read_message(body, shape, NOW)


def test_a_workbook_that_lies_about_what_it_unpacks_to_is_read_no_further(tmp_path: Path):
    path = tmp_path / "lies.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", b" " * 300_000_000)
    told = path.read_bytes().replace((300_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    path.write_bytes(told)
    began = time.process_time()
    with path.open("rb") as handle, pytest.raises(MonitorError, match="damaged"):
        Workbook(File(handle, path.name))
    assert time.process_time() - began < 2
