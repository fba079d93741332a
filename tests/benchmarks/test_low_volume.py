"""The grid of small brands: bursts are counted when they are found in time, and quiet years are quiet."""

from benchmarks.detect_mentions import settings
from benchmarks.low_volume import BURST_SHARE, MISREAD_SHARE, false_alarms, found

SPIKE, RULES = settings([])


def test_a_large_burst_in_a_quiet_brand_is_found_within_the_hours_it_lasts():
    share, delay = found(10, 40, BURST_SHARE, 3, SPIKE, RULES)
    assert share == 1
    assert 0 < delay < 3


def test_praise_is_not_found():
    assert found(10, 40, MISREAD_SHARE, 3, SPIKE, RULES)[0] == 0


def test_a_year_of_two_mentions_a_week_is_quiet():
    assert false_alarms(2, 1, SPIKE, RULES) == 0


def test_false_alarms_are_counted_per_week():
    eager, rules = settings(["threshold=0.5", "least_authors=1"])
    assert 0.01 < false_alarms(20, 1, eager, rules) < 7
