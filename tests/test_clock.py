"""Durations are read and written as people do."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clock import format_duration, parse_duration, spoken_duration, utcnow


def test_now_is_aware_and_utc():
    assert utcnow().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("7d", 604800), ("1w", 604800), ("1h30m", 5400)]
)
def test_a_duration_is_read_as_written(text: str, seconds: int):
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "15 min", "-5m", 15, None, "1h 30m", "1y"])
def test_anything_else_is_refused_with_an_example(text: object):
    with pytest.raises(ValueError, match="such as 90s, 15m, 2h"):
        parse_duration(text)


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)))
def test_what_is_written_is_read_back(duration: timedelta):
    whole = timedelta(seconds=int(duration.total_seconds()))
    assert parse_duration(format_duration(whole)) == whole


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(seconds=10), "1 min"),
        (timedelta(minutes=40), "40 min"),
        (timedelta(minutes=125), "2 h 5 min"),
        (timedelta(hours=24), "24 h"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_duration_is_spoken_in_two_parts_at_most(duration: timedelta, words: str):
    assert spoken_duration(duration) == words
