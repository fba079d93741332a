"""Workers as real processes: killed, asked to stop, outdated."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import func, select

from monitor.models import Mention
from monitor.store.database import session_of
from tests.worker.conftest import ask, jobs

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 90
ITEM = "<item><title>Acme {0}</title><link>http://a.example/{0}</link><description>Acme {0}</description></item>"


class Slow(BaseHTTPRequestHandler):
    """A feed that is slow to answer, and knows how many ask at a time."""

    seconds = 2.0
    asking: dict[str, int]
    most: dict[str, int]

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.send_error(404)
            return
        host = self.headers["Host"]
        self.asking[host] = self.asking.get(host, 0) + 1
        self.most[host] = max(self.most.get(host, 0), self.asking[host])
        try:
            time.sleep(self.seconds)
            items = "".join(ITEM.format(f"{self.path[1:]}-{i}") for i in range(5))
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode())
        except OSError:  # who asked was killed
            pass
        finally:
            self.asking[host] -= 1

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[type[Slow]]:
    """Two sites on this machine: one per port, so two hosts."""
    kept = type("Kept", (Slow,), {"asking": {}, "most": {}, "ports": []})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), kept) for _ in range(2)]
    kept.ports = [server.server_port for server in servers]  # type: ignore[attr-defined]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def config(tmp_path: Path, postgresql_url: str, site: type[Slow]) -> Path:
    """Two sources at each of two hosts."""
    ports: list[int] = site.ports  # type: ignore[attr-defined]
    told = {
        "database": {"url": postgresql_url},
        "brands": [{"id": "acme", "name": "Acme"}],
        "crawling": {"allow_private": [f"127.0.0.1:{port}" for port in ports], "delay_seconds": 0, "at_once": 4},
        "sources": [
            {
                "id": f"s{number}",
                "type": "feed",
                "brands": ["acme"],
                "every": "1d",
                "params": {"url": f"http://127.0.0.1:{ports[number % 2]}/s{number}"},
            }
            for number in range(4)
        ],
    }
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(told), encoding="utf-8")  # JSON is YAML
    return path


@contextmanager
def worker(config: Path, *options: str, by: str = "monitor.cli") -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", by, "worker", "--config", str(config), *options]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


def stored(database: sa.Engine) -> int:
    with session_of(database) as session:
        return session.exec(select(func.count()).select_from(Mention)).one()


def running(database: sa.Engine) -> list[dict[str, object]]:
    return [job for job in jobs(database, "crawl.source") if job["status"] == "doing"]


def test_the_crawl_of_a_worker_that_is_killed_is_done_by_another_and_no_host_is_asked_twice_at_a_time(
    config: Path, database: sa.Engine, site: type[Slow]
) -> None:
    with worker(config, "--queues", "crawl") as first, worker(config, "--queues", "crawl") as second:
        wait_for(lambda: running(database) and site.asking)
        names = f"SELECT worker_id FROM QUEUE.emberwatch_worker WHERE name LIKE '%% {first.pid} %%'"
        wait_for(lambda: ask(database, f"SELECT 1 FROM QUEUE.procrastinate_jobs WHERE worker_id IN ({names}) LIMIT 1"))
        first.send_signal(signal.SIGKILL)
        ask(
            database,
            "UPDATE QUEUE.procrastinate_workers SET last_heartbeat = now() - interval '31 seconds' "
            f"WHERE id IN ({names})",
        )
        wait_for(lambda: stored(database) == 20)
        assert second.poll() is None
    assert max(site.most.values()) == 1


def test_a_worker_that_is_asked_to_stop_ends_by_itself_and_leaves_nothing_behind(
    config: Path, database: sa.Engine, site: type[Slow]
) -> None:
    with worker(config, "--queues", "crawl") as process:
        wait_for(lambda: site.asking)
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    assert ask(database, "SELECT count(*) FROM QUEUE.procrastinate_workers") == 0
    assert running(database) == []


def test_a_worker_that_dies_is_started_again(config: Path, database: sa.Engine) -> None:
    def pids() -> set[int]:
        names = ask(database, "SELECT string_agg(DISTINCT split_part(name, ' ', 2), ' ') FROM QUEUE.emberwatch_worker")
        return {int(pid) for pid in (names or "").split()}

    with worker(config, "--queues", "prune", by="monitor.guardian") as guardian:
        wait_for(pids)
        (first,) = pids()
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: pids() - {first})
        guardian.terminate()
        assert guardian.wait(PATIENCE_SECONDS) == 0


def test_a_worker_that_the_database_serves_no_more_ends_with_a_clear_word(config: Path, database: sa.Engine) -> None:
    ask(database, "UPDATE alembic_version SET version_num = '9999'")
    ask(database, "UPDATE installation SET value = '9998' WHERE name = 'schema_serves'")
    with worker(config, "--queues", "prune") as process:
        _, told = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 1
    assert b"schema 9999, of a newer Emberwatch" in told


def test_a_worker_works_on_a_newer_schema_that_serves_it(config: Path, database: sa.Engine) -> None:
    serves = ask(database, "SELECT value FROM installation WHERE name = 'schema_serves'")
    ask(database, "UPDATE alembic_version SET version_num = '9999'")
    with worker(config, "--queues", "prune"):
        wait_for(lambda: ask(database, "SELECT count(*) FROM QUEUE.emberwatch_worker"))
        wait_for(lambda: ask(database, "SELECT count(*) FROM job_health WHERE job = 'prune'"))
    assert serves
