"""Tests of the charts' data."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import charts
from dashboard.data.series import Bucket
from monitor.facts import Forecast, Spread

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


SPREAD = Spread(
    voices=60,
    per_hour=12,
    authors=40,
    reach=900,
    sources=1,
    languages=1,
    video=False,
    forecasts=(Forecast(1, 64, 72, 84), Forecast(3, 70, 90, 120), Forecast(24, 80, 200, 900)),
)


def test_a_forecast_is_what_is_to_come_per_bucket_within_six_hours():
    first, second = charts.bands(SPREAD, START, HOUR / 4)
    assert (first.start, first.end, first.low, first.median, first.high) == (START, START + HOUR, 1.0, 3.0, 6.0)
    assert (second.start, second.end) == (START + HOUR, START + 3 * HOUR)
    assert (second.low, second.median, second.high) == (0.0, 18 / 8, 6.0)


def test_without_a_forecast_nothing_is_drawn_ahead():
    assert charts.bands(None, None, HOUR) == ()
    spec = charts.trouble(BUCKETS, [], ZoneInfo("UTC"), charts.bands(SPREAD, START, HOUR)).to_dict()
    assert len(spec["layer"]) == len(charts.trouble(BUCKETS, [], ZoneInfo("UTC")).to_dict()["layer"]) + 2


def test_a_wild_forecast_does_not_flatten_what_was():
    wild = (charts.Band(START, START + HOUR, 0.0, 50.0, 9000.0),)
    layers = charts.trouble(BUCKETS, [], ZoneInfo("UTC"), wild).to_dict()["layer"]
    domains = [
        layer["encoding"]["y"]["scale"]["domain"] for layer in layers if "scale" in layer["encoding"].get("y", {})
    ]
    assert max(high for _, high in domains) < 20


def test_what_is_said_in_all_is_drawn_beside_its_own_usual():
    layers = charts.trouble(BUCKETS, [], ZoneInfo("UTC"), field="mentions").to_dict()["layer"]
    fields = {layer["encoding"]["y"]["field"] for layer in layers if "field" in layer["encoding"].get("y", {})}
    assert fields == {"mentions", "usual_mentions"}
