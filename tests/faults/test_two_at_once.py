"""Two schedulers work on one database: each text is read once, each incident opened once, each message sent once."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.clock import utcnow
from monitor.store.database import open_database, session_of
from tests import postgresql
from tests.conftest import need
from tests.faults.accounts import Accounts, calm_down, cast_up
from tests.faults.own_server import OwnServer, own_server
from tests.faults.processes import ALONE, WORKER, wait_until
from tests.faults.world import world

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]
SECONDS = 4.0


def accounts_of(folder: Path, commands: Sequence[Sequence[str]], server: OwnServer | None = None) -> Accounts:
    """What there is after some seconds with that much at work and nothing broken."""
    with world(folder, 3, 3, commands, server) as one:
        one.processes.start()
        wait_until(one.is_open, 120, "the reception answers")
        one.live(SECONDS)
        time.sleep(SECONDS)
        one.rest()
        engine = open_database(one.url)
        calm_down(engine, one, utcnow())
        one.processes.stop()
        with session_of(engine) as session:
            done = cast_up(session, one)
        engine.dispose()
        assert len(one.shop.planted) == len(one.shop.brands)
        assert one.acknowledged
    return done


@pytest.fixture
def servers() -> None:
    need(postgresql.programs(), "PostgreSQL")


def test_two_monitors_on_one_file_do_everything_once(tmp_path: Path) -> None:
    done = accounts_of(tmp_path, [ALONE, ALONE])
    assert (done.wrong, done.repeated) == ((), 0)
    assert done.messages >= 9


@pytest.mark.parametrize("other", [pytest.param(ALONE, marks=pytest.mark.soak), WORKER])
def test_so_do_two_of_any_kind_on_one_server(other: Sequence[str], tmp_path: Path, servers: None) -> None:
    """A monitor beside a worker is no way to run it, but it happens in the minute of a change."""
    with own_server() as server:
        done = accounts_of(tmp_path, [ALONE, other], server)
    assert (done.wrong, done.repeated) == ((), 0)
    assert done.messages >= 9
