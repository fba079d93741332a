"""The benchmark of forecasts, and how its numbers are fitted."""

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.fit_cascades import fit_all, half_of, incidents, look
from benchmarks.forecast_cascades import Cascade, Score, read, score, told
from monitor.detection.forecast import Course, read_table
from monitor.facts import Forecast

TIMES = [0.0, *np.geomspace(30, 60_000, 200).tolist()]


def ask(lines: Sequence[object], *options: str) -> list[str]:
    """What the command writes for these cascades."""
    command = [sys.executable, "-m", "benchmarks.forecast_cascades", *options]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=True)
    return done.stdout.splitlines()


def test_a_line_comes_out_for_each_cascade_with_its_id_as_it_was():
    lines = ask([{"set": "a", "id": "x", "t": TIMES}, {"set": "a", "id": 7, "t": [0.0]}], "--after", "3600")
    first, second = map(json.loads, lines)
    assert (first["id"], first["after"], first["seen"]) == ("x", 3600.0, sum(at <= 3600 for at in TIMES))
    assert first["seen"] <= first["low"] <= first["forecast"] <= first["high"]
    assert (second["id"], second["seen"]) == (7, 1)


def test_what_comes_later_changes_nothing():
    cut = [at for at in TIMES if at <= 3600]
    whole, early = (ask([{"id": "x", "t": times}], "--after", "3600") for times in (TIMES, cut))
    assert whole == early


def test_a_cascade_that_never_has_so_many_voices_is_left_out():
    lines = ask([{"id": "x", "t": TIMES}, {"id": "y", "t": TIMES[:10]}], "--events", "20")
    (only,) = map(json.loads, lines)
    assert (only["id"], only["seen"], only["after"]) == ("x", 20, pytest.approx(TIMES[19]))


def test_the_score_says_how_far_off_and_how_often_within():
    course = Cascade("x", "a", np.array([0.0, 10, 20, 4000]))
    line = score(course, 3600, Forecast(hours=160, low=3, median=5, high=6))
    assert line == Score(part="a", error=0.25, covered=True, width=2, ended=False)
    assert score(course, 5000, Forecast(hours=160, low=5, median=5, high=6)) == Score(
        "a", 0.25, covered=False, width=1.2, ended=True
    )
    assert score(course, 5000, None) is None


def test_sets_are_scored_apart_and_together():
    scores = [Score("a", 0.1, covered=True, width=2, ended=False), Score("b", 0.3, covered=False, width=2, ended=True)]
    assert [line.split(":")[0].split()[0] for line in Score.lines(scores)] == ["a", "b", "all"]
    assert "error  20.0% (not ended 10.0%)" in list(Score.lines(scores))[2]


def test_a_half_is_always_the_same_and_about_a_half():
    halves = [half_of(str(number)) for number in range(1000)]
    assert halves == [half_of(str(number)) for number in range(1000)]
    assert 450 < sum(halves) < 550


def course(rng: np.random.Generator) -> np.ndarray:
    times = np.sort(rng.exponential(5000, int(rng.integers(30, 200))))
    return times - times[0]


def test_looks_know_nothing_of_what_follows():
    rng = np.random.default_rng(1)
    times = course(rng)
    rows = look([times], np.random.default_rng(2))
    assert (rows.growth >= 0).all()
    assert np.exp(rows.inputs[:, 0] + rows.growth).max() == pytest.approx(len(times))


def test_incidents_are_learnt_from_thinned_cascades_and_shapes():
    rng = np.random.default_rng(1)
    made = incidents([course(rng) for _ in range(5)], 0.01, rng)
    assert len(made) == 5 * 2 + 22
    assert all(times[0] == 0 and (np.diff(times) >= 0).all() for times in made)


def test_what_is_fitted_can_be_read_and_used():
    rng = np.random.default_rng(1)
    cascades = [Cascade(number, "a", course(rng)) for number in range(40)]
    table = fit_all(cascades, 0.01, rounds=3)
    again = json.loads(json.dumps(table))
    for kind in Course:
        answer = told(cascades[0], 3600, read_table(again[kind.value]))
        assert answer is not None
        assert answer.low <= answer.median <= answer.high


def test_the_shipped_numbers_do_what_the_docs_say(data: Path):
    """On what they were fitted on: this guards the file, not the method."""
    with gzip.open(data / "bench" / "cascades.jsonl.gz", "rt", encoding="utf-8") as lines:
        cascades = list(read(lines))
    scores = [line for one in cascades if (line := score(one, 3600, told(one, 3600)))]
    assert np.median([line.error for line in scores]) < 0.18
    assert 0.85 < np.mean([line.covered for line in scores]) < 0.95
