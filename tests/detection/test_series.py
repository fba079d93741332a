"""Rows become regular buckets; what nobody listened to is not known."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.detection.series import build_series, coverage, cumulative, merge_spans, rebin, window_counts
from monitor.facts import WHOLE
from tests.detection.streams import HOUR, MINUTE, NOW

START = NOW.replace(minute=0)


def build(rows, hours=4, known=((START, START + 4 * HOUR),)):
    return build_series(WHOLE, rows, START, START + hours * HOUR, HOUR, known)


def test_rows_of_one_bucket_add_up():
    series = build([(START, 2, 1.0, 0.2), (START + 59 * MINUTE, 3, 0.5, 0.1), (START + HOUR, 1, 0.1, 0.0)])
    assert series.mentions.tolist() == [5, 1, 0, 0]
    assert series.negative.tolist() == [1.5, 0.1, 0, 0]


def test_rows_outside_the_grid_are_ignored():
    series = build([(START - MINUTE, 2, 1.0, 0.2), (START + 4 * HOUR, 1, 1, 1)])
    assert series.mentions.sum() == 0


def test_the_last_bucket_may_reach_past_the_end():
    series = build_series(WHOLE, [], START, START + 90 * MINUTE, HOUR, [])
    assert series.end == START + 2 * HOUR


def test_a_bucket_is_known_when_half_of_it_is_covered():
    series = build([], known=[(START + 30 * MINUTE, START + HOUR + 29 * MINUTE), (START + 3 * HOUR, NOW + 9 * HOUR)])
    assert series.known.tolist() == [True, False, False, True]


def test_an_empty_stretch_gives_an_empty_series():
    assert len(build([(START, 1, 1, 0)], hours=0).mentions) == 0


def test_spans_that_overlap_are_one():
    spans = [(START + HOUR, START + 3 * HOUR), (START, START + 2 * HOUR), (NOW, NOW)]
    assert merge_spans(spans) == [(START, START + 3 * HOUR)]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=8))
def test_coverage_never_counts_a_moment_twice(minutes):
    spans = [(START + a * MINUTE, START + b * MINUTE) for a, b in minutes]
    shares = coverage(spans, START, HOUR, 5)
    covered = {m for a, b in minutes for m in range(a, b)}
    assert np.allclose(shares * 60, [sum(h * 60 <= m < h * 60 + 60 for m in covered) for h in range(5)])


def test_a_wide_bucket_is_known_only_when_all_of_it_is():
    wide = rebin(build([(START, 1, 1, 0), (START + 3 * HOUR, 2, 1, 0)], known=[(START, START + 3 * HOUR)]), 2)
    assert wide.mentions.tolist() == [1, 2]
    assert wide.known.tolist() == [True, False]
    assert wide.step == timedelta(hours=2)


def test_an_event_counts_in_every_window_as_long_as_its_age():
    counts = window_counts(np.array([10.0, 60, 61, 999]), np.ones(4), np.array([0, 0, 1, 1]), 2, [60, 120])
    assert counts.tolist() == [[2, 2], [0, 1]]


def test_running_totals_start_at_nothing():
    assert cumulative(np.array([1.0, 2.0])).tolist() == [0, 1, 3]
