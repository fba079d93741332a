"""How long it takes to tell Prometheus of a filled database, in milliseconds; the target is 100 at a million mentions.

    python -m benchmarks.metrics --mentions 10000 100000 1000000

`idle`: nothing waits. `behind`: every tenth mention waits to be read, which costs the most to count.
"""

import argparse
import shutil
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from benchmarks.filled import END, FOLDER, filled
from monitor.config import Settings
from monitor.metrics.families import families
from monitor.metrics.figures import look
from monitor.store.database import open_database, upgrade

LOOKS = 9


def milliseconds(engine: sa.Engine, settings: Settings) -> float:
    """The median of some looks, each with the text that is made of it; the first, which opens the file, is left out."""
    took = []
    for _ in range(LOOKS + 1):
        started = time.perf_counter()
        list(families(look(engine, settings, END), "0"))
        took.append((time.perf_counter() - started) * 1000)
    return median(took[1:])


def measured(mentions: int, folder: Path) -> tuple[float, float]:
    """Idle and behind, of a copy."""
    settings = Settings(brands=[{"id": "any", "name": "Any"}])
    kept = Path(filled(mentions, folder=folder).removeprefix("sqlite:///"))
    with TemporaryDirectory(dir=folder) as beside:
        copy = Path(shutil.copy(kept, Path(beside) / kept.name))
        engine = open_database(f"sqlite:///{copy}")
        upgrade(engine)
        idle = milliseconds(engine, settings)
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE mention SET read_state = 'waiting' WHERE id % 10 = 0"))
        behind = milliseconds(engine, settings)
        engine.dispose()
    return idle, behind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    print(f"{'mentions':>12} {'idle':>8} {'behind':>8}")
    for mentions in asked.mentions:
        idle, behind = measured(mentions, asked.folder)
        print(f"{mentions:>12,} {idle:>8.1f} {behind:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
