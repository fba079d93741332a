"""The detection pass: one look at every brand, in databases of several sizes with a year of history.

    python -m benchmarks.detect --mentions 10000 100000 1000000

`cold` is the first pass of a process (its imports done), `warm` the median of the next ones, a minute apart, as the
supervisor makes them. Before `crisis` all that was said in the last day is made negative: every brand with enough of
it has an incident that opens or worsens, with its evidence, which is the most that a pass has to write. Memory is the
peak of the process, and how much of it the passes added.
"""

import argparse
import multiprocessing
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from benchmarks.filled import END, FOLDER, filled
from monitor.config import Settings
from monitor.detection import detector
from monitor.jobs import detect
from monitor.jobs.context import Context
from monitor.models import Assessment, MentionBrand
from monitor.store.database import open_database, session_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pass:
    """Seconds of one pass, and how many changes of incidents it wrote."""

    wall: float
    cpu: float
    changes: int = 0

    def __str__(self) -> str:
        return f"{self.wall:.2f} ({self.cpu:.2f})"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process measured on one database; memory in megabytes."""

    cold: Pass
    warm: Pass
    crisis: Pass
    peak: int
    added: int


def measure(url: str, passes: int) -> Measured:
    """All passes on one database, which is written to."""
    settings = Settings(brands=[{"id": "brand0", "name": "Brand 0"}], sources=[])
    for options in settings.detection.detectors:
        detector(options.type)
    engine = open_database(url)
    with session_of(engine) as session:
        session.connection()
    before = _peak()
    cold = one(engine, settings, END)
    looks = [one(engine, settings, END + MINUTE * (i + 1)) for i in range(passes)]
    warm = Pass(statistics.median(look.wall for look in looks), statistics.median(look.cpu for look in looks))
    with session_of(engine) as session:
        _upset(session)
    crisis = one(engine, settings, END + MINUTE * (passes + 1))
    engine.dispose()
    return Measured(cold, warm, crisis, _peak(), _peak() - before)


def one(engine: sa.Engine, settings: Settings, now: datetime) -> Pass:
    """One pass in a session of its own, as the supervisor runs it."""
    wall, cpu = time.perf_counter(), time.process_time()
    with session_of(engine) as session:
        changes = detect.run(Context(settings, session, now)).total()
        session.commit()
    return Pass(time.perf_counter() - wall, time.process_time() - cpu, changes)


def _upset(session: Session) -> None:
    """Make all that was said in the last day negative."""
    said = select(MentionBrand.mention_id).where(MentionBrand.published_at >= END - DAY)
    session.execute(sa.update(Assessment).where(col(Assessment.mention_id).in_(said)).values(negative=0.95))
    session.commit()


def _peak() -> int:
    """Of this process alone: what getrusage tells includes the parent's."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


def measured(asked: argparse.Namespace) -> Iterator[tuple[int, Measured]]:
    """Each size in a new process, on a copy of a filled database."""
    for mentions in asked.mentions:
        source = filled(mentions, folder=asked.folder, brands=asked.brands, uneven=asked.uneven)
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            path = shutil.copy(source.removeprefix("sqlite:///"), Path(folder) / "emberwatch.db")
            with multiprocessing.get_context("spawn").Pool(1) as process:
                yield mentions, process.apply(measure, (f"sqlite:///{path}", asked.passes))


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--uneven", action="store_true", help="the first brand has half of the mentions")
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    print(f"seconds (CPU seconds) of one look at {asked.brands} brands")
    print(f"{'mentions':>10}  {'cold':>13}  {'warm':>13}  {'crisis':>13}  {'changes':>7}  {'MB':>4}  {'added':>5}")
    for mentions, found in measured(asked):
        times = f"{found.cold!s:>13}  {found.warm!s:>13}  {found.crisis!s:>13}"
        print(f"{mentions:>10,}  {times}  {found.crisis.changes:>7}  {found.peak:>4}  {found.added:>5}", flush=True)


if __name__ == "__main__":
    main()
