"""Imports: rows per second and peak memory of files taken in, each form in a process of its own.

    python -m benchmarks.imports --rows 200000

The reviews are made up: words in five scripts, stars, dates of day and month, authors, products. Measured are the look
through the file (the columns guessed, every row read), taking it in to an empty SQLite database, and taking it in
again: in rows per second of CPU time and, in brackets, of wall time.
"""

import argparse
import csv
import gzip
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from benchmarks.filled import COMMON
from monitor.clock import utcnow
from monitor.config import Imports
from monitor.doors import files
from monitor.doors.door import Taken
from monitor.doors.importing import Wishes, batches, plan, surveyed
from monitor.doors.table_files import table_of
from monitor.jobs import receive
from monitor.models import Brand
from monitor.store import doors
from monitor.store.database import open_database, session_of, upgrade

FORMS = ("csv", "csv.gz", "jsonl", "xlsx")
HEADING = ("Review ID", "Submitted at", "Stars", "Title", "Comment", "Customer name", "Product", "Order no")
SEED = 20_261_122


def rows(number: int) -> Iterator[list[str]]:
    """Reviews of three years, with 8 to 60 words."""
    chance = random.Random(SEED)
    last = datetime(2026, 11, 1, tzinfo=UTC)
    for i in range(number):
        at = last - timedelta(minutes=chance.randrange(3 * 365 * 1440))
        words = chance.choices(COMMON[chance.choice(list(COMMON))], k=chance.randrange(8, 60))
        stars = str(chance.randrange(1, 6))
        written, by = " ".join(words), f"Someone {i % 9973}"
        yield [f"R{i}", f"{at:%d/%m/%Y %H:%M}", stars, words[0], written, by, "Kettle", str(i)]


def write(path: Path, number: int) -> None:
    """The same reviews in the form that the name says."""
    if path.name.endswith(".xlsx"):
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in chain([HEADING], rows(number)):
            sheet.append(row)
        book.save(path)
        return
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb") if path.suffix == ".gz" else raw as packed:
        out = io.TextIOWrapper(packed, encoding="utf-8", newline="")
        if ".csv" in path.name:
            csv.writer(out).writerows(chain([HEADING], rows(number)))
        else:
            out.writelines(json.dumps(dict(zip(HEADING, row, strict=True))) + "\n" for row in rows(number))
        out.flush()


@contextmanager
def _timed(told: dict[str, float], step: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    told[step], told[f"{step} wall"] = time.process_time() - cpu, time.perf_counter() - wall


def take_in(path: Path, database: str) -> dict[str, float]:
    """Seconds of each step and the peak of this process in MB; run in a process of its own."""
    engine = open_database(database)
    upgrade(engine)
    now, place = utcnow(), Imports("import-acme", ("acme",))
    told: dict[str, float] = {}
    with session_of(engine) as session, files.opened(str(path)) as file:
        session.add(Brand(slug="acme", name="Acme"))
        doors.import_source(session, place.id, "acme")
        session.commit()
        with _timed(told, "look"):
            made = plan(table_of(file), Wishes(), place.id, now)
            found = surveyed(made)
        for step in ("new", "again"):
            with _timed(told, step):
                for texts in batches(made, 1_000):
                    receive.keep(session, place, Taken(texts=texts), now)
    told["rows"] = found.good
    told["bad"] = found.bad_rows
    told["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=FORMS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(take_in(Path(options.one[0]), options.one[1])))
        return
    print(
        f"{options.rows:,} rows\n{'form':7} {'MB':>6} {'look/s':>16} {'new/s':>16} {'again/s':>16} {'peak MB':>8} bad"
    )
    with tempfile.TemporaryDirectory() as folder:
        for form in options.forms:
            path = Path(folder) / f"reviews.{form}"
            write(path, options.rows)
            command = [sys.executable, "-m", "benchmarks.imports", "--one", str(path), f"sqlite:///{folder}/{form}.db"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            print(_line(form, path, json.loads(done.stdout.splitlines()[-1])), flush=True)


def _line(form: str, path: Path, told: dict[str, float]) -> str:
    rates = [
        f"{told['rows'] / told[step]:,.0f} ({told['rows'] / told[f'{step} wall']:,.0f})".rjust(16)
        for step in ("look", "new", "again")
    ]
    return f"{form:7} {path.stat().st_size / 1e6:6.1f} {' '.join(rates)} {told['peak']:8,.0f} {told['bad']:3,.0f}"


if __name__ == "__main__":
    main()
