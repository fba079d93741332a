"""What doors must not forget is kept: an event once, a note until it is emptied."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.models import Source, SourceBrand
from monitor.store import doors
from tests.factories import make_brand, make_source

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def door(session: Session) -> int:
    return make_source(session, make_brand(session)).id or 0


def test_an_event_is_taken_once(session: Session, door: int):
    assert doors.take_event(session, door, "evt_1", NOW)
    assert not doors.take_event(session, door, "evt_1", NOW)


def test_an_event_that_was_not_kept_to_the_end_may_come_again(session: Session, door: int):
    session.commit()
    doors.take_event(session, door, "evt_1", NOW)
    session.rollback()  # as a process that ends before it kept what the event brought
    assert doors.take_event(session, door, "evt_1", NOW)


def test_events_of_two_doors_are_different_events(session: Session, door: int):
    other = make_source(session, make_brand(session, "other"), "other").id or 0
    assert doors.take_event(session, door, "evt_1", NOW)
    assert doors.take_event(session, other, "evt_1", NOW)


def test_a_long_id_is_the_same_event_only_when_it_is_the_same_to_the_end(session: Session, door: int):
    assert doors.take_event(session, door, "x" * 500 + "1", NOW)
    assert doors.take_event(session, door, "x" * 500 + "2", NOW)
    assert not doors.take_event(session, door, "x" * 500 + "1", NOW)


def test_old_events_are_forgotten(session: Session, door: int):
    doors.take_event(session, door, "old", NOW - timedelta(days=31))
    doors.take_event(session, door, "new", NOW)
    assert doors.forget_events(session, NOW - timedelta(days=30)) == 1
    assert doors.take_event(session, door, "old", NOW)


def test_a_note_is_kept_changed_and_forgotten(session: Session, door: int):
    doors.set_note(session, door, "uid", "7", NOW)
    doors.set_note(session, door, "uid", "8", NOW)
    assert doors.note(session, door, "uid") == "8"
    assert doors.notes(session, door) == {"uid": "8"}
    doors.set_note(session, door, "uid", "", NOW)
    assert doors.notes(session, door) == {}


def test_the_source_of_imports_is_made_once_and_nobody_listens_there(session: Session):
    make_brand(session, "karak")
    first, again = (doors.import_source(session, "import-karak", "karak") for _ in "ab")
    assert first.id == again.id
    assert session.exec(select(Source.active)).one() is False
    assert len(session.exec(select(SourceBrand)).all()) == 1
