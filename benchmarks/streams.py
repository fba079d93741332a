"""Replays real streams through the shipped reading, detectors and incident rules, and lists every alert.

    EMBERWATCH_DATA=../shared python -m benchmarks.streams [--streams apple_twitter_dfe ...] [--detectors volume]
        [--notices] [--texts 8] [--set spike.threshold=6]

One look every five minutes in which something arrived, with the history of the job and the default detectors. An
alert is an incident that opens at high or critical, opens again, or is raised to it; `--notices` lists those at watch
too. Behind each stands the dated peak it lies in, if any. `--texts` shows so many texts of its evidence, for judging;
they are shown only.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.desk import QUIET_LOOKS, Desk
from benchmarks.filled import FOLDER
from benchmarks.stream_texts import STREAMS, Told, read_stream
from monitor.backtest.reviews import Reviews
from monitor.config import DetectionOptions
from monitor.detection import detector, options_of
from monitor.detection.series import Span
from monitor.detection.voices import cells_of
from monitor.facts import WHOLE, Cell, Change, Finding, Held, Series, Severity, Stream, Voice
from monitor.incidents import sentence
from monitor.jobs.detect import HISTORY, RECENT

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(minutes=5)
FIRST = datetime(2000, 1, 3, tzinfo=UTC)
MANILA, UTC_HOURS = 8, 0


@dataclass(frozen=True, slots=True)
class Peak:
    """A dated time of trouble."""

    name: str
    start: datetime
    end: datetime


def days(name: str, first: str, number: int, zone: int = UTC_HOURS) -> Peak:
    """A peak of whole days by the clock of its place."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC) - zone * HOUR
    return Peak(name, start, start + number * DAY)


PEAKS = {
    "ph_covid_manila_tweets": (
        days("19 March", "2020-03-19", 1, MANILA),
        days("5 April", "2020-04-05", 1, MANILA),
        days("9 April", "2020-04-09", 1, MANILA),
    ),
    "power_outage_tweets": (
        days("storm of 18 January", "2019-01-18", 2),
        days("storm of 27 January", "2019-01-27", 3),
        days("storm of 8 June", "2019-06-08", 2),
        days("13-19 October", "2019-10-13", 7),
    ),
    "trustpilot_twitter": (days("backlash of January", "2021-01-07", 25),),
    "Skyrim - Paid Mods": (days("paid mods", "2015-04-23", 7),),
    "Assassin's Creed Unity": (days("gift after the fire", "2019-04-16", 7),),
    "Firewatch": (days("Firewatch", "2017-09-10", 14),),
    "Mortal Kombat 11": (days("Mortal Kombat", "2019-04-23", 10),),
    "Borderlands - Epic Store": (days("Epic store", "2019-04-03", 10),),
    "Ukraine-Russia-Support": (days("support in the war", "2022-02-25", 35),),
}
LISTENED = {name: 4 * 7 * DAY for name in PEAKS if " " in name or name == "Firewatch"}
"""The episodes of review bombing have no days before them: they count as watched for four silent weeks."""


@dataclass(slots=True)
class Replay:
    """One brand while its voices come in: counts per hour of each cell that was heard so far."""

    told: Told
    since: datetime  # from here on it is watched
    reviews: Reviews
    cells: dict[Cell, NDArray[np.float64]] = field(default_factory=dict)  # each (3, hours)
    heard: int = 0

    @classmethod
    def of(cls, told: Told) -> "Replay":
        first = told.voices[0].at - LISTENED.get(told.brand, timedelta())
        replay = cls(told, first.replace(minute=0, second=0, microsecond=0), Reviews(told.voices))
        replay.cells[WHOLE] = np.zeros((3, replay._hour(told.voices[-1].at) + 2))
        return replay

    def _hour(self, at: datetime) -> int:
        return (at - self.since) // HOUR

    def arrivals(self) -> Iterator[tuple[datetime, list[Voice]]]:
        """Each multiple of EVERY before which something arrives, and what that is."""
        for number, arrived in groupby(self.told.voices, key=lambda voice: -((FIRST - voice.at) // EVERY)):
            yield FIRST + number * EVERY, list(arrived)

    def hear(self, voices: Iterable[Voice]) -> None:
        for voice in voices:
            self._hear(voice)

    def _hear(self, voice: Voice) -> None:
        p = voice.negative
        for cell in cells_of(voice.source, voice.language, voice.themes):
            sums = self.cells.setdefault(cell, np.zeros_like(self.cells[WHOLE]))
            sums[:, self._hour(voice.at)] += (1.0, p, p * (1 - p))
        self.heard += 1

    def stream(self, now: datetime, troubled: tuple[Span, ...]) -> Stream:
        """What the job would read at a time not before the newest arrival."""
        last = self._hour(now) + 1
        first = max(0, last - 1 - HISTORY // HOUR)
        start, known = self.since + first * HOUR, np.ones(last - first, bool)
        hourly = {cell: Series(cell, start, HOUR, *sums[:, first:last], known) for cell, sums in self.cells.items()}
        heard = self._recent(now)
        before = self.reviews.before(now, now - HISTORY, heard)
        return Stream(self.told.brand, now, hourly, heard, troubled, reviewed=before)

    def _recent(self, now: datetime) -> tuple[Voice, ...]:
        first = self.heard
        while first and self.told.voices[first - 1].at >= now - RECENT:
            first -= 1
        return self.told.voices[first : self.heard]


@dataclass(frozen=True, slots=True)
class Alert:
    """What people would have got: when, and the change behind it."""

    brand: str
    at: datetime
    change: Change

    @property
    def finding(self) -> Finding:
        if self.change.finding is None:
            raise ValueError("an alert has a finding")
        return self.change.finding


@dataclass(slots=True)
class Watched:
    """What came of one brand: its alerts in order of time, and the strongest near miss of each day and reason."""

    alerts: list[Alert] = field(default_factory=list)
    missed: dict[tuple[date, Held], tuple[datetime, Finding]] = field(default_factory=dict)

    def miss(self, at: datetime, finding: Finding) -> None:
        """Keep a finding that raised nothing."""
        if finding.held is not None:
            key = (at.date(), finding.held)
            if key not in self.missed or self.missed[key][1].strength < finding.strength:
                self.missed[key] = (at, finding)


def watch(told: Told, detectors: Sequence[Any], options: DetectionOptions) -> Watched:
    """Every incident that opens, opens again or becomes an alarm, notices included; and what was nearly one.

    While an incident goes on, there are looks between the arrivals too: a slow burn goes on while nobody writes.
    """
    replay, desk, watched = Replay.of(told), Desk(options.incidents), Watched()
    for look in looks(replay, desk):
        stream = replay.stream(look, desk.troubled())
        found = [finding for one in detectors for finding in detector(one.type)(stream, one)]
        for finding in found:
            watched.miss(look, finding)
        for at, change, alarm in desk.take(found, look):
            if alarm and change.finding:
                watched.alerts.append(Alert(told.brand, at, change))
    return watched


def looks(replay: Replay, desk: Desk) -> Iterator[datetime]:
    """When to look: once what arrived is heard, and in between only while an incident goes on."""
    previous: datetime | None = None
    for arrival, voices in replay.arrivals():
        while previous and desk.incidents and previous + QUIET_LOOKS < arrival:
            previous += QUIET_LOOKS
            yield previous
        replay.hear(voices)
        previous = arrival
        yield arrival


def peak_of(alert: Alert, peaks: Iterable[Peak]) -> Peak | None:
    """The dated peak that the alert lies in."""
    return next((peak for peak in peaks if peak.start <= alert.at < peak.end), None)


def shown(alert: Alert, peaks: Sequence[Peak]) -> str:
    """One row of a table."""
    peak, finding = peak_of(alert, peaks), alert.finding
    cell = f"{finding.cell.dimension}:{finding.cell.key}".rstrip(":")
    told = f"{alert.change.severity} | {finding.kind} | {cell} | {finding.strength:.1f} | {alert.change.sentence}"
    return f"| {alert.at:%Y-%m-%d %H:%M} | {told} | {peak.name if peak else '-'} |"


def summary(told: Told, watched: Watched, peaks: Sequence[Peak]) -> Iterator[str]:
    """Which peaks were found and when, how many alarms lie elsewhere, and what was nearly one in a missed peak."""
    alarms = [one for one in watched.alerts if one.change.severity != Severity.WATCH]
    for peak in peaks:
        first = next((one for one in alarms if peak_of(one, [peak])), None)
        yield f"{peak.name}: {_found(told, peak, first) if first else f'no alarm; {_nearly(watched, peak)}'}"
    elsewhere = sum(peak_of(one, peaks) is None for one in alarms)
    weeks = (told.voices[-1].at - told.voices[0].at) / (7 * DAY)
    notices = len(watched.alerts) - len(alarms)
    yield f"{len(told.voices)} texts in {weeks:.1f} weeks; alarms elsewhere: {elsewhere}; notices: {notices}"


def _nearly(watched: Watched, peak: Peak) -> str:
    inside = [(at, one) for at, one in watched.missed.values() if peak.start <= at < peak.end]
    if not inside:
        return "nothing was held back either"
    at, one = max(inside, key=lambda pair: pair[1].strength)
    return f"held back ({one.held}) {at:%d %b %H:%M}, strength {one.strength:.1f}: {sentence(one)}"


def _found(told: Told, peak: Peak, alarm: Alert) -> str:
    before = [voice for voice in told.voices if peak.start <= voice.at <= alarm.at]
    negative = sum(voice.negative >= 0.5 for voice in before)
    hours = (alarm.at - before[0].at) / HOUR if before else 0.0
    return f"alarm {alarm.at:%d %b %H:%M} UTC, {hours:.1f} h and {negative} negative texts after its first text"


def evidence(alert: Alert, told: Told, most: int) -> Iterator[str]:
    for mention_id in alert.finding.mention_ids[:most]:
        text = " ".join(told.rows[mention_id]["text"].split())
        voice = told.voices[mention_id - 1]
        yield f"    {voice.at:%m-%d %H:%M} {voice.negative:.2f} {text[:220]}"


def chosen(names: Sequence[str], changes: Sequence[str]) -> tuple[Any, ...]:
    """The default detectors, or those named, with `detector.option=value` changes."""
    detectors = tuple(options_of(name)(type=name) for name in names) or DetectionOptions().detectors
    for text in changes:
        name, _, value = text.partition("=")
        kind, _, option = name.partition(".")
        detectors = tuple(
            type(one).model_validate({**one.model_dump(), option: json.loads(value)}) if one.type == kind else one
            for one in detectors
        )
    return detectors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", nargs="+", default=STREAMS, choices=STREAMS)
    parser.add_argument("--detectors", nargs="+", default=(), help="these instead of the default ones")
    parser.add_argument("--notices", action="store_true", help="also what opens at watch")
    parser.add_argument("--texts", type=int, default=0, help="texts shown of each alert's evidence")
    parser.add_argument("--set", action="append", default=[], metavar="DETECTOR.OPTION=VALUE")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the readings are kept")
    asked = parser.parse_args()
    detectors = chosen(asked.detectors, asked.set)
    for name in asked.streams:
        for told in read_stream(name, asked.folder):
            peaks = PEAKS.get(told.brand, ())
            watched = watch(told, detectors, DetectionOptions())
            print(f"\n## {told.brand}\n\n| time | severity | kind | cell | strength | alert | peak |")
            print("|---|---|---|---|---|---|---|")
            for alert in watched.alerts:
                if asked.notices or alert.change.severity != Severity.WATCH:
                    print(shown(alert, peaks), *evidence(alert, told, asked.texts), sep="\n")
            print("\n" + "\n".join(summary(told, watched, peaks)), flush=True)


if __name__ == "__main__":
    main()
