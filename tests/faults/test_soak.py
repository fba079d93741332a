"""`emberwatch run` for minutes, killed and locked out at random while a shop complains: nothing is lost or doubled."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from demo.mailbox import Mailbox
from demo.scenario import write
from demo.site import Site
from demo.story import free_port
from monitor.clock import utcnow
from monitor.facts import WHOLE
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    Brand,
    Case,
    Incident,
    Mention,
    MentionBrand,
    ReadState,
    Resolution,
    Run,
    RunOutcome,
    Source,
)
from monitor.store import counts
from monitor.store.database import open_database, schema_of, session_of
from tests.faults.stages import ROOT
from tests.faults.state import state_of

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

MINUTES = float(os.environ.get("EMBERWATCH_SOAK_MINUTES", "4"))
SEED = int(os.environ.get("EMBERWATCH_SOAK_SEED", str(random.SystemRandom().randrange(10**6))))
CALM_SECONDS = 150
MOST_GROWTH_MB = 25
"""Over the calm time, after its first third: caches fill, nothing else may."""
SPEED = 2
"""How many times as fast the complaint spreads; it begins once the quiet weeks were read."""


@dataclass
class Monitor:
    """`emberwatch run` with its guardian, and what is done to it."""

    config: Path
    environment: dict[str, str]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    faults: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        command = [sys.executable, "-m", "monitor.guardian", "run", "--config", str(self.config)]
        with (self.config.parent / "log.txt").open("a") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=log, stdout=log)

    def child(self) -> int | None:
        return next(iter(children(self.process.pid)), None)

    def fault(self, database: Path) -> None:
        """One of the things that happen to a process, at random."""
        what = self.chance.choice(["monitor", "monitor", "guardian", "crawl", "crawl", "lock", "stop"])
        self.faults[what] += 1
        child = self.child()
        if what == "monitor" and child:
            kill(child)
        elif what == "crawl" and child:
            for crawl in children(child):
                kill(crawl)
        elif what == "guardian":
            self.process.kill()
            self.process.wait()
            self.start()
        elif what == "lock":
            hold(database, self.chance.uniform(1, 13))
        elif what == "stop":
            self.stop()
            self.start()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) in (0, 143)


def children(number: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    return []


def kill(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def hold(database: Path, seconds: float) -> None:
    """Another process writes and takes its time; the monitor waits 10 seconds at most."""
    holder = sqlite3.connect(database, isolation_level=None, timeout=30)
    holder.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    holder.execute("ROLLBACK")
    holder.close()


def memory_mb(number: int) -> float:
    lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@dataclass
class Lived:
    """What there was at the end."""

    folder: Path
    texts: list[str]
    mails: list[str]
    faults: Counter[str]
    memory: list[float]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("soak")
    print(f"EMBERWATCH_SOAK_SEED={SEED} in {folder}")
    hurried = (ROOT / "config.yaml").read_text(encoding="utf-8")
    hurried = hurried.replace("every: 15s", "every: 3s").replace("every: 30s", "every: 3s")
    (folder / "config.yaml").write_text(hurried, encoding="utf-8")
    clock: list[datetime] = []
    site = Site(write(7, utcnow(), complaint_after=timedelta(days=1)), lambda: (clock or [utcnow()])[0])
    mailbox = Mailbox(folder / "mail", free_port())
    environment = {
        **os.environ,
        "EMBERWATCH_DEMO_PORT": str(site.port),
        "EMBERWATCH_DEMO_MAIL_PORT": str(mailbox.port),
        "EMBERWATCH_DATABASE__URL": f"sqlite:///{folder / 'emberwatch.db'}",
        "EMBERWATCH_REPORT__FOLDER": str(folder / "reports"),
    }
    site.start()
    mailbox.start()
    monitor = Monitor(folder / "config.yaml", environment)
    monitor.start()
    try:
        until_all_is_read(folder, site.scenario.start)
        begin = utcnow() + timedelta(seconds=20) - site.scenario.start
        site.scenario = write(7, site.scenario.start, complaint_after=begin * SPEED, speed=SPEED)
        memory = live(monitor, folder, clock)
        texts = sorted(post.text for post in site.scenario.until(clock[0]))
        mails = [str(mail["Message-ID"]) for mail in mailbox.mails()]
        yield Lived(folder, texts, mails, monitor.faults, memory)
    finally:
        monitor.process.kill()
        mailbox.stop()
        site.stop()


def live(monitor: Monitor, folder: Path, clock: list[datetime]) -> list[float]:
    """Faults for some minutes, then a calm time in which the site stands still; the memory used in it, in MB."""
    end = time.monotonic() + MINUTES * 60
    while time.monotonic() < end:
        time.sleep(monitor.chance.uniform(2, 14))
        monitor.fault(folder / "emberwatch.db")
    monitor.stop()
    monitor.start()
    clock.append(utcnow())
    memory = []
    for _ in range(CALM_SECONDS // 5):
        time.sleep(5)
        child = monitor.child()
        memory += [memory_mb(child)] if child else []
    until_all_is_read(folder, clock[0])
    monitor.stop()
    return memory


def until_all_is_read(folder: Path, since: datetime) -> None:
    """Until every source was crawled since then, and nothing waits."""
    engine, left = open_database(f"sqlite:///{folder / 'emberwatch.db'}"), "the schema"
    for _ in range(180):
        if schema_of(engine).is_current and not (left := what_is_left(engine, since)):
            engine.dispose()
            return
        time.sleep(1)
    pytest.fail(f"after three minutes it still waits for {left}")


def what_is_left(engine: sa.Engine, since: datetime) -> str:
    with session_of(engine) as session:
        crawled = [row.last_good_at for row in session.exec(select(Source))]
        waiting = session.exec(select(Mention.id).where(Mention.read_state == ReadState.WAITING)).all()
        owed = session.exec(
            select(Alert.id).where(col(Alert.state).in_((AlertState.PENDING, AlertState.SENDING)))
        ).all()
    if not crawled or any(at is None or at < since for at in crawled):
        return "crawls"
    return f"{len(waiting)} texts and {len(owed)} alerts" if waiting or owed else ""


@pytest.fixture
def session(lived: Lived) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{lived.folder / 'emberwatch.db'}")
    with session_of(engine) as session:
        yield session
    engine.dispose()


def test_faults_happened(lived: Lived) -> None:
    assert lived.faults.total() >= 5 * MINUTES


def test_every_text_is_there_once(lived: Lived, session: Session) -> None:
    stored = sorted(session.exec(select(Mention.text)))
    assert len(stored) == len(lived.texts)
    assert all(any(text.endswith(said) for text in stored) for said in lived.texts)


def test_every_text_is_read_once_and_counted_once(session: Session) -> None:
    relevant = session.exec(select(MentionBrand.mention_id).where(col(MentionBrand.counted_at).is_not(None))).all()
    current = session.exec(select(Assessment.mention_id).where(Assessment.is_current)).all()
    assert session.exec(select(Mention.id).where(Mention.read_state != ReadState.READ)).all() == []
    assert sorted(current) == sorted(set(current)) == sorted(relevant)
    begin, end = datetime.fromisoformat("2000-01-01T00:00Z"), datetime.fromisoformat("2100-01-01T00:00Z")
    brand = session.exec(select(Brand)).one()
    hours = counts.read(session, brand.id or 0, Resolution.HOUR, begin, end)[WHOLE]
    assert sum(row[1] for row in hours) == len(relevant)


def test_there_is_one_incident_with_a_case(session: Session) -> None:
    assert len(session.exec(select(Incident)).all()) == 1
    assert len(session.exec(select(Case)).all()) == 1


def test_every_mail_came_and_repeated_only_as_often_as_something_died(lived: Lived, session: Session) -> None:
    sent = session.exec(
        select(sa.func.count()).select_from(Alert).where(Alert.state == AlertState.SENT, Alert.channel == "mail")
    ).one()
    repeated = len(lived.mails) - len(set(lived.mails))
    assert len(set(lived.mails)) == sent >= 1
    assert repeated <= lived.faults["monitor"] + lived.faults["guardian"] + lived.faults["lock"]


def test_no_crawl_is_left_open_and_the_file_is_sound(lived: Lived, session: Session) -> None:
    assert session.exec(select(Run.id).where(Run.outcome == RunOutcome.RUNNING)).all() == []
    assert state_of(lived.folder / "emberwatch.db")


def test_its_memory_does_not_grow(lived: Lived) -> None:
    settled = lived.memory[len(lived.memory) // 3 :]
    print(f"{settled[0]:.0f} MB, then {settled[-1]:.0f} MB; at most {max(settled):.0f} MB")
    assert settled[-1] - settled[0] < MOST_GROWTH_MB
