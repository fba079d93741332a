"""When a source is quieter than its rhythm allows, and when its silence is as usual."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.detection import rhythm
from monitor.detection.rhythm import silence

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
QUARTER = timedelta(minutes=15)
WEEKS = 56 * DAY


def texts(a_day: float, hours: range = range(24), days: range = range(7), seed: int = 1) -> list[datetime]:
    """Eight weeks of texts before the Monday, at random within these hours of these weekdays."""
    chance, at, found = random.Random(seed), MONDAY - WEEKS, []
    while at < MONDAY:
        at += chance.expovariate(a_day / len(hours)) * HOUR
        while at.hour not in hours or at.weekday() not in days:
            at = (at + HOUR).replace(minute=chance.randrange(60))
        found.append(at)
    return [at for at in found if at < MONDAY]


def called_quiet(
    arrivals: list[datetime], until: timedelta, heard: list[tuple[datetime, datetime]] | None = None
) -> bool:
    """Whether the source is quiet at a time after the Monday, having been heard all along."""
    now = MONDAY + until
    return silence(arrivals, heard or [(MONDAY - WEEKS, now)], now, QUARTER) is not None


def busy() -> list[datetime]:
    return [*texts(200, range(6, 22), range(7)), MONDAY + 9 * HOUR]


def test_a_busy_feed_that_is_silent_for_six_hours_of_a_working_day_is_quiet() -> None:
    arrivals = busy()
    assert not called_quiet(arrivals, 10 * HOUR)
    found = silence(arrivals, [(MONDAY - WEEKS, MONDAY + DAY)], MONDAY + 15 * HOUR, QUARTER)
    assert found is not None
    assert found.since == arrivals[-1]
    assert found.a_day == pytest.approx(200, rel=0.15)


def test_a_night_is_no_silence_where_nights_are_silent() -> None:
    arrivals = [*texts(60, range(8, 18)), MONDAY + 17 * HOUR + 50 * timedelta(minutes=1)]
    assert not called_quiet(arrivals, 24 * HOUR + 8 * HOUR)


def test_a_weekend_is_no_silence_where_nobody_works_then() -> None:
    friday = MONDAY - 3 * DAY
    arrivals = [at for at in texts(30, range(8, 18), range(5)) if at < friday + 18 * HOUR]
    assert not called_quiet(arrivals, 9 * HOUR)
    assert called_quiet(arrivals, 2 * DAY)


def test_a_shop_with_a_review_now_and_then_is_not_quiet_for_weeks() -> None:
    arrivals = texts(0.4)
    assert len(arrivals) >= rhythm.LEAST_TEXTS
    assert not called_quiet(arrivals, 6 * DAY)
    assert called_quiet(arrivals, 60 * DAY)


def test_one_text_more_ends_the_silence() -> None:
    arrivals = busy()
    assert called_quiet(arrivals, 18 * HOUR)
    assert not called_quiet([*arrivals, MONDAY + 17 * HOUR], 18 * HOUR)


def test_few_texts_are_too_little_to_know() -> None:
    monthly = [MONDAY - 50 * DAY, MONDAY - 20 * DAY, MONDAY - DAY]
    assert not called_quiet(monthly, 300 * DAY)
    assert not called_quiet([], 300 * DAY)


def test_a_few_days_of_listening_are_too_little_to_know() -> None:
    arrivals = busy()
    assert not called_quiet(arrivals, 30 * DAY, [(MONDAY - 9 * DAY, MONDAY + 30 * DAY)])


def test_time_in_which_nobody_listened_is_no_silence() -> None:
    arrivals = busy()
    heard = [(MONDAY - WEEKS, MONDAY + 10 * HOUR), (MONDAY + 40 * HOUR, MONDAY + 41 * HOUR)]
    assert not called_quiet(arrivals, 41 * HOUR, heard)


def bursts() -> Iterator[datetime]:
    """A dozen texts within two hours, every third day or so."""
    chance, at = random.Random(5), MONDAY - WEEKS
    while at < MONDAY:
        at += chance.expovariate(1 / 3) * DAY
        yield from (at + chance.random() * 2 * HOUR for _ in range(12))


def test_a_source_that_writes_in_bursts_may_be_silent_between_them() -> None:
    arrivals = sorted(at for at in bursts() if at < MONDAY)
    assert not called_quiet(arrivals, 7 * DAY)
    assert called_quiet(arrivals, 45 * DAY)


def test_one_outage_does_not_teach_that_silence_is_usual() -> None:
    lost = (MONDAY - 20 * DAY, MONDAY - 14 * DAY)
    whole = texts(40)
    arrivals = [at for at in whole if not lost[0] < at < lost[1]]
    assert called_quiet(whole, 16 * HOUR)
    assert called_quiet(arrivals, 20 * HOUR)


def test_a_burst_after_weeks_of_silence_does_not_teach_that_texts_come_all_the_time() -> None:
    arrivals = [MONDAY - 20 * DAY, *(MONDAY - DAY + number * 20 * timedelta(minutes=1) for number in range(40))]
    assert not called_quiet(arrivals, 5 * DAY)


def test_a_storm_in_one_crawl_counts_as_one_arrival() -> None:
    arrivals = texts(5)
    storm = [MONDAY - 10 * DAY + second * timedelta(milliseconds=9) for second in range(3_000)]
    assert called_quiet(sorted([*arrivals, *storm]), 5 * DAY) == called_quiet(arrivals, 5 * DAY)
    assert not called_quiet(sorted([*arrivals, *storm]), 12 * HOUR)


def test_what_was_written_long_before_does_not_count() -> None:
    old = [at - 40 * WEEKS for at in texts(500)]
    arrivals = texts(3)
    heard = [(MONDAY - 42 * WEEKS, MONDAY + 10 * DAY)]
    assert not called_quiet([*old, *arrivals], DAY, heard)
    assert called_quiet([*old, *arrivals], 10 * DAY, heard)


@pytest.mark.parametrize("seed", range(4))
def test_weeks_of_a_well_source_have_no_call(seed: int) -> None:
    arrivals = texts(20, range(7, 23), range(7), seed)
    heard = [(MONDAY - WEEKS, MONDAY)]
    calls = [
        at
        for at, following in pairwise(arrivals[300:])
        if following - at > 3 * HOUR
        and silence([one for one in arrivals if one <= at], heard, following - QUARTER, QUARTER)
    ]
    assert calls == []
