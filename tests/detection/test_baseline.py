"""The usual follows the clock and the week, and forgets storms and gaps."""

from dataclasses import astuple, replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detection.baseline import BaselineOptions, Usual, learn
from monitor.facts import WHOLE, Cell, Dimension, Series
from tests.detection import cell_by_cell
from tests.detection.streams import HOUR, NOW, history

OPTIONS = BaselineOptions()
DAY = 24 * HOUR


def learnt(hourly: dict[Cell, Series], troubled=()) -> Usual:
    usual = learn(hourly, NOW, troubled, OPTIONS)
    assert usual is not None
    return usual


def expected(usual: Usual, hours: float = 24, cell: Cell = WHOLE) -> float:
    return float(usual.mentions(np.array([hours * 3600]), NOW)[0] * usual.shares[cell].negative)


def changed(hourly: dict[Cell, Series], rows: slice, times: float) -> dict[Cell, Series]:
    out = {}
    for cell, series in hourly.items():
        counts = [series.mentions.copy(), series.negative.copy(), series.uncertainty.copy()]
        for values in counts:
            values[rows] *= times
        out[cell] = replace(series, mentions=counts[0], negative=counts[1], uncertainty=counts[2])
    return out


def unknown(hourly: dict[Cell, Series], rows: slice) -> dict[Cell, Series]:
    out = {}
    for cell, series in changed(hourly, rows, 0).items():
        known = series.known.copy()
        known[rows] = False
        out[cell] = replace(series, known=known)
    return out


def test_a_steady_stream_is_expected_to_go_on():
    assert expected(learnt(history(20))) == pytest.approx(20 * 24 * 0.34, rel=0.1)


def test_two_mentions_a_week_are_expected_as_two_a_week():
    assert 0.3 < expected(learnt(history(2 / 168, seed=3)), 168) < 1.5


def test_no_mentions_at_all_still_give_a_little():
    assert 0 < expected(learnt(history(0)), 24) < 0.1


def test_too_little_history_gives_nothing():
    assert learn(unknown(history(20), slice(0, 21 * 24 - 8)), NOW, (), OPTIONS) is None


def test_a_gap_is_not_a_quiet_time():
    gap = expected(learnt(unknown(history(20), slice(100, 300))))
    assert gap == pytest.approx(expected(learnt(history(20))), rel=0.1)


def test_a_tenfold_storm_on_this_weekday_does_not_double_the_usual():
    storm = expected(learnt(changed(history(20), slice(300, 330), 10)))
    assert storm < 2 * expected(learnt(history(20)))


def test_times_of_earlier_incidents_do_not_count():
    hourly = history(20)
    start = hourly[WHOLE].start
    span = (start + 300 * HOUR, start + 330 * HOUR)
    storm = expected(learnt(changed(hourly, slice(300, 330), 10), [span]))
    assert storm == pytest.approx(expected(learnt(hourly)), rel=0.03)


def test_an_incident_as_long_as_the_history_does_not_blind_us():
    assert learn(history(20), NOW, [(NOW - 90 * DAY, NOW)], OPTIONS) is not None


def test_the_hour_of_day_is_learnt():
    hourly = history(20)
    hours = (hourly[WHOLE].start.hour + np.arange(len(hourly[WHOLE].mentions))) % 24
    for hour in range(8):
        hourly = changed(hourly, np.flatnonzero(hours == hour), 0.1)
    usual = learnt(hourly)
    day, night = usual.mentions(np.array([3600.0]), NOW), usual.mentions(np.array([3600.0]), NOW - 8 * HOUR)
    assert day[0] > 4 * night[0]


def test_a_source_that_was_never_heard_has_no_usual():
    hourly, cell = history(20), Cell(Dimension.SOURCE, "forum")
    hourly[cell] = unknown({cell: hourly[cell]}, slice(None))[cell]
    assert cell not in learnt(hourly).shares


def test_a_source_that_was_heard_half_of_the_time_keeps_its_rate():
    hourly, cell = history(20), Cell(Dimension.SOURCE, "forum")
    whole = expected(learnt(hourly), cell=cell)
    hourly[cell] = unknown({cell: hourly[cell]}, slice(0, 250))[cell]
    assert expected(learnt(hourly), cell=cell) == pytest.approx(whole, rel=0.1)


def test_an_uneven_stream_has_more_spread():
    rng = np.random.default_rng(5)
    waves = np.repeat(rng.gamma(1.0, 1.0, 21 * 2 + 1), 12)[: 21 * 24 + 1]
    hourly = history(20)
    series = hourly[WHOLE]
    uneven = {WHOLE: replace(series, negative=series.negative * waves, uncertainty=series.uncertainty * waves)}
    window = np.array([6 * 3600.0])
    calm = learnt({WHOLE: series}).spread(Dimension.ALL, window)
    assert learnt(uneven).spread(Dimension.ALL, window) > 3 * calm


def test_a_volume_that_goes_in_waves_is_known_as_wavy():
    rng = np.random.default_rng(5)
    waves = np.repeat(rng.gamma(1.0, 1.0, 21 * 2 + 1), 12)[: 21 * 24 + 1]
    hourly = history(20)
    series = hourly[WHOLE]
    columns = [values * waves for values in (series.mentions, series.negative, series.uncertainty)]
    wavy = {WHOLE: replace(series, mentions=columns[0], negative=columns[1], uncertainty=columns[2])}
    window = np.array([6 * 3600.0])
    assert learnt(wavy).wave(window) > 3 * learnt({WHOLE: series}).wave(window)


def test_the_usual_of_many_looks_is_that_of_each():
    usual = learnt(history(20))
    windows, times = np.array([600.0, 7200.0]), [NOW, NOW - 5 * HOUR]
    together = usual.mentions_at(windows, np.array([time.timestamp() for time in times]))
    assert together == pytest.approx(np.array([usual.mentions(windows, time) for time in times]))


def test_options_refuse_unknown_keys():
    with pytest.raises(ValueError, match="halflife"):
        BaselineOptions(halflife=timedelta(days=1))


@given(
    seed=st.integers(0, 2**32 - 1),
    per_hour=st.sampled_from((0.02, 0.3, 4.0, 60.0)),
    quiet=st.integers(0, 7),
    gaps=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90)), max_size=3),
    storm=st.integers(0, 480),
)
@settings(max_examples=60, deadline=None)
def test_all_cells_at_once_are_learnt_as_one_by_one(seed, per_hour, quiet, gaps, storm):
    hourly = uneven(history(per_hour, seed=seed), seed, quiet, gaps)
    troubled = [(NOW - 480 * HOUR, NOW - 480 * HOUR + storm * HOUR)]
    usual = learn(hourly, NOW, troubled, OPTIONS)
    plain = cell_by_cell.learn(hourly, NOW, troubled, OPTIONS)
    if usual is None or plain is None:
        assert usual is plain
        return
    shares, spreads = plain
    assert {cell: astuple(share) for cell, share in usual.shares.items()} == {
        cell: pytest.approx(astuple(share), rel=1e-9) for cell, share in shares.items()
    }
    assert {key: spread.tolist() for key, spread in usual.spreads.items()} == {
        key: pytest.approx(spread, rel=1e-9) for key, spread in spreads.items()
    }


def uneven(hourly: dict[Cell, Series], seed: int, quiet: int, gaps: list[tuple[int, int]]) -> dict[Cell, Series]:
    """Cells that go their own ways; the first `quiet` of them say nothing, and each has gaps of its own."""
    chance = np.random.default_rng(seed)
    out = {}
    for number, (cell, series) in enumerate(hourly.items()):
        times = chance.gamma(0.5, 2.0, len(series.mentions)) * (cell == WHOLE or number > quiet)
        known = series.known.copy()
        for start, length in gaps:
            known[start + number : start + number + length] = cell == WHOLE and start % 2 == 0
        negative, uncertainty = series.negative * times, series.uncertainty * times
        out[cell] = replace(series, negative=negative, uncertainty=uncertainty, known=known)
    return out
