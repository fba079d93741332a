"""Measures when a source is called quiet: how often wrongly, and how long after it truly fell silent.

python -m benchmarks.rhythm [--years 4] [--every 15]
"""

import argparse
import gzip
import json
import os
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from monitor.detection import rhythm
from monitor.detection.rhythm import HISTORY, LEAST_SILENCE, Rhythm

START = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
DAYS = 365
STOPS = 60  # moments of a year at which the source stops
PATIENCE = timedelta(days=60)
NIGHTS = np.array([2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 10, 10, 9, 9, 9, 10, 11, 12, 12, 10, 7, 4], dtype=float)
OFFICE = np.array([0] * 8 + [6, 9, 10, 9, 7, 8, 9, 9, 8, 5, 1, 0, 0, 0, 0, 0], dtype=float)
FLAT = np.ones(24)
STREAMS = ("apple_twitter_dfe", "ph_covid_manila_tweets", "power_outage_tweets", "trustpilot_twitter")

Hours = np.ndarray
World = Callable[[np.random.Generator, float], Hours]


def _profile(hours: np.ndarray, weekend: float) -> np.ndarray:
    """The relative rate of each hour of a week, mean 1."""
    week = np.concatenate([hours] * 5 + [hours * weekend] * 2)
    return week / week.mean()


def steady(a_day: float, hours: np.ndarray = FLAT, weekend: float = 1.0) -> World:
    """Texts that know nothing of each other."""

    def write(rng: np.random.Generator, days: float) -> Hours:
        week = _profile(hours, weekend)
        size = int(days * 24)
        counts = rng.poisson(a_day / 24 * week[np.arange(size) % 168])
        return np.sort(np.repeat(np.arange(size), counts) + rng.random(counts.sum()))

    return write


def bursts(a_day: float, each: float, last_hours: float, hours: np.ndarray = NIGHTS, weekend: float = 1.0) -> World:
    """Occasions that each draw `each` texts on average within some hours."""

    def write(rng: np.random.Generator, days: float) -> Hours:
        starts = steady(a_day / each, hours, weekend)(rng, days)
        sizes = rng.geometric(1 / each, len(starts))
        after = rng.exponential(last_hours, sizes.sum())
        return np.sort(np.repeat(starts, sizes) + after)

    return write


def moody(a_day: float, spread: float, hours: np.ndarray = NIGHTS) -> World:
    """Good and bad days: each day's rate is drawn anew, with this squared coefficient of variation."""

    def write(rng: np.random.Generator, days: float) -> Hours:
        mood = rng.gamma(1 / spread, spread, int(days) + 1)
        texts = steady(a_day * 6, hours)(rng, days)
        return texts[rng.random(len(texts)) < np.minimum(1, mood[(texts // 24).astype(int)] / 6)]

    return write


def clockwork(weekdays: int) -> World:
    """One text at nine on these first days of the week, some minutes early or late."""

    def write(rng: np.random.Generator, days: float) -> Hours:
        found = np.array([day for day in range(int(days)) if day % 7 < weekdays], dtype=float)
        return np.sort(found * 24 + 9 + rng.normal(0, 0.2, len(found)))

    return write


def fading(a_day: float) -> World:
    """A product that is less and less talked about: half after ten weeks."""

    def write(rng: np.random.Generator, days: float) -> Hours:
        texts = steady(a_day, NIGHTS)(rng, days)
        return texts[rng.random(len(texts)) < 0.5 ** (texts / 24 / 70 % 3)]

    return write


WORLDS: dict[str, World] = {
    "forum, 200 a day": steady(200, NIGHTS),
    "news, 60 a day, office hours": steady(60, OFFICE, 0.1),
    "blog, 20 a day, nights": steady(20, NIGHTS),
    "shop, 10 a day, any hour": steady(10),
    "shop, 3 a day, nights": steady(3, NIGHTS),
    "reviews, 3 a week": steady(3 / 7),
    "reviews, 1 a month": steady(1 / 30),
    "bursts of 10, 30 a day": bursts(30, 10, 2),
    "bursts of 20, 8 a day": bursts(8, 20, 12),
    "moods, 40 a day": moody(40, 0.7),
    "moods, 8 a day": moody(8, 1.0),
    "fading, 40 a day": fading(40),
    "one each weekday": clockwork(5),
    "one a day": clockwork(7),
}


def crawled(hours: Hours, every: timedelta) -> list[datetime]:
    """When crawls find the texts: at the end of each pause between two of them."""
    step = every / timedelta(hours=1)
    return [START + timedelta(hours=float(at)) for at in np.unique(np.ceil(hours / step) * step)]


def measure(arrivals: list[datetime], every: timedelta, rng: np.random.Generator) -> tuple[int, list[float]]:
    """False calls in the time after the first weeks, and for stops at random the hours until the call (inf: never)."""
    first, end = arrivals[0] + HISTORY, arrivals[-1]
    heard = [(arrivals[0], end + PATIENCE)]
    days = max(1, (end - first) // timedelta(days=1))
    stops = set(rng.choice(days, min(STOPS, days), replace=False).tolist())
    false, delays = 0, []
    for day in range(days):
        today = first + timedelta(days=day)
        known = arrivals[: bisect_right(arrivals, today)]
        learnt = rhythm.learn(known, heard, today + PATIENCE, every)
        begun = arrivals[len(known) : bisect_right(arrivals, today + timedelta(days=1)) + 1]
        false += sum(_is_quiet(learnt, since, until - every) for since, until in pairwise(begun))
        if day in stops:
            delays.append(_delay(learnt, known[-1], today))
    return false, delays


def _is_quiet(learnt: Rhythm | None, since: datetime, now: datetime) -> bool:
    return learnt is not None and now - since >= LEAST_SILENCE and learnt.waited(since, now) > learnt.allowed


def _delay(learnt: Rhythm | None, last: datetime, stopped: datetime) -> float:
    """Hours from the stop until the source is called quiet."""
    for hour in range(int(PATIENCE / timedelta(hours=1))):
        if _is_quiet(learnt, last, stopped + timedelta(hours=hour)):
            return float(hour)
    return float("inf")


def _row(name: str, worlds: list[list[datetime]], every: timedelta) -> str:
    rng = np.random.default_rng(1)
    false, years, delays = 0, 0.0, []
    for arrivals in worlds:
        found, waits = measure(arrivals, every, rng)
        false, delays = false + found, delays + waits
        years += max(0.0, (arrivals[-1] - arrivals[0] - HISTORY) / timedelta(days=365))
    texts = sum(len(arrivals) for arrivals in worlds) / (years + len(worlds) * HISTORY / timedelta(days=365)) / 365
    middle, late = (float(np.quantile(delays, share, method="higher")) for share in (0.5, 0.9))
    return f"{name:<34}{texts:8.1f}{false / max(years, 0.01):10.2f}{_hours(middle):>12}{_hours(late):>12}"


def _hours(hours: float) -> str:
    if hours == float("inf"):
        return "never"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.1f} days"


def recorded(folder: Path, every: timedelta) -> dict[str, list[list[datetime]]]:
    """The times of real streams, where they are: each without its last day, which may be cut off."""
    found = {}
    for name in STREAMS:
        path = folder / "data" / "streams" / f"{name}.jsonl.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                times = sorted(datetime.fromisoformat(json.loads(line)["time"]) for line in lines)
            hours = np.array([(at - START) / timedelta(hours=1) for at in times if at.tzinfo])
            found[name] = [crawled(hours, every)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=4, help="simulated years per rhythm")
    parser.add_argument("--every", type=int, default=15, metavar="MINUTES", help="the pause between two crawls")
    parser.add_argument("--only", default="", help="rhythms whose name holds this")
    arguments = parser.parse_args()
    every = timedelta(minutes=arguments.every)
    print(f"{'rhythm':<34}{'news/day':>8}{'false/yr':>10}{'called after':>12}{'9 of 10 by':>12}")
    for name, world in WORLDS.items():
        if arguments.only in name:
            rngs = [np.random.default_rng(seed) for seed in range(arguments.years)]
            print(_row(name, [crawled(world(rng, DAYS + 56), every) for rng in rngs], every), flush=True)
    for name, worlds in recorded(Path(os.environ.get("EMBERWATCH_DATA", "../shared")), every).items():
        if arguments.only in name:
            print(_row(f"{name} (real)", worlds, every), flush=True)


if __name__ == "__main__":
    main()
