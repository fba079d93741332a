"""Tests of counts beside the usual."""

from datetime import timedelta

import pytest
from sqlmodel import select

from dashboard.data import opening, series
from monitor.clock import utcnow
from monitor.facts import WHOLE, Cell, Dimension
from monitor.models import Brand, Count, Resolution, Source
from monitor.store.counts import floor
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_mention

Full = tuple[str, Scene]


def test_the_last_day_is_the_sum_of_its_hours(full: Full):
    now = opening.now()
    start = floor(now, timedelta(hours=1)) - timedelta(hours=23)
    with database_session(full[0]) as session:
        stored = session.exec(
            select(Count.mentions, Count.negative).where(
                Count.dimension == Dimension.ALL, Count.resolution == Resolution.HOUR, Count.start >= start
            )
        ).all()
    level = series.levels(1, now, Dimension.ALL)[0]
    assert level.mentions == sum(row[0] for row in stored)
    assert level.negative == pytest.approx(sum(row[1] for row in stored))


def test_the_last_day_stands_beside_the_usual_day(full: Full):
    level = series.levels(1, opening.now(), Dimension.ALL)[0]
    assert level.usual_negative is not None
    assert 0 < level.usual_negative < 15
    assert level.negative > 25  # the storm alone is about 27
    assert level.share is not None
    assert level.usual_share is not None
    assert level.share > 2 * level.usual_share


def test_the_theme_of_the_trouble_leads(full: Full):
    assert series.levels(1, opening.now(), Dimension.THEME)[0].cell == Cell(Dimension.THEME, "refund")


def test_nothing_is_usual_before_anything_was_heard(empty: str):
    level = series.levels(1, opening.now(), Dimension.ALL)[0]
    assert (level.mentions, level.usual_negative, level.share) == (0, None, None)


@pytest.mark.parametrize(("days", "width"), [(1, 1), (7, 3), (28, 12)])
def test_buckets_are_of_one_width_and_end_now(full: Full, days: int, width: int):
    now = opening.now()
    buckets = series.hours(1, now, WHOLE, timedelta(days=days), width)
    assert {bucket.step for bucket in buckets} == {timedelta(hours=width)}
    assert buckets[-1].start <= now < buckets[-1].start + buckets[-1].step + timedelta(hours=1)
    assert len(buckets) == pytest.approx(24 * days / width, abs=1)


def test_a_time_when_nobody_listened_is_marked_as_unknown(full: Full):
    now = opening.now()
    unknown = [b for b in series.hours(1, now, WHOLE, timedelta(days=7), 1) if not b.known]
    assert 4 <= len(unknown) <= 7
    assert all(timedelta(days=3.9) < now - bucket.start < timedelta(days=4.4) for bucket in unknown)


def test_a_young_incident_is_shown_in_quarters_of_an_hour_and_an_old_one_in_hours(full: Full):
    now, refunds = opening.now(), Cell(Dimension.THEME, "refund")
    young = series.around(1, refunds, now - timedelta(hours=8), now, now)
    old = series.around(1, refunds, now - timedelta(days=9), now - timedelta(days=8), now)
    assert young[0].step == timedelta(minutes=15)
    assert old[0].step == timedelta(hours=1)
    assert sum(bucket.negative for bucket in young) > 15


def test_quarters_of_an_hour_are_shown_only_as_long_as_the_operator_keeps_them(
    full: Full, monkeypatch: pytest.MonkeyPatch
):
    now = opening.now()
    monkeypatch.setenv("EMBERWATCH_RETENTION__COUNTS_5M", "6h")
    opening._settings.cache_clear()
    assert series.around(1, WHOLE, now - timedelta(hours=8), now, now)[0].step == timedelta(hours=1)
    assert series.around(1, WHOLE, now - timedelta(hours=4), now, now)[0].step == timedelta(minutes=15)


def test_a_cell_that_was_never_counted_has_no_bars(full: Full):
    now = opening.now()
    assert series.hours(1, now, Cell(Dimension.THEME, "nonsense"), timedelta(days=1), 1) == ()


def test_a_write_is_seen_at_once_after_forgetting(full: Full):
    now = opening.now()
    before = series.levels(1, now, Dimension.ALL)
    with database_session(full[0]) as session:
        make_mention(session, session.get_one(Brand, 1), session.get_one(Source, 1), at=utcnow())
        session.commit()
    assert series.levels(1, now, Dimension.ALL) == before
    opening.forget()
    assert series.levels(1, opening.now(), Dimension.ALL)[0].mentions == before[0].mentions + 1
