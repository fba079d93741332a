"""A database of its own for each test, hands to work with, and whole workers in threads of this process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.clock import utcnow
from monitor.facts import Collected, MentionKind
from monitor.jobs.looking import Looking
from monitor.jobs.stop import Stop
from monitor.store import mentions, queue_schema, sources
from monitor.store.database import open_database, session_of
from monitor.worker import Hands, Line, Worker, chosen, slots_of
from tests.contexts import make_settings
from tests.fakes import FakeAssessor

Make = Callable[..., Hands]


@pytest.fixture
def database(postgresql_url: str) -> Iterator[sa.Engine]:
    engine = open_database(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def line(postgresql_url: str) -> Iterator[Line]:
    line = Line(postgresql_url)
    yield line
    line.close()


@pytest.fixture
def make_hands(database: sa.Engine, line: Line, postgresql_url: str) -> Make:
    """Hands of one process, whose database has the rows of the config."""

    def make(**changes: Any) -> Hands:
        settings, stop = make_settings(database={"url": postgresql_url}, **changes), Stop()
        with session_of(database) as session:
            sources.sync(session, settings)
            session.commit()
        looking = Looking(settings, database, Path("config.yaml"), stop, shared=True)
        return Hands(settings, database, Path("config.yaml"), stop, line, looking, FakeAssessor())

    return make


@contextmanager
def working(hands: Hands, queues: str = "", at_once: int | None = None) -> Iterator[Worker]:
    """A whole worker in a thread of this process; it has ended afterwards."""
    url = hands.settings.database.url
    worker = Worker(hands, slots_of(chosen(queues), at_once, hands.settings.crawling.at_once), url)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        hands.stopping.set()
        thread.join(30)
        assert not thread.is_alive()


def hear(session: Session, hands: Hands, number: int, words: str = "Karak House: terrible delivery") -> None:
    """So many new texts at the first source."""
    source = sources.by_slug(session, hands.settings.sources[0].id)
    assert source is not None
    texts = [
        Collected(
            kind=MentionKind.POST,
            host="news.example",
            external_id=f"{words} {i}",
            url=f"https://news.example/{i}",
            text=f"{words} {i}",
            author_ref=f"person {i}",
            published_at=utcnow(),
        )
        for i in range(number)
    ]
    mentions.save_many(session, [(text, True) for text in texts], source=source, now=utcnow(), author_key="key")
    session.commit()


def jobs(engine: sa.Engine, task: str) -> list[dict[str, Any]]:
    """The jobs of a task, oldest first."""
    query = sa.text(f"SELECT * FROM {queue_schema.NAME}.procrastinate_jobs WHERE task_name = :task ORDER BY id")
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query, {"task": task}).mappings()]


def ask(engine: sa.Engine, sql: str) -> Any:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path TO public, {queue_schema.NAME}")  # its triggers need it
        result = connection.exec_driver_sql(sql.replace("QUEUE", queue_schema.NAME))
        return result.scalar() if result.returns_rows else None
