"""One worker against two on one PostgreSQL: crawling, reading, and how soon a warning is out.

    python -m benchmarks.workers crawl --sources 8 --pages 60
    python -m benchmarks.workers analyse --texts 2000
    python -m benchmarks.workers latency --crises 5
    python -m benchmarks.workers visits --sources 30 --pages 40
    python -m benchmarks.workers memory --sources 16 --pages 40

`crawl`: sources on hosts of their own whose server answers after 200 ms, two crawls at once in each worker; pages a
second from the start of the first crawl to the end of the last one. `analyse`: texts that all wait at the same moment,
one thread for each worker. Both print what two workers do of what one does, in one run. `latency`: a crisis of 40
complaints for a brand with four quiet weeks behind it; from when the last of them is read to when its incident is
opened, and to when the alert is with its receiver. `visits`: what a crawl takes of the processor, in all processes but
the server that is crawled, and what each text that it brings adds. `memory`: what a crawl holds alone at its largest,
and the two processes that are there whether anything is crawled or not: the worker, and the one that forks its crawls.

The database is one of the tests' (`EMBERWATCH_TEST_POSTGRESQL` names another server); it does not wait for the disk.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa

from benchmarks import processes
from benchmarks.crawl_site import FEW, feed, text
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.facts import Collected, MentionKind
from monitor.models import Coverage, Source
from monitor.store import authors, mentions, sources
from monitor.store.database import open_database, session_of
from tests import postgresql

ANSWERS_AFTER = 0.2
AT_ONCE = 2
LONGEST_SECONDS = 900
GOAL = 1.7
HISTORY = timedelta(days=28)
CRISIS = 40
KEY_NAME = "EMBERWATCH_BENCH_SECRET"
_CRAWLS = "SELECT count(*) FROM run WHERE job = 'crawl' AND ended_at IS NOT NULL AND source_id IS NOT NULL"
_TOOK = "SELECT extract(epoch FROM max(ended_at) - min(started_at)) FROM run WHERE source_id > 0"


def _serve(hosts: list[str], pages: int, delay: float, told: Connection) -> None:
    asyncio.run(_served(hosts, pages, delay, told))


async def _served(hosts: list[str], pages: int, delay: float, told: Connection) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(delay)
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
    host = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line).get("host", "")
    parts = urlsplit(lines[0].split()[1])
    if parts.path != "/feed":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    body = feed(int(parse_qs(parts.query).get("page", ["1"])[0]), host, pages, FEW)
    head_ = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head_.encode() + body


@contextmanager
def slow_site(hosts: list[str], pages: int, delay: float) -> Iterator[int]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(hosts, pages, delay, there), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


@contextmanager
def workers(config: Path, number: int, queues: str) -> Iterator[list[int]]:
    """So many worker processes, from when all of them take jobs."""
    command = [sys.executable, "-m", "monitor.cli", "worker", "--config", str(config), "--queues", queues]
    log = (config.parent / "log").open("ab")
    running = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) for _ in range(number)]
    try:
        yield [one.pid for one in running]
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(120)
        log.close()


def are_there(engine: sa.Engine, number: int) -> Callable[[], bool]:
    known = "SELECT count(DISTINCT name) FROM emberwatch_queue.emberwatch_worker"
    return lambda: ask(engine, known) == number


def ask(engine: sa.Engine, sql: str) -> Any:
    with engine.connect() as connection:
        return connection.exec_driver_sql(sql).scalar()


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + LONGEST_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit(f"not within {LONGEST_SECONDS} s: {what}")
        time.sleep(0.05)


@contextmanager
def scene(told: dict[str, Any]) -> Iterator[tuple[sa.Engine, Path]]:
    """A new database and a config, in step."""
    with postgresql.new_database() as url, tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(json.dumps({"database": {"url": url}, **told}), encoding="utf-8")  # JSON is YAML
        engine = open_database(url)
        with session_of(engine) as session:
            sources.sync(session, load_settings(config))
            session.commit()
        try:
            yield engine, config
        finally:
            engine.dispose()


@contextmanager
def crawled(
    number: int, places: int, pages: int, delay: float, beside: int = 0
) -> Iterator[tuple[sa.Engine, list[int]]]:
    """So many workers at work on places with so many pages, whose server answers after `delay` seconds.

    `beside`: so many other sources stand in the config, whose time has not come.
    """
    hosts = [f"127.0.0.{i + 1}" for i in range(places)]
    with slow_site(hosts, pages, delay) as port:
        told = {
            "brands": [{"id": "acme", "name": "Acme"}],
            "crawling": {"allow_private": hosts, "delay_seconds": 0, "at_once": AT_ONCE},
            "sources": [
                {"id": f"place-{i}", "type": "feed", "brands": ["acme"], "every": "1d",
                 "params": {"url": f"http://{host}:{port}/feed", "max_pages": pages}}
                for i, host in enumerate(hosts)
            ] + [
                {"id": f"beside-{i}", "type": "feed", "brands": ["acme"], "every": "7d",
                 "params": {"url": f"https://beside-{i}.example/feed"}}
                for i in range(beside)
            ],
        }  # fmt: skip
        with scene(told) as (engine, config):
            with engine.begin() as connection:
                connection.exec_driver_sql("UPDATE source SET last_run_at = now() WHERE slug LIKE 'beside-%%'")
            with workers(config, number, "crawl") as pids:
                yield engine, pids
                stored = ask(engine, "SELECT count(*) FROM mention")
    if stored != places * pages * FEW:
        raise SystemExit(f"{stored:,} texts stored, not {places * pages * FEW:,}")


def crawl(number: int, places: int, pages: int) -> float:
    """Pages a second of so many workers."""
    with crawled(number, places, pages, ANSWERS_AFTER) as (engine, _):
        wait_for(lambda: ask(engine, _CRAWLS) >= places, "all sources crawled")
        seconds = ask(engine, _TOOK)
    return places * pages / float(seconds)


def visits(places: int, pages: int, beside: int) -> None:
    """Print the seconds of processor of a crawl with one page, and of each text more."""
    few, many = _visit(places, 1, beside), _visit(places, pages, beside)
    texts = FEW * (pages - 1)
    print(
        f"a crawl of {FEW} texts: {few[0]:.2f} s of processor in the worker's processes, {few[1]:.2f} s in the server's"
    )
    more = [1000 * (b - a) / texts for a, b in zip(few, many, strict=True)]
    print(f"each text more, of {texts:,}: {more[0]:.2f} ms in the worker's processes, {more[1]:.2f} ms in the server's")


def _visit(places: int, pages: int, beside: int) -> tuple[float, float]:
    with crawled(1, places, pages, 0, beside) as (engine, pids):
        server = processes.parent(ask(engine, "SELECT pg_backend_pid()"))
        wait_for(lambda: ask(engine, _CRAWLS) >= AT_ONCE, "the first crawls")  # what starting takes is over
        before, first = [processes.all_cpu_seconds(one) for one in (pids, [server])], ask(engine, _CRAWLS)
        wait_for(lambda: ask(engine, _CRAWLS) >= places, "all sources crawled")
        after = [processes.all_cpu_seconds(one) for one in (pids, [server])]
    ours, theirs = ((b - a) / (places - first) for a, b in zip(before, after, strict=True))
    return ours, theirs


def memory(places: int, pages: int) -> None:
    """Print the memory of crawls, of the process that forks them, and of the worker."""
    crawls: dict[int, float] = {}
    stays: dict[int, float] = {}

    def all_crawled() -> bool:
        for pid in filter(_serves, processes.family(pids[0])):
            for crawl in processes.family(pid)[1:]:
                crawls[crawl] = max(crawls.get(crawl, 0), processes.own_megabytes(crawl))
            if pid not in crawls:
                stays[pid] = max(stays.get(pid, 0), processes.megabytes(pid)[0])
        stays[pids[0]] = max(stays.get(pids[0], 0), processes.megabytes(pids[0])[0])
        return bool(ask(engine, _CRAWLS) >= places)

    with crawled(1, places, pages, ANSWERS_AFTER) as (engine, pids):
        wait_for(all_crawled, "all sources crawled")
    told = f"{places} crawls of {FEW * pages:,} texts, {AT_ONCE} at once: a crawl alone holds"
    print(f"{told} {median(crawls.values()):.0f} MB (median), {max(crawls.values()):.0f} MB at most")
    worker, server = stays.pop(pids[0]), max(stays.values())
    print(f"the process that forks them {server:.0f} MB, the worker {worker:.0f} MB")


def _serves(pid: int) -> bool:
    """Whether it forks crawls, or is one of them."""
    return b"--serve" in processes.command(pid)


def analyse(number: int, texts: int) -> float:
    """Texts a second of so many workers."""
    place = {"id": "place", "type": "feed", "brands": ["acme"], "about_brand": True, "every": "7d",
             "params": {"url": "https://place.example/feed"}}  # fmt: skip
    told = {"brands": [{"id": "acme", "name": "Acme"}], "sources": [place], "analysis": {"threads": 1}}
    with scene(told) as (engine, config):
        save(engine, "place", [text(i) for i in range(texts)])
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE mention SET read_state = 'failed'")
        with workers(config, number, "analyse"):
            wait_for(are_there(engine, number), "all workers")
            with engine.begin() as connection:
                connection.exec_driver_sql("UPDATE mention SET read_state = 'waiting'")
            began = time.perf_counter()
            wait_for(lambda: ask(engine, "SELECT count(*) FROM mention WHERE read_state = 'waiting'") == 0, "all read")
            seconds = time.perf_counter() - began
        if ask(engine, "SELECT count(*) FROM assessment WHERE is_current") != texts:
            raise SystemExit("not every text was read once")
    return texts / seconds


def save(engine: sa.Engine, slug: str, texts: list[str]) -> None:
    with session_of(engine) as session:
        source, key, now = sources.by_slug(session, slug), authors.installation_key(session), utcnow()
        assert source is not None, "it was synced"  # noqa: S101 (a broken benchmark)
        items = [
            Collected(
                kind=MentionKind.POST, host=f"{slug}.example", external_id=f"text-{i}", url=f"https://{slug}.example/{i}",
                text=words, author_ref=f"person-{i}", published_at=now,
            )
            for i, words in enumerate(texts)
        ]  # fmt: skip
        for first in range(0, len(items), 500):
            given = [(item, True) for item in items[first : first + 500]]
            mentions.save_many(session, given, source=source, now=now, author_key=key)
            session.commit()


@contextmanager
def receiver() -> Iterator[tuple[str, list[tuple[float, bytes]]]]:
    """An address that takes alerts, and when each came."""
    heard: list[tuple[float, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((time.time(), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alerts", heard
    finally:
        server.shutdown()
        server.server_close()


def latency(number: int, crises: int) -> None:
    """Print the seconds from read to incident, and from read to the alert at its receiver, crisis after crisis."""
    with receiver() as (url, heard):
        brands = [{"id": f"brand{i}", "name": f"Brand {i}"} for i in range(crises)]
        places = [
            {"id": f"place{i}", "type": "feed", "brands": [f"brand{i}"], "about_brand": True, "every": "7d",
             "params": {"url": f"https://place{i}.example/feed"}}
            for i in range(crises)
        ]  # fmt: skip
        channel = {"id": "desk", "type": "webhook", "url": url, "secret": {"env": KEY_NAME}, "allow_private": True}
        told = {
            "brands": brands,
            "sources": places,
            "channels": [channel],
            "routes": [{"channels": ["desk"], "at_least": "watch", "interval": "0s", "cooldown": "0s"}],
        }
        os.environ[KEY_NAME] = "only-for-this-benchmark"
        with scene(told) as (engine, config):
            _quiet(engine)
            with workers(config, number, "receive,analyse,detect,alert"):
                wait_for(are_there(engine, number), "all workers")
                waits = [_crisis(engine, i, heard) for i in range(crises)]
    found, told_ = zip(*waits, strict=True)
    print(f"{'read to incident':>24}  median {median(found):5.1f} s  longest {max(found):5.1f} s")
    print(f"{'read to alert':>24}  median {median(told_):5.1f} s  longest {max(told_):5.1f} s")


def _quiet(engine: sa.Engine) -> None:
    now = utcnow()
    with session_of(engine) as session:
        for source in session.execute(sa.select(Source)).scalars():
            source.last_run_at = source.last_good_at = now + timedelta(days=1)
            source.first_crawled_at = now - HISTORY
            session.add_all([source, Coverage(source_id=source.id, start=now - HISTORY, end=now + timedelta(hours=6))])
        session.commit()


def _crisis(engine: sa.Engine, brand: int, heard: list[tuple[float, bytes]]) -> tuple[float, float]:
    known, before = "SELECT count(*) FROM incident", len(heard)
    there = ask(engine, known)
    complaint = f"Brand {brand} never delivered my order, terrible service, nobody answers."
    save(engine, f"place{brand}", [f"{complaint} {text(brand * CRISIS + i)}" for i in range(CRISIS)])
    wait_for(lambda: ask(engine, "SELECT count(*) FROM mention WHERE read_state = 'waiting'") == 0, "all read")
    read_at = time.time()
    wait_for(lambda: ask(engine, known) > there, "an incident")
    found_at = time.time()
    wait_for(lambda: len(heard) > before, "an alert")
    return found_at - read_at, heard[before][0] - read_at


def compare(what: str, rate: Callable[[int], float], unit: str) -> None:
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    one = rate(1)
    print(f"{what:>10}  1 worker {one:8.1f} {unit}", flush=True)
    two = rate(2)
    print(f"{what:>10}  2 workers {two:7.1f} {unit}   ratio {two / one:.2f} (goal >= {GOAL})", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["crawl", "analyse", "latency", "visits", "memory"])
    parser.add_argument("--sources", type=int, default=8)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--beside", type=int, default=0, help="sources more in the config whose time has not come")
    parser.add_argument("--crises", type=int, default=5)
    asked = parser.parse_args()
    if asked.what == "crawl":
        compare("crawl", lambda number: crawl(number, asked.sources, asked.pages), "pages/s")
    elif asked.what == "analyse":
        compare("analyse", lambda number: analyse(number, asked.texts), "texts/s")
    elif asked.what == "visits":
        visits(asked.sources, asked.pages, asked.beside)
    elif asked.what == "memory":
        memory(asked.sources, asked.pages)
    else:
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        latency(1, asked.crises)


if __name__ == "__main__":
    main()
