"""Two installations under load, any process of which is killed at random: nothing is lost, missed or counted twice.

One is `emberwatch run` on SQLite, the other a fleet on PostgreSQL, whose server is killed too. The check lives through
some faults with a fixed seed; `make soak` goes on for half an hour, each time with another one.
"""

import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from monitor.clock import utcnow
from monitor.store.database import open_database, session_of
from tests import postgresql
from tests.conftest import need
from tests.faults.accounts import Accounts, calm_down, cast_up
from tests.faults.own_server import own_server
from tests.faults.processes import ALONE, RECEPTION, WORKER, memory_mb, wait_until
from tests.faults.state import state_of
from tests.faults.world import World, world

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

SEED, MINUTES = "EMBERWATCH_SOAK_SEED", "EMBERWATCH_SOAK_MINUTES"
SEED_IN_THE_CHECK = 7
SECONDS_IN_THE_CHECK = 20.0
UP_SECONDS = (0.0, 10.0, 30.0)
"""So long at most it may come up after a fault, one of these: what never works cannot be disturbed at work."""
PAUSE = (0.5, 5.0)
"""Seconds from then to the next one."""
START_SECONDS = 120.0
REST_SECONDS = 150
MOST_GROWTH_MB = 25
"""Over that rest, after its first third: caches fill, nothing else may."""


@dataclass
class Lived:
    """What was done to an installation, and what there is at the end."""

    world: World
    accounts: Accounts
    seed: int
    seconds: float
    memory: list[float]

    def __str__(self) -> str:
        found, done = self.accounts, self.world
        faults = ", ".join(f"{number} {what}" for what, number in sorted(done.faults.items()) if number)
        taken = f"{len(done.shop.posts)} shown, {len(done.acknowledged)} of {done.posted} events acknowledged"
        return (
            f"{done.name}, {self.seconds:.0f} s, seed {self.seed}: {faults}; {found.mentions} mentions ({taken}), "
            f"{found.incidents} incidents of {len(done.shop.planted)}, {found.alerts} alerts in {found.messages} "
            f"messages ({found.repeated} came again, {found.most_repeated} may); wrong: {len(found.wrong)}"
        )


@pytest.fixture(scope="module")
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lived]]:
    """Both installations live at the same time, so that each is the other's load."""
    need(postgresql.programs(), "PostgreSQL")
    is_soak = request.config.getoption("--soak")
    seconds = float(os.environ.get(MINUTES, "30")) * 60 if is_soak else SECONDS_IN_THE_CHECK
    new = random.SystemRandom().randrange(10**6) if is_soak else SEED_IN_THE_CHECK
    seed = int(os.environ.get(SEED) or new)
    print(f"{SEED}={seed}")
    brands = max(3, int(seconds / 60))
    folder = tmp_path_factory.mktemp("soak")
    with ExitStack() as stack:
        server = stack.enter_context(own_server())
        worlds = [
            stack.enter_context(world(folder / "sqlite", seed, brands, [ALONE])),
            stack.enter_context(world(folder / "postgresql", seed, brands, [WORKER, WORKER, RECEPTION], server)),
        ]
        done: dict[str, Lived] = {}
        threads = [threading.Thread(target=live, args=(one, seconds, seed, is_soak, done)) for one in worlds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in done.values():
            print(one, *one.accounts.wrong[:20], sep="\n")
        yield done


def live(one: World, seconds: float, seed: int, is_soak: bool, done: dict[str, Lived]) -> None:
    """Start, break things for some time, let everything calm down, and cast up the accounts."""
    chance = random.Random(seed)
    one.processes.start()
    wait_until(one.is_open, START_SECONDS, "the reception answers")
    one.has_time = is_soak
    one.live(seconds)
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        one.comes_up(chance.choice(UP_SECONDS))
        time.sleep(chance.uniform(*PAUSE))
        one.fault()
    one.rest()
    engine = open_database(one.url)
    memory = _at_rest(one) if is_soak and one.server is None else []
    calm_down(engine, one, utcnow())
    one.processes.stop()
    with session_of(engine) as session:
        done[one.name] = Lived(one, cast_up(session, one), seed, seconds, memory)
    engine.dispose()


def _at_rest(one: World) -> list[float]:
    """The memory of the monitor while nothing happens, in MB."""
    memory = []
    for _ in range(REST_SECONDS // 5):
        time.sleep(5)
        one.processes.look_after()
        memory += [memory_mb(number) for number in one.processes.kinds().get("monitor", [])[:1]]
    return memory


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
def test_nothing_is_lost_missed_or_counted_twice(name: str, lived: dict[str, Lived]) -> None:
    assert name in lived, "it did not come to its end"
    assert lived[name].accounts.wrong == ()


@pytest.mark.parametrize("name", ["SQLite", "PostgreSQL"])
def test_there_was_something_to_lose(name: str, lived: dict[str, Lived]) -> None:
    one = lived[name]
    assert one.world.faults.total() >= one.seconds / 15
    assert one.world.shop.planted
    assert one.accounts.messages >= 3 * len(one.world.shop.planted)


def test_the_file_is_sound(lived: dict[str, Lived]) -> None:
    assert state_of(lived["SQLite"].world.url)


@pytest.mark.soak
def test_its_memory_does_not_grow(lived: dict[str, Lived]) -> None:
    memory = lived["SQLite"].memory
    settled = memory[len(memory) // 3 :]
    print(f"{settled[0]:.0f} MB, then {settled[-1]:.0f} MB; at most {max(settled):.0f} MB")
    assert settled[-1] - settled[0] < MOST_GROWTH_MB
