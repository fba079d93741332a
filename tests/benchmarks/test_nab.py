"""The measurement on NAB: chosen on one half, reported on the other, by scoring that is not ours."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.nab import HALF, WINDOWS, Bench, Setting, chosen_rows, load_harness, plain_row, raw_scores, told
from monitor.detection.volume import VolumeOptions

HARNESS = Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "bench" / "nab_harness.py"
needs_data = pytest.mark.skipif(not HARNESS.exists(), reason="needs EMBERWATCH_DATA/bench")
leaves_files_open = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")


@dataclass
class Scoring:
    """A scoring of its own: the mean of the scores above the threshold; the best threshold is the largest score."""

    def best(self, brands: list[Any], scores: dict[str, Any], profile: str) -> tuple[float, float]:
        largest = max(float(scores[brand.name].max()) for brand in brands)
        return largest, largest * (1 if profile == "standard" else 0.5)

    def at(self, brands: list[Any], scores: dict[str, Any], threshold: float, profile: str) -> float:
        return float(sum((scores[brand.name] >= threshold).sum() for brand in brands))


BRANDS = [SimpleNamespace(name="AAPL"), SimpleNamespace(name="KO")]
BENCH = Bench(Scoring(), BRANDS)


def scores(first: float, second: float) -> dict[str, Any]:
    return {"AAPL": np.array([first, 1.0]), "KO": np.array([second, 1.0])}


def test_the_threshold_of_one_half_is_used_on_the_other():
    assert BENCH.across(scores(5.0, 3.0), "standard") == [0.0, 1.0]
    assert BENCH.best(scores(5.0, 3.0), "standard") == 5.0


def test_a_setting_is_chosen_by_one_half_only():
    one, other = Setting(WINDOWS[0], 1.5), Setting(WINDOWS[1], 2.0)
    settings = {one: scores(5.0, 2.0), other: scores(4.0, 9.0)}
    assert (BENCH.choose(settings, first=True), BENCH.choose(settings, first=False)) == (one, other)
    rows = list(chosen_rows(BENCH, settings))
    assert rows[0] == "| on A: windows of 0.5 h, told again at 1.5 times | 5.0 | 0.0 | 2.5 | 0.0 |"
    assert rows[2].startswith("| mean | | ")


def test_only_news_is_told():
    brand = SimpleNamespace(name="KO", t=np.arange(4).astype("datetime64[s]"))
    said = told([brand], {"KO": np.array([3.0, 5.0, 7.0, 4.0])}, 2.0, 100.0)
    assert said["KO"].tolist() == [3.0, 0.0, 7.0, 0.0]


def test_every_line_has_a_score():
    start = np.datetime64("2026-01-05T00:00:00")
    brand = SimpleNamespace(name="KO", t=start + np.arange(600) * np.timedelta64(300, "s"), v=np.full(600, 3.0))
    assert raw_scores([brand], lambda: lambda counts: float(counts.size))["KO"].tolist() == [0.0, *range(2, 601)]


def test_the_shipped_windows_are_among_those_tried():
    assert VolumeOptions().windows in WINDOWS
    assert str(Setting((timedelta(hours=1),), 2.0)) == "windows of 1 h, told again at 2 times"


def test_without_the_data_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("EMBERWATCH_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="set EMBERWATCH_DATA"):
        load_harness()


@needs_data
@leaves_files_open
def test_the_halves_are_brands_of_the_files():
    harness = load_harness()
    bench = Bench(harness, harness.load())
    assert {brand.name for brand in bench.brands} > HALF
    assert (len(bench.half(first=True)), len(bench.half(first=False))) == (5, 5)


@needs_data
@leaves_files_open
def test_firing_at_each_label_scores_what_the_scoring_says():
    harness = load_harness()
    brands = harness.load()
    labels = {brand.name: np.isin(np.arange(brand.n), brand.labels).astype(float) for brand in brands}
    bench = Bench(harness, brands)
    assert bench.best(labels, "standard") == pytest.approx(93.3, abs=0.1)
    assert "windows found 0.9" in plain_row(bench, labels, 1.0) or "windows found 1.0" in plain_row(bench, labels, 1.0)
