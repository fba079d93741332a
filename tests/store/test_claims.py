"""Two processes that read at the same time get different texts of PostgreSQL, and neither waits for the other."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from monitor.models import ReadState
from monitor.store import assessments
from monitor.store.database import open_database, session_of
from tests.factories import NOON, make_brand, make_mention, make_source


@pytest.fixture
def two(postgresql_url: str) -> Iterator[tuple[Session, Session]]:
    """Two processes, and six texts that wait; who waits for a lock of the other fails."""
    engine = open_database(postgresql_url, busy_timeout_seconds=0.2)
    with session_of(engine) as one, session_of(engine) as other:
        brand = make_brand(one)
        source = make_source(one, brand)
        for number in range(6):
            make_mention(one, brand, source, f"Text {number}").read_state = ReadState.WAITING
        one.commit()
        yield one, other
    engine.dispose()


def claimed(session: Session, limit: int) -> set[int]:
    return {item.mention.id or 0 for item in assessments.claim(session, limit, NOON)}


def test_what_another_one_is_just_claiming_is_passed_by(two: tuple[Session, Session]) -> None:
    one, other = two
    mine, theirs = claimed(one, 4), claimed(other, 4)  # nobody has committed yet
    one.commit()
    other.commit()
    assert (len(mine), len(theirs), mine & theirs) == (4, 2, set())
    assert claimed(one, 4) == set()


def test_a_text_that_was_tried_before_is_claimed_by_one(two: tuple[Session, Session]) -> None:
    one, other = two
    batch = assessments.claim(one, 6, NOON)
    assessments.release(one, batch)
    one.commit()
    first, second = claimed(one, 4), claimed(other, 4)
    assert (len(first), len(second), first & second) == (1, 1, set())
