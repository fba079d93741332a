"""Measures the detector `slow_burn` on made-up weeks: burns over days to be found, days that vary to be left alone.

    python -m benchmarks.slow_burns [--seeds 5] [--set threshold=4]

Ordinary mentions come by chance around a level that varies from day to day (a quarter up or down), 30 % of them
negative. After four weeks so many times the usual complaints come in addition, evenly over days; they are found when
there is a finding before the burn ends. Beside it: what `spike` finds of the same. Then half a year without any burn.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from benchmarks.any_detector import alarms
from monitor.detection import options_of
from monitor.facts import Voice

PER_DAY, TIMES, DAYS = (2.0, 10.0, 50.0, 300.0), (1.0, 2.0, 4.0), (3, 7)
NEGATIVE_SHARE, DAY_SPREAD = 0.3, 0.25
NEGATIVE_P, OTHER_P = (6.0, 2.0), (1.2, 6.0)
HISTORY_DAYS, QUIET_DAYS = 28, 182
EVERY_SECONDS = 6 * 3600.0
START = datetime.fromisoformat("2026-01-05T00:00:00+00:00")
DAY = timedelta(days=1)


def told(rng: np.random.Generator, days: np.ndarray[tuple[int], np.dtype[np.float64]], negative: float) -> list[Voice]:
    """A voice at each of these days since the start, each by its own author."""
    bad = rng.random(len(days)) < negative
    p = np.where(bad, rng.beta(*NEGATIVE_P, len(days)), rng.beta(*OTHER_P, len(days)))
    return [
        Voice(
            mention_id=int(number),
            at=START + at * DAY,
            seen_at=START + at * DAY,
            author=int(number),
            story=int(number),
            negative=float(one),
            source="forum",
            language="en",
            themes=(),
        )
        for at, one, number in zip(days.tolist(), p, rng.integers(2**40, size=len(days)), strict=True)
    ]


def ordinary(rng: np.random.Generator, per_day: float, days: int) -> list[Voice]:
    level = per_day * np.exp(rng.normal(-(DAY_SPREAD**2) / 2, DAY_SPREAD, days))
    counts = rng.poisson(level)
    return told(rng, np.repeat(np.arange(days), counts) + rng.random(counts.sum()), NEGATIVE_SHARE)


def said(voices: Sequence[Voice], kind: str, changes: dict[str, object]) -> list[float]:
    """Days since the start of every alarm."""
    ordered = sorted(voices, key=lambda voice: (voice.at, voice.mention_id))
    chosen = [(kind, options_of(kind)(type=kind, **changes))]
    times = (float(str(alarm["time"])) for alarm in alarms(ordered, "b", chosen, EVERY_SECONDS))
    return [(time - START.timestamp()) / DAY.total_seconds() for time in times]


def found(per_day: float, times: float, days: int, seed: int, kind: str, changes: dict[str, object]) -> float | None:
    """Days from the start of a burn to the alarm; None when it is not found while it lasts."""
    rng = np.random.default_rng(seed)
    usual = ordinary(rng, per_day, HISTORY_DAYS + days)
    more = HISTORY_DAYS + days * rng.random(rng.poisson(times * per_day * NEGATIVE_SHARE * days))
    alarmed = said([*usual, *told(rng, more, 1.0)], kind, changes)
    return next((at - HISTORY_DAYS for at in alarmed if HISTORY_DAYS <= at <= HISTORY_DAYS + days), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="an option of slow_burn")
    arguments = parser.parse_args()
    changes = {name: json.loads(value) for name, _, value in (text.partition("=") for text in arguments.set)}
    seeds = range(arguments.seeds)
    print(
        "mentions a day, times the usual complaints in addition, over days: found by slow_burn (after days), by spike"
    )
    for per_day in PER_DAY:
        for days in DAYS:
            for times in TIMES:
                burns = [found(per_day, times, days, seed, "slow_burn", changes) for seed in seeds]
                hits = [after for after in burns if after is not None]
                spikes = [found(per_day, times, days, seed, "spike", {}) for seed in seeds]
                after = f"{np.median(hits):.1f}" if hits else "-"
                other = sum(one is not None for one in spikes)
                row = f"{per_day:5g} +{times:g} over {days}: {len(hits)}/{len(seeds)} ({after}), {other}/{len(seeds)}"
                print(row, flush=True)
        quiet = [
            len(said(ordinary(np.random.default_rng(seed), per_day, QUIET_DAYS), "slow_burn", changes))
            for seed in seeds
        ]
        print(f"{per_day:5g} quiet: {sum(quiet)} alarms in {len(quiet) * QUIET_DAYS / 7:.0f} weeks", flush=True)


if __name__ == "__main__":
    main()
