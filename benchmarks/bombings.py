"""Measures `review_bombing` (or another detector) on six real episodes of bombing, over made-up ordinary reviews.

    python -m benchmarks.bombings [--detector rating_drop] [--seeds 3] [--set threshold=4.5]

The episodes are those of `review_bombing_meckl` in EMBERWATCH_DATA: a sample of the bad (once of the good) reviews of a
few days, each with a person's label. Nothing is known of the weeks before and of the authors. So four weeks of ordinary
reviews are made up, of which 15 % are bad and a share is by newcomers, and they go on beside the episode; all authors
of the episode are newcomers. As a control the same episode comes from customers: newcomers among them as usual, and no
copies.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.any_detector import alarms
from benchmarks.stream_texts import Told, read_stream
from monitor.detection import options_of
from monitor.facts import MentionKind, Voice

Chosen = tuple[str, Any]
"""A detector and its options."""
DAY, WARM = timedelta(days=1), timedelta(days=28)
PER_DAY, NEWCOMERS = (4.0, 20.0), (0.5, 0.8, 0.95)
BAD_SHARE, BAD_P, GOOD_P = 0.15, (6.0, 2.0), (1.2, 6.0)
EVERY_SECONDS = 1200.0
LABELLED = 0.95
"""An episode is over when this share of the labelled reviews is out."""
QUIET_DAYS = 365


@dataclass(frozen=True, slots=True)
class Episode:
    """Voices in order of time, and the times of those that a person calls bombing."""

    name: str
    voices: tuple[Voice, ...]
    labelled: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        return self.labelled[0]

    @property
    def end(self) -> datetime:
        return self.labelled[int(LABELLED * (len(self.labelled) - 1))]


def episode(told: Told) -> Episode:
    labelled = sorted(
        voice.at for voice in told.voices if told.rows[voice.mention_id]["extra"]["is_review_bombing"] == "Ja"
    )
    return Episode(told.brand, told.voices, tuple(labelled))


def ordinary(
    rng: np.random.Generator, sources: Sequence[str], per_day: float, newcomers: float, span: tuple[datetime, datetime]
) -> list[Voice]:
    """Reviews by chance, so many a day at each source; who is no newcomer has written some weeks ago."""
    days = (span[1] - span[0]) / DAY
    made: list[Voice] = []
    for source in sources:
        for at in np.sort(rng.uniform(0, days, rng.poisson(per_day * days))).tolist():
            number, is_bad = 1_000_000 + len(made), bool(rng.random() < BAD_SHARE)
            published = span[0] + at * DAY
            made.append(
                Voice(
                    mention_id=number,
                    at=published,
                    seen_at=published,
                    author=number,
                    story=number,
                    negative=float(rng.beta(*(BAD_P if is_bad else GOOD_P))),
                    source=source,
                    language="en",
                    themes=(),
                    kind=MentionKind.REVIEW,
                    rating=0.0 if is_bad else 1.0,
                    newcomer=bool(rng.random() < newcomers),
                )
            )
    return made


def customers(rng: np.random.Generator, voices: Sequence[Voice], newcomers: float) -> list[Voice]:
    """The same reviews as if customers had written them."""
    return [replace(one, story=-one.mention_id, newcomer=bool(rng.random() < newcomers)) for one in voices]


def first_named(voices: Sequence[Voice], start: datetime, chosen: Chosen) -> tuple[datetime | None, int]:
    """When the bombing is named, and how many alarms there were before it began."""
    ordered = sorted(voices, key=lambda voice: (voice.at, voice.mention_id))
    said = [alarm["time"] for alarm in alarms(ordered, "b", [chosen], EVERY_SECONDS)]
    times = [datetime.fromtimestamp(float(str(time)), start.tzinfo) for time in said]
    return next((time for time in times if time >= start), None), sum(time < start for time in times)


def measure(one: Episode, per_day: float, newcomers: float, seed: int, chosen: Chosen) -> tuple[float | None, int, int]:
    """Hours until it is named (None: not in time), labelled reviews until then, and whether customers are named too."""
    rng = np.random.default_rng(seed)
    sources = sorted({voice.source for voice in one.voices})
    around = ordinary(rng, sources, per_day, newcomers, (one.start - WARM, one.end + DAY))
    heard = [voice for voice in one.voices if voice.at <= one.end]
    named, early = first_named([*around, *heard], one.start, chosen)
    mistaken, _ = first_named([*around, *customers(rng, heard, newcomers)], one.start, chosen)
    in_time = named is not None and named <= one.end
    hours = (named - one.start) / timedelta(hours=1) if named and in_time else None
    seen = sum(at <= named for at in one.labelled) if named else 0
    return hours, seen, int(mistaken is not None) + early


def quiet_alarms(per_day: float, newcomers: float, seed: int, chosen: Chosen) -> int:
    start = datetime.fromisoformat("2026-01-05T00:00:00+00:00")
    voices = ordinary(np.random.default_rng(seed), ("steam",), per_day, newcomers, (start, start + QUIET_DAYS * DAY))
    return first_named(voices, start + (QUIET_DAYS + 1) * DAY, chosen)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--detector", default="review_bombing")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another option value")
    arguments = parser.parse_args()
    changes = {name: json.loads(value) for name, _, value in (text.partition("=") for text in arguments.set)}
    kind = arguments.detector
    chosen = (kind, options_of(kind)(type=kind, **changes))
    episodes = [episode(told) for told in read_stream("review_bombing_meckl")]
    print(
        "episode, ordinary reviews a day, newcomers: named, after hours (median), labelled reviews until then, mistaken"
    )
    for per_day in PER_DAY:
        for newcomers in NEWCOMERS:
            for one in episodes:
                said = [measure(one, per_day, newcomers, seed, chosen) for seed in range(arguments.seeds)]
                found = [(hours, seen) for hours, seen, _ in said if hours is not None]
                hours, seen = np.median(
                    np.array(found, float).reshape(-1, 2) if found else np.full((1, 2), np.nan), axis=0
                )
                print(
                    f"{one.name:26} {per_day:4g} {newcomers:.2f}: {len(found)}/{len(said)} {hours:5.1f} h {seen:4.0f}"
                    f" of {len(one.labelled)}, mistaken {sum(mistaken for *_, mistaken in said)}/{len(said)}",
                    flush=True,
                )
            quiet = [quiet_alarms(per_day, newcomers, seed, chosen) for seed in range(arguments.seeds)]
            print(f"{'a quiet year':26} {per_day:4g} {newcomers:.2f}: {np.mean(quiet):.2f} alarms", flush=True)


if __name__ == "__main__":
    main()
