"""An installation with all around it: a shop that is watched, programs that post to it, and receivers of its alerts."""

import http.client
import json
import os
import random
import resource
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import Session, select

from benchmarks.alert_scene import Receiver, free_port, http_receiver, mail_channel, mail_receiver, webhook
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.models import Brand, Source
from monitor.signing import sign
from monitor.store import authors, sources
from monitor.store.database import open_database, session_of
from tests.factories import make_coverage, make_mention, new_database
from tests.faults.own_server import OwnServer
from tests.faults.processes import Processes, kill
from tests.faults.shop import PLACES, Shop, names

SLACK, SECRET = "EMBERWATCH_SOAK_SLACK", "0123456789abcdef0123456789abcdef"
SIGNED_BY = "EMBERWATCH_BENCH_SECRET"  # the one name that the receivers of the benchmarks know
DAY = timedelta(days=1)
EVENTS_PER_SECOND = 2.0
CHANNELS = ("slack", "mail", "hook")


@dataclass
class World:
    """One installation, on SQLite or on a server of PostgreSQL."""

    folder: Path
    chance: random.Random
    shop: Shop
    receivers: dict[str, Receiver]
    processes: Processes
    url: str
    server: OwnServer | None
    port: int  # of the reception
    has_time: bool = False  # for faults after which jobs wait for a minute
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)  # numbers of the events that were answered with success
    posted: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "PostgreSQL" if self.server else "SQLite"

    def is_open(self) -> bool:
        """Whether the reception answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def comes_up(self, seconds: float) -> None:
        """Wait until it is open, but so long at most."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_open():
            self.processes.look_after()
            time.sleep(0.1)

    def live(self, seconds: float) -> None:
        """Let people complain and programs post from now on, in threads, until it is `over`."""
        for work in (lambda: self.shop.live(self.over, seconds), self._post):
            self._threads.append(threading.Thread(target=work, daemon=True))
            self._threads[-1].start()

    def rest(self) -> None:
        """Nothing new happens any more, and everything runs."""
        self.over.set()
        for thread in self._threads:
            thread.join()
        self.shop.is_down = False
        for receiver in self.receivers.values():
            receiver.refuses = lambda: False
        self.processes.look_after()

    def _post(self) -> None:
        """Post events as other programs do: each again until it is acknowledged, for some time."""
        while not self.over.wait(1 / EVENTS_PER_SECOND):
            self.posted += 1
            body = json.dumps({"id": f"e{self.posted}", "text": f"Lovely, order {self.posted} came in time."}).encode()
            for _ in range(5):
                if self._is_taken(body, f"e{self.posted}"):
                    self.acknowledged.append(f"e{self.posted}")
                    break
                if self.over.wait(0.5):
                    break

    def _is_taken(self, body: bytes, number: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = sign(SECRET, body, utcnow()) | {"X-Emberwatch-Event": number}
        try:
            connection.request("POST", "/in/orders", body, headers)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def fault(self) -> None:
        """Something breaks, or somebody breaks it."""
        ways = [self._kill, self._kill, self._kill, self._kill, self._refuse, self._close_shop]
        ways += [self._kill_server, self._kill_backend, self._cut] if self.server else [self._hold]
        ways += [self._fill] if self.has_time and not self.server else []
        self.shop.is_down = False  # by the next fault it is open: who fails again and again is asked seldom
        self.chance.choice(ways)()
        self.processes.look_after()

    def _kill(self) -> None:
        if kind := self.processes.kill_one(self.chance):
            self.faults[kind] += 1

    def _refuse(self) -> None:
        """One receiver refuses from now on, or takes again what comes."""
        receiver = self.receivers[self.chance.choice(CHANNELS)]
        refused = receiver.refuses()
        receiver.refuses = lambda: not refused
        self.faults["receiver"] += not refused

    def _close_shop(self) -> None:
        self.shop.is_down = True
        self.faults["shop"] += 1

    def _hold(self) -> None:
        """Another process writes and takes its time; the monitor waits 10 seconds at most."""
        holder = sqlite3.connect(self.folder / "emberwatch.db", isolation_level=None, timeout=30)
        holder.execute("BEGIN IMMEDIATE")
        time.sleep(self.chance.uniform(1, 12))
        holder.execute("ROLLBACK")
        holder.close()
        self.faults["lock"] += 1

    def _fill(self) -> None:
        """No file of theirs can grow for a while, as on a full disk; what they start meanwhile has the same disk."""
        self._limit(4096)
        time.sleep(self.chance.uniform(1, 8))
        self._limit(resource.RLIM_INFINITY)
        self.faults["full disk"] += 1

    def _limit(self, size: int) -> None:
        for numbers in self.processes.kinds().values():
            for number in numbers:
                with suppress(ProcessLookupError):
                    resource.prlimit(number, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def _kill_server(self) -> None:
        assert self.server is not None
        self.server.kill()
        time.sleep(self.chance.uniform(0, 3))
        self.server.start()
        self.faults["server"] += 1

    def _kill_backend(self) -> None:
        """The server ends all connections then, and recovers as after a crash."""
        assert self.server is not None
        with suppress(sa.exc.OperationalError):
            if numbers := self.server.backends():
                kill(self.chance.choice(numbers))
                self.faults["backend"] += 1

    def _cut(self) -> None:
        assert self.server is not None
        with suppress(sa.exc.OperationalError):
            self.faults["connections cut"] += bool(self.server.cut())


@contextmanager
def world(
    folder: Path, seed: int, brands: int, commands: Sequence[Sequence[str]], server: OwnServer | None = None
) -> Iterator[World]:
    """An installation whose processes are not started yet, with two quiet weeks behind it."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    url = server.url if server else new_database(folder)
    with ExitStack() as stack:
        shop = stack.enter_context(Shop(names(brands), chance).open())
        receivers = {name: stack.enter_context(http_receiver()) for name in ("slack", "hook")}
        receivers["mail"] = stack.enter_context(mail_receiver())
        port = free_port()
        config = _config(shop, receivers, url, port)
        (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        own = {SLACK: f"http://127.0.0.1:{receivers['slack'].port}/services/T0/B0/x", SIGNED_BY: SECRET}
        os.environ.update(own)
        _prepare(folder / "config.yaml", shop)
        environment = {**os.environ, **own, "EMBERWATCH_LOG_TEXT": "1"}
        processes = Processes(commands, folder / "config.yaml", environment)
        made = World(folder, chance, shop, receivers, processes, url, server, port)
        try:
            yield made
        finally:
            made.over.set()
            processes.end()


def _config(shop: Shop, receivers: dict[str, Receiver], url: str, port: int) -> dict[str, Any]:
    brands = [{"id": name.lower(), "name": name} for name in shop.brands]
    places = [
        {
            "id": place,
            "type": "feed",
            "brands": [brand["id"] for brand in brands],
            "every": "5s",
            "params": {"url": f"{shop.sites[place].url}/feed"},
        }
        for place in PLACES
    ]
    door = {"id": "orders", "type": "webhook", "brands": ["orders"], "secret": {"env": SIGNED_BY}, "per_minute": 10000}
    return {
        "database": {"url": url},
        "brands": [*brands, {"id": "orders", "name": "Orders"}],
        "sources": places,
        "doors": [door],
        "channels": [
            {"id": "slack", "type": "slack", "url": {"env": SLACK}, "timeout": "5s"},
            mail_channel("mail", receivers["mail"].port),
            webhook("hook", receivers["hook"].port),
        ],
        "routes": [{"channels": list(CHANNELS), "at_least": "watch", "interval": "0s", "cooldown": "0s"}],
        "detection": {"every": "2s"},
        "analysis": {"batch_size": 16},
        "crawling": {"allow_private": ["127.0.0.1"], "delay_seconds": 0, "robots_grace": "1s"},
        "reception": {"port": port},
    }


def _prepare(config: Path, shop: Shop) -> None:
    """Two weeks in which each brand was praised, and sometimes not; and one old text at each place."""
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    now = utcnow()
    with session_of(engine) as session:
        sources.sync(session, settings)
        authors.installation_key(session)
        rows = {row.slug: row for row in session.exec(select(Source))}
        for place in PLACES:
            make_coverage(session, rows[place], now - 15 * DAY, now)
            rows[place].first_crawled_at = now - 15 * DAY
        for brand in session.exec(select(Brand).where(Brand.slug != "orders")).all():
            _history(session, brand, [rows[place] for place in PLACES])
        session.commit()
    engine.dispose()
    for place in PLACES:
        shop.say(shop.brands[0], "lovely", at=now - 3 * DAY, place=place)


def _history(session: Session, brand: Brand, places: Sequence[Source]) -> None:
    """Two texts a day, one in six a complaint."""
    for number in range(28):
        at = utcnow() - 14 * DAY + number * DAY / 2
        negative = 0.8 if number % 6 == 0 else 0.05
        make_mention(session, brand, places[number % 2], f"{brand.name} {number}", at=at, negative=negative)
