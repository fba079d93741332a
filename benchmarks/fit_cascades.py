"""Fits the numbers of the forecast, and says how well they hold on cascades kept aside.

    zcat $EMBERWATCH_DATA/bench/cascades.jsonl.gz | python -m benchmarks.fit_cascades [--write FILE]

Reads cascades as JSON lines ({"set", "id", "t": [seconds since the root]}). It fits on one half (by a hash of the id),
asks for forecasts of the other half, and the reverse, and prints how they turned out. With `--write` it fits on all of
them and writes the table instead, as it is shipped in monitor/detection/forecast.json; with `--half 0` (or 1) on that
half only, so that `benchmarks.forecast_cascades --table` can be tried on the rest. Takes some minutes on one core.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_cascades import Cascade, Score, read, score, told
from monitor.detection.forecast import END_HOURS, HOUR_SECONDS, Course, describe_course, reach_of, read_table

Floats = NDArray[np.float64]

LOOKS = np.array([2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1080, 1440, 2160, 2880]) * 60.0
"""Seconds after the root at which a course is looked at; each is moved by up to JITTER, to learn all between."""
JITTER = 0.2
EVENTS, EARLIEST_EVENT = (10, 20, 50, 100), 30.0
"""It is also looked at as these voices come, from so many seconds on."""
AHEAD = np.array([1.0, 3.0, 6.0, 24.0])
AHEAD_WEIGHT = 0.25
"""What a forecast of the next hours counts beside that of the end, which is the hardest."""
FEWEST = 5
HIDDEN, NETWORKS, ROUNDS, BATCH, RATE, SHRINK = 24, 3, 120, 512, 0.01, 1e-4
LEVELS = np.array([0.05, 0.95])
FOLDS = 4
SIZES, HOURS = (20.0, 100.0, 300.0), (2.0, 12.0)
"""Where the ranges begin in which intervals are widened together."""
THIN_TIMES, SHAPES, WITH_USUAL, WITH_STRAYS = 2, 2200, 0.3, 0.15
USUAL_A_DAY, MOST_A_DAY, DAY_AND_NIGHT = (0.05, 5.0), 700.0, 0.6
"""How much of the usual is found with an incident, in times of it, and how much it swings."""


@dataclass(slots=True)
class Rows:
    """Looks at courses: what is known (n, 12), the logarithm of the growth that followed, weight and whose they are."""

    inputs: Floats
    growth: Floats
    weight: Floats
    owner: NDArray[np.intp]

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Rows":
        return Rows(self.inputs[rows], self.growth[rows], self.weight[rows], self.owner[rows])


def half_of(name: str | int) -> int:
    """0 or 1, by chance but always the same."""
    return int(hashlib.sha256(str(name).encode()).hexdigest(), 16) % 2


def look(courses: Sequence[Floats], rng: np.random.Generator) -> Rows:
    """All looks at all courses."""
    rows = [(*row, number) for number, times in enumerate(courses) for row in _looks(times, rng)]
    inputs, growth, weight, owner = zip(*rows, strict=True)
    return Rows(np.array(inputs), np.array(growth), np.array(weight), np.array(owner))


def _looks(times: Floats, rng: np.random.Generator) -> Iterator[tuple[list[float], float, float]]:
    clock = LOOKS * np.exp(rng.uniform(-JITTER, JITTER, len(LOOKS)))
    events = [times[number - 1] for number in EVENTS if number <= len(times)]
    for after in [*clock, *(at for at in events if EARLIEST_EVENT < at < LOOKS[-1])]:
        voices = int(np.searchsorted(times, after, "right"))
        if voices < FEWEST:
            continue
        known = describe_course(times[:voices], after)
        rest = END_HOURS - after / HOUR_SECONDS
        ahead = [rest, *(AHEAD * np.exp(rng.uniform(-JITTER, JITTER, len(AHEAD))))]
        for hours in ahead:
            later = np.searchsorted(times, after + hours * HOUR_SECONDS, "right")
            yield [*known, np.log(hours)], float(np.log(later / voices)), 1.0 if hours == rest else AHEAD_WEIGHT


@dataclass(slots=True)
class Adam:
    """Steps downhill, each parameter at its own pace (Kingma and Ba, 2015)."""

    parameters: list[Floats]
    steps: int
    step: int = 0
    slopes: list[Floats] = field(default_factory=list)
    squares: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slopes = [np.zeros_like(one) for one in self.parameters]
        self.squares = [np.zeros_like(one) for one in self.parameters]

    def move(self, gradients: Sequence[Floats]) -> None:
        self.step += 1
        rate = RATE * (0.5 + 0.5 * np.cos(np.pi * self.step / self.steps))
        for number, gradient in enumerate(gradients):
            self.slopes[number] += 0.1 * (gradient - self.slopes[number])
            self.squares[number] += 0.01 * (gradient**2 - self.squares[number])
            slope = self.slopes[number] / (1 - 0.9**self.step)
            square = self.squares[number] / (1 - 0.99**self.step)
            self.parameters[number] -= rate * slope / (np.sqrt(square) + 1e-8)


def train(inputs: Floats, rows: Rows, seed: int, rounds: int) -> list[Floats]:
    """One network: its point has the least relative error, its ends hold 90 %. `inputs` are those of `rows`, scaled."""
    rng = np.random.default_rng(seed)
    size = inputs.shape[1]
    network = [
        rng.normal(0, size**-0.5, (size, HIDDEN)),
        np.zeros(HIDDEN),
        rng.normal(0, 0.3 * HIDDEN**-0.5, (HIDDEN, 1 + len(LEVELS))),
        np.quantile(rows.growth, [0.4, *LEVELS]),
    ]
    batches = len(inputs) // BATCH
    adam = Adam(network, rounds * batches)
    for _ in range(rounds):
        order = rng.permutation(len(inputs))[: batches * BATCH].reshape(batches, BATCH)
        for batch in order:
            adam.move(_gradients(network, inputs[batch], rows.growth[batch], rows.weight[batch]))
    return network


def _gradients(network: Sequence[Floats], inputs: Floats, growth: Floats, weight: Floats) -> list[Floats]:
    inner, inner_bias, outer, outer_bias = network
    hidden = np.tanh(inputs @ inner + inner_bias)
    answers = hidden @ outer + outer_bias
    over = answers[:, 0] - growth
    slope = np.empty_like(answers)
    slope[:, 0] = np.sign(over) * np.exp(np.minimum(over, 1.0))  # of |forecast - truth| / truth
    slope[:, 1:] = np.where(answers[:, 1:] > growth[:, None], 1 - LEVELS, -LEVELS)
    slope *= weight[:, None] / len(growth)
    back = (slope @ outer.T) * (1 - hidden**2)
    return [inputs.T @ back + SHRINK * inner, back.sum(0), hidden.T @ slope + SHRINK * outer, slope.sum(0)]


def plain(numbers: Floats) -> list[object]:
    """Plain lists of numbers with five digits."""
    rounded: list[object] = np.vectorize(lambda value: float(f"{value:.5g}"))(numbers).tolist()
    return rounded


def fit_networks(rows: Rows, rounds: int) -> dict[str, object]:
    """A table as plain lists, of which intervals are not widened yet."""
    mean, spread = rows.inputs.mean(0), rows.inputs.std(0) + 1e-6
    scaled = (rows.inputs - mean) / spread
    names = ("inner", "inner_bias", "outer", "outer_bias")
    networks = [train(scaled, rows, seed, rounds) for seed in range(NETWORKS)]
    return {
        "lowest": plain(rows.inputs.min(0)),
        "highest": plain(rows.inputs.max(0)),
        "mean": plain(mean),
        "spread": plain(spread),
        "networks": [dict(zip(names, map(plain, network), strict=True)) for network in networks],
        "sizes": list(SIZES),
        "hours": list(HOURS),
        "stretch": np.ones((len(SIZES) + 1, len(HOURS) + 1, 2)).tolist(),
    }


def misses(rows: Rows, rounds: int) -> Floats:
    """How far the truth lay beyond the point, in times of the interval's end (below, above), shape (n, 2).

    Each course is asked of a table that was fitted without it.
    """
    owners = int(rows.owner.max()) + 1
    fold = np.random.default_rng(7).permutation(owners)[rows.owner] % FOLDS
    missed = np.empty((len(rows.growth), 2))
    for number in range(FOLDS):
        out = fold == number
        table = read_table(fit_networks(rows[~out], rounds))
        point, low, high = table.growth(rows.inputs[out]).T
        voices = np.exp(rows.inputs[out, 0])
        missed[out, 0] = (point - rows.growth[out]) / reach_of(point - low, voices)
        missed[out, 1] = (rows.growth[out] - point) / reach_of(high - point, voices)
    return missed


def fit(courses: Sequence[Floats], rounds: int, seed: int = 3) -> dict[str, object]:
    """The table for these courses, as plain lists; intervals are widened by what was missed out of the fold."""
    rows = look(courses, np.random.default_rng(seed))
    missed = misses(rows, rounds)
    size = np.searchsorted(SIZES, np.round(np.exp(rows.inputs[:, 0])), "right")
    ahead = np.searchsorted(HOURS, np.exp(rows.inputs[:, -1]))
    stretch = np.ones((len(SIZES) + 1, len(HOURS) + 1, 2))
    for i, j in np.ndindex(stretch.shape[:2]):
        inside = (size == i) & (ahead == j)
        if inside.any():
            stretch[i, j] = np.maximum(np.quantile(missed[inside], LEVELS[1], axis=0), 0)
    return {**fit_networks(rows, rounds), "stretch": plain(stretch)}


def thinned(times: Floats, rng: np.random.Generator) -> Floats:
    """The same course with fewer voices: how many are found depends on the brand, not on the shape."""
    kept = np.exp(rng.uniform(np.log(np.clip(8 / len(times), 0.01, 1)), 0))
    return times[np.r_[True, rng.random(len(times) - 1) < kept]]


def shaped(rng: np.random.Generator) -> Floats:
    """Voices that know nothing of each other: fading, even for a while, or swelling, over minutes to days."""

    def between(low: float, high: float) -> float:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    number, kind = int(between(8, 1500)), rng.integers(3)
    if kind == 0:
        times = rng.exponential(between(0.5, 24), number)
    elif kind == 1:
        times = between(1, 48) * rng.random(number)
    else:
        times = between(3, 72) * rng.random(number) ** (1 / rng.uniform(1, 3))
    times = np.sort(times) * HOUR_SECONDS
    return times - times[0]


def troubled(times: Floats, rng: np.random.Generator) -> Floats:
    """The same beside what is found with it in life: the usual that goes on by day and night, and strays before it."""
    if rng.random() < WITH_USUAL:
        a_day = len(times) * np.exp(rng.uniform(*np.log(USUAL_A_DAY)))
        usual = rng.uniform(0, END_HOURS, rng.poisson(min(a_day, MOST_A_DAY) * END_HOURS / 24))
        by_day = np.cos((usual / 24 + rng.random()) * 2 * np.pi) * DAY_AND_NIGHT
        usual = usual[rng.random(len(usual)) * (1 + DAY_AND_NIGHT) < 1 + by_day]
        times = np.sort(np.r_[times, usual * HOUR_SECONDS])
    if rng.random() < WITH_STRAYS:
        lead = rng.uniform(0.5, 24) * HOUR_SECONDS
        times = np.r_[np.sort(rng.uniform(0, lead, rng.integers(1, 4))), times + lead]
    return times - times[0]


def incidents(cascades: Iterable[Floats], share: float, rng: np.random.Generator) -> list[Floats]:
    """Courses to learn incidents from: thinned cascades, and shapes by chance (so many for a `share` of all)."""
    made = [thinned(times, rng) for times in cascades for _ in range(THIN_TIMES)]
    made += [shaped(rng) for _ in range(int(SHAPES * share))]
    return [troubled(times, rng) for times in made]


def fit_all(cascades: Sequence[Cascade], share: float, rounds: int) -> dict[str, object]:
    """Both tables."""
    times = [one.times for one in cascades]
    made = incidents(times, share, np.random.default_rng(5))
    return {
        "fitted": f"by benchmarks.fit_cascades on {len(cascades)} cascades of Twitter15/16 and TiDeH",
        Course.CASCADE.value: fit(times, rounds),
        Course.INCIDENT.value: fit(made, max(1, rounds // 3)),
    }


def crossed(cascades: Sequence[Cascade], rounds: int) -> None:
    """Print how each half is forecast by what was fitted on the other."""
    scores: dict[str, list[Score]] = {}
    for half in (0, 1):
        table = read_table(fit([one.times for one in cascades if half_of(one.name) != half], rounds))
        for cascade in (one for one in cascades if half_of(one.name) == half):
            for label, after in _moments(cascade):
                line = score(cascade, after, told(cascade, after, table))
                if line:
                    scores.setdefault(f"{label:<10} half {'AB'[half]}", []).append(line)
                    scores.setdefault(f"{label:<10} both  ", []).append(line)
    for label in sorted(scores):
        for line in Score.lines(scores[label]):
            print(f"{label} {line}")


def _moments(cascade: Cascade) -> Iterator[tuple[str, float]]:
    for after in (600, 1800, 3600, 10800, 21600, 86400):
        yield f"{after:6d} s", float(after)
    for number in (10, 20, 50):
        if len(cascade.times) > number:
            yield f"{number:6d} ev", float(cascade.times[number - 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="FILE", help="fit on all and write the table")
    parser.add_argument("--half", type=int, choices=(0, 1), help="with --write: fit on this half only")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how long to fit")
    arguments = parser.parse_args()
    cascades = [one for one in read(sys.stdin) if len(one.times) > 1]
    if arguments.write is None:
        crossed(cascades, arguments.rounds)
        return
    chosen = [one for one in cascades if arguments.half is None or half_of(one.name) == arguments.half]
    table = fit_all(chosen, len(chosen) / len(cascades), arguments.rounds)
    arguments.write.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
