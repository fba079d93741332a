"""Average ratings: a new row only when they change, and how they changed."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import AggregateRating
from monitor.models import Brand, Rating, Source
from monitor.store import ratings
from tests.factories import NOON, make_brand, make_rating, make_source

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK_AGO = NOON - 7 * DAY


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


def rows(session: Session) -> list[Rating]:
    return list(session.exec(select(Rating).order_by(Rating.taken_at)))


def change(session: Session, source: Source, since: datetime = WEEK_AGO) -> ratings.RatingChange:
    return ratings.changes(session, [source.id], since=since)[0]


def test_a_rating_that_stands_moves_on_and_makes_no_row(session: Session, source: Source):
    for day in range(3):
        make_rating(session, source, 4.1, NOON + day * DAY)
    assert [(row.taken_at, row.seen_at) for row in rows(session)] == [(NOON, NOON + 2 * DAY)]


@pytest.mark.parametrize("values", [{"value": 4.0}, {"ratings": 101}, {"reviews": 7}, {"best": 10.0}])
def test_a_changed_value_count_or_scale_makes_a_row(session: Session, source: Source, values: dict[str, float]):
    make_rating(session, source, 4.1)
    make_rating(session, source, **{"value": 4.1, "at": NOON + DAY, **values})
    assert [(row.taken_at, row.seen_at) for row in rows(session)] == [(NOON, NOON), (NOON + DAY, NOON + DAY)]


def test_things_sources_and_places_are_kept_apart(session: Session, brand: Brand, source: Source):
    other = make_source(session, brand, "other")
    make_rating(session, source, 4.1)
    make_rating(session, source, 4.2, item="Lamp")
    make_rating(session, source, 4.3, place="https://shop.example/sale")
    make_rating(session, other, 4.4)
    assert [row.value for row in ratings.latest(session, [source.id])] == [4.1, 4.2, 4.3]
    assert len(ratings.latest(session, [source.id, other.id])) == 4


def test_of_two_ratings_of_one_thing_the_first_counts(session: Session, source: Source):
    both = [AggregateRating(place="https://shop.example", value=value) for value in (4.0, 3.0)]
    assert ratings.save_many(session, source, both, now=NOON) == 1
    assert [row.value for row in rows(session)] == [4.0]


def test_saving_counts_what_is_new_or_changed(session: Session, source: Source):
    shown = AggregateRating(place="https://shop.example", value=4.0)
    assert ratings.save_many(session, source, [], now=NOON) == 0
    assert ratings.save_many(session, source, [shown], now=NOON) == 1
    assert ratings.save_many(session, source, [shown], now=NOON + DAY) == 0


def test_a_fall_is_told_against_what_stood_then(session: Session, source: Source):
    for days, value in ((20, 4.5), (9, 4.3), (3, 4.2), (1, 4.1)):
        make_rating(session, source, value, NOON - days * DAY)
    found = change(session, source)
    assert (found.now.value, found.difference, found.since) == (4.1, -0.2, WEEK_AGO)


def test_a_rating_that_has_long_stood_has_not_changed(session: Session, source: Source):
    make_rating(session, source, 4.5, NOON - 30 * DAY)
    assert (change(session, source).difference, change(session, source).since) == (0.0, WEEK_AGO)


def test_a_young_rating_is_compared_with_its_first_value(session: Session, source: Source):
    make_rating(session, source, 4.5, NOON - 3 * DAY)
    assert change(session, source).difference is None
    make_rating(session, source, 4.0, NOON - DAY)
    assert (change(session, source).difference, change(session, source).since) == (-0.5, NOON - 3 * DAY)


def test_values_on_different_scales_are_not_compared(session: Session, source: Source):
    make_rating(session, source, 4.5, NOON - 9 * DAY)
    make_rating(session, source, 90, NOON - DAY, best=100, worst=0)
    assert change(session, source).difference is None


def test_a_thing_that_left_its_page_is_no_longer_told(session: Session, source: Source):
    make_rating(session, source, 4.5, NOON - 9 * DAY, "Old kettle")
    make_rating(session, source, 4.4, NOON - 9 * DAY, "Lamp", place="https://shop.example/lamp")
    make_rating(session, source, 4.3, NOON, "New kettle")
    assert [row.item for row in ratings.latest(session, [source.id])] == ["New kettle", "Lamp"]


def test_a_history_begins_with_what_stood_at_its_start(session: Session, source: Source):
    for days, value in ((30, 4.7), (20, 4.5), (3, 4.2)):
        make_rating(session, source, value, NOON - days * DAY)
    key = (source.id, rows(session)[0].key)
    assert [row.value for row in ratings.history(session, key, since=WEEK_AGO)] == [4.5, 4.2]
    assert [row.value for row in ratings.history(session, key, since=NOON - 99 * DAY)] == [4.7, 4.5, 4.2]


def test_without_ratings_there_is_nothing_to_tell(session: Session, source: Source):
    assert ratings.latest(session, [source.id]) == []
    assert ratings.changes(session, [], since=WEEK_AGO) == []


def test_a_track_holds_the_steps_since_then_in_the_newest_scale(session: Session, source: Source):
    make_rating(session, source, 90, NOON - 30 * DAY, best=100, worst=0)
    for days, value in ((20, 4.7), (12, 4.5), (3, 4.2)):
        make_rating(session, source, value, NOON - days * DAY, ratings=100 - days)
    (track,) = ratings.tracks(session, 1, NOON - 10 * DAY, NOON)
    assert (track.source, track.item, track.worst, track.best) == ("reviews", "Kettle", 1.0, 5.0)
    assert track.steps == ((NOON - 3 * DAY, 4.2, 97),)
    (track,) = ratings.tracks(session, 1, NOON - 40 * DAY, NOON)
    assert [value for _, value, _ in track.steps] == [4.7, 4.5, 4.2]


def test_what_stood_at_the_start_and_was_seen_since_begins_its_track(session: Session, source: Source):
    make_rating(session, source, 4.7, NOON - 20 * DAY)
    make_rating(session, source, 4.7, NOON - 2 * DAY)
    make_rating(session, source, 4.2, NOON - DAY)
    (track,) = ratings.tracks(session, 1, NOON - 10 * DAY, NOON)
    assert [value for _, value, _ in track.steps] == [4.7, 4.2]


def test_tracks_are_of_the_sources_of_one_brand_until_now(session: Session, source: Source):
    make_rating(session, source, 4.7, NOON, best=None, worst=None)
    make_rating(session, make_source(session, make_brand(session, "other"), "theirs"), 4.7, NOON)
    (track,) = ratings.tracks(session, 1, NOON - DAY, NOON)
    assert (track.worst, track.best) == (1.0, 5.0)
    assert ratings.tracks(session, 1, NOON - DAY, NOON - HOUR) == []


def test_of_more_steps_than_are_read_the_newest_of_all_things_are_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratings, "MOST_TRACKED", 4)
    brand = make_brand(session)
    source = make_source(session, brand)
    for number in range(6):
        for item in ("Kettle", "Lamp"):
            make_rating(session, source, 4.0 - number / 10, NOON + number * timedelta(hours=1), item=item)
    found = ratings.tracks(session, brand.id, NOON, NOON + timedelta(days=1))
    assert {track.item: [value for _, value, _ in track.steps] for track in found} == {
        "Kettle": [3.6, 3.5],
        "Lamp": [3.6, 3.5],
    }
