"""Replays mentions through the shipped detector and incident rules: JSON lines in, alarms as JSON lines out.

    python -m benchmarks.detect_mentions [--updates | --rule | --speed] [--set threshold=6] < events.jsonl

Events come in order of arrival with brand, id, seen, t, source, author, followers, neg, theme, text_id and repost_of
(-1: none), times in Unix seconds; those of one brand stand together. An alarm has brand, time, severity (high or low)
and the sentence. An alarm is an incident opened, opened again, or raised from low to high; `--updates` also writes the
other messages about incidents ("growing"). `--rule` runs the common rule "negatives above mean + 3 sd" instead, for
comparison. `--speed` writes how many mentions a second went through instead of the alarms. `--without cells` (or story,
volume, voice, certainty) turns a part of the detector off, to see what it is worth.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from benchmarks.ablation import PARTS, Without
from benchmarks.desk import Desk
from benchmarks.mean_rule import mean_rule
from monitor.detection.baseline import Usual, learn
from monitor.detection.scene import Scene
from monitor.detection.spike import Lookout, SpikeOptions, prepare
from monitor.detection.voices import Heard
from monitor.facts import WHOLE, Cell, Change, Dimension, Series, Severity
from monitor.incidents import IncidentOptions

LOOK_SECONDS = 60
LATE_SECONDS = 1800
"""A mention that we see later than this after it was published is backfill."""
LEARNT_HOURS = 2
"""The usual is learnt once in so many hours, at the first look in them; the newest six hours never teach anyway."""
GOING_ON = 5
"""While an incident goes on that people know of, one look in so many minutes sees whether it grows or ends."""
HOUR = 3600
EVERYTHING = Without()
Events = Iterable[dict[str, object]]


@dataclass(slots=True)
class Brand:
    """The events of one brand in order of arrival, as columns, and the counts of what has arrived so far."""

    seen: NDArray[np.float64]
    heard: Heard
    cells: tuple[Cell, ...]
    start: float
    counts: NDArray[np.float64]  # (3, cells, hours): mentions, sum of P, sum of P(1 - P)
    arrived: int = 0

    def arrive(self, until: int) -> None:
        """Count the events up to row `until`."""
        rows = slice(self.arrived, until)
        numbers, hours = self.counts.shape[1:]
        cell = self.heard.cells[rows]
        hour = ((self.heard.at[rows] - self.start) // HOUR).astype(np.intp)
        place = (cell * hours + hour[:, None]).ravel()
        p = np.repeat(self.heard.negative[rows], cell.shape[1])
        for number, values in enumerate((None, p, p * (1 - p))):
            self.counts[number] += np.bincount(place, values, minlength=numbers * hours).reshape(numbers, hours)
        self.arrived = until

    def hourly(self, now: float, history: timedelta) -> dict[Cell, Series]:
        """The counts of the history until now, with the hours that follow for the looks before it is learnt again."""
        end = int((now - self.start) // HOUR) + 1
        first = max(0, end - int(history / timedelta(hours=1)) - 1)
        last = end + LEARNT_HOURS
        start = moment(self.start + first * HOUR)
        known = np.arange(first, last) < end
        series = {}
        for number, cell in enumerate(self.cells):
            mentions, negative, uncertainty = self.counts[:, number, first:last]
            series[cell] = Series(cell, start, timedelta(hours=1), mentions, negative, uncertainty, known)
        return series


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def read_brand(events: list[dict[str, object]]) -> Brand:
    """Columns of one brand's events, which are in order of arrival."""
    named = ("id", "seen", "t", "neg", "author", "text_id", "source", "theme")
    ids, seen, at, negative, author, text, source, theme = zip(*map(itemgetter(*named), events), strict=True)
    numbers: dict[Cell, int] = {WHOLE: 0}
    of_source = _numbered(Dimension.SOURCE, source, numbers)
    of_theme = _numbered(Dimension.THEME, theme, numbers)
    times, collected = np.array(at, float), np.array(seen, float)
    heard = Heard(
        id=np.array(ids, np.int64),
        at=np.minimum(times, collected),
        negative=np.array(negative, float),
        author=np.array(author, np.int64),
        story=np.array(text, np.int64),
        repost=np.array([event.get("repost_of", -1) for event in events], np.int64) >= 0,
        fresh=collected - times <= LATE_SECONDS,
        followers=np.array([event.get("followers", 0) for event in events], float),
        video=np.zeros(len(times), bool),
        cells=np.stack([np.zeros(len(times), np.intp), of_source, of_theme], axis=1),
    )
    start = times.min() // HOUR * HOUR
    hours = int((collected.max() - start) // HOUR) + 2 + LEARNT_HOURS
    return Brand(collected, heard, tuple(numbers), start, np.zeros((3, len(numbers), hours)))


def _numbered(dimension: Dimension, keys: Iterable[object], numbers: dict[Cell, int]) -> NDArray[np.intp]:
    known: dict[object, int] = {}
    for key in keys:
        if key not in known:
            known[key] = numbers.setdefault(Cell(dimension, str(key)), len(numbers))
    return np.array([known[key] for key in keys], np.intp)


def replay(
    brand: Brand, spike: SpikeOptions, rules: IncidentOptions, since: float = 0.0, without: Without = EVERYTHING
) -> Iterator[tuple[float, Change, bool]]:
    """Look every minute from `since` on in which something negative arrived.

    Yields time, change, and whether it is an alarm.
    """
    desk = Desk(rules)
    brand.heard, spike = without.heard(brand.heard), without.options(spike)
    loud = np.nonzero(brand.heard.fresh & (brand.heard.negative >= spike.audible))[0]
    looks = np.unique(np.ceil(brand.seen[loud[brand.seen[loud] >= since]] / LOOK_SECONDS)) * LOOK_SECONDS
    for block in np.split(looks, np.nonzero(np.diff(looks // (LEARNT_HOURS * HOUR)))[0] + 1):
        prepared = _prepared(brand, block, desk, spike) if len(block) else None
        if prepared:
            scene, usual = prepared
            yield from _watch(Lookout.of(scene, without.usual(usual), spike), block, desk)
    if len(brand.seen):
        yield from _told(desk.take([], moment(float(brand.seen[-1]))))


def _prepared(brand: Brand, looks: NDArray[np.float64], desk: Desk, spike: SpikeOptions) -> tuple[Scene, Usual] | None:
    """All that the looks need, which are less than LEARNT_HOURS apart, with the usual learnt at the first one."""
    rows = slice(*np.searchsorted(brand.seen, (looks[0] - spike.seconds[-1], looks[-1]), side="right").tolist())
    heard = brand.heard[rows]
    if (heard.fresh & (heard.negative >= spike.audible)).sum() < spike.least_authors:
        return None
    brand.arrive(int(np.searchsorted(brand.seen, looks[0], side="right")))
    usual = _learn(brand, float(looks[0]), desk, spike)
    return (prepare(heard, brand.seen[rows], brand.cells, spike), usual) if usual else None


def _learn(brand: Brand, now: float, desk: Desk, spike: SpikeOptions) -> Usual | None:
    hourly = brand.hourly(now, spike.baseline.history)
    return learn(hourly, moment(now), desk.troubled(), spike.baseline)


def _watch(lookout: Lookout, looks: NDArray[np.float64], desk: Desk) -> Iterator[tuple[float, Change, bool]]:
    worth = lookout.worth(looks, near=False)
    for look in np.nonzero((worth.alarm | worth.notice).any(axis=1))[0].tolist():
        now = float(looks[look])
        is_told = desk.is_alarmed or (bool(desk.incidents) and not worth.alarm[look].any())
        if is_told and desk.found_at and now - desk.found_at.timestamp() < GOING_ON * LOOK_SECONDS:
            continue
        findings = lookout.look(now, worth.any_of(look), near=False)
        if findings:
            yield from _told(desk.take(findings, moment(now)))


def _told(told: Iterable[tuple[datetime, Change, bool]]) -> Iterator[tuple[float, Change, bool]]:
    for at, change, alarm in told:
        yield at.timestamp(), change, alarm


def alarms(
    events: Events, spike: SpikeOptions, rules: IncidentOptions, *, updates: bool = False, without: Without = EVERYTHING
) -> Iterator[dict[str, object]]:
    """The alarms of all brands; the events of one brand stand together."""
    for name, rows in groupby(events, key=itemgetter("brand")):
        for now, change, alarm in replay(read_brand(list(rows)), spike, rules, without=without):
            if alarm or (updates and change.finding):
                level = "low" if change.severity == Severity.WATCH else "high"
                yield {"brand": name, "time": now, "severity": level, "sentence": change.sentence}


def settings(pairs: list[str]) -> tuple[SpikeOptions, IncidentOptions]:
    """The shipped defaults with `name=value` changes; `baseline.` and `incident.` name the other options."""
    groups: dict[str, dict[str, object]] = {"": {}, "baseline": {}, "incident": {}}
    for text in pairs:
        name, _, value = text.partition("=")
        group, _, key = name.rpartition(".")
        groups[group][key] = json.loads(value)
    spike = SpikeOptions.model_validate({**groups[""], "baseline": groups["baseline"]})
    return spike, IncidentOptions.model_validate(groups["incident"])


def measured(lines: list[str], spike: SpikeOptions, rules: IncidentOptions) -> str:
    """Mentions a second of one core: reading the lines and detecting, and detecting alone."""
    start = time.process_time()
    events = [json.loads(line) for line in lines]
    read = time.process_time()
    found = len(list(alarms(events, spike, rules)))
    done = time.process_time()
    return (
        f"{len(lines):,} mentions, {found} alarms: {len(lines) / (done - read):,.0f} a second through the detector, "
        f"{len(lines) / (done - start):,.0f} with the reading of the lines"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", action="store_true", help="also messages about incidents already told")
    parser.add_argument("--rule", action="store_true", help='the rule "negatives above mean + 3 sd" instead')
    parser.add_argument("--speed", action="store_true", help="only how many mentions a second went through")
    parser.add_argument("--without", choices=PARTS, action="append", default=[], help="turn a part off")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another option value")
    arguments = parser.parse_args()
    spike, rules = settings(arguments.set)
    if arguments.speed:
        print(measured(sys.stdin.readlines(), spike, rules))
        return
    events = map(json.loads, sys.stdin)
    without = Without(frozenset(arguments.without))
    found = alarms(events, spike, rules, updates=arguments.updates, without=without)
    for alarm in mean_rule(events) if arguments.rule else found:
        print(json.dumps(alarm), flush=True)


if __name__ == "__main__":
    main()
