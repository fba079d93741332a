"""The bench adapter: events in order of arrival in, alarms out, and nothing known before it was seen."""

import json
from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.ablation import PARTS, Without
from benchmarks.detect_mentions import alarms, measured, read_brand, replay, settings
from benchmarks.low_volume import HISTORY, HOUR, START, alarm_times, world
from benchmarks.mean_rule import mean_rule

SPIKE, RULES = settings([])
Events = list[dict[str, object]]


def events(burst: int = 20, negative: float = 0.95, seed: int = 1) -> Events:
    return world(np.random.default_rng(seed), 40, HISTORY, burst, negative)


def raised(rows: Sequence[dict[str, object]], *, updates: bool = False) -> Events:
    return list(alarms(rows, SPIKE, RULES, updates=updates))


def test_one_burst_is_one_alarm_with_its_sentence():
    (alarm,) = raised(events())
    assert alarm["severity"] == "high"
    assert 0 < float(str(alarm["time"])) - START - HISTORY < 6 * HOUR
    assert "negative mentions" in str(alarm["sentence"])


def test_a_quiet_month_has_no_alarm():
    assert raised(events(0)) == []


def test_updates_are_written_when_asked_for():
    assert len(raised(events(40), updates=True)) > len(raised(events(40)))


def test_alarms_do_not_depend_on_what_comes_later():
    rows = events(40)
    cut = len(rows) - 15
    until = float(str(rows[cut - 1]["seen"]))
    before = [alarm for alarm in raised(rows) if float(str(alarm["time"])) < until]
    assert before
    assert before == [alarm for alarm in raised(rows[:cut]) if float(str(alarm["time"])) < until]


def test_what_comes_hours_late_raises_nothing():
    late = START + HISTORY + 10 * HOUR
    rows = [{**row, "seen": late} if float(str(row["t"])) > START + HISTORY else row for row in events(40)]
    assert raised(rows) == []


def test_praise_is_no_alarm():
    assert list(alarm_times(events(40, negative=0.05), SPIKE, RULES)) == []


def test_settings_change_the_shipped_defaults():
    spike, rules = settings(["threshold=6", 'baseline.half_life="7d"', "incident.growth=3"])
    assert (spike.threshold, spike.baseline.half_life.days, rules.growth) == (6, 7, 3)


def test_looks_may_begin_late_and_still_know_all_that_was_before():
    rows = events()
    late = [now for now, _, alarm in replay(read_brand(rows), SPIKE, RULES, START + HISTORY - HOUR) if alarm]
    assert late == [alarm["time"] for alarm in raised(rows)]


def test_the_speed_is_told_with_and_without_the_reading():
    lines = [json.dumps(event) for event in events()]
    said = measured(lines, SPIKE, RULES)
    assert said.startswith(f"{len(lines):,} mentions, 1 alarms")
    assert said.count("a second") == 1


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_turned_off_and_a_burst_is_still_found(part):
    found = list(alarms(events(40), SPIKE, RULES, without=Without(frozenset({part}))))
    assert [alarm["severity"] for alarm in found][:1] == ["high"]


def test_without_one_voice_a_spammer_is_heard():
    rows = [{**row, "author": 7} if float(str(row["t"])) > START + HISTORY else row for row in events(40)]
    assert raised(rows) == []
    assert list(alarms(rows, SPIKE, RULES, without=Without(frozenset({"voice"})))) != []


def test_the_common_rule_fires_on_an_hour_far_above_the_week_before():
    assert len(list(mean_rule(events(40)))) >= 1
