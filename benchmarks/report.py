"""The weekly report: seconds for one brand's week, in databases of several sizes, and for a week of very many mentions.

    python -m benchmarks.report --mentions 10000 100000 1000000 --week 100000
    python -m benchmarks.report --mentions --week 1000000

For each size the reports of last week of all brands are made, figures only. For `--week` a database with so many
mentions in the running week is asked (benchmarks/large_week.py; `--scattered` stores them in no order of time): its
figures, then each form of the report with its size. It runs in a process of its own, whose largest memory is told.
"""

import argparse
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from benchmarks.filled import END, FOLDER, filled
from benchmarks.large_week import large_week
from monitor.config import Settings
from monitor.jobs.gathering import make_report
from monitor.store.database import open_database, session_of


@contextmanager
def copied(url: str, folder: Path) -> Iterator[Session]:
    """A session of a copy of a filled database that may be written to."""
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        path = shutil.copy(url.removeprefix("sqlite:///"), Path(inside) / "emberwatch.db")
        engine = open_database(f"sqlite:///{path}")
        with session_of(engine) as session:
            yield session
        engine.dispose()


def settings_for(brands: int) -> Settings:
    return Settings(
        brands=[{"id": f"brand{i}", "name": f"Brand {i}", "time_zone": "Asia/Karachi"} for i in range(brands)]
    )


def reports(session: Session, brands: int, week: str) -> tuple[float, float, float]:
    """Seconds of wall time and of CPU time for one report, and the mentions in one, on average."""
    settings, mentions = settings_for(brands), 0.0
    make_report(session, settings, "brand0", week, END)
    wall, cpu = time.perf_counter(), time.process_time()
    for i in range(brands):
        mentions += make_report(session, settings, f"brand{i}", week, END).figure("mentions").value or 0.0
    return (time.perf_counter() - wall) / brands, (time.process_time() - cpu) / brands, mentions / brands


def tell_week(url: str, stored: int) -> None:
    """One report of the large week, cold, and each of its forms: in a process that does nothing else."""
    from monitor.reports.forms import FORMS, render_as

    engine = open_database(url)
    with session_of(engine) as session:
        wall, cpu = time.perf_counter(), time.process_time()
        figures = make_report(session, settings_for(1), "brand0", "current", END)
        _tell(stored, time.perf_counter() - wall, time.process_time() - cpu, figures.figure("mentions").value or 0.0)
    engine.dispose()
    for form in FORMS:
        wall = time.perf_counter()
        size = len(render_as(figures, form))
        print(f"{form:>10}  {size / 1000:>8.0f} kB  {time.perf_counter() - wall:>8.3f} s", flush=True)
    print(f"memory at its largest: {_peak_kib() / 1024:.0f} MB", flush=True)


def _peak_kib() -> int:
    """Of this process alone: the peak that getrusage tells is inherited from the process that made the database."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def main() -> None:
    """Print a line for each size, then those for the large week."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--week", type=int, default=100_000, help="mentions of the large week; 0 for none")
    parser.add_argument("--scattered", action="store_true", help="store the large week in no order of time")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    print(f"{'stored':>10}  {'in the week':>11}  {'seconds':>8}  {'CPU':>8}")
    for stored in asked.mentions:
        with copied(filled(stored, folder=asked.folder, brands=asked.brands), asked.folder) as session:
            _tell(stored, *reports(session, asked.brands, "last"))
    if asked.week:
        url = large_week(asked.week, scattered=asked.scattered, folder=asked.folder)
        alone = multiprocessing.get_context("spawn").Process(target=tell_week, args=(url, asked.week))
        alone.start()
        alone.join()


def _tell(stored: int, wall: float, cpu: float, mentions: float) -> None:
    print(f"{stored:>10,}  {mentions:>11,.0f}  {wall:>8.3f}  {cpu:>8.3f}", flush=True)


if __name__ == "__main__":
    main()
