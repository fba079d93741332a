"""Measures how well the next hours of incidents are forecast, per shape of the made crises of the mention bench.

    python -m benchmarks.forecast_incidents [--seed 1] [--brands 48] [--usual]

Reads $EMBERWATCH_DATA/bench/bench.py. Looks at each crisis 15 and 30 minutes, 1, 2, 3, 6 and 12 hours after its first
negative voice, while it goes on and up to three hours after, when at least eight negative voices have come. The voices
are those of the crisis; with `--usual` all negative ones of the brand since its first, as of an incident of the whole
brand: then much of what is forecast is the usual. Printed are the number of looks, the median of |forecast - truth| /
truth, the share of 90 % intervals that held the truth, and the median of high / low.
"""

import argparse
import importlib.util
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_cascades import Cascade, Score, score
from monitor.detection.forecast import Course, forecast
from monitor.detection.spread import FEWEST_TO_FORECAST, HOURS

LOOKS = (900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0)
STILL_SECONDS = 3 * 3600.0


def bench() -> ModuleType:
    """The mention bench, which is not part of the project."""
    path = Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "bench" / "bench.py"
    spec = importlib.util.spec_from_file_location("bench", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def crises(seed: int, brands: int, usual: bool = False) -> Iterator[Cascade]:
    """The negative voices of each crisis, in seconds since its first; `part` is its shape."""
    for name, events, incidents, _ in bench().make(seed, brands):
        for number in np.unique(events["truth"][events["truth"] >= 0]):
            mine = events["truth"] == number
            start = events["t"][mine].min()
            shape = min((one for one in incidents if one[3]), key=lambda one: abs(one[1] - start))[0]
            chosen = (mine | usual) & (events["neg"] > 0.5) & (events["t"] >= start)
            times: NDArray[np.float64] = np.sort(events["t"][chosen])
            if len(times):
                yield Cascade(f"{name} {number:.0f}", str(shape), times - times[0])


def looks(crisis: Cascade) -> Iterator[tuple[float, Score]]:
    """Hours ahead, and how that forecast turned out."""
    for after in LOOKS:
        known = crisis.times[crisis.times <= after]
        if len(known) < FEWEST_TO_FORECAST or after > crisis.times[-1] + STILL_SECONDS:
            continue
        for answer in forecast(known, after, HOURS, Course.INCIDENT):
            line = score(crisis, after, answer)
            if line:
                yield answer.hours, line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--brands", type=int, default=48)
    parser.add_argument("--usual", action="store_true", help="with all other negative voices of the brand")
    arguments = parser.parse_args()
    scores: dict[tuple[str, float], list[Score]] = defaultdict(list)
    for crisis in crises(arguments.seed, arguments.brands, arguments.usual):
        for hours, line in looks(crisis):
            scores[crisis.part, hours].append(line)
            scores["all", hours].append(line)
    print("shape      looks  " + "".join(f"{f'{hours:g} h: error, held, high/low':<30}" for hours in HOURS))
    for shape in sorted({part for part, _ in scores}):
        cells = [scores[shape, hours] for hours in HOURS]
        print(f"{shape:<10} {len(cells[0]):5d}  " + "".join(f"{_figures(cell):<30}" for cell in cells))


def _figures(scores: list[Score]) -> str:
    error = np.median([one.error for one in scores])
    held = np.mean([one.covered for one in scores])
    return f"{error:5.1%}  {held:.2f}  {np.median([one.width for one in scores]):.2f}"


if __name__ == "__main__":
    main()
