"""Two workers on PostgreSQL under load: saved, read and looked at, beside what the model alone reads in the same run.

    python -m benchmarks.fleet --minutes 30 --burst 120

1. `bare model`: as many processes as workers read texts with one thread each, and do nothing else.
2. `ingest alone`: as many processes save texts through the pipelines of a crawl; nobody reads them.
3. `ingest to assessed`: texts are saved while the workers read; from the first text saved to the last one read.
4. `sustained`: so many minutes at a share of 3. Every 20 seconds one brand has a crisis of 40 complaints; the time
   from when the last of them is read to when its incident is there is what people wait for the finding.
5. `burst`: ten times that rate for some seconds, then until all is read. All must be there, read once, counted once.

The texts of the load are calm, four sentences with changing words, of a hundred brands with four quiet weeks behind
them; crises are complaints. So many words, 25 to 30, has the mean of the labelled texts that the model was trained on.
"""

import argparse
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import mean, quantiles

import sqlalchemy as sa

from benchmarks import postgresql, processes
from benchmarks.ingest import push
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.facts import Collected, MentionKind
from monitor.models import Coverage, Mention, ReadState, Source
from monitor.store import authors, kept, mentions, sources
from monitor.store.database import open_database, session_of, upgrade

BRANDS, PAGE, CRISIS, CRISIS_EVERY = 100, 50, 40, 20.0
CALM = ("The {thing} came on {day}", "A {colour} {thing} and a {other}", "We had {dish} and {drink}",
        "I walked past the {place} on {day}", "The new menu has {dish} and {drink}", "They sell {colour} {thing}s",
        "Nice {place}, good {drink}", "We met at the {place} at noon", "The {place} is beside the {other}",
        "Lovely staff, thank you for the {dish}", "{day} is when I buy {drink} and a {thing}")  # fmt: skip
WORDS = {
    "thing": "cup plate kettle lamp chair parcel bag shoe jacket phone basket candle mirror spoon towel",
    "other": "station market museum bridge library garden bakery church school harbour",
    "colour": "blue green red white yellow brown grey orange",
    "dish": "soup rice noodles cake biryani salad toast fish curry pie bread dumplings",
    "drink": "tea coffee juice lassi water cocoa lemonade",
    "place": "shop cafe branch stall kiosk counter",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
ANGRY = ("never delivered my order and nobody answers", "refuses the refund, this is theft",
         "sent a broken kettle, terrible service", "the worst company, I waited three weeks for nothing",
         "lied to me and kept my money")  # fmt: skip
HISTORY = timedelta(days=28)
LOOK_SECONDS, LONGEST_SECONDS = 0.5, 1800.0
PARTS = 6
_FRESH = multiprocessing.get_context("spawn")


def text_of(number: int, brand: int, words: str, author: int) -> Collected:
    host = f"place{brand}.example"
    return Collected(
        kind=MentionKind.POST, host=host, external_id=f"text-{number}", url=f"https://{host}/{number}",
        text=f"{words}. Brand {brand}, number {number}.", author_ref=f"person-{author}", published_at=utcnow(),
    )  # fmt: skip


def calm(numbers: Sequence[int]) -> list[tuple[int, Collected]]:
    """Brand and text, a page of one brand after the other; four sentences each, some 25 words, as reviews have."""
    chance = random.Random(numbers[0] if numbers else 0)
    made = ((n, n // PAGE % BRANDS, ". ".join(_sentences(chance))) for n in numbers)
    return [(brand, text_of(n, brand, words, n % 9_973)) for n, brand, words in made]


def _sentences(chance: random.Random) -> list[str]:
    return [
        form.format(**{name: chance.choice(some.split()) for name, some in WORDS.items()})
        for form in chance.sample(CALM, 4)
    ]


def crisis(start: int, brand: int) -> list[tuple[int, Collected]]:
    chance = random.Random(start)
    return [
        (brand, text_of(start + i, brand, f"Brand {brand} {chance.choice(ANGRY)} {chance.choice(ANGRY)}", start + i))
        for i in range(CRISIS)
    ]


def config(folder: Path, url: str) -> Path:
    """A hundred brands with a source each, which nobody crawls: this benchmark saves what comes."""
    brands = [{"id": f"brand{i}", "name": f"Brand {i}"} for i in range(BRANDS)]
    places = [
        {"id": f"place{i}", "type": "feed", "brands": [f"brand{i}"], "about_brand": True, "every": "7d",
         "params": {"url": f"https://place{i}.example/feed"}}
        for i in range(BRANDS)
    ]  # fmt: skip
    told = {"database": {"url": url}, "brands": brands, "sources": places, "analysis": {"threads": 1}}
    path = folder / "config.yaml"
    path.write_text(json.dumps(told), encoding="utf-8")  # JSON is YAML
    return path


def set_up(url: str, path: Path) -> None:
    """All tables, and four weeks of which every source is known."""
    engine, now = open_database(url), utcnow()
    upgrade(engine)
    with session_of(engine) as session:
        sources.sync(session, load_settings(path))
        for source in session.exec(sa.select(Source)).scalars():
            source.last_run_at = source.last_good_at = now
            source.first_crawled_at = now - HISTORY
            session.add_all([source, Coverage(source_id=source.id, start=now - HISTORY, end=now)])
        session.commit()
    engine.dispose()


def save(engine: sa.Engine, batch: Sequence[tuple[int, Collected]]) -> None:
    """Save texts, each for the source of its brand, and know all sources until now; one commit a brand."""
    now = utcnow()
    with session_of(engine) as session:
        key = authors.installation_key(session)
        by_brand: dict[int, list[tuple[Collected, bool]]] = {}
        for brand, text in batch:
            by_brand.setdefault(brand, []).append((text, True))
        for brand, texts in by_brand.items():
            source = sources.by_slug(session, f"place{brand}")
            assert source is not None, "it was synced"  # noqa: S101 (a broken benchmark)
            mentions.save_many(session, texts, source=source, now=now, author_key=key)
            session.commit()
        session.execute(sa.update(Coverage).values(end=now))
        session.commit()


@dataclass(frozen=True)
class Spent:
    """Seconds of processor so far, of our workers and of the server (0 when it is not on this machine)."""

    at: float
    workers: float
    server: float


@dataclass
class Fleet:
    """Workers at work, and the server that they work on."""

    pids: list[int]
    server: int | None  # the process that all of the server's are children of

    def spent(self) -> Spent:
        """Until now."""
        server = processes.all_cpu_seconds([self.server]) if self.server else 0.0
        return Spent(time.perf_counter(), processes.all_cpu_seconds(self.pids), server)

    def megabytes(self) -> float:
        """Of one worker with what it started, shared memory divided."""
        taken = [sum(processes.megabytes(one)[1] for one in processes.family(pid)) for pid in self.pids]
        return sum(taken) / len(taken)


def server_of(engine: sa.Engine) -> int | None:
    """The process of a server on this machine."""
    with engine.connect() as connection, suppress(OSError):
        mine = int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
        if b"postgres" in processes.command(mine):
            return processes.parent(mine)
    return None


@contextmanager
def workers(path: Path, number: int, server: int | None) -> Iterator[Fleet]:
    command = [sys.executable, "-m", "monitor.guardian", "worker", "--config", str(path)]
    log = (path.parent / "workers.log").open("ab")
    running = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) for _ in range(number)]
    try:
        yield Fleet([one.pid for one in running], server)
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(60)
        log.close()


def bare(number: int, texts: int) -> float:
    """Texts a second of so many processes that only read."""
    with _FRESH.Pool(number) as pool:
        rates = pool.map(_bare, [(i, texts // number) for i in range(number)], chunksize=1)
    return sum(rates)


def _bare(asked: tuple[int, int]) -> float:
    from monitor.analysis.assess import load_assessor
    from monitor.analysis.options import AnalysisOptions

    part, texts = asked
    assessor = load_assessor(AnalysisOptions(threads=1))
    words = [text.text for _, text in calm(range(part * texts, (part + 1) * texts))]
    assessor.assess(words[:64])
    started = time.perf_counter()
    for first in range(0, len(words), 256):
        assessor.assess(words[first : first + 256])
    return texts / (time.perf_counter() - started)


def ingest_alone(url: str, number: int, texts: int, start: int) -> float:
    """Texts saved a second by so many processes, from the first begun to the last ended."""
    with _FRESH.Pool(number) as pool:
        ends = pool.map(_push, [(url, i, texts // number, start) for i in range(number)], chunksize=1)
    return texts / (max(end for _, end in ends) - min(begun for begun, _ in ends))


def _push(asked: tuple[str, int, int, int]) -> tuple[float, float]:
    url, part, texts, start = asked
    first = start + part * texts
    items = [text_of(n, part, calm([n])[0][1].text, n % 9_973) for n in range(first, first + texts)]
    begun = time.time()
    push(url, items, f"place{part}")
    return begun, time.time()


@dataclass
class Watch:
    """What is seen from outside while the workers work."""

    engine: sa.Engine
    waiting: list[tuple[float, int]] = field(default_factory=list)
    crises: dict[int, float] = field(default_factory=dict)  # brand, and when all of it was read
    found: dict[int, float] = field(default_factory=dict)  # brand, and when its incident was there
    planted: dict[int, list[int]] = field(default_factory=dict)  # brand, and the rows of its crisis

    def unread(self) -> int:
        with self.engine.connect() as connection:
            waits = sa.select(sa.func.count()).select_from(Mention).where(sa.text("read_state <> 'read'"))
            return int(connection.execute(waits).scalar_one())

    def look(self) -> None:
        now = time.time()
        with self.engine.connect() as connection:
            opened = sa.text("SELECT DISTINCT brand.slug FROM incident JOIN brand ON brand.id = incident.brand_id")
            for (slug,) in connection.execute(opened):
                self.found.setdefault(int(slug.removeprefix("brand")), now)
            for brand, rows in self.planted.items():
                if brand not in self.crises and self._read(connection, rows) == CRISIS:
                    self.crises[brand] = now

    def plant(self, texts: Sequence[tuple[int, Collected]]) -> None:
        """Save a crisis; by the numbers of its rows it is followed at next to no cost to the server."""
        save(self.engine, texts)
        with session_of(self.engine) as session:
            found = kept.find_ids(session, ((text.host, text.external_id) for _, text in texts))
        self.planted[texts[0][0]] = sorted(found.values())

    def _read(self, connection: sa.Connection, rows: Sequence[int]) -> int:
        columns = sa.inspect(Mention).columns
        told = sa.select(sa.func.count()).where(columns["id"].in_(rows), columns["read_state"] == ReadState.READ)
        return int(connection.execute(told).scalar_one())


def drain(watch: Watch, patience: float) -> float:
    """Seconds until nothing waits."""
    started = time.perf_counter()
    while watch.unread():
        if time.perf_counter() - started > patience:
            raise SystemExit(f"{watch.unread()} texts still wait after {patience:.0f} s")
        watch.look()
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - started


def feed(watch: Watch, start: int, rate: float, seconds: float, *, crises: bool) -> int:
    """Save calm texts at a rate, and a crisis now and then; the number of the next text."""
    began, number, saved = time.perf_counter(), start, 0
    next_crisis, brand, noted = CRISIS_EVERY, 0, 0.0
    while (passed := time.perf_counter() - began) < seconds:
        owed = int(rate * passed) - saved
        batch = calm(range(number, number + owed)) if owed > 0 else []
        number, saved = number + len(batch), saved + len(batch)
        if crises and passed >= next_crisis and brand < BRANDS and passed < seconds - CRISIS_EVERY:
            watch.plant(crisis(number, brand))
            number, brand, next_crisis = number + CRISIS, brand + 1, next_crisis + CRISIS_EVERY
        save(watch.engine, batch)
        watch.look()
        if passed - noted >= 10:
            watch.waiting.append((passed, watch.unread()))
            noted = passed
        time.sleep(max(0.0, LOOK_SECONDS - (time.perf_counter() - began - passed)))
    return number


def trouble(watch: Watch, expected: int) -> list[str]:
    """What is not as it must be: every text is there once, read once, and stands once in the counts."""
    with watch.engine.connect() as connection:

        def one(sql: str) -> int:
            return int(connection.execute(sa.text(sql)).scalar_one())

        seen = {
            "stored": one("SELECT count(*) FROM mention"),
            "read": one("SELECT count(*) FROM assessment WHERE is_current"),
            "counted": one("SELECT sum(mentions) FROM count WHERE resolution = '1h' AND dimension = 'all'"),
        }  # fmt: skip
    return [f"{seen[name]:,} {name}, not {expected:,}" for name in seen if seen[name] != expected]


def measure(asked: argparse.Namespace, url: str, path: Path) -> None:
    """All five, in one run on one machine."""
    set_up(url, path)
    engine = open_database(url)
    watch = Watch(engine)
    model = bare(asked.workers, asked.texts // 4)
    _tell("bare model", f"{model:,.0f} texts/s")
    number = asked.texts
    alone = ingest_alone(url, asked.workers, asked.texts, 0)
    _tell("ingest alone", f"{alone:,.0f} texts/s (wanted 1,000)")
    with workers(path, asked.workers, server_of(engine)) as fleet:
        drain(watch, 3600)
        began, batch, before = time.perf_counter(), asked.texts // 2, fleet.spent()
        for first in range(number, number + batch, 500):
            save(engine, calm(range(first, min(first + 500, number + batch))))
        drain(watch, 3600)
        number += batch
        read = batch / (time.perf_counter() - began)
        _tell("ingest to assessed", f"{read:,.0f} texts/s, {read / model:.2f} of the bare model's (wanted 0.80)")
        _tell_spent(before, fleet.spent(), batch, fleet.megabytes())
        rate = asked.share * read
        if not asked.minutes:
            return
        before, first = fleet.spent(), number
        number = feed(watch, number, rate, asked.minutes * 60, crises=True)
        _tell_spent(before, fleet.spent(), number - first, fleet.megabytes())
        _tell_sustained(watch, rate)
        number = feed(watch, number, 10 * rate, asked.burst, crises=False)
        left = watch.unread()
        _tell(
            "burst",
            f"{10 * rate:,.0f} texts/s for {asked.burst} s left {left:,}, read after {drain(watch, 7200):,.0f} s",
        )
        lost = trouble(watch, number)
    _tell("lost or doubled", "; ".join(lost) or f"nothing of {number:,} texts")
    engine.dispose()


def _tell_spent(before: Spent, after: Spent, texts: int, megabytes: float) -> None:
    took, workers_, server = (getattr(after, one) - getattr(before, one) for one in ("at", "workers", "server"))
    _tell(
        "processor for a text", f"{1000 * workers_ / texts:.1f} ms of workers, {1000 * server / texts:.1f} ms of server"
    )
    _tell("cores", f"{workers_ / took:.2f} of workers, {server / took:.2f} of server; {megabytes:,.0f} MB a worker")


def _tell_sustained(watch: Watch, rate: float) -> None:
    until = time.time() + LONGEST_SECONDS
    while watch.planted.keys() - watch.crises.keys() and time.time() < until:  # what waits cannot be found yet
        watch.look()
        time.sleep(LOOK_SECONDS)
    until = time.time() + 120
    while watch.planted.keys() - watch.found.keys() and time.time() < until:
        watch.look()
        time.sleep(LOOK_SECONDS)
    waits = sorted(
        max(0.0, watch.found[brand] - watch.crises[brand]) for brand in watch.crises.keys() & watch.found.keys()
    )
    size = -(-len(watch.waiting) // PARTS) or 1
    parts = [watch.waiting[first : first + size] for first in range(0, len(watch.waiting), size)]
    waiting = ", ".join(f"{mean(number for _, number in part):,.0f}" for part in parts)
    _tell("sustained", f"{rate:,.0f} texts/s; waiting or being read, the means of {len(parts)} parts: {waiting}")
    cuts = quantiles(waits, n=100, method="inclusive") if len(waits) > 1 else [0.0] * 99
    _tell("finding after reading", f"p50 {cuts[49]:.1f} s, p99 {cuts[98]:.1f} s, longest {max(waits, default=0):.1f} s")
    missed = len(watch.planted.keys() - watch.found.keys())
    extra = len(watch.found.keys() - watch.planted.keys())
    _tell("crises", f"{len(watch.planted)} planted, {missed} without an incident; {extra} incidents of calm brands")


def _tell(what: str, figures: str) -> None:
    print(f"{what:24}{figures}", flush=True)


def main() -> None:
    """Print a line for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.7, help="of the rate from ingest to assessed")
    parser.add_argument("--burst", type=int, default=120, help="seconds")
    asked = parser.parse_args()
    name = f"fleet_{os.getpid()}"
    with postgresql.server() as server, tempfile.TemporaryDirectory() as folder:
        postgresql.do(server, f"CREATE DATABASE {name}")
        url = postgresql.url_of(server, name)
        try:
            measure(asked, url, config(Path(folder), url))
        finally:
            postgresql.do(server, f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
