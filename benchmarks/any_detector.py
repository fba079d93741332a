"""Replays mentions through any registered detectors: JSON lines in, alarms as JSON lines out.

    python -m benchmarks.any_detector mean_sd [slow_burn ...] [--every 10] [--set threshold=4] < events.jsonl

Events are those of `benchmarks.detect_mentions`. Mentions at the source `reviews` are reviews (none has stars); an
author is a newcomer until two days after we first heard of them. There is one alarm (brand, time, severity, kind, cell)
per episode: after a day without a finding the next one is another episode.
"""

import argparse
import json
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.backtest.reviews import Reviews
from monitor.detection import detector, options_of
from monitor.facts import WHOLE, Cell, Dimension, Finding, MentionKind, Series, Severity, Stream, Voice

HOUR, DAY = 3600, 86400
HISTORY_HOURS, HEARD_HOURS = 28 * 24, 48
LATE_SECONDS = 1800
"""A mention that we see later than this after it was published is backfill."""
NEW_DAYS, REST_DAYS = 2, 1
LOUD = 0.5
Event = dict[str, Any]
Alarm = dict[str, object]


@dataclass(slots=True)
class Replayed:
    """What is known of one brand so far: counts per hour, and voices in the order in which they came."""

    name: str
    start: float
    hours: int
    reviews: Reviews  # those to come included; it tells what was known at a time
    sums: dict[Cell, NDArray[np.float64]] = field(default_factory=dict)  # each (3, hours)
    voices: list[Voice] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    def hear(self, voice: Voice) -> None:
        negative, hour = voice.negative, int((voice.at.timestamp() - self.start) // HOUR)
        themes = (Cell(Dimension.THEME, theme) for theme in voice.themes)
        for cell in (WHOLE, Cell(Dimension.SOURCE, voice.source), *themes):
            sums = self.sums.setdefault(cell, np.zeros((3, self.hours)))
            sums[:, hour] += (1.0, negative, negative * (1 - negative))
        self.voices.append(voice)
        self.seen.append(voice.seen_at.timestamp())

    def stream(self, now: float) -> Stream:
        end = int((now - self.start) // HOUR) + 1
        first = max(0, end - HISTORY_HOURS - 1)
        start, known = moment(self.start + first * HOUR), np.ones(end - first, bool)
        hourly = {}
        for cell, sums in self.sums.items():
            mentions, negative, uncertainty = sums[:, first:end]
            hourly[cell] = Series(cell, start, timedelta(hours=1), mentions, negative, uncertainty, known)
        recent = self.voices[bisect_left(self.seen, now - HEARD_HOURS * HOUR) :]
        since = moment(now - HEARD_HOURS * HOUR)
        heard = sorted((voice for voice in recent if voice.at >= since), key=lambda voice: (voice.at, voice.mention_id))
        before = self.reviews.before(moment(now), moment(now - HISTORY_HOURS * HOUR), heard)
        return Stream(self.name, moment(now), hourly, tuple(heard), reviewed=before)


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def read_voices(events: Iterable[Event]) -> list[Voice]:
    """The voices of one brand's events, which come in order of arrival."""
    first_heard: dict[int, float] = {}
    return [_voice(event, first_heard) for event in events]


def _voice(event: Event, first_heard: dict[int, float]) -> Voice:
    at, author = float(event["t"]), int(event["author"])
    first_heard[author] = min(at, first_heard.get(author, at))
    return Voice(
        mention_id=int(event["id"]),
        at=moment(at),
        seen_at=moment(event["seen"]),
        author=author,
        story=int(event["text_id"]),
        negative=float(event["neg"]),
        source=str(event["source"]),
        language="und",
        themes=(str(event["theme"]),),
        followers=int(event.get("followers", 0)),
        fresh=event["seen"] - at <= LATE_SECONDS,
        repost=int(event.get("repost_of", -1)) >= 0,
        kind=MentionKind.REVIEW if event["source"] == "reviews" else MentionKind.POST,
        newcomer=at - first_heard[author] <= NEW_DAYS * DAY,
    )


def looks(name: str, voices: Sequence[Voice], every: float) -> Iterator[tuple[float, Stream]]:
    """The stream at each multiple of `every` seconds before which something negative arrived; voices as they arrive."""
    start = min(voice.at for voice in voices).timestamp() // HOUR * HOUR
    hours = int((max(voice.seen_at for voice in voices).timestamp() + every - start) // HOUR) + 2
    replayed = Replayed(name, start, hours, Reviews(voices))
    for number, arrived in groupby(voices, key=lambda voice: -(-voice.seen_at.timestamp() // every)):
        loud = False
        for voice in arrived:
            replayed.hear(voice)
            loud = loud or (voice.fresh and (voice.negative >= LOUD or voice.rating == 0.0))
        if loud:
            yield number * every, replayed.stream(number * every)


def alarms(voices: Sequence[Voice], name: str, chosen: list[tuple[str, Any]], every: float) -> Iterator[Alarm]:
    """The first finding of each episode of each kind of trouble in the voices of one brand."""
    last: dict[str, float] = defaultdict(lambda: -np.inf)
    for now, stream in looks(name, voices, every):
        for finding in _raised(stream, chosen):
            if now - last[finding.kind] > REST_DAYS * DAY:
                cell = f"{finding.cell.dimension}:{finding.cell.key}"
                yield {"brand": name, "time": now, "severity": "high", "kind": finding.kind.value, "cell": cell}
            last[finding.kind] = now


def _raised(stream: Stream, chosen: list[tuple[str, Any]]) -> Iterator[Finding]:
    for kind, options in chosen:
        for finding in detector(kind)(stream, options):
            if finding.held is None and finding.severity != Severity.WATCH:
                yield finding


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("detectors", nargs="+", metavar="DETECTOR")
    parser.add_argument("--every", type=float, default=10, help="minutes between two looks")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an option of all of them")
    arguments = parser.parse_args()
    changes = {name: json.loads(value) for name, _, value in (text.partition("=") for text in arguments.set)}
    chosen = [(kind, options_of(kind)(type=kind, **changes)) for kind in arguments.detectors]
    events = (json.loads(line) for line in sys.stdin)
    for name, rows in groupby(events, key=lambda event: event["brand"]):
        for alarm in alarms(read_voices(rows), str(name), chosen, arguments.every * 60):
            print(json.dumps(alarm), flush=True)


if __name__ == "__main__":
    main()
