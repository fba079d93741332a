"""How long the answer job takes to look for what customers said later and for praise, in milliseconds.

    python -m benchmarks.looks --mentions 10000 1000000

The database comes from `benchmarks.filled` (one case in twenty mentions) and is copied, since a look writes. `after a
start` goes through the last 5,000 readings, `nothing new` is what is done every ten seconds, `500 new` follows as many
readings. Praise is looked for with fifty people in the config, of two names each.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlmodel import Session

from benchmarks.filled import END, FOLDER, filled
from monitor.config import Settings
from monitor.jobs.answer import heard, praise
from monitor.jobs.context import Context
from monitor.log import set_up
from monitor.store.database import open_database, session_of

NEW = 500
PEOPLE = [{"name": f"Person {i}", "known_as": [f"Ayesha{i}", f"Person {i}"]} for i in range(50)]


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000])
    parser.add_argument("--uneven", action="store_true", help="one brand has half of all")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where filled databases are kept")
    asked = parser.parse_args()
    set_up(level="ERROR")
    for number in asked.mentions:
        file = filled(number, folder=asked.folder, uneven=asked.uneven).removeprefix("sqlite:///")
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(shutil.copy(file, folder)), number)


def _measure(file: Path, number: int) -> None:
    engine = open_database(f"sqlite:///{file}")
    with session_of(engine) as session:
        for name, run in (("heard", _heard(session)), ("praise", _praise(session))):
            start, idle, new = run()
            told = f"after a start {start:5.0f}   nothing new {idle:5.1f}   500 new {new:5.1f}"
            print(f"{number:>9,} mentions  {name:<7} {told}")
    engine.dispose()


def _context(session: Session) -> Context:
    return Context(Settings(brands=[{"id": "x", "name": "x"}], people=PEOPLE), session, END)


def _heard(session: Session) -> Callable[[], tuple[float, float, float]]:
    context, looks = _context(session), heard.Looks()

    def run() -> tuple[float, float, float]:
        first, idle = _took(lambda: heard.run(context, looks)), _took(lambda: heard.run(context, looks))
        looks.reading = (looks.reading or 0) - NEW
        return first, idle, _took(lambda: heard.run(context, looks))

    return run


def _praise(session: Session) -> Callable[[], tuple[float, float, float]]:
    context, looks = _context(session), praise.Looks()

    def run() -> tuple[float, float, float]:
        first, idle = _took(lambda: praise.run(context, looks)), _took(lambda: praise.run(context, looks))
        looks.reading = (looks.reading or 0) - NEW
        return first, idle, _took(lambda: praise.run(context, looks))

    return run


def _took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
