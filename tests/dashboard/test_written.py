"""Tests of numbers, times and durations in the languages of viewers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard import viewer, written

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KARACHI = ZoneInfo("Asia/Karachi")


@pytest.mark.parametrize(
    ("language", "number", "decimal", "percent"),
    [
        ("en", "1,234,567", "4.1", "34%"),
        ("fil", "1,234,567", "4.1", "34%"),
        ("te", "12,34,567", "4.1", "34%"),
        ("ur", "1,234,567", "4.1", "34%"),
    ],
)
def test_numbers_have_the_digits_and_marks_of_the_language(
    monkeypatch: pytest.MonkeyPatch, language: str, number: str, decimal: str, percent: str
):
    monkeypatch.setattr(viewer, "language", lambda: language)
    assert (written.number(1234567), written.decimal(4.12, 1), written.percent(0.34)) == (number, decimal, percent)


@pytest.mark.parametrize(
    ("language", "hour", "day", "other_year"),
    [
        ("en", "17:05", "Mon 2 Mar", "Mon 2 Mar 2026"),
        ("fil", "5:05\N{NO-BREAK SPACE}PM", "Lun, Mar 2", "Lun, Mar 2, 2026"),
        ("te", "5:05\N{NO-BREAK SPACE}PM", "2 మార్చి, సోమ", "2 మార్చి, 2026, సోమ"),
        (
            "ur",
            "\N{LEFT-TO-RIGHT MARK}5:05\N{NO-BREAK SPACE}PM\N{RIGHT-TO-LEFT MARK}",
            "پیر، 2 مارچ",
            "پیر، 2 مارچ، 2026",
        ),
    ],
)
def test_days_and_hours_are_written_as_people_write_them(
    monkeypatch: pytest.MonkeyPatch, language: str, hour: str, day: str, other_year: str
):
    monkeypatch.setattr(viewer, "language", lambda: language)
    assert written.hour(time(17, 5)) == hour
    assert written.day(date(2026, 3, 2), date(2026, 5, 1)) == day
    assert written.day(date(2026, 3, 2), date(2027, 5, 1)) == other_year


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.2, "1 min"), (40, "40 min"), (125, "2 h 5 min"), (120, "2 h"), (610, "10 h"), (3 * 1440, "3 days")],
)
def test_durations_have_two_parts_at_most(minutes: float, words: str):
    assert written.lasting(timedelta(minutes=minutes)) == words


def test_a_time_says_its_full_date_and_zone_on_hover(monkeypatch: pytest.MonkeyPatch):
    assert 'title="Monday 2 March 2026, 17:00 PKT"' in written.when(NOW, NOW, KARACHI)
    monkeypatch.setattr(viewer, "language", lambda: "ur")
    assert "پیر، 2 مارچ، 2026" in written.when(NOW, NOW, KARACHI)
