"""Tests of the days that a page looks back on."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from dashboard.data import stretches

KARACHI, LONDON = ZoneInfo("Asia/Karachi"), ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # 01:30 of the 23rd in Karachi


def test_a_stretch_is_whole_days_with_today_up_to_now():
    found = stretches.stretch(7, NOW, KARACHI)
    assert found.start == datetime(2026, 11, 16, 19, tzinfo=UTC)
    assert found.end == NOW


def test_the_days_before_end_at_the_same_time_of_day():
    found = stretches.stretch(7, NOW, KARACHI)
    assert found.before == (datetime(2026, 11, 9, 19, tzinfo=UTC), datetime(2026, 11, 15, 20, 30, tzinfo=UTC))


def test_days_begin_at_midnight_when_the_clocks_change():
    found = stretches.stretch(30, NOW, LONDON)  # summer time ended on 25 October
    assert found.start == datetime(2026, 10, 23, 23, tzinfo=UTC)
    assert found.start.astimezone(LONDON).hour == 0


@pytest.mark.parametrize(("said", "days"), [("7", 7), ("90", 90), ("", 30), ("8", 30), ("<b>", 30)])
def test_an_address_asks_for_days_that_are_offered(said: str, days: int):
    assert stretches.read({"days": said} if said else {}) == days


def test_weeks_begin_on_monday():
    found = stretches.mondays(datetime(2026, 11, 10, tzinfo=UTC), NOW, KARACHI)
    assert found == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
