"""Tests of the charts' data."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import charts
from dashboard.data.series import Bucket

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUCKETS = (
    Bucket(START, HOUR, 10.0, 4.0, 8.0, 1.5, known=True),
    Bucket(START + HOUR, HOUR, 0.0, 0.0, None, None, known=False),
)


def test_times_are_the_wall_clock_of_the_brand():
    spec = charts.volume(BUCKETS, ZoneInfo("Asia/Karachi")).to_dict()
    assert spec["data"]["values"][0]["from"] == "2026-03-02T17:00:00"
    assert spec["data"]["values"][0]["time"] == "Mon 2 Mar, 17:00–18:00"


def test_an_unknown_usual_is_a_gap_and_no_zero():
    values = charts.volume(BUCKETS, ZoneInfo("UTC")).to_dict()["data"]["values"]
    assert [value["usual"] for value in values] == [1.5, None]


def test_the_highest_bar_has_room_above():
    layers = charts.volume(BUCKETS, ZoneInfo("UTC")).to_dict()["layer"]
    domains = [layer["encoding"]["y"]["scale"]["domain"] for layer in layers if "scale" in layer["encoding"]["y"]]
    assert all(low == 0 and high > 10 for low, high in domains)


def test_changes_stand_at_their_time():
    chart = charts.trouble(BUCKETS, [(START + HOUR / 2, "opened")], ZoneInfo("UTC")).to_dict()
    assert '"what": "opened"' in str(chart).replace("'", '"')


def test_moments_of_a_story_are_counted_in_buckets():
    moments = [START, START + HOUR / 2, START + 3 * HOUR, START - HOUR]
    buckets = charts.of_moments(moments, START, START + 4 * HOUR)
    assert sum(bucket.negative for bucket in buckets) == 3
    assert buckets[0].negative == 1


def test_a_story_of_no_length_has_one_bucket():
    assert len(charts.of_moments([START], START, START)) == 1
