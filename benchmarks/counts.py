"""The counts: how many assessments a second are tallied and written, and taken back, in databases of several sizes.

    python -m benchmarks.counts --mentions 10000 100000 1000000

Assessments come in batches as `analyse` reads them, each batch is committed. They are of the last two days, spread over
all brands and over the sources, languages and themes that the brands have. Taking back is measured on the same ones, in
the same batches. Nothing else that an assessment writes is part of it.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.filled import END, FOLDER, KINDS, LANGUAGE_SHARES, LANGUAGES, THEMES, filled
from monitor.facts import Cell
from monitor.store import counts
from monitor.store.assessments import cells_of
from monitor.store.database import open_database, session_of

BATCH = 32
SEED = 20_261_122


@dataclass(frozen=True, slots=True)
class Read:
    """What the counts need to know of one assessment."""

    brand_id: int
    cells: list[Cell]
    at: datetime
    negative: float


def assessments(number: int, brands: int) -> list[Read]:
    """Made-up ones, in order of time."""
    chance = random.Random(SEED)
    ages = sorted((chance.random() for _ in range(number)), reverse=True)
    return [_assessment(END - age * timedelta(hours=48), chance, brands) for age in ages]


def _assessment(at: datetime, chance: random.Random, brands: int) -> Read:
    brand = chance.randrange(brands)
    language = chance.choices(LANGUAGES, LANGUAGE_SHARES)[0]
    themes = chance.sample(THEMES, chance.choice((0, 1, 1, 2)))
    return Read(brand + 1, cells_of(f"brand{brand}-{chance.choice(KINDS)}", language, themes), at, chance.random() ** 3)


def push(url: str, read: Sequence[Read], sign: int) -> tuple[float, float]:
    """Count all of them, or take them back; how many per second of wall time and of CPU time."""
    engine = open_database(url)
    wall, cpu = time.perf_counter(), time.process_time()
    with session_of(engine) as session:
        for start in range(0, len(read), BATCH):
            tally = counts.Tally()
            for one in read[start : start + BATCH]:
                tally.add(one.brand_id, one.cells, one.at, one.negative, sign)
            counts.write(session, tally)
            session.commit()
    rates = len(read) / (time.perf_counter() - wall), len(read) / (time.process_time() - cpu)
    engine.dispose()
    return rates


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--assessments", type=int, default=20_000)
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    read = assessments(asked.assessments, asked.brands)
    print(f"assessments a second (per second of CPU time), {BATCH} at once")
    print(f"{'mentions':>10}  {'counted':>16}  {'taken back':>16}")
    for mentions in asked.mentions:
        source = filled(mentions, folder=asked.folder, brands=asked.brands)
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            path = shutil.copy(source.removeprefix("sqlite:///"), Path(folder) / "emberwatch.db")
            rates = [push(f"sqlite:///{path}", read, sign) for sign in (1, -1)]
        told = "  ".join(f"{f'{wall:,.0f} ({cpu:,.0f})':>16}" for wall, cpu in rates)
        print(f"{mentions:>10,}  {told}", flush=True)


if __name__ == "__main__":
    main()
