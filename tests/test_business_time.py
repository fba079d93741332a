"""Time counted in business hours: through nights, week-ends, holidays, changes of the clocks, and while all is shut."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.hours import DAYS, FURTHEST, Span, parse_hours, worked

UTC_ZONE = ZoneInfo("UTC")
BERLIN, KARACHI, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Karachi"), ZoneInfo("America/New_York")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OFFICE = (parse_hours("mon-fri 09:00-18:00"),)


def at(written: str, zone: ZoneInfo = UTC_ZONE) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-03-02T10:00", HOUR, "2026-03-02T11:00"),  # a Monday
        ("2026-03-02T17:30", HOUR, "2026-03-03T09:30"),
        ("2026-03-02T17:00", HOUR, "2026-03-02T18:00"),  # the last minute still counts
        ("2026-03-02T18:00", HOUR, "2026-03-03T10:00"),
        ("2026-03-02T03:00", HOUR, "2026-03-02T10:00"),
        ("2026-03-06T17:30", HOUR, "2026-03-09T09:30"),  # over the week-end
        ("2026-03-07T12:00", HOUR, "2026-03-09T10:00"),
        ("2026-03-02T09:00", 9 * HOUR, "2026-03-02T18:00"),
        ("2026-03-02T09:00", 24 * HOUR, "2026-03-04T15:00"),
        ("2026-03-02T09:00", 45 * HOUR, "2026-03-06T18:00"),
    ],
)
def test_only_open_hours_count(start: str, duration: timedelta, due: str) -> None:
    assert worked(at(start), duration, OFFICE, UTC_ZONE) == at(due)


def test_without_hours_every_minute_counts() -> None:
    assert worked(at("2026-03-07T23:00"), 5 * HOUR, (), KARACHI) == at("2026-03-08T04:00")


def test_hours_are_those_of_the_zone() -> None:
    assert worked(at("2026-03-02T18:30", KARACHI), HOUR, OFFICE, KARACHI) == at("2026-03-03T10:00", KARACHI)


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    night = (parse_hours("mon 22:00-06:00"),)
    assert worked(at("2026-03-02T23:00"), 6 * HOUR, night, UTC_ZONE) == at("2026-03-03T05:00")
    assert worked(at("2026-03-03T05:30"), HOUR, night, UTC_ZONE) == at("2026-03-09T22:30")


def test_hours_that_overlap_count_once() -> None:
    twice = (parse_hours("mon 09:00-13:00"), parse_hours("mon 11:00-17:00"), parse_hours("mon 10:00-12:00"))
    assert worked(at("2026-03-02T09:00"), 8 * HOUR, twice, UTC_ZONE) == at("2026-03-02T17:00")


def test_a_holiday_does_not_count() -> None:
    tuesday = date(2026, 3, 3)
    assert worked(at("2026-03-02T17:30"), HOUR, OFFICE, UTC_ZONE, lambda day: day == tuesday) == at("2026-03-04T09:30")


def test_a_holiday_counts_where_there_are_no_hours_too() -> None:
    tuesday = date(2026, 3, 3)
    due = worked(at("2026-03-02T23:00"), 2 * HOUR, (), UTC_ZONE, lambda day: day == tuesday)
    assert due == at("2026-03-04T01:00")


def test_the_night_after_the_eve_of_a_holiday_still_counts() -> None:
    night = (parse_hours("22:00-06:00"),)
    due = worked(at("2026-03-02T23:00"), 6 * HOUR, night, UTC_ZONE, lambda day: day == date(2026, 3, 3))
    assert due == at("2026-03-03T05:00")


def test_the_night_on_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    night = (parse_hours("22:00-07:00"),)  # 29 March: at two it is three; 25 October: at three it is two
    assert worked(at("2026-03-28T22:00", BERLIN), 9 * HOUR, night, BERLIN) == at("2026-03-29T23:00", BERLIN)
    assert worked(at("2026-10-24T22:00", BERLIN), 10 * HOUR, night, BERLIN) == at("2026-10-25T07:00", BERLIN)


def test_office_hours_are_as_long_on_either_side_of_a_change_of_the_clocks() -> None:
    friday = at("2026-03-06T17:00", NEW_YORK)  # on the Sunday the clocks are set
    assert worked(friday, 2 * HOUR, OFFICE, NEW_YORK) == at("2026-03-09T10:00", NEW_YORK)


def test_where_nothing_opens_again_time_counts_on_all_clocks_some_day() -> None:
    due = worked(at("2026-03-02T09:00"), HOUR, OFFICE, UTC_ZONE, lambda day: True)
    assert due == at("2026-03-02T09:00") + FURTHEST + HOUR


def test_a_month_of_holidays_is_waited_for() -> None:
    due = worked(at("2026-06-30T17:30"), HOUR, OFFICE, UTC_ZONE, lambda day: day.month == 7)
    assert due == at("2026-08-03T09:30")


zones = st.sampled_from([UTC_ZONE, BERLIN, KARACHI, NEW_YORK])
starts = st.integers(0, 330 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE)
durations = st.integers(1, 60 * 60).map(lambda minutes: minutes * MINUTE)
clocks = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
spans = st.builds(lambda days, a, b: parse_hours(f"{','.join(sorted(days))} {a}-{b}"),
                  st.sets(st.sampled_from(DAYS), min_size=1), clocks, clocks)  # fmt: skip
weeks = st.lists(spans, min_size=1, max_size=3).map(tuple)
holidays = st.sets(st.integers(1, 28), max_size=6).map(frozenset)


@given(starts, durations, weeks, zones, holidays)
@settings(max_examples=60, deadline=None)
def test_it_is_never_sooner_than_on_all_clocks_and_ends_in_open_hours(start, duration, hours, zone, free) -> None:
    due = worked(start, duration, hours, zone, lambda day: day.day in free)
    assert due >= start + duration
    assert any(_is_open(span, due - timedelta(microseconds=1), zone, free) for span in hours)


@given(starts, durations, durations, weeks, zones, holidays)
@settings(max_examples=60, deadline=None)
def test_time_in_two_parts_is_time_in_one(start, one, other, hours, zone, free) -> None:
    def later(moment: datetime, duration: timedelta) -> datetime:
        return worked(moment, duration, hours, zone, lambda day: day.day in free)

    assert later(later(start, one), other) == later(start, one + other)


@given(starts, st.integers(0, 10_000).map(lambda minutes: minutes * MINUTE), durations, weeks, zones)
@settings(max_examples=60, deadline=None)
def test_who_begins_later_is_never_done_sooner(start, wait, duration, hours, zone) -> None:
    assert worked(start, duration, hours, zone) <= worked(start + wait, duration, hours, zone)


@given(starts, st.integers(1, 600), weeks, st.sampled_from([UTC_ZONE, KARACHI]), holidays)
@settings(max_examples=40, deadline=None)
def test_it_counts_the_open_minutes_one_by_one(start, minutes, hours, zone, free) -> None:
    """Where clocks are never set: walk minute by minute and count."""
    moment, counted = start, 0
    while counted < minutes and moment < start + 60 * DAY:
        counted += any(_is_open(span, moment, zone, free) for span in hours)
        moment += MINUTE
    if counted == minutes:
        assert worked(start, minutes * MINUTE, hours, zone, lambda day: day.day in free) == moment


def _is_open(span: Span, moment: datetime, zone: ZoneInfo, free: frozenset[int]) -> bool:
    """Whether a moment lies in the hours that begin on a day which is no holiday."""
    today = moment.astimezone(zone).date()
    for day in (today - DAY, today):
        begin, end = span.on(day, zone)
        if day.weekday() in span.days and day.day not in free and begin <= moment < end:
            return True
    return False
