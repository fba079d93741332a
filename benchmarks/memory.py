"""Memory of `emberwatch run` while it crawls, reads, detects and reports on a filled database (Linux).

    python -m benchmarks.memory --mentions 10000 100000 1000000

Starts the real command on a copy of the database, with a local feed of 1,000 texts to crawl and read, and asks the
system for the memory of its processes twice a second until all is read, and a minute longer.
"""

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from benchmarks.filled import COMMON, FOLDER, filled
from benchmarks.processes import command, cpu_seconds, family, megabytes
from monitor.clock import utcnow

BRANDS = 50
TEXTS = 1_000
LONGEST_SECONDS = 300
SETTLE_SECONDS = 10
"""Until the reports, the index and whatever else was due are done."""


@dataclass
class Peak:
    """The most that was seen, in MB."""

    run: float = 0.0  # the largest process of `emberwatch run`: the one that holds the model
    whole: float = 0.0  # all processes of the command but the crawls; shared memory counts once
    crawls: float = 0.0
    idle: float = 0.0  # not memory: the part of a core that its own processes take once all is read, 0..1


def feed() -> bytes:
    """An RSS feed of texts in several languages, all of this minute."""
    now = utcnow().strftime("%a, %d %b %Y %H:%M:%S GMT")
    languages = list(COMMON)
    items = "".join(
        f"<item><guid isPermaLink='false'>memory-{i}</guid><link>http://127.0.0.1/{i}</link><pubDate>{now}</pubDate>"
        f"<description>Brand 0 {i} {' '.join(COMMON[languages[i % len(languages)]])}</description></item>"
        for i in range(TEXTS)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>memory</title>{items}</channel></rss>'.encode()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *arguments: object, body: bytes) -> None:
        self._body = body
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        found = self.path == "/feed.rss"
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.end_headers()
        if found:
            self.wfile.write(self._body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[int]:
    """The port of a local server of the feed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, body=feed()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def config(folder: Path, port: int) -> Path:
    """A config that watches all brands of the filled database and crawls the local feed."""
    brands = [{"id": f"brand{i}", "name": f"Brand {i}"} for i in range(BRANDS)]
    place = {"id": "memory-feed", "type": "feed", "brands": ["brand0"], "every": "30s", "about_brand": True}
    told = {
        "brands": brands,
        "sources": [place | {"params": {"url": f"http://127.0.0.1:{port}/feed.rss"}}],
        "crawling": {"allow_private": ["127.0.0.1"], "delay_seconds": 0.0},
        "detection": {"every": "5s"},
        "report": {"folder": str(folder / "reports")},
        "database": {"url": f"sqlite:///{folder / 'emberwatch.db'}"},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


def measure(mentions: int, seconds: float) -> Peak:
    """The peak of one run on a copy of the database of that size."""
    source = Path(filled(mentions, folder=FOLDER, brands=BRANDS).removeprefix("sqlite:///"))
    with tempfile.TemporaryDirectory() as name, served() as port:
        folder = Path(name)
        shutil.copy(source, folder / "emberwatch.db")
        command = [sys.executable, "-m", "monitor.guardian", "run", "--config", str(config(folder, port))]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
            try:
                return watch(process, folder / "emberwatch.db", seconds)
            except SystemExit:
                print((folder / "log").read_text()[-2000:], file=sys.stderr)
                raise
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def watch(process: subprocess.Popen[bytes], database: Path, seconds: float) -> Peak:
    """Look twice a second until all texts are read, and `seconds` longer."""
    peak, started, read_at, worked = Peak(), time.monotonic(), 0.0, dict[int, float]()
    while process.poll() is None:
        look(process.pid, peak)
        time.sleep(0.5)
        if not read_at and _read(database) >= TEXTS:
            read_at = time.monotonic() + SETTLE_SECONDS
        if read_at and not worked and time.monotonic() >= read_at:
            worked = _cpu_seconds(process.pid)
        if read_at and time.monotonic() - read_at > seconds:
            taken = (more - worked.get(number, more) for number, more in _cpu_seconds(process.pid).items())
            peak.idle = sum(taken) / (time.monotonic() - read_at)
            return peak
        if time.monotonic() - started > LONGEST_SECONDS + seconds:
            raise SystemExit(f"not all texts were read within {LONGEST_SECONDS} s")
    raise SystemExit(f"`emberwatch run` ended with {process.returncode}")


def _read(database: Path) -> int:
    with sqlite3.connect(database, timeout=30) as connection:
        asked = "SELECT count(*) FROM mention WHERE external_id LIKE '%memory-%' AND read_state = 'read'"
        found: int = connection.execute(asked).fetchone()[0]
    connection.close()
    return found


def look(pid: int, peak: Peak) -> None:
    """Add what the processes take at this moment."""
    taken = {number: megabytes(number) for number in family(pid)}
    crawls = {number for number in taken if b"crawlers" in command(number)}
    own = [memory for number, memory in taken.items() if number not in crawls]
    peak.run = max([peak.run, *(rss for rss, _ in own)])
    peak.whole = max(peak.whole, sum(pss for _, pss in own))
    peak.crawls = max(peak.crawls, sum(taken[number][1] for number in crawls))


def _cpu_seconds(pid: int) -> dict[int, float]:
    """What each process of the command has taken so far, without the crawls."""
    taken = {}
    for number in family(pid):
        with suppress(OSError):
            if b"crawlers" not in command(number):
                taken[number] = cpu_seconds(number)
    return taken


def main() -> None:
    """Print the peak for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look on after all is read")
    asked = parser.parse_args()
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).parent.parent))
    heads = f"{'run, RSS MB':>12}  {'all but crawls, PSS MB':>23}  {'crawls, PSS MB':>15}  {'idle, % of a core':>18}"
    print(f"{'stored':>10}  {heads}")
    for mentions in asked.mentions:
        peak = measure(mentions, asked.seconds)
        memory = f"{peak.run:>12.0f}  {peak.whole:>23.0f}  {peak.crawls:>15.0f}"
        print(f"{mentions:>10,}  {memory}  {100 * peak.idle:>18.0f}", flush=True)


if __name__ == "__main__":
    main()
