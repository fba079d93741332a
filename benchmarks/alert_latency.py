"""How soon people are told: from the commit of an incident to the receiver's acceptance, while all else is at work.

    python -m benchmarks.alert_latency --incidents 200

`emberwatch run` as it is, on a filled database of 50 brands, reading texts with its model all the time and looking at
all brands every 15 s, while another process saves 150 new texts a second. Incidents are committed from outside at
random moments; a mail server (aiosmtpd) and a receiver like Slack's, both on this machine, note when they took the
message.
`--idle` leaves the texts out and prints how much of a processor the monitor uses while nothing happens.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import select

from benchmarks.alert_scene import TOLD, Receiver, http_receiver, mail_channel, mail_receiver, open_incident
from benchmarks.filled import FOLDER, filled
from benchmarks.ingest import texts
from benchmarks.processes import cpu_seconds
from monitor.clock import utcnow
from monitor.jobs import JOBS
from monitor.models import Brand, JobHealth, Source
from monitor.store import authors, mentions
from monitor.store.database import open_database, session_of

BRANDS = 50
PER_SECOND = 150
SLACK = "EMBERWATCH_BENCH_SLACK"
IDLE_SECONDS = 30.0
LONGEST_WAIT = 30.0


def config_of(url: str, mail: int) -> dict[str, Any]:
    brands = [{"id": f"brand{number}", "name": f"Brand {number}"} for number in range(BRANDS)]
    return {
        "database": {"url": url},
        "brands": brands,
        "sources": [],
        "detection": {"every": "15s"},
        "channels": [
            {"type": "slack", "id": "team", "url": {"env": SLACK}, "timeout": "5s"},
            mail_channel("mail", mail),
        ],
        "routes": [{"channels": ["team", "mail"], "interval": "0s", "cooldown": "0s"}],
        "report": {"channels": []},
    }


@contextmanager
def monitor(config: Path, engine: sa.Engine, slack: int) -> Iterator[subprocess.Popen[bytes]]:
    """`emberwatch run`, once every job has had its turn."""
    environment = {**os.environ, SLACK: f"http://127.0.0.1:{slack}/services/T0/B0/bench"}
    command = [sys.executable, "-m", "monitor.cli", "run", "--config", str(config)]
    with (config.parent / "log.txt").open("w") as log:
        process = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
    try:
        while set(JOBS) - _ran(engine):
            if process.poll() is not None:
                raise SystemExit((config.parent / "log.txt").read_text())
            time.sleep(0.5)
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _ran(engine: sa.Engine) -> set[str]:
    with session_of(engine) as session:
        return set(session.exec(select(JobHealth.job)))


class Writer(threading.Thread):
    """Saves new texts, as crawls do, so that the jobs have work and the database is written to."""

    def __init__(self, engine: sa.Engine) -> None:
        super().__init__(daemon=True)
        self._engine = engine
        self.ended = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ended.wait(1.0):
            with session_of(self._engine) as session:
                source = session.exec(select(Source).where(Source.slug == "brand0-feed")).one()
                key = authors.installation_key(session)
                found = [(one, True) for one in texts(PER_SECOND, utcnow(), seed=number)]
                mentions.save_many(session, found, source=source, now=utcnow(), author_key=key)
                session.commit()
            number += 1


def commit_incidents(engine: sa.Engine, number: int, pause: float, chance: random.Random) -> dict[str, float]:
    """Open so many incidents at random moments; when each was committed."""
    committed: dict[str, float] = {}
    with session_of(engine) as session:
        brands = [brand.id or 0 for brand in session.exec(select(Brand))]
    for turn in range(number):
        time.sleep(chance.uniform(0.2, 1.8) * pause)
        with session_of(engine) as session:
            incident = open_incident(session, brands[turn % len(brands)], utcnow())
            session.commit()
            committed[str(incident.id)] = time.time()
    return committed


def latencies(committed: dict[str, float], receiver: Receiver) -> list[float]:
    """Seconds until each was taken; waits for the last of them."""
    until = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < until:
        taken = {found[1]: one.at for one in list(receiver.taken) if (found := TOLD.search(one.text))}
        if committed.keys() <= taken.keys():
            break
        time.sleep(0.1)
    missing = committed.keys() - taken.keys()
    if missing:
        raise SystemExit(f"{len(missing)} were not told within {LONGEST_WAIT:.0f} s")
    return sorted(max(0.0, taken[one] - at) for one, at in committed.items())


def quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    copy = folder / "bench.db"
    shutil.copy(filled(arguments.mentions, folder=FOLDER).removeprefix("sqlite:///"), copy)
    engine = open_database(f"sqlite:///{copy}")
    config = folder / "config.yaml"
    with http_receiver() as slack, mail_receiver() as mail:
        config.write_text(yaml.safe_dump(config_of(f"sqlite:///{copy}", mail.port)))
        with monitor(config, engine, slack.port) as process:
            if arguments.idle:
                print_idle(process.pid)
                return
            writer = Writer(engine)
            writer.start()
            time.sleep(5)
            used = cpu_seconds(process.pid), time.monotonic()
            committed = commit_incidents(engine, arguments.incidents, arguments.pause, random.Random(arguments.seed))
            for name, receiver in (("mail", mail), ("slack", slack)):
                print_latencies(name, latencies(committed, receiver))
            busy = (cpu_seconds(process.pid) - used[0]) / (time.monotonic() - used[1])
            print(f"meanwhile the monitor used {busy:.0%} of a processor")
            writer.ended.set()
            writer.join(5)
    engine.dispose()


def print_latencies(name: str, seconds: Sequence[float]) -> None:
    p50, p99 = statistics.median(seconds), quantile(seconds, 0.99)
    print(f"{name}: {len(seconds)} told, p50 {p50:.2f} s, p99 {p99:.2f} s, longest {seconds[-1]:.2f} s", flush=True)


def print_idle(number: int) -> None:
    time.sleep(5)
    before = cpu_seconds(number)
    time.sleep(IDLE_SECONDS)
    print(f"idle: {(cpu_seconds(number) - before) / IDLE_SECONDS:.1%} of a processor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=200)
    parser.add_argument("--pause", type=float, default=0.4, help="seconds between two of them, on average")
    parser.add_argument("--mentions", type=int, default=10_000, help="stored before")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--idle", action="store_true")
    with tempfile.TemporaryDirectory() as folder:
        measure(parser.parse_args(), Path(folder))


if __name__ == "__main__":
    main()
