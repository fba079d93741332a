"""The adapter for counts: a score per line, as it comes, that depends on nothing later."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.count_rules import RULES, MovingRule
from benchmarks.count_series import Counts, MisplacedError, Speaker, VolumeScore
from benchmarks.detect_counts import BadLineError, Watch, options_of, read_point, scores

START = datetime(2026, 1, 5, 0, 2, 53, tzinfo=UTC)  # a Monday, off the hour
FIVE = timedelta(minutes=5)
Point = tuple[float, float]


def points(days: float, step: timedelta = FIVE, mean: float = 5.0, seed: int = 1) -> list[Point]:
    size = int(timedelta(days=days) / step)
    counts = np.random.default_rng(seed).poisson(mean, size).tolist()
    return [((START + number * step).timestamp(), float(count)) for number, count in enumerate(counts)]


def with_burst(series: list[Point], first: int, buckets: int, more: float) -> list[Point]:
    return [(at, value + more * (first <= number < first + buckets)) for number, (at, value) in enumerate(series)]


def scored(series: list[Point]) -> list[float]:
    watch = Watch()
    return [watch.take(point) for point in series]


def line(point: Point) -> str:
    return json.dumps({"t": str(datetime.fromtimestamp(point[0], UTC).replace(tzinfo=None)), "v": point[1]})


@pytest.mark.parametrize("step", [FIVE, timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)])
def test_a_burst_scores_above_everything_before(step: timedelta):
    days = 40 if step >= timedelta(hours=1) else 14
    size = int(timedelta(days=days) / step)
    found = scored(with_burst(points(days, step), size - 4, 3, 40))
    assert max(found[-4:]) > max(4.0, 1.2 * max(found[:-4]))


def test_no_score_depends_on_what_comes_later():
    series = with_burst(points(9), 2300, 12, 40)
    assert scored(series)[:2310] == scored(series[:2310])
    assert scored(with_burst(series, 2310, 200, 1e6))[:2310] == scored(series[:2310])


def test_a_burst_is_told_when_it_begins_and_when_it_has_doubled():
    found = scored(with_burst(points(12), 3000, 24, 20))[3000:3030]
    told = [score for score in found if score > 0]
    assert 1 <= len(told) <= 5
    assert all(later > 2 * earlier for earlier, later in pairwise(told))


def test_a_brand_that_bursts_all_the_time_scores_less():
    quiet = points(20)
    restless = quiet
    for first in range(100, len(quiet) - 600, 290):
        restless = with_burst(restless, first, 12, 30)
    burst = len(quiet) - 300
    assert max(scored(with_burst(restless, burst, 12, 30))[burst:]) < 0.6 * max(
        scored(with_burst(quiet, burst, 12, 30))[burst:]
    )


def test_it_says_nothing_before_half_a_day_is_known():
    assert max(scored(with_burst(points(0.4), 100, 12, 500))) == 0


def test_a_gap_is_unknown_and_not_zero():
    series = points(12)
    gap = series[:2000] + series[2600:]
    assert max(scored(gap)[2000:2100]) < 4


def test_lines_that_cannot_be_used_are_named_and_score_nothing():
    good = [line(point) for point in points(0.05)]
    bad = [
        "{",
        "[]",
        '{"t": "then", "v": 1}',
        '{"t": "2026-01-09", "v": -1}',
        '{"t": "2026-01-09", "v": "NaN"}',
        "7",
        '{"t": "2026-01-09", "v": 1e999}',
    ]
    bad.append(json.dumps({"t": "2026-01-09", "v": 10**400}))
    said: list[str] = []
    found = list(scores([*good, *bad, good[0], "", good[-1]], Watch(), said.append))
    assert len(found) == len(good) + len(bad) + 2
    assert [words.split(":")[0] for words in said] == [
        f"line {len(good) + number}" for number in range(1, len(bad) + 2)
    ]


def test_a_second_line_that_is_not_later_is_named():
    first = line(points(0.05)[0])
    said: list[str] = []
    list(scores([first, first], Watch(), said.append))
    assert said == ["line 2: not after the line above it"]


def test_a_time_is_utc_unless_it_says_otherwise():
    assert read_point('{"t": "2026-01-05T05:00:00", "v": 3}') == read_point(
        '{"t": "2026-01-05T10:00:00+05:00", "v": 3}'
    )
    with pytest.raises(BadLineError, match="v is no count"):
        read_point('{"t": "2026-01-05T05:00:00", "v": Infinity}')


def test_the_command_answers_every_line_and_tells_what_was_bad():
    asked = [line(point) for point in points(0.1)] + ["nonsense"]
    command = [sys.executable, "-m", "benchmarks.detect_counts"]
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=False)
    assert [set(json.loads(answer)) for answer in done.stdout.splitlines()] == [{"score"}] * len(asked)
    assert (done.returncode, done.stderr.strip()) == (1, f'line {len(asked)}: not {{"t": time, "v": count}}')


def test_options_can_be_changed_by_name():
    assert options_of(['history="7d"']).history == timedelta(days=7)


def test_counts_keep_what_comes_twice_and_refuse_what_comes_late():
    counts = Counts(start=0.0, step=300.0)
    for at, value in ((0, 1), (300, 2), (301, 3), (900, 4)):
        counts.put(at, value)
    assert counts.newest(4) == 10
    assert counts.known[:4].tolist() == [True, True, False, True]
    with pytest.raises(MisplacedError):
        counts.put(300, 1)


def test_counts_have_room_for_a_long_gap_but_not_for_a_wrong_century():
    counts = Counts(start=0.0, step=300.0)
    counts.put(300.0 * 100_000, 2.0)
    assert (counts.size, counts.newest(1)) == (100_001, 2.0)
    with pytest.raises(MisplacedError, match="too long after"):
        counts.put(300.0 * 12 * 24 * 366 * 100, 2.0)


def test_a_speaker_begins_anew_after_a_rest():
    speaker = Speaker(growth=2.0, rest=100.0)
    assert [speaker.tell(*said) for said in ((3, 0), (5, 10), (7, 20), (4, 150))] == [3, 0, 7, 4]


@pytest.mark.parametrize("name", RULES)
def test_the_rules_for_comparison_hear_a_burst_too(name: str):
    series = with_burst(points(15), 4200, 60, 60)
    watch = Watch(RULES[name], Speaker(growth=1.0, rest=-1.0))
    found = [watch.take(point) for point in series]
    assert max(found[4200:4300]) > 3
    assert found[:1000] == [0.0] * 1000


def test_the_lag_keeps_a_rise_out_of_its_own_baseline():
    counts = Counts(start=0.0, step=3600.0)
    for hour in range(24 * 12):
        counts.put(hour * 3600.0, 5.0 + 20.0 * (hour >= 24 * 10))
    assert MovingRule(3600.0)(counts) < MovingRule(3600.0, 2 * 86400.0)(counts)


def test_the_score_learns_the_hours_of_the_day():
    def busy(hour: int) -> float:
        return 30.0 if hour % 24 == 9 else 3.0

    watch = Watch(VolumeScore(), Speaker(growth=1.0, rest=-1.0))
    found = [watch.take((hour * 3600.0, busy(hour))) for hour in range(24 * 20)]
    assert max(found[24 * 14 :]) < 2
