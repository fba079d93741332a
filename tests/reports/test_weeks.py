"""Tests of local ISO weeks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from monitor.errors import ConfigError
from monitor.reports.weeks import Week, due_at, parse_week, stretches, week_of

LONDON, NEW_YORK, KOLKATA = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def test_the_week_in_which_clocks_go_back_has_169_hours() -> None:
    start, end = Week(date(2026, 10, 19)).window(LONDON)
    assert end - start == timedelta(hours=169)


def test_the_week_in_which_clocks_go_forward_has_167_hours() -> None:
    start, end = Week(date(2026, 3, 2)).window(NEW_YORK)
    assert end - start == timedelta(hours=167)


def test_only_the_day_of_the_change_is_longer() -> None:
    edges = Week(date(2026, 10, 19)).edges(LONDON)
    hours = [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(edges)]
    assert hours == [24, 24, 24, 24, 24, 24, 25]


def test_a_week_begins_at_local_midnight_also_in_zones_of_half_hours() -> None:
    assert Week(date(2026, 11, 9)).window(KOLKATA)[0] == datetime(2026, 11, 8, 18, 30, tzinfo=UTC)


def test_a_moment_belongs_to_the_week_that_people_there_live_in() -> None:
    late_sunday_in_utc = datetime(2026, 11, 15, 19, tzinfo=UTC)
    assert str(week_of(late_sunday_in_utc, KOLKATA)) == "2026-W47"
    assert str(week_of(late_sunday_in_utc, LONDON)) == "2026-W46"


def test_the_name_of_a_week_follows_iso_at_the_turn_of_the_year() -> None:
    assert str(Week(date(2026, 12, 28))) == "2026-W53"
    assert parse_week("2026-W53", datetime(2027, 2, 1, tzinfo=UTC), LONDON).monday == date(2026, 12, 28)


@pytest.mark.parametrize(("text", "name"), [("last", "2026-W46"), ("current", "2026-W47"), ("2026-W01", "2026-W01")])
def test_weeks_are_named_by_people(text: str, name: str) -> None:
    assert str(parse_week(text, NOW, LONDON)) == name


@pytest.mark.parametrize("text", ["46", "2026-46", "2026-W54", "2025-W53", "2026-W00", "next", ""])
def test_what_is_not_a_week_is_refused_with_the_choices(text: str) -> None:
    with pytest.raises(ConfigError, match="2026-W46, last or current"):
        parse_week(text, NOW, LONDON)


def test_a_week_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ConfigError, match="has not begun"):
        parse_week("2026-W48", NOW, LONDON)


def test_a_report_is_due_on_monday_morning_where_the_brand_is() -> None:
    due = due_at(Week(date(2026, 11, 9)), KOLKATA, weekday=1, hour=7)
    assert due == datetime(2026, 11, 16, 1, 30, tzinfo=UTC)


def test_a_report_may_be_due_later_in_the_week() -> None:
    assert due_at(Week(date(2026, 11, 9)), LONDON, weekday=3, hour=9) == datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_a_running_week_is_compared_with_the_same_part_of_the_weeks_before() -> None:
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    this, last = stretches(week_of(now, LONDON), LONDON, now, 1)
    assert this == (datetime(2026, 11, 16, tzinfo=UTC), now)
    assert last == (datetime(2026, 11, 9, tzinfo=UTC), now - timedelta(days=7))


def test_an_ended_week_is_compared_with_whole_weeks_of_any_length() -> None:
    week = Week(date(2026, 10, 26))
    windows = stretches(week, LONDON, NOW, 2)
    assert [(end - start) / timedelta(hours=1) for start, end in windows] == [168, 169, 168]
