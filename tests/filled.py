"""A store with rows in every table, and one that jobs have worked on, for tests of what works on a store as a whole."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.facts import Collected, MentionKind
from monitor.folding import terms
from monitor.jobs import detect
from monitor.models import Brand, Source
from monitor.store import authors, mentions, search
from monitor.store.database import open_database
from monitor.store.mentions import Saved
from monitor.store.search import Wanted
from tests.contexts import make_context
from tests.factories import NOON, database_session, make_coverage, make_mention, new_database
from tests.store.test_migrations import fill

WORDS = "a bad day a ¤b1"


def plain(items: Any, *, total: int, label: str) -> Any:
    """Progress that nobody looks at."""
    return items


def every_table(folder: Path) -> str:
    """The address of a store with three rows in every table, and two in the full-text index."""
    (folder / "emberwatch.db").write_bytes(_made(_fill_every_table))
    return f"sqlite:///{folder}/emberwatch.db"


def worked_on(folder: Path) -> str:
    """The address of a store with two quiet weeks and a burst of complaints, of which an incident was made."""
    (folder / "worked.db").write_bytes(_made(_work))
    return f"sqlite:///{folder}/worked.db"


@cache
def _made(fill_in: Callable[[str], None]) -> bytes:
    """A store's file, filled once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        url = new_database(Path(folder))
        fill_in(url)
        return (Path(folder) / "emberwatch.db").read_bytes()


def _fill_every_table(url: str) -> None:
    engine = open_database(url)
    fill(engine)
    engine.dispose()
    change(
        url,
        "INSERT INTO search_entry (position, mention_id, negative, tags) VALUES (5, 1, 0.5, 'x'), (6, 2, 0.25, 'y')",
        f"INSERT INTO search_words (rowid, words) VALUES (5, '{WORDS}'), (6, '')",
    )


def change(url: str, *statements: str) -> None:
    """Write to a database, and leave it to nobody."""
    with connected(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def asked(url: str, query: str) -> list[Any]:
    """What a query finds."""
    with connected(url) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A connection that is committed, and closed for good."""
    engine = open_database(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _work(url: str) -> None:
    with database_session(url) as session:
        context = make_context(session, NOON)
        brand, source = session.exec(select(Brand)).one(), session.exec(select(Source)).one()
        make_coverage(session, source, NOON - timedelta(days=14), NOON)
        for number in range(14 * 6):
            at = NOON - timedelta(days=14) + number * timedelta(hours=4)
            make_mention(session, brand, source, at=at, negative=0.8 if number % 6 == 0 else 0.05)
        for number in range(20):
            at = NOON - timedelta(minutes=number)
            make_mention(session, brand, source, f"the kettle exploded {number}", at=at, negative=0.95)
        save(session, texts())
        session.commit()
        detect.run(context)
        session.commit()


def texts() -> list[Collected]:
    """Texts as a crawl brings them, by four authors."""
    return [
        Collected(
            kind=MentionKind.COMMENT,
            host="shop.example",
            external_id=str(number),
            url=f"https://shop.example/{number}",
            text=f"the kettle broke on day {number}",
            author_ref=f"author {number % 4}",
            author_name=f"Someone {number % 4}",
            published_at=NOON - timedelta(hours=number),
        )
        for number in range(12)
    ]


def save(session: Session, found: Sequence[Collected]) -> set[Saved]:
    """What became of texts that a crawl brought."""
    source = session.exec(select(Source)).one()
    key = authors.installation_key(session)
    pairs = [(text, True) for text in found]
    return set(mentions.save_many(session, pairs, source=source, now=NOON, author_key=key))


def found_by(session: Session, words: str) -> int:
    """How many mentions a search finds."""
    brand = session.exec(select(Brand)).one()
    return len(search.find(session, Wanted(brand.id or 0, terms(words)), 100))
