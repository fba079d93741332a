"""Who searches a word that nobody wrote finds the one that it is most like, on PostgreSQL with pg_trgm."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.folding import Term, terms
from monitor.jobs import prune
from monitor.store import spelling
from monitor.store.database import open_database, session_of
from tests.contexts import make_context
from tests.factories import NOON, make_brand, make_mention, make_source

TEXTS = (
    "The delivery never came.",
    "No refund since March.",
    "Bohat shukriya, staff is kind.",
    "A rude rider, 2 hours",
)


@pytest.fixture
def session(postgresql_url: str) -> Iterator[Session]:
    """Of a database whose words were counted."""
    engine = open_database(postgresql_url)
    if not spelling.upgrade(engine):
        pytest.skip("this PostgreSQL has no pg_trgm")
    with session_of(engine) as session:
        brand = make_brand(session)
        source = make_source(session, brand)
        for text in TEXTS * 3:
            make_mention(session, brand, source, text)
        make_mention(session, brand, source, "delibery")  # once is no way to write it
        session.commit()
        prune.run(make_context(session, NOON))
        yield session
    engine.dispose()


def asked(session: Session, query: str) -> str:
    """What is searched instead."""
    found = spelling.respelt(session, terms(query))
    return "" if found is None else " ".join(" ".join(term.words) for term in found)


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("delivry", "delivery"),
        ("delievry", "delivery"),
        ("dilivery", "delivery"),
        ("refnud", "refund"),
        ("shukria", "shukriya"),
        ("delivry refund", "delivery refund"),
        ('"the delivry"', "the delivery"),
        ("delivery", ""),
        ("insurance", ""),
        ("rdie", ""),
        ("ride", "rider"),
        ("2", ""),
        ("-delivry", ""),
    ],
)
def test_a_word_that_nobody_wrote_becomes_the_nearest_one(session: Session, query: str, instead: str) -> None:
    assert asked(session, query) == instead


def test_what_is_not_wanted_and_what_begins_so_stays_as_it_was_asked(session: Session) -> None:
    found = spelling.respelt(session, terms("delivry* -refnud"))
    assert found == (Term(("delivery",), prefix=True), Term(("refnud",), without=True))


def test_words_are_counted_once_a_day(session: Session) -> None:
    session.execute(sa.text("DELETE FROM search_words_known"))
    assert spelling.count_anew(session, NOON + timedelta(hours=1)) == 0
    assert spelling.count_anew(session, NOON + timedelta(days=1)) > 5


def test_where_the_words_could_not_be_kept_all_else_goes_on(session: Session) -> None:
    session.execute(sa.text("DROP TABLE search_words_known"))
    assert (spelling.respelt(session, terms("delivry")), spelling.count_anew(session, NOON + timedelta(days=1))) == (
        None, 0,
    )  # fmt: skip


def test_a_role_that_may_not_add_an_extension_goes_on_without(postgresql_url: str) -> None:
    engine = open_database(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_words_known")
        connection.exec_driver_sql("CREATE ROLE plain_reader")
    try:
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET ROLE plain_reader"))
        assert spelling.upgrade(engine) is False
    finally:
        engine.dispose()
        cleaner = open_database(postgresql_url)
        with cleaner.begin() as connection:
            connection.exec_driver_sql("DROP ROLE plain_reader")
        cleaner.dispose()


def test_sqlite_searches_what_was_asked(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/a.db")
    with session_of(engine) as other:
        assert (spelling.respelt(other, terms("delivry")), spelling.upgrade(engine)) == (None, False)
    engine.dispose()


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "bc", 1), ("ca", "abc", 3), ("", "ab", 2)],
)
def test_changes_of_letters_are_counted(one: str, other: str, number: int) -> None:
    assert spelling.changes(one, other) == number
