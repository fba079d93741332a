"""Crawls of a local server: the whole pipeline against a bare spider, many sources on one machine, and one unchanged.

    python -m benchmarks.crawl pages --pages 60 --times 3
    python -m benchmarks.crawl sources --sources 200
    python -m benchmarks.crawl unchanged --times 5

`pages`: pages a second of a crawl of one source into a new SQLite database (delay 0), and of a bare Scrapy spider that
reads the same pages with the same readers and drops what it read; in turns, in processes of their own. `sources`: the
real `emberwatch run` with so many sources that are all due at once, each a feed on a host of its own, 4 crawls at once
and delay 0, until each was crawled: how much of 15 minutes that takes, and the most memory (PSS, Linux) of all its
processes. `unchanged`: the wall time of `python -m crawlers --source` for a feed that answers 304, without the time
that an interpreter takes to start, with the delay of 1 s between requests that is our default, and with none.
"""

import argparse
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import scrapy
import yaml
from scrapy.crawler import CrawlerProcess
from scrapy.http import TextResponse

from benchmarks.crawl_site import A_PAGE, served
from benchmarks.processes import family, megabytes
from crawlers.command import main as crawl
from crawlers.comments import next_page, read_objects
from crawlers.feeds import read_feed
from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.store.database import open_database, upgrade

ROOT = Path(__file__).parent.parent
EVERY_SECONDS = 900
AT_ONCE = 4
LONGEST_SECONDS = 600
GOALS = {"ratio": 0.60, "gigabytes": 1.5, "unchanged": 2.0}


class Bare(scrapy.Spider):
    """Asks for page after page, reads its texts, and keeps nothing."""

    name = "bare"

    def __init__(self, kind: str, site: str) -> None:
        super().__init__()
        self.kind, self.site = kind, site
        self.start_urls = [f"{site}/feed" if kind == "feed" else f"{site}/wp-json/wp/v2/comments?per_page=100"]

    def parse(self, response: TextResponse) -> Iterator[Any]:
        if self.kind == "feed":
            kind = (response.headers.get("Content-Type") or b"").decode()
            feed = read_feed(response.body, url=response.url, content_type=kind, kind=MentionKind.ARTICLE, now=utcnow())
            texts, following = feed.texts, feed.next_url
        else:
            texts, following = read_objects(response, "comments", self.site, utcnow())[0], next_page(response)
        yield from ({"text": text} for text in texts)
        if following:
            yield scrapy.Request(following)


def configure(folder: Path, sources: list[dict[str, Any]], *, delay: float) -> Path:
    """A config with these sources and an empty database."""
    engine = open_database(url := f"sqlite:///{folder / 'emberwatch.db'}")
    upgrade(engine)
    engine.dispose()
    hosts = [f"127.0.0.{number}" for number in range(1, 255)]
    told = {
        "database": {"url": url},
        "brands": [{"id": "acme", "name": "Acme"}],
        "sources": [{"brands": ["acme"], "every": "15m", **source} for source in sources],
        "crawling": {"allow_private": hosts, "delay_seconds": delay, "at_once": AT_ONCE},
        "report": {"folder": str(folder / "reports")},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of wall time and of CPU time of one crawl, from making its Scrapy process on to its end."""

    wall: float
    cpu: float


def _timed(run: Callable[[], object]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu)


def crawl_bare(kind: str, site: str) -> Taken:
    return _timed(lambda: _crawl_bare(kind, site))


def _crawl_bare(kind: str, site: str) -> None:
    process = CrawlerProcess({"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0})
    process.crawl(Bare, kind=kind, site=site)
    process.start()


def crawl_whole(kind: str, site: str, pages: int) -> Taken:
    """Into a new database, which must hold all texts afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        params = {"url": f"{site}/feed" if kind == "feed" else site, "max_pages": pages}
        config = configure(Path(folder), [{"id": "place", "type": kind, "params": params}], delay=0)
        taken = _timed(lambda: crawl(["--source", "place", "--config", str(config)]))
        with closing(sqlite3.connect(Path(folder) / "emberwatch.db")) as database:
            stored = database.execute("SELECT count(*) FROM mention").fetchone()[0]
    if stored != pages * A_PAGE:
        raise SystemExit(f"{stored} texts of {pages} pages were stored")
    return taken


def pages(pages: int, times: int) -> None:
    """Print the pages per second of both, and the ratio: the median of the turns."""
    heads = f"{'bare':>7}  {'whole':>7}  {'ratio':>6}  {'ratio of CPU':>12}"
    print(f"{'pages/s':>10}  {heads}  (goal >= {GOALS['ratio']:.2f})")
    with served(pages) as port:
        for kind in ("wordpress", "feed"):
            command = ["--pages", str(pages), "--site", f"http://127.0.0.1:{port}", "--kind", kind, "--what"]
            turns = [(_one([*command, "bare"]), _one([*command, "whole"])) for _ in range(times)]
            bare, whole = (median(pages / turn[i].wall for turn in turns) for i in (0, 1))
            ratio, of_cpu = median(b.wall / w.wall for b, w in turns), median(b.cpu / w.cpu for b, w in turns)
            print(f"{kind:>10}  {bare:>7.1f}  {whole:>7.1f}  {ratio:>6.2f}  {of_cpu:>12.2f}", flush=True)


def _one(arguments: list[str]) -> Taken:
    command = [sys.executable, "-m", "benchmarks.crawl", "one", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    wall, cpu = done.stdout.split()[-2:]
    return Taken(float(wall), float(cpu))


@dataclass
class Round:
    """How long it took to crawl all sources once, and the most memory that was seen, in MB."""

    seconds: float = 0.0
    crawled: int = 0
    failed: int = 0
    whole: float = 0.0
    crawls: float = 0.0


def sources(number: int) -> None:
    """Print how long a round of all sources takes, and what it needs."""
    hosts = [f"127.0.0.{i % 250 + 1}" for i in range(number)]
    with served(1, sorted(set(hosts))) as port, tempfile.TemporaryDirectory() as name:
        params = [{"url": f"http://{host}:{port}/small", "max_pages": 1} for host in hosts]
        listed = [{"id": f"place-{i}", "type": "feed", "params": given} for i, given in enumerate(params)]
        config = configure(Path(name), listed, delay=0)
        with _run(config, Path(name) / "log") as process:
            round_ = _watch(process, Path(name) / "emberwatch.db", number)
    share = round_.seconds / EVERY_SECONDS * number / max(1, round_.crawled)
    print(
        f"{'sources':>8}  {'crawled':>8}  {'failed':>7}  {'seconds':>8}  {'of 15 min':>9}  {'all, PSS MB':>12}  crawls"
    )
    line = f"{number:>8}  {round_.crawled:>8}  {round_.failed:>7}  {round_.seconds:>8.0f}  {share:>8.0%}"
    print(
        f"{line}  {round_.whole:>12.0f}  {round_.crawls:>6.0f}   (goals: < 100 %, < {GOALS['gigabytes'] * 1000:.0f} MB)"
    )


@contextmanager
def _run(config: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "monitor.guardian", "run", "--config", str(config)]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


def _watch(process: subprocess.Popen[bytes], database: Path, number: int) -> Round:
    """Look twice a second until each source was crawled, or the time is over."""
    found, began = Round(), time.monotonic()
    asked = (
        "SELECT count(DISTINCT source_id), sum(outcome != 'ok') FROM run WHERE job = 'crawl' AND ended_at IS NOT NULL"
    )
    while found.crawled < number and found.seconds < LONGEST_SECONDS:
        if process.poll() is not None:
            raise SystemExit(f"`emberwatch run` ended with {process.returncode}")
        time.sleep(0.5)
        taken = {pid: megabytes(pid)[1] for pid in family(process.pid)}
        found.whole = max(found.whole, sum(taken.values()))
        found.crawls = max(found.crawls, sum(taken[pid] for pid in taken if _is_crawl(pid)))
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            crawled, failed = connection.execute(asked).fetchone()
        found.crawled, found.failed, found.seconds = crawled, failed or 0, time.monotonic() - began
    return found


def _is_crawl(pid: int) -> bool:
    try:
        return b"crawlers" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def unchanged(times: int) -> None:
    """Print what a crawl of an unchanged feed takes beyond the interpreter's start: the medians of several."""
    start = _median([sys.executable, "-c", "pass"], times)
    heads = f"{'crawl of 304, s':>16}  {'interpreter, s':>15}  {'beyond it, s':>13}  {'CPU beyond, s':>14}"
    print(f"{'delay, s':>9}  {heads}  (goal < {GOALS['unchanged']})")
    for delay in (0.0, 1.0):
        with served(1) as port, tempfile.TemporaryDirectory() as folder:
            source = {"id": "place", "type": "feed", "params": {"url": f"http://127.0.0.1:{port}/small"}}
            config = configure(Path(folder), [source], delay=delay)
            command = [sys.executable, "-m", "crawlers", "--source", "place", "--config", str(config)]
            _process(command)
            taken = _median(command, times)
            with closing(sqlite3.connect(Path(folder) / "emberwatch.db")) as database:
                counters = database.execute("SELECT counters FROM run ORDER BY id DESC LIMIT 1").fetchone()[0]
            if "pages not changed" not in counters:
                raise SystemExit(f"the server did not say `not changed`: {counters}")
        beyond = f"{taken.wall - start.wall:>13.2f}  {taken.cpu - start.cpu:>14.2f}"
        print(f"{delay:>9.0f}  {taken.wall:>16.2f}  {start.wall:>15.2f}  {beyond}", flush=True)


def _median(command: list[str], times: int) -> Taken:
    runs = [_process(command) for _ in range(times)]
    return Taken(median(run.wall for run in runs), median(run.cpu for run in runs))


def _process(command: list[str]) -> Taken:
    """The time of a whole process."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(time.perf_counter() - began, cpu)


def _print_one(asked: argparse.Namespace) -> None:
    bare = asked.what == "bare"
    taken = crawl_bare(asked.kind, asked.site) if bare else crawl_whole(asked.kind, asked.site, asked.pages)
    print(taken.wall, taken.cpu)


def main() -> None:
    """Measure one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=["pages", "sources", "unchanged", "one"])
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--sources", type=int, default=200)
    for option in ("--what", "--kind", "--site"):
        parser.add_argument(option, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    measures = {
        "pages": partial(pages, asked.pages, asked.times),
        "sources": partial(sources, asked.sources),
        "unchanged": partial(unchanged, asked.times),
        "one": lambda: _print_one(asked),
    }
    measures[asked.measure]()


if __name__ == "__main__":
    main()
