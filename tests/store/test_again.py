"""Which texts are looked at again: those that spread, those of open incidents, and young ones, in rounds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.facts import IncidentState
from monitor.models import Brand, Mention, Snapshot, Source
from monitor.store import again, sources
from tests.contexts import SOURCE, make_context
from tests.factories import NOON, make_brand, make_incident, make_mention, make_source

HOUR = timedelta(hours=1)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand, kind="bluesky")


def snap(session: Session, mention: Mention, at: datetime, likes: int, views: int = 0) -> None:
    session.add(Snapshot(mention_id=mention.id, taken_at=at, likes=likes, views=views))
    session.flush()


def hot(session: Session, source: Source, now: datetime = NOON) -> list[str]:
    return [one.external_id for one in again.hot(session, source, now)]


def test_what_grew_most_is_the_hottest(session: Session, brand: Brand, source: Source) -> None:
    slow, fast, still = (make_mention(session, brand, source, at=NOON - 30 * HOUR) for _ in range(3))
    for mention, grown in ((slow, 6), (fast, 90), (still, 4)):
        snap(session, mention, NOON - 20 * HOUR, 100)
        snap(session, mention, NOON - HOUR, 100 + grown)
    assert hot(session, source) == [fast.external_id, slow.external_id]


def test_a_text_that_just_came_grew_from_nothing(session: Session, brand: Brand, source: Source) -> None:
    young, old = (make_mention(session, brand, source, at=NOON - hours * HOUR) for hours in (1, 30))
    for mention in (young, old):
        snap(session, mention, NOON, 50)
    assert hot(session, source) == [young.external_id]


def test_views_alone_do_not_make_a_text_hot(session: Session, brand: Brand, source: Source) -> None:
    seen = make_mention(session, brand, source, at=NOON - HOUR)
    snap(session, seen, NOON, 1, views=9000)
    assert hot(session, source) == []


def test_a_text_of_an_open_incident_is_hot(session: Session, brand: Brand, source: Source) -> None:
    ours, over = (make_mention(session, brand, source, at=NOON - 40 * HOUR) for _ in range(2))
    make_incident(session, brand, [ours])
    make_incident(session, brand, [over], state=IncidentState.RESOLVED)
    other = make_source(session, brand, "blog")
    assert hot(session, source) == [ours.external_id]
    assert hot(session, other) == []


def test_what_was_deleted_is_not_looked_at(session: Session, brand: Brand, source: Source) -> None:
    gone = make_mention(session, brand, source, at=NOON - HOUR)
    gone.deleted_at = NOON
    make_incident(session, brand, [gone])
    snap(session, gone, NOON, 50)
    assert (hot(session, source), again.take_young(session, source, NOON)) == ([], [])


def test_a_source_where_something_spreads_is_due_sooner(session: Session) -> None:
    context = make_context(session, NOON)
    source = sources.by_slug(session, "news")
    assert source is not None
    source.last_run_at, source.hot_until = NOON, NOON + HOUR
    due = [minute for minute in range(16) if sources.due(session, context.settings, NOON + minute * HOUR / 60)]
    assert due[0] == 5
    source.hot_until = NOON
    assert sources.due(session, context.settings, NOON + timedelta(minutes=14)) == []


@pytest.mark.parametrize(("every", "minute"), [("4m", 2), ("1m", 1)])
def test_no_source_is_crawled_below_two_minutes_unless_it_always_is(session: Session, every: str, minute: int) -> None:
    context = make_context(session, NOON, sources=[{**SOURCE, "every": every}])
    source = sources.by_slug(session, "news")
    assert source is not None
    source.last_run_at, source.hot_until = NOON, NOON + HOUR
    due = [number for number in range(6) if sources.due(session, context.settings, NOON + number * HOUR / 60)]
    assert due[0] == minute


def test_heat_lasts_an_hour_from_the_last_look(session: Session, brand: Brand, source: Source) -> None:
    again.note_heat(session, source, NOON)
    assert source.hot_until is None
    make_incident(session, brand, [make_mention(session, brand, source)])
    again.note_heat(session, source, NOON)
    assert source.hot_until == NOON + HOUR


def test_young_texts_are_looked_at_in_turn_and_each_once_an_hour(
    session: Session, brand: Brand, source: Source
) -> None:
    for _ in range(again.MOST_YOUNG + 2):
        make_mention(session, brand, source, at=NOON - HOUR)
    make_mention(session, brand, source, at=NOON - 50 * HOUR)
    first = again.take_young(session, source, NOON)
    rest = again.take_young(session, source, NOON + HOUR / 4)
    assert (len(first), len(rest), len({one.external_id for one in (*first, *rest)})) == (50, 2, 52)
    assert again.take_young(session, source, NOON + HOUR / 2) == []
    assert again.take_young(session, source, NOON + HOUR) == first


@pytest.mark.sqlite("reads SQLite's query plans")
def test_what_is_hot_is_found_without_looking_at_all_texts_of_a_source(session: Session, source: Source) -> None:
    plans: list[str] = []

    def explain(connection: sa.Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            cursor = connection.connection.cursor()
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", explain)
    hot(session, source)
    newest = "SEARCH mention USING COVERING INDEX ix_mention_source_id (source_id=?)"  # a thousand of them
    assert [plan for plan in plans if "(source_id=?" in plan] == [newest]
    assert not [plan for plan in plans if plan.startswith("SCAN mention")]
