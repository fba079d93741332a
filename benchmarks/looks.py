"""What one look at a brand takes on PostgreSQL, by how many texts of the last days it reads.

    python -m benchmarks.looks --mentions 10000 10000000 --days 2 6 12

Each size is a filled database of `benchmarks.filled_postgresql`. A look reads the texts of two days; more days stand
for a brand of which so much more is written. Nothing is written to the database. Milliseconds, the median over four
brands after a first round: waited for, and of them on our own processor.
"""

import argparse
import time
from datetime import timedelta
from statistics import median
from unittest import mock

import sqlalchemy as sa

from benchmarks import postgresql
from benchmarks.filled import END
from benchmarks.filled_postgresql import filled
from monitor import garbage
from monitor.config import Settings
from monitor.jobs import detect
from monitor.store.database import open_database, session_of

BRANDS = ("brand1", "brand2", "brand3", "brand4")


def look(engine: sa.Engine, settings: Settings, slug: str) -> tuple[int, float, float]:
    """How many texts one look read, and its milliseconds: waited for, and of our processor."""
    with session_of(engine) as session:
        (brand,) = detect.ours(session, slug)
        began, worked = time.perf_counter(), time.process_time()
        stream = detect.read_stream(session, brand, END)
        detect.ask(settings, stream)
        return len(stream.voices), 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)


def main() -> None:
    """Print a line for each size and number of days."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000])
    parser.add_argument("--days", type=int, nargs="+", default=[2])
    asked = parser.parse_args()
    garbage.settle()  # as in a worker
    settings = Settings(brands=[{"id": "brand0", "name": "Brand 0"}], sources=[])
    with postgresql.server() as server:
        for size in asked.mentions:
            engine = open_database(filled(server, size))
            for days in asked.days:
                with mock.patch.object(detect, "RECENT", timedelta(days=days)):
                    found = [look(engine, settings, slug) for slug in BRANDS * 3][len(BRANDS) :]
                texts, waited, worked = (median(one) for one in zip(*found, strict=True))
                print(
                    f"{size:,} stored, {days} days, {texts:,.0f} texts: {waited:,.0f} ms, "
                    f"{worked:,.0f} ms of our processor",
                    flush=True,
                )
            engine.dispose()


if __name__ == "__main__":
    main()
