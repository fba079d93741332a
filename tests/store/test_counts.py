"""The stored series add up, and taking back undoes adding."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, delete

from monitor.facts import WHOLE, Cell, Dimension
from monitor.models import Count, Resolution
from monitor.store import counts
from tests.factories import make_brand

AT = datetime(2026, 3, 2, 12, 7, 31, tzinfo=UTC)
DELIVERY = Cell(Dimension.THEME, "delivery")
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("minutes", "start"), [(5, "12:05"), (60, "12:00")])
def test_a_bucket_starts_at_a_round_time(minutes: int, start: str):
    assert f"{counts.floor(AT, timedelta(minutes=minutes)):%H:%M}" == start


def read_hour(session: Session, brand_id: int, cell: Cell = WHOLE) -> list[tuple[float, ...]]:
    found = counts.read(session, brand_id, Resolution.HOUR, AT - timedelta(days=2), AT + timedelta(days=1))
    return [tuple(row[1:]) for row in found.get(cell, [])]


def test_mentions_of_one_hour_add_up_in_each_of_their_cells(session: Session):
    brand = make_brand(session)
    for negative in (0.9, 0.1):
        tally = counts.Tally()
        tally.add(brand.id, [WHOLE, DELIVERY], AT, negative)
        counts.write(session, tally)
    assert read_hour(session, brand.id) == [pytest.approx((2, 1.0, 0.18))]
    assert read_hour(session, brand.id, DELIVERY) == [pytest.approx((2, 1.0, 0.18))]


def test_buckets_of_another_brand_and_resolution_are_apart(session: Session):
    one, other = make_brand(session, "one"), make_brand(session, "other")
    tally = counts.Tally()
    tally.add(one.id, [WHOLE], AT, 0.5)
    counts.write(session, tally)
    assert read_hour(session, other.id) == []
    assert len(counts.read(session, one.id, Resolution.FIVE_MINUTES, AT - timedelta(hours=1), AT)[WHOLE]) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 47), st.floats(0, 1)), max_size=30))
def test_taking_back_leaves_nothing(session: Session, mentions: list[tuple[int, float]]):
    session.exec(delete(Count))
    brand = make_brand(session, slug=f"b{session.info.setdefault('brands', 0)}")
    session.info["brands"] += 1
    for sign in (1, -1):
        for hours, negative in mentions:
            tally = counts.Tally()
            tally.add(brand.id, [WHOLE, DELIVERY], AT - timedelta(hours=hours), negative, sign)
            counts.write(session, tally)
    assert all(row == pytest.approx((0, 0, 0), abs=1e-9) for row in read_hour(session, brand.id))


def test_many_cells_at_once_are_written(session: Session):
    brand = make_brand(session)
    tally = counts.Tally()
    tally.add(brand.id, [Cell(Dimension.THEME, f"t{n}") for n in range(3000)], AT, 0.5)
    counts.write(session, tally)
    assert len(counts.read(session, brand.id, Resolution.HOUR, AT - timedelta(hours=1), AT)) == 3000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 30), st.sampled_from([WHOLE, DELIVERY]), st.floats(0, 1)), max_size=20))
def test_a_grid_holds_what_the_rows_say(session: Session, mentions: list[tuple[int, Cell, float]]):
    session.exec(delete(Count))
    brand = make_brand(session, slug=f"g{session.info.setdefault('grids', 0)}")
    session.info["grids"] += 1
    for hours, cell, negative in mentions:
        tally = counts.Tally()
        tally.add(brand.id, [cell], AT + hours * HOUR, negative)
        counts.write(session, tally)
    start = counts.floor(AT, HOUR)
    rows = counts.read(session, brand.id, Resolution.HOUR, start, start + 24 * HOUR)
    grid = counts.read_grid(session, brand.id, Resolution.HOUR, start, 24)
    assert grid.keys() == rows.keys()
    assert {
        cell: [(start + i * HOUR, *sums[:, i].tolist()) for i in range(24) if sums[0, i]] for cell, sums in grid.items()
    } == rows


def test_a_grid_of_five_minutes_starts_where_it_is_asked_to(session: Session):
    brand = make_brand(session)
    tally = counts.Tally()
    tally.add(brand.id, [WHOLE], AT, 0.5)
    counts.write(session, tally)
    start = counts.floor(AT, timedelta(minutes=5)) - timedelta(minutes=10)
    assert counts.read_grid(session, brand.id, Resolution.FIVE_MINUTES, start, 4)[WHOLE][0].tolist() == [0, 0, 1, 0]


@pytest.mark.sqlite("reads SQLite's query plans")
def test_the_years_before_are_not_walked_through(session: Session):
    """Only SEARCHes that end with the start of the bucket, or that look for the next key."""
    asked = {"brand": 1, "resolution": "1h", "first": AT, "end": AT}
    statement = counts._RAW_ROWS.compile(session.get_bind())
    plan = session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {statement}",
        tuple(statement.construct_params(asked)[name] for name in statement.positiontup),
    )
    steps = [row[-1] for row in plan if "count" in row[-1]]
    assert steps
    assert all(step.endswith(("dimension=?)", "key>?)", "start>? AND start<?)")) for step in steps)
