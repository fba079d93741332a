"""Measures the score of counts on NAB's realTweets: real counts of ten brands with labelled windows.

    EMBERWATCH_DATA=../shared python -m benchmarks.nab

Options are chosen on one half of the brands and reported on the other, and the reverse, with the threshold of the half
they were chosen on; the shipped options are reported as well. Nothing of a file is known before its line: neither its
length nor its largest count. The scoring is NAB's own, from EMBERWATCH_DATA/bench/nab_harness.py.
"""

import argparse
import importlib.util
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.count_rules import RULES
from benchmarks.count_series import Counts, Speaker, VolumeScore
from benchmarks.detect_counts import Watch, shipped_speaker
from monitor.detection.volume import VolumeOptions

Floats = NDArray[np.float64]
Scores = dict[str, Floats]
"""A score per line of each brand's file."""

HALF = frozenset({"AAPL", "CRM", "FB", "IBM", "PFE"})
"""A; the other half, B, is AMZN, CVS, GOOG, KO and UPS."""
PROFILES = ("standard", "reward_low_FP_rate")
GROWTHS = (1.5, 2.0, 2.5)
WINDOWS = tuple(
    tuple(timedelta(minutes=minutes) for minutes in windows)
    for windows in ((30,), (60,), (120,), (60, 360), (60, 360, 1440))
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One configuration that may be chosen."""

    windows: tuple[timedelta, ...]
    growth: float

    def __str__(self) -> str:
        windows = ", ".join(f"{window / timedelta(hours=1):g}" for window in self.windows)
        return f"windows of {windows} h, told again at {self.growth:g} times"


def load_harness() -> Any:
    """NAB's scoring, which is no part of this project; FileNotFoundError when it is not there."""
    path = Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "bench" / "nab_harness.py"
    spec = importlib.util.spec_from_file_location("nab_harness", path)
    if spec is None or spec.loader is None or not path.exists():
        raise FileNotFoundError(f"{path} is not there: set EMBERWATCH_DATA")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def raw_scores(brands: Sequence[Any], make: Callable[[], Callable[[Counts], float]]) -> Scores:
    """The score of every line before it is asked whether it is news."""
    silent = Speaker(growth=1.0, rest=-1.0)  # tells everything
    return {brand.name: _series(brand, Watch(make(), silent)) for brand in brands}


def _series(brand: Any, watch: Watch) -> Floats:
    times = brand.t.astype(np.float64).tolist()
    return np.array([watch.take(point) for point in zip(times, brand.v.tolist(), strict=True)])


def told(brands: Sequence[Any], scores: Scores, growth: float, rest: float) -> Scores:
    """The same scores where they are news, 0 elsewhere."""
    said: Scores = {}
    for brand in brands:
        speaker = Speaker(growth, rest)
        lines = zip(scores[brand.name].tolist(), brand.t.astype(np.float64).tolist(), strict=True)
        said[brand.name] = np.array([speaker.tell(score, at) for score, at in lines])
    return said


def all_settings(brands: Sequence[Any], rest: float) -> dict[Setting, Scores]:
    """The scores of every configuration that may be chosen."""
    found: dict[Setting, Scores] = {}
    for windows in WINDOWS:
        scores = raw_scores(brands, lambda windows=windows: VolumeScore(VolumeOptions(windows=windows)))
        for growth in GROWTHS:
            found[Setting(windows, growth)] = told(brands, scores, growth, rest)
    return found


@dataclass(frozen=True, slots=True)
class Bench:
    """NAB's scoring of some brands, cut in two halves."""

    harness: Any
    brands: Sequence[Any]

    def half(self, *, first: bool) -> list[Any]:
        return [brand for brand in self.brands if (brand.name in HALF) == first]

    def across(self, scores: Scores, profile: str) -> list[float]:
        """With the threshold of A on B, and of B on A."""
        found = []
        for first in (True, False):
            threshold, _ = self.harness.best(self.half(first=first), scores, profile)
            found.append(float(self.harness.at(self.half(first=not first), scores, threshold, profile)))
        return found

    def best(self, scores: Scores, profile: str) -> float:
        """With the threshold that is best for all brands, as published figures are."""
        return float(self.harness.best(self.brands, scores, profile)[1])

    def row(self, scores: Scores) -> str:
        """For each profile: A's threshold on B, B's on A, their mean, the best of all ten brands."""
        cells = []
        for profile in PROFILES:
            pair = self.across(scores, profile)
            cells += [f"{value:.1f}" for value in (*pair, float(np.mean(pair)), self.best(scores, profile))]
        return " | ".join(cells)

    def choose(self, settings: dict[Setting, Scores], *, first: bool) -> Setting:
        """The setting with the largest standard score on one half."""
        return max(settings, key=lambda one: self.harness.best(self.half(first=first), settings[one], PROFILES[0])[1])


def chosen_rows(bench: Bench, settings: dict[Setting, Scores]) -> Iterable[str]:
    """What is chosen on each half, and how it does on the other one."""
    halves = {True: "A", False: "B"}
    means = dict.fromkeys(PROFILES, 0.0)
    for first, name in halves.items():
        setting = bench.choose(settings, first=first)
        scores = settings[setting]
        cells = []
        for profile in PROFILES:
            other = bench.across(scores, profile)[0 if first else 1]
            own = float(bench.harness.best(bench.half(first=first), scores, profile)[1])
            means[profile] += other / 2
            cells.append(f"{own:.1f} | {other:.1f}")
        yield f"| on {name}: {setting} | {' | '.join(cells)} |"
    yield f"| mean | | {means[PROFILES[0]]:.1f} | | {means[PROFILES[1]]:.1f} |"


def plain_row(bench: Bench, scores: Scores, threshold: float) -> str:
    """What people would have seen at one threshold for all brands, whatever NAB's weights."""
    plain = bench.harness.plain(bench.brands, scores, threshold)
    nab = [float(bench.harness.at(bench.brands, scores, threshold, profile)) for profile in PROFILES]
    return (
        f"at {threshold:g}: windows found {plain['recall']:.2f}, alarms that are right {plain['alarm_precision']:.2f}, "
        f"false ones per brand and week {plain['false_per_bw']:.2f}, NAB {nab[0]:.1f} / {nab[1]:.1f}"
    )


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    harness = load_harness()
    bench = Bench(harness, harness.load())
    speaker, options = shipped_speaker(), VolumeOptions()
    settings = all_settings(bench.brands, speaker.rest)
    print(f"Chosen among {len(settings)} settings\n")
    print("| chosen | standard there | on the other half | low FP there | on the other half |\n|---|---|---|---|---|")
    print("\n".join(chosen_rows(bench, settings)))
    heads = [f"{name}: {part}" for name in ("standard", "low FP") for part in ("A to B", "B to A", "mean", "best")]
    print(f"\n| score | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    shipped = told(bench.brands, raw_scores(bench.brands, VolumeScore), speaker.growth, speaker.rest)
    print(f"| `volume` as shipped | {bench.row(shipped)} |")
    for name, rule in RULES.items():
        scores = raw_scores(bench.brands, lambda rule=rule: rule)
        print(f"| {name}, each line | {bench.row(scores)} |")
        print(f"| {name}, only news | {bench.row(told(bench.brands, scores, speaker.growth, speaker.rest))} |")
    for threshold in sorted({*options.THRESHOLDS.values(), options.threshold}):
        print(plain_row(bench, shipped, threshold))


if __name__ == "__main__":
    main()
