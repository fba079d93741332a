"""The benchmarks of the reproduction number and of forecasts of incidents."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.forecast_cascades import Cascade
from benchmarks.forecast_incidents import crises
from benchmarks.forecast_incidents import looks as forecasts
from benchmarks.reproduction import looks, story
from monitor.detection.spread import FEWEST_TO_FORECAST, HOURS


def test_a_simulated_story_begins_with_its_post_and_stays_below_its_cap():
    for seed in range(20):
        times = story(np.random.default_rng(seed), 1.2, 120)
        assert times[0] == 0
        assert (np.diff(times) >= 0).all()
        assert len(times) <= 120


def test_the_more_each_brings_the_longer_a_story_is():
    little, much = (
        sum(len(story(np.random.default_rng(seed), each, 800)) for seed in range(50)) for each in (0.3, 0.95)
    )
    assert much > 2 * little


def test_what_is_found_lies_nearer_the_truth_than_the_plain_form():
    truth, found, plainly, *_ = np.array(list(looks(0.6, 2, 60))).T
    assert abs(found.mean() - truth.mean()) < 0.15
    assert plainly.mean() - truth.mean() > 0.3


def test_crises_are_read_from_the_mention_bench(data: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_DATA", str(data))
    found = list(crises(1, 2))
    assert found
    assert all(one.times[0] == 0 and one.part for one in found)
    alone = {one.name: len(one.times) for one in found}
    assert all(len(one.times) > alone[one.name] for one in crises(1, 2, usual=True))


def test_a_crisis_is_looked_at_while_it_goes_on_and_never_with_few_voices():
    times = np.sort(np.random.default_rng(1).exponential(2 * 3600, 60))
    lines = list(forecasts(Cascade("x", "flash", times - times[0])))
    assert {hours for hours, _ in lines} == set(HOURS)
    assert len(lines) >= 4 * len(HOURS)
    assert list(forecasts(Cascade("y", "flash", times[: FEWEST_TO_FORECAST - 1]))) == []
