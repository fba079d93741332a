"""Dates of a column are read in any usual form; day and month are told apart by the column as a whole."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.doors.dates import MOST_GUESSES, Dates, Evidence, NoDate, Order
from monitor.facts import Precision
from tests.doors.texts import NOW

KARACHI = ZoneInfo("Asia/Karachi")
DAY, SECOND = Precision.DAY, Precision.SECOND
FIFTH = datetime(2024, 3, 5, tzinfo=UTC)
READ = Dates(Order.DAY_FIRST, KARACHI, NOW)


def order_of(*values: Any, usual: Order = Order.DAY_FIRST) -> Order:
    evidence = Evidence()
    for value in values:
        evidence.add(value, NOW)
    return evidence.order(usual)[0]


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-05", "05/03/2024", "5.3.24", "05-03-2024", "5 March 2024", "March 5, 2024", "5th of March 2024",
        "5-Mar-24", "Tue, 5 Mar 2024", "20240305", "2024/03/05", "2024年3月5日", "2024. 3. 5.", "٠٥/٠٣/٢٠٢٤",
        "۵ مارچ ۲۰۲۴", "5 мая 2024 г.".replace("мая", "марта"), "5 de marzo de 2024", "5 آذار 2024", "45356",
        "5 मार्च 2024", "5 mars 2024", "5. März 2024", "5 Mart 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written: str):
    assert READ.read(written) == (FIFTH, DAY)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("2024-03-05T14:03:22Z", 0), ("2024-03-05 14:03:22+05:00", 5), ("2024-03-05T14:03:22.5+0500", 5),
        ("05/03/2024 14:03:22 UTC", 0), ("5 Mar 2024, 2:03:22 PM", 5), ("March 5, 2024 at 2:03:22 pm", 5),
        ("Tue, 05 Mar 2024 14:03:22 +0000", 0), ("20240305T140322Z", 0), ("1709647402", 0), (1709647402000, 0),
        ("5.3.2024 14:03:22", 5), ("05/03/2024 02:03:22 م", 5),
    ],
)  # fmt: skip
def test_a_time_without_a_zone_is_of_the_zone_that_is_told(written: Any, hours: int):
    at, precision = READ.read(written)
    assert at is not None
    assert at.replace(microsecond=0) == datetime(2024, 3, 5, 14, 3, 22, tzinfo=UTC) - timedelta(hours=hours)
    assert precision is SECOND


def test_days_of_a_sheet_are_counted_from_1900():
    assert READ.read(45356) == (FIFTH, DAY)
    assert READ.read(45356.75) == (datetime(2024, 3, 5, 13, tzinfo=UTC), SECOND)


@pytest.mark.parametrize("nothing", ["", "  ", "-", "N/A", None])
def test_no_date_is_not_a_mistake(nothing: Any):
    assert READ.read(nothing) == (None, Precision.UNKNOWN)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/02/2024", "no day of the calendar"),
        ("2024-02-31", "no day of the calendar"),
        ("03/25/2024", "no month 25"),
        ("2 days ago", "is no date"),
        ("yesterday", "is no date"),
        ("March", "is no date"),
        ("3", "is no date"),
        (True, "is no date"),
        (7.5, "is no date"),
        ("x" * 100, "is no date"),
        ("1970-01-01", "before 1995"),
        ("2027-03-05", "in the future"),
        ("9" * 70, "is no date"),
    ],
)
def test_what_is_no_date_says_why(written: Any, why: str):
    with pytest.raises(NoDate, match=why):
        READ.read(written)


def test_one_row_decides_what_comes_first_for_all():
    assert order_of("05/03/2024", "25/03/2024") is Order.DAY_FIRST
    assert order_of("05/03/2024", "03/25/2024") is Order.MONTH_FIRST


def test_where_no_row_decides_the_reading_without_a_future_is_taken():
    assert order_of("11/12/2026", usual=Order.DAY_FIRST) is Order.MONTH_FIRST


def test_where_nothing_decides_the_zone_does_and_people_are_told():
    evidence = Evidence()
    evidence.add("05/03/2024", NOW)
    order, why = evidence.order(Order.MONTH_FIRST)
    assert order is Order.MONTH_FIRST
    assert "--dates" in why


def test_a_column_that_is_both_goes_by_most_of_its_rows():
    assert order_of("25/03/2024", "26/03/2024", "03/27/2024") is Order.DAY_FIRST


def test_midnight_in_every_row_means_that_only_the_day_is_known():
    evidence = Evidence()
    for value in ("05/03/2024 00:00", "06/03/2024 00:00:00", datetime(2024, 3, 7)):  # noqa: DTZ001 (as sheets give it)
        evidence.add(value, NOW)
    assert evidence.days_only
    assert Dates(Order.DAY_FIRST, KARACHI, NOW, days_only=True).read("05/03/2024 00:00") == (FIFTH, DAY)


def test_a_year_of_two_digits_is_never_in_the_future():
    assert READ.read("5/3/98") == (datetime(1998, 3, 5, tzinfo=UTC), DAY)


def test_a_column_that_is_none_of_dates_is_not_guessed_at_for_hours():
    read = Dates(Order.DAY_FIRST, KARACHI, NOW)
    for number in range(MOST_GUESSES + 1):
        with pytest.raises(NoDate):
            read.read(f"qq{number} xyz 2024 qqq")
    with pytest.raises(NoDate, match="is no date"):
        read.read("2024-03-05 14:03:22 PST")  # which the slow way finds


def test_rows_that_contradict_each_other_are_said_to_do_so():
    evidence = Evidence()
    for value in ("25/03/2024", "03/25/2024", "03/04/2024"):
        evidence.add(value, NOW)
    assert "contradict" in evidence.order(Order.DAY_FIRST)[1]
