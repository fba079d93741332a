"""Ingest: texts through the real pipelines of a crawl (check, save in batches) into databases of several sizes.

    python -m benchmarks.ingest --stored 10000 100000 1000000
    python -m benchmarks.ingest --stored 10000 100000 --postgresql     # see benchmarks.postgresql for which server

Each size is a copy of a filled database. The new texts are made up: a few sentences in five scripts, two authors for
five texts, half of them with counts, a fifth answers to earlier ones, a tenth with a picture. They are pushed once as
new, and once more as a page that has not changed. The best of `--times` is printed, each on a fresh copy.
"""

import argparse
import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from benchmarks import filled_postgresql, postgresql
from benchmarks.filled import COMMON, FOLDER, filled
from crawlers.base import spider_of
from crawlers.pipelines import Check, Store
from monitor.clock import utcnow
from monitor.facts import Collected, Engagement, MediaFile, MediaKind, MentionKind

SOURCE = "brand0-feed"
HOST = "feed0.example"
SEED = 20_261_122
AUTHORS_PER_TEXT = 0.4
ANSWERS, PICTURES, COUNTED = 0.2, 0.1, 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """Texts per second of wall time and of CPU time."""

    wall: float
    cpu: float


def texts(number: int, now: datetime, seed: int = SEED) -> list[Collected]:
    """New texts as a spider would hand them over; an answer names an earlier text or one that never comes."""
    chance = random.Random(seed)
    made: list[Collected] = []
    for i in range(number):
        made.append(_text(i, number, now, made[-500:], chance, seed))
    return made


def _text(
    i: int, number: int, now: datetime, earlier: Sequence[Collected], chance: random.Random, seed: int
) -> Collected:
    language = chance.choice(list(COMMON))
    words = chance.choices(COMMON[language], k=chance.randrange(8, 60))
    name = _id(f"text {seed}", i)
    answers = chance.random() < ANSWERS
    told = chance.choice(earlier).external_id if earlier and chance.random() < 0.8 else _id("elsewhere", i)
    return Collected(
        kind=MentionKind.COMMENT if answers else MentionKind.POST,
        host=HOST,
        external_id=name,
        url=f"https://{HOST}/{name}",
        text=f"{' '.join(words)} Brand 0 {i}",
        author_ref=_id("author", chance.randrange(max(1, int(number * AUTHORS_PER_TEXT)))),
        author_name=f"Someone {i % 997}",
        author_followers=chance.randrange(5_000),
        published_at=now - timedelta(seconds=chance.randrange(7_200)),
        language=language[:2],
        parent_ref=told if answers else None,
        root_ref=told if answers else None,
        media=(MediaFile(MediaKind.IMAGE, f"https://{HOST}/{name}.jpg", ""),) if chance.random() < PICTURES else (),
        engagement=_engagement(chance),
    )


def _engagement(chance: random.Random) -> Engagement | None:
    if chance.random() > COUNTED:
        return None
    return Engagement(likes=chance.randrange(90), reposts=chance.randrange(9), replies=chance.randrange(9))


def _id(what: str, number: int) -> str:
    """An id as hosts make them: no order in it, so that it lands anywhere in an index."""
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()[:20]


def pipelines(url: str, source: str = SOURCE) -> tuple[Check, Store]:
    """The pipelines of a crawl of a source that is in the database."""
    crawler = Crawler(spider_of("feed"))
    crawler.stats = MemoryStatsCollector(crawler)
    told = {"EMBERWATCH_DATABASE": url, "EMBERWATCH_SOURCE": source, "EMBERWATCH_EVERY": 900.0}
    for name, value in told.items():
        crawler.settings.set(name, value)
    return Check.from_crawler(crawler), Store.from_crawler(crawler)


def push(url: str, items: Sequence[Collected], source: str = SOURCE) -> Rate:
    """Check and save all of them as one crawl; what is committed at the end counts."""
    check, store = pipelines(url, source)
    wall, cpu = time.perf_counter(), time.process_time()
    for item in items:
        store.process_item(check.process_item(item))
    store.close_spider()
    return Rate(len(items) / (time.perf_counter() - wall), len(items) / (time.process_time() - cpu))


def measure(stored: int, items: Sequence[Collected]) -> tuple[Rate, Rate]:
    """Rates of new texts, and of the same ones again, on a fresh copy of a database with so many."""
    filled_url = filled(stored, folder=FOLDER)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        path = shutil.copy(filled_url.removeprefix("sqlite:///"), Path(folder) / "emberwatch.db")
        with path.open("rb+") as copied:
            os.fsync(copied.fileno())  # else the first commit would wait for the whole copy
        url = f"sqlite:///{path}"
        return push(url, items), push(url, items)


def measure_postgresql(server: sa.URL, stored: int, items: Sequence[Collected]) -> tuple[Rate, Rate]:
    """The same on PostgreSQL."""
    template, name = sa.make_url(filled_postgresql.filled(server, stored)).database, "ingest"
    postgresql.do(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    postgresql.do(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    postgresql.do(server, "CHECKPOINT")  # else writing the copy down would be counted
    url = postgresql.url_of(server, name)
    try:
        return push(url, items), push(url, items)
    finally:
        postgresql.do(server, f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    """Print the rates for each size, and what the largest keeps of the smallest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stored", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    asked = parser.parse_args()
    if asked.postgresql:
        with postgresql.server() as server:
            _print(asked, partial(measure_postgresql, server))
    else:
        _print(asked, measure)


def _print(asked: argparse.Namespace, measured: Callable[[int, Sequence[Collected]], tuple[Rate, Rate]]) -> None:
    items = texts(asked.texts, utcnow())
    print(f"{'':>10}  {'new texts/s':>18}  {'unchanged texts/s':>18}")
    print(f"{'stored':>10}  {'wall':>8}  {'CPU':>8}  {'wall':>8}  {'CPU':>8}")
    new: list[Rate] = []
    for stored in asked.stored:
        runs = [measured(stored, items) for _ in range(asked.times)]
        first, again = (_best(rates) for rates in zip(*runs, strict=True))
        new.append(first)
        figures = (first.wall, first.cpu, again.wall, again.cpu)
        print(f"{stored:>10,}  " + "  ".join(f"{figure:>8,.0f}" for figure in figures), flush=True)
    small, large = new[0], new[-1]
    if len(new) > 1:
        print(f"last / first, new texts: wall {large.wall / small.wall:.2f}, CPU {large.cpu / small.cpu:.2f}")


def _best(rates: Iterable[Rate]) -> Rate:
    """What disturbs a measurement only makes it slower."""
    listed = list(rates)
    return Rate(max(rate.wall for rate in listed), max(rate.cpu for rate in listed))


if __name__ == "__main__":
    main()
