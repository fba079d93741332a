"""Replays mentions through the shipped detector and incident rules: JSON lines in, alarms as JSON lines out.

    python -m benchmarks.mentions [--updates] [--rule] [--set threshold=6] < events.jsonl > alarms.jsonl

Events come in order of arrival with brand, id, seen, t, source, author, followers, neg, theme, text_id and repost_of
(-1: none), times in Unix seconds. An alarm has brand, time, severity (high or low) and the sentence. An alarm is an
incident opened, opened again, or raised from low to high; `--updates` also writes the other messages about incidents
("growing"). `--rule` runs the common rule "negatives above mean + 3 sd" instead, for comparison.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from benchmarks.mean_rule import mean_rule
from monitor.detection.baseline import Usual, learn
from monitor.detection.spike import SpikeOptions, look
from monitor.detection.voices import Heard
from monitor.facts import (
    WHOLE,
    Cell,
    Change,
    ChangeKind,
    Dimension,
    Finding,
    IncidentFacts,
    IncidentState,
    Series,
    Severity,
)
from monitor.incidents import IncidentOptions, assign, decide, size

LOOK_SECONDS = 60
LATE_SECONDS = 1800
"""A mention that we see later than this after it was published is backfill."""
IDLE_LOOKS = 30
"""While an incident is open and nothing negative arrives, one look in so many is enough to see it calm."""
HOUR = 3600


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
        hour = ((self.heard.at[rows] - self.start) // HOUR).astype(int)
        p = self.heard.negative[rows]
        for column in self.heard.cells[rows].T:
            for number, values in enumerate((np.ones(len(p)), p, p * (1 - p))):
                np.add.at(self.counts[number], (column, hour), values)
        self.arrived = until

    def hourly(self, now: float, history: timedelta) -> dict[Cell, Series]:
        end = int((now - self.start) // HOUR) + 1
        first = max(0, end - int(history / timedelta(hours=1)) - 1)
        start = moment(self.start + first * HOUR)
        known = np.ones(end - first, bool)
        series = {}
        for number, cell in enumerate(self.cells):
            mentions, negative, uncertainty = self.counts[:, number, first:end]
            series[cell] = Series(cell, start, timedelta(hours=1), mentions, negative, uncertainty, known)
        return series


@dataclass(slots=True)
class Desk:
    """The incidents of one brand while its stream is replayed."""

    options: IncidentOptions
    incidents: list[IncidentFacts] = field(default_factory=list)
    past: list[tuple[datetime, datetime]] = field(default_factory=list)

    def take(self, findings: list[Finding], now: datetime) -> list[tuple[Change, bool]]:
        """Apply what the rules say; each change with whether it is an alarm rather than an update."""
        changes = decide(self.incidents, findings, now, self.options)
        for incident, group in assign(self.incidents, findings, self.options):
            if incident:
                evidence = incident.mention_ids.union(*(finding.mention_ids for finding in group))
                self._put(replace(incident, last_finding_at=now, mention_ids=evidence))
        return [(change, self._apply(change, now)) for change in changes]

    def troubled(self) -> tuple[tuple[datetime, datetime], ...]:
        going = [(one.started_at, one.last_finding_at) for one in self.incidents if one.severity.rank]
        return (*self.past, *going)

    def _put(self, incident: IncidentFacts) -> None:
        self.incidents = [one for one in self.incidents if one.id != incident.id] + [incident]

    def _apply(self, change: Change, now: datetime) -> bool:
        if change.incident_id is None:
            self._open(change, now)
            return True
        incident = next(one for one in self.incidents if one.id == change.incident_id)
        if change.kind == ChangeKind.CALMED:
            self._put(replace(incident, state=IncidentState.CALMED, calmed_at=now))
        elif change.kind == ChangeKind.RESOLVED:
            self.incidents.remove(incident)
            if incident.severity.rank:
                self.past.append((incident.started_at, incident.last_finding_at))
        else:
            return self._update(incident, change)
        return False

    def _open(self, change: Change, now: datetime) -> None:
        finding = change.finding
        if finding is None:
            raise ValueError("an incident opens with a finding")
        self._put(
            IncidentFacts(
                id=len(self.incidents) + len(self.past) + int(now.timestamp()),
                state=IncidentState.OPEN,
                severity=change.severity,
                cell=finding.cell,
                started_at=finding.window_start,
                opened_at=now,
                last_finding_at=now,
                calmed_at=None,
                told_size=size(finding),
                told_sources=finding.sources,
                mention_ids=frozenset(finding.mention_ids),
            )
        )

    def _update(self, incident: IncidentFacts, change: Change) -> bool:
        finding = change.finding
        if finding is None:
            return False
        again = change.kind == ChangeKind.OPENED
        raised = incident.severity == Severity.WATCH and change.severity != Severity.WATCH
        self._put(
            replace(
                incident,
                state=IncidentState.OPEN,
                severity=change.severity,
                calmed_at=None,
                told_size=max(size(finding), incident.told_size),
                told_sources=tuple(sorted({*incident.told_sources, *finding.sources})),
            )
        )
        return again or raised


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def read_brand(events: list[dict[str, object]]) -> Brand:
    """Columns of one brand's events, which are in order of arrival."""
    columns = {key: [event[key] for event in events] for key in ("id", "seen", "t", "neg", "author", "text_id")}
    numbers: dict[Cell, int] = {WHOLE: 0}
    cells = [
        (
            0,
            numbers.setdefault(Cell(Dimension.SOURCE, str(event["source"])), len(numbers)),
            numbers.setdefault(Cell(Dimension.THEME, str(event["theme"])), len(numbers)),
        )
        for event in events
    ]
    at, seen = np.array(columns["t"], float), np.array(columns["seen"], float)
    heard = Heard(
        id=np.array(columns["id"], np.int64),
        at=at,
        negative=np.array(columns["neg"], float),
        author=np.array(columns["author"], np.int64),
        story=np.array(columns["text_id"], np.int64),
        repost=np.array([int(str(event.get("repost_of", -1))) >= 0 for event in events], bool),
        fresh=seen - at <= LATE_SECONDS,
        followers=np.array([event.get("followers", 0) for event in events], float),
        video=np.zeros(len(at), bool),
        cells=np.array(cells, np.intp),
    )
    start = at.min() // HOUR * HOUR
    hours = int((seen.max() - start) // HOUR) + 2
    return Brand(seen, heard, tuple(numbers), start, np.zeros((3, len(numbers), hours)))


def replay(brand: Brand, spike: SpikeOptions, rules: IncidentOptions) -> Iterator[tuple[float, Change, bool]]:
    """Look every minute in which something arrived; yields time, change, and whether it is an alarm."""
    desk, usual, learnt = Desk(rules), None, -1.0
    longest = spike.windows[-1].total_seconds()
    loud = brand.heard.fresh & (brand.heard.negative >= spike.audible)
    idle = 0
    looks, last = np.unique(np.ceil(brand.seen / LOOK_SECONDS), return_index=True)
    ends = np.append(last[1:], len(brand.seen))
    for now, until in zip(looks * LOOK_SECONDS, ends.tolist(), strict=True):
        news = loud[brand.arrived : until].any()
        brand.arrive(until)
        idle = 0 if news else idle + 1
        if not news and not (desk.incidents and idle % IDLE_LOOKS == 0):
            continue
        if now // HOUR != learnt:
            learnt = now // HOUR
            usual = _learn(brand, now, desk, spike)
        findings = _look(brand, usual, now, longest, spike) if usual else []
        for change, alarm in desk.take(findings, moment(now)):
            yield now, change, alarm


def _learn(brand: Brand, now: float, desk: Desk, spike: SpikeOptions) -> Usual | None:
    hourly = brand.hourly(now, spike.baseline.history)
    return learn(hourly, moment(now), desk.troubled(), spike.baseline)


def _look(brand: Brand, usual: Usual, now: float, longest: float, spike: SpikeOptions) -> list[Finding]:
    heard = brand.heard[int(np.searchsorted(brand.seen, now - longest)) : brand.arrived]
    return look(heard, brand.cells, usual, moment(now), spike)


def alarms(
    events: Iterable[dict[str, object]], spike: SpikeOptions, rules: IncidentOptions, updates: bool
) -> Iterator[dict[str, object]]:
    """The alarms of all brands; the events of one brand stand together."""
    for name, rows in groupby(events, key=lambda event: event["brand"]):
        for now, change, alarm in replay(read_brand(list(rows)), spike, rules):
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--updates", action="store_true", help="also messages about incidents already told")
    parser.add_argument("--rule", action="store_true", help='the rule "negatives above mean + 3 sd" instead')
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another option value")
    arguments = parser.parse_args()
    events = (json.loads(line) for line in sys.stdin)
    spike, rules = settings(arguments.set)
    found = mean_rule(events) if arguments.rule else alarms(events, spike, rules, arguments.updates)
    for alarm in found:
        print(json.dumps(alarm), flush=True)


if __name__ == "__main__":
    main()
