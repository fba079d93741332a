"""Measures the shipped detector where little is said: bursts to be found, praise and quiet years to be left alone.

    python -m benchmarks.low_volume [--seeds 200] [--years 10] [--set threshold=6]

Each cell is the share of bursts with an alarm within six hours of their start, and the median delay of those in hours.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks.detect_mentions import read_brand, replay, settings
from monitor.detection.spike import SpikeOptions
from monitor.facts import Severity
from monitor.incidents import IncidentOptions

PER_WEEK = (2, 10, 20, 50, 100)
BURSTS = (5, 10, 20, 40)
HOUR, DAY, WEEK = 3600.0, 86400.0, 604800.0
START = 1_700_438_400.0  # a Monday
HISTORY, BURST_HOURS = 28 * DAY, 6
NEGATIVE_SHARE, BURST_SHARE, MISREAD_SHARE = 0.3, 0.95, 0.05
"""What is negative of the usual, of a burst of complaints, and (by misreading) of a burst of praise."""
NEGATIVE_P, OTHER_P = (6.0, 2.0), (1.2, 6.0)
"""Beta distributions of P(negative): a fair model, not a perfect one."""
WARM = 2 * DAY
"""Looks begin so long before a burst: what came before is history."""


def world(
    rng: np.random.Generator, per_week: float, seconds: float, burst: int, negative: float
) -> list[dict[str, object]]:
    """Events of `seconds` at a rate, then `burst` mentions over six hours, a part `negative` of them negative."""
    usual = rng.uniform(0, seconds, rng.poisson(per_week * seconds / WEEK))
    after = seconds + rng.uniform(0, BURST_HOURS * HOUR, burst)
    at = START + np.concatenate([usual, after])
    bad = np.concatenate([rng.random(len(usual)) < NEGATIVE_SHARE, rng.random(burst) < negative])
    p = np.where(bad, rng.beta(*NEGATIVE_P, len(at)), rng.beta(*OTHER_P, len(at)))
    theme = np.concatenate([rng.integers(6, size=len(usual)), np.full(burst, rng.integers(6))])
    source = rng.choice(3, len(at), p=(0.6, 0.25, 0.15))
    names = ("brand", "id", "seen", "t", "source", "author", "neg", "theme", "text_id")
    order = np.argsort(at)
    rows = zip(at[order], source[order], p[order], theme[order], strict=True)
    return [
        dict(zip(names, ("b", i, t + 30, t, f"s{s}", i, float(q), f"t{h}", i), strict=True))
        for i, (t, s, q, h) in enumerate(rows)
    ]


def alarm_times(
    events: list[dict[str, object]], spike: SpikeOptions, rules: IncidentOptions, since: float = 0.0
) -> Iterator[float]:
    """Seconds since the start of every alarm that interrupts people; `since` is when looks begin, on the same clock."""
    if len(events) > 1:
        for now, change, alarm in replay(read_brand(events), spike, rules, START + since):
            if alarm and change.severity != Severity.WATCH:
                yield now - START


def found(
    per_week: float, burst: int, negative: float, seeds: int, spike: SpikeOptions, rules: IncidentOptions
) -> tuple[float, float]:
    """The share of bursts with an alarm within six hours of their start, and the median delay in hours."""
    delays = []
    for seed in range(seeds):
        events = world(np.random.default_rng(seed), per_week, HISTORY, burst, negative)
        times = [time - HISTORY for time in alarm_times(events, spike, rules, HISTORY - WARM)]
        delays += [time / HOUR for time in times if 0 <= time <= (BURST_HOURS + 0.1) * HOUR][:1]
    return len(delays) / seeds, float(np.median(delays)) if delays else float("nan")


def false_alarms(per_week: float, years: int, spike: SpikeOptions, rules: IncidentOptions) -> float:
    """Alarms per brand and week in so many ordinary years, each after four weeks of history."""
    rng = np.random.default_rng(10_000)
    number = 0
    for _ in range(years):
        events = world(rng, per_week, HISTORY + 365 * DAY, 0, 0)
        number += len(list(alarm_times(events, spike, rules, HISTORY)))
    return number / (years * 365 / 7)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another option value")
    arguments = parser.parse_args()
    spike, rules = settings(arguments.set)
    bursts = "".join(f"{f'+{burst}':<13}" for burst in BURSTS)
    praise = "".join(f"{f'+{burst}':<6}" for burst in BURSTS)
    print(f"a week   {bursts}praise: {praise}false alarms a week")
    for per_week in PER_WEEK:
        cells = [found(per_week, burst, BURST_SHARE, arguments.seeds, spike, rules) for burst in BURSTS]
        praised = [found(per_week, burst, MISREAD_SHARE, arguments.seeds, spike, rules)[0] for burst in BURSTS]
        row = "".join(f"{share:4.2f} {delay:4.1f} h  " for share, delay in cells)
        quiet = false_alarms(per_week, arguments.years, spike, rules)
        print(f"{per_week:<9}{row}        {''.join(f'{share:<6.2f}' for share in praised)}{quiet:.4f}", flush=True)


if __name__ == "__main__":
    main()
