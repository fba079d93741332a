"""The rule that others ship, for comparison: the detector `mean_sd` on the events of the mention bench."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from benchmarks.any_detector import Alarm, Event, alarms, read_voices
from monitor.detection import options_of

NAME = "mean_sd"
EVERY_SECONDS = 600.0


def mean_rule(events: Iterable[Event]) -> Iterator[Alarm]:
    """One alarm at the first look of each episode; times in Unix seconds, events of a brand together."""
    chosen = [(NAME, options_of(NAME)(type=NAME))]
    for name, rows in groupby(events, key=lambda event: event["brand"]):
        yield from alarms(read_voices(rows), str(name), chosen, EVERY_SECONDS)
