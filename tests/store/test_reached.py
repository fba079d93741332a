"""What another process commits late is looked at all the same; what was looked at is not looked at again."""

from collections.abc import Iterator
from time import monotonic

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from monitor.models import Mention
from monitor.store import heard
from monitor.store.database import open_database, session_of
from monitor.store.reached import Reached
from tests.factories import NOON, make_brand, make_mention, make_source

_IDS = sa.select(col(Mention.id))


@pytest.fixture
def two(postgresql_url: str) -> Iterator[tuple[Session, Session]]:
    """Two processes at one PostgreSQL database, and a source with a brand."""
    engine = open_database(postgresql_url)
    with session_of(engine) as one, session_of(engine) as other:
        make_source(one, make_brand(one))
        one.commit()
        yield one, other
    engine.dispose()


def write(session: Session, text: str) -> int:
    """A text that is not committed yet."""
    row = Mention(
        kind="post", host="forum.example", external_id=text, source_id=1, text=text, text_hash=text,
        published_at=NOON, collected_at=NOON,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def look(session: Session, reached: Reached, limit: int = 100) -> list[int]:
    """The texts that a look finds."""
    session.commit()
    reached.begin(session, heard.newest_mention(session))
    found = []
    while rows := reached.unseen(session, _IDS, limit):
        found += [row[0] for row in rows]
        for row in rows:
            reached.looked(row[0])
    reached.end()
    return found


def test_a_text_that_is_committed_after_one_with_a_higher_number_is_found_once(two: tuple[Session, Session]) -> None:
    one, other = two
    slow, quick = write(other, "slow"), write(one, "quick")
    reached = Reached(0)
    assert look(one, reached) == [quick] > [slow]  # from here on, whoever asks for higher numbers misses the slow one
    other.commit()
    assert (look(one, reached), look(one, reached)) == ([slow], [])


def test_what_is_committed_between_two_pages_of_a_look_is_found_by_the_next(two: tuple[Session, Session]) -> None:
    one, other = two
    slow, quick = write(other, "slow"), write(one, "quick")
    one.commit()
    reached = Reached(0)
    reached.begin(one, heard.newest_mention(one))
    assert [row[0] for row in reached.unseen(one, _IDS, 1)] == [quick]
    other.commit()
    reached.looked(quick)
    reached.end()
    assert look(one, reached) == [slow]


def test_nothing_is_kept_in_mind_once_all_who_wrote_are_done(two: tuple[Session, Session]) -> None:
    one, other = two
    write(other, "slow")
    quick = [write(one, f"quick {number}") for number in range(5)]
    reached = Reached(0)
    assert look(one, reached, limit=2) == quick
    assert (reached.settled, reached.seen) == (0, set(quick))
    other.rollback()
    until = monotonic() + 10  # also databases beside ours have transactions that hold it up
    while reached.seen and monotonic() < until:
        assert look(one, reached) == []
    assert (reached.settled, reached.seen) == (quick[-1], set())


def test_each_row_is_looked_at_once_also_page_by_page(session: Session) -> None:
    brand = make_brand(session)
    source = make_source(session, brand)
    written = [make_mention(session, brand, source, f"Text {number}").id for number in range(7)]
    reached = Reached(0)
    assert look(session, reached, limit=3) == written
    late = make_mention(session, brand, source, "Late").id
    assert (look(session, reached), look(session, reached)) == ([late], [])
