"""Forecasts the size of cascades with the shipped numbers: JSON lines in, JSON lines out.

    zcat $EMBERWATCH_DATA/bench/cascades.jsonl.gz | python -m benchmarks.forecast_cascades --after 3600 [--score]

A line in is {"set", "id", "t": [seconds since the root]}; what comes after `--after` seconds (or after the voice number
`--events`) is not looked at. A line out is {"id", "after", "seen", "forecast", "low", "high"}: voices in all, a week
after the root, with an interval that holds 90 % of the truth; `--hours 6` asks for six hours from then instead.

`--score` prints instead how far the forecasts were off: the median of |forecast - truth| / truth, and the share of
intervals that held the truth. Cascades that had ended by then, which no forecast can know, are part of it; beside it
stands the figure without them. A cascade with no voice yet, or with fewer than `--events`, has no forecast and no part.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.detection.forecast import (
    HOUR_SECONDS,
    Course,
    Table,
    forecast,
    read_table,
    until_the_end,
)
from monitor.facts import Forecast


@dataclass(frozen=True, slots=True)
class Cascade:
    """One post and its reposts; times are seconds since the root, rising."""

    name: str | int  # as it was given, so that it can be joined again
    part: str
    times: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """What is written for one cascade."""

    id: str | int
    after: float
    seen: int
    forecast: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """How one forecast turned out; `width` is high / low."""

    part: str
    error: float
    covered: bool
    width: float
    ended: bool

    @staticmethod
    def lines(scores: Sequence["Score"]) -> Iterator[str]:
        """One text per set of cascades, then one of all together."""
        parts = sorted({one.part for one in scores})
        for part in [*parts, "all"] if len(parts) > 1 else parts:
            chosen = [one for one in scores if part in (one.part, "all")]
            yield f"{part} {_figures(chosen)}"


def read(lines: Iterable[str]) -> Iterator[Cascade]:
    """Cascades from JSON lines; times are sorted."""
    for line in lines:
        if line.strip():
            values = json.loads(line)
            times = np.sort(np.array(values["t"], float))
            yield Cascade(values["id"], str(values.get("set", "")), times)


def told(cascade: Cascade, after: float, table: Table | None = None, hours: float | None = None) -> Forecast | None:
    """The forecast at that time, or None before the first voice."""
    ahead = until_the_end(after) if hours is None else hours
    answers = forecast(cascade.times[cascade.times <= after], after, (ahead,), Course.CASCADE, table)
    return answers[0] if answers else None


def score(cascade: Cascade, after: float, answer: Forecast | None) -> Score | None:
    """How the forecast turned out, or None when there was none."""
    if answer is None:
        return None
    truth = int(np.searchsorted(cascade.times, after + answer.hours * HOUR_SECONDS, "right"))
    return Score(
        part=cascade.part,
        error=abs(answer.median - truth) / truth,
        covered=answer.low <= truth <= answer.high,
        width=answer.high / answer.low,
        ended=bool(cascade.times[-1] <= after),
    )


def _figures(scores: Sequence[Score]) -> str:
    errors = np.array([one.error for one in scores])
    going = [one.error for one in scores if not one.ended]
    held = np.mean([one.covered for one in scores])
    width = np.median([one.width for one in scores])
    rest = f"{np.median(going):.1%}" if going else "-"
    return (
        f"{len(scores):5d}: error {np.median(errors):6.1%} (not ended {rest}), mean {errors.mean():6.1%}, "
        f"held {held:.3f}, high/low {width:.2f}"
    )


def _moment(cascade: Cascade, arguments: argparse.Namespace) -> float | None:
    """When this cascade is looked at, in seconds; None when it never has that many voices."""
    if arguments.events is None:
        return float(arguments.after)
    if len(cascade.times) < arguments.events:
        return None
    return float(cascade.times[arguments.events - 1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--after", type=float, default=3600.0, help="seconds since the root")
    when.add_argument("--events", type=int, help="after so many voices, the root among them")
    parser.add_argument("--hours", type=float, help="so many hours ahead, not a week from the root")
    parser.add_argument("--score", action="store_true", help="print how far the forecasts were off")
    parser.add_argument("--table", type=Path, help="other numbers than those shipped")
    arguments = parser.parse_args()
    text = arguments.table.read_text(encoding="utf-8") if arguments.table else None
    table = read_table(json.loads(text)[Course.CASCADE.value]) if text else None
    scores = []
    for cascade in read(sys.stdin):
        after = _moment(cascade, arguments)
        answer = None if after is None else told(cascade, after, table, arguments.hours)
        if after is None or answer is None:
            continue
        if arguments.score:
            scores += [line] if (line := score(cascade, after, answer)) else []
        else:
            seen = int(np.searchsorted(cascade.times, after, "right"))
            line = Line(cascade.name, after, seen, answer.median, answer.low, answer.high)
            print(json.dumps(asdict(line)))
    if arguments.score:
        print("\n".join(Score.lines(scores)))


if __name__ == "__main__":
    main()
