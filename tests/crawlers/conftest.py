"""What the tests of crawlers share: a local site, the command in processes of its own, and a configured store."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config import load_settings
from monitor.store import sources
from monitor.store.database import open_database, session_of
from tests.crawlers.site import Site

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Done:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def mentions(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Done]


@pytest.fixture(scope="session")
def server() -> Iterator[subprocess.Popen[str]]:
    """The process that forks one for each crawl."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crawlers.forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


@pytest.fixture
def command(server: subprocess.Popen[str], tmp_path: Path) -> Command:
    """`python -m crawlers` with these arguments."""

    def run(*arguments: str) -> Done:
        out, err = tmp_path / "out.txt", tmp_path / "err.txt"
        keys = {name: value for name, value in os.environ.items() if name.startswith("EMBERWATCH_TEST_")}
        job = {"arguments": list(arguments), "out": str(out), "err": str(err), "environment": keys}
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return Done(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    return run


@pytest.fixture
def site() -> Iterator[Site]:
    with Site().open() as site:
        yield site


@pytest.fixture
def show(command: Command, site: Site) -> Callable[..., Done]:
    """Print what a kind reads from the local site."""

    def run(kind: str, /, *more: str, **params: str) -> Done:
        given = [f"--param={key}={value}" for key, value in params.items()]
        return command(kind, "--print", "--delay", "0", "--allow-private", "127.0.0.1", *given, *more)

    return run


@dataclass(frozen=True)
class Watched:
    """A configured source with its database, ready to be crawled."""

    command: Command
    config: Path

    def crawl(self) -> Done:
        return self.command("--source", "place", "--config", str(self.config))


@pytest.fixture
def watch(command: Command, database_url: str, tmp_path: Path) -> Callable[..., Watched]:
    """Configure one source of a kind with its parameters."""

    def configure(kind: str, /, *, crawling: dict[str, Any] | None = None, **params: Any) -> Watched:
        manners = {"contact": "bot@shop.example", "allow_private": ["127.0.0.1"], "delay_seconds": 0}
        config = {
            "database": {"url": database_url},
            "brands": [{"id": "acme", "name": "Acme"}],
            "sources": [{"id": "place", "type": kind, "brands": ["acme"], "params": params}],
            "crawling": {**manners, **(crawling or {})},
        }
        path = tmp_path / "config.yaml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        engine = open_database(database_url)
        with session_of(engine) as session:
            sources.sync(session, load_settings(path))
            session.commit()
        engine.dispose()
        return Watched(command, path)

    return configure
