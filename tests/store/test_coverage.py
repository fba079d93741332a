"""What is known of a source, and what servers said."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.models import Source
from monitor.store.coverage import (
    Validators,
    add_coverage,
    fetch_memory,
    known_since,
    known_until,
    remember_fetches,
    stretches,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "https://blog.example/feed"


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def source_id(session: Session) -> int:
    source = Source(slug="blog", kind="feed")
    session.add(source)
    session.flush()
    assert source.id is not None
    return source.id


def test_nothing_is_known_at_first(session: Session, source_id: int) -> None:
    assert (known_since(session, source_id), known_until(session, source_id)) == (None, None)


def test_stretches_that_touch_melt_into_one(session: Session, source_id: int) -> None:
    for start, end in ((0, 2), (5, 7), (2, 5)):
        add_coverage(session, source_id, at(start), at(end))
    assert stretches(session, source_id) == [(at(0), at(7))]


def test_a_gap_between_stretches_stays_unknown(session: Session, source_id: int) -> None:
    add_coverage(session, source_id, at(0), at(2))
    add_coverage(session, source_id, at(5), at(7))
    assert stretches(session, source_id) == [(at(0), at(2)), (at(5), at(7))]
    assert (known_since(session, source_id), known_until(session, source_id)) == (at(5), at(7))


def test_a_stretch_inside_a_known_one_changes_nothing(session: Session, source_id: int) -> None:
    add_coverage(session, source_id, at(0), at(9))
    add_coverage(session, source_id, at(3), at(4))
    assert stretches(session, source_id) == [(at(0), at(9))]


def test_a_stretch_that_ends_before_it_starts_is_refused(session: Session, source_id: int) -> None:
    with pytest.raises(ValueError, match="must not end before"):
        add_coverage(session, source_id, at(2), at(1))


def test_what_a_server_said_is_remembered_and_replaced(session: Session, source_id: int) -> None:
    remember_fetches(session, source_id, [(PAGE, Validators('"1"', ""))], now=at(0))
    remember_fetches(session, source_id, [(PAGE, Validators('"2"', "yesterday"))], now=at(1))
    assert fetch_memory(session, source_id) == {PAGE: Validators('"2"', "yesterday")}


def test_addresses_that_the_last_good_crawl_did_not_ask_for_are_forgotten(session: Session, source_id: int) -> None:
    remember_fetches(session, source_id, [(f"{PAGE}?since={n}", Validators(f'"{n}"')) for n in range(3)], now=at(0))
    remember_fetches(session, source_id, [(PAGE, Validators('"1"')), ("https://no.example", Validators())], now=at(1))
    assert fetch_memory(session, source_id) == {PAGE: Validators('"1"')}
