"""Scores a series of counts as it comes, by the shipped detector `volume`: JSON lines in, a score per line out.

    python -m benchmarks.detect_counts [--set threshold=4] < counts.jsonl > scores.jsonl

A line is {"t": "2026-02-26 21:40:00", "v": 104}: the time of a bucket (UTC unless it says otherwise) and its count.
The buckets are equally long, namely as far apart as the first two lines. The answer to a line is {"score": 3.2}, and
does not depend on any later one: how many times its own variation the series is above its usual, in the window that
stands out most. People are told of an incident again only when it has grown (to twice its size), or after it was over
(a day), see `detection.incidents`. Likewise a score is told when it is twice the one told before, or after a day; in
between it is 0.

A line that cannot be used is named on standard error and answered with the score 0; then the exit status is 1.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.count_series import Counts, MisplacedError, Speaker, VolumeScore
from monitor.detection.volume import VolumeOptions
from monitor.incidents import IncidentOptions

Score = Callable[[Counts], float]
Point = tuple[float, float]
"""Unix seconds and a count."""


class BadLineError(ValueError):
    """A line that cannot be used, and why."""


def shipped_speaker(options: IncidentOptions | None = None) -> Speaker:
    """News as the incident rules have it: grown so much, or again after it was over."""
    options = options or IncidentOptions()
    return Speaker(options.growth, (options.calm_after + options.resolve_after).total_seconds())


@dataclass(slots=True)
class Watch:
    """One series while it comes in, from its first point on."""

    score: Score = field(default_factory=VolumeScore)
    speaker: Speaker = field(default_factory=shipped_speaker)
    _first: Point | None = None
    _counts: Counts | None = None

    def take(self, point: Point) -> float:
        """The score of the newest point; the first one has none, as its bucket has no length yet."""
        at, value = point
        if self._first is None:
            self._first = point
            return 0.0
        if self._counts is None:
            self._counts = self._begin(self._first, at)
        self._counts.put(at, value)
        return self.speaker.tell(self.score(self._counts), at)

    @staticmethod
    def _begin(first: Point, at: float) -> Counts:
        if at <= first[0]:
            raise MisplacedError("not after the line above it")
        counts = Counts(start=first[0], step=at - first[0])
        counts.put(*first)
        return counts


def read_point(line: str) -> Point:
    """One line of input; raises BadLineError."""
    try:
        row = json.loads(line)
        at, value = datetime.fromisoformat(row["t"]), float(row["v"])
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadLineError('not {"t": time, "v": count}') from error
    if not math.isfinite(value) or value < 0:
        raise BadLineError("v is no count")
    return seconds, value


def scores(lines: Iterable[str], watch: Watch, complain: Callable[[str], None]) -> Iterator[float]:
    """A score per line that is not blank; what is wrong with a line goes to `complain`."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield watch.take(read_point(line))
        except (BadLineError, MisplacedError) as error:
            complain(f"line {number}: {error}")
            yield 0.0


def options_of(pairs: list[str]) -> VolumeOptions:
    """The shipped options with `name=value` changes."""
    changes = (text.partition("=") for text in pairs)
    return VolumeOptions.model_validate({name: json.loads(value) for name, _, value in changes})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another option value")
    watch = Watch(VolumeScore(options_of(parser.parse_args().set)))
    complaints: list[str] = []

    def complain(words: str) -> None:
        complaints.append(words)
        print(words, file=sys.stderr, flush=True)

    for score in scores(sys.stdin, watch, complain):
        print(json.dumps({"score": round(score, 6)}), flush=True)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
