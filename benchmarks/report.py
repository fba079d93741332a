"""The weekly report: seconds for one brand's week, in databases of several sizes, and for a week of very many mentions.

    python -m benchmarks.report --mentions 10000 100000 1000000 --week 100000

For each size the reports of last week of all brands are made, figures only. For `--week` a year of one brand is pushed
together into the week that is running; `--scattered` stores it in no order of time, as a backfill of many sources does.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from benchmarks.filled import END, FOLDER, YEAR, filled
from monitor.config import Settings
from monitor.jobs.report import make_report
from monitor.models import Assessment, AssessmentTheme, Count, Mention, MentionBrand, Source, Theme
from monitor.store import counts
from monitor.store.assessments import cells_of
from monitor.store.database import open_database, session_of

WEEK = timedelta(days=6.5)
"""From Monday's midnight to END, in UTC."""
SEED = 20_261_122


@contextmanager
def copied(url: str, folder: Path) -> Iterator[Session]:
    """A session of a copy of a filled database that may be written to."""
    with tempfile.TemporaryDirectory(dir=folder) as inside:
        path = shutil.copy(url.removeprefix("sqlite:///"), Path(inside) / "emberwatch.db")
        engine = open_database(f"sqlite:///{path}")
        with session_of(engine) as session:
            yield session
        engine.dispose()


def push_together(session: Session, *, scattered: bool) -> None:
    """Move all mentions of the only brand into the running week, and count them there."""
    asked = sa.select(col(MentionBrand.published_at)).order_by(col(MentionBrand.mention_id))
    times = [row[0] for row in session.execute(asked)]
    moved = [END - WEEK + (at - (END - YEAR)) / YEAR * WEEK for at in times]
    if scattered:
        random.Random(SEED).shuffle(moved)
    rows = [{"number": i + 1, "at": at} for i, at in enumerate(moved)]
    number: sa.BindParameter[int] = sa.bindparam("number")
    at: sa.BindParameter[datetime] = sa.bindparam("at")
    mention, link = _table(Mention), _table(MentionBrand)
    connection = session.connection()
    connection.execute(sa.update(mention).where(mention.c.id == number).values(published_at=at), rows)
    connection.execute(sa.update(link).where(link.c.mention_id == number).values(published_at=at, counted_at=at), rows)
    _count_anew(session, {row["number"]: row["at"] for row in rows})
    session.commit()
    connection = session.connection()
    connection.exec_driver_sql("ANALYZE")
    session.commit()


def _table(model: Any) -> sa.Table:
    table: sa.Table = model.__table__
    return table


def _count_anew(session: Session, times: dict[int, datetime]) -> None:
    session.execute(sa.delete(Count))
    linked = sa.select(col(AssessmentTheme.assessment_id), col(Theme.slug)).join(Theme)
    themes: dict[int, list[str]] = {}
    for assessment_id, slug in session.execute(linked):
        themes.setdefault(assessment_id, []).append(slug)
    said = sa.select(
        *map(col, (Assessment.id, Assessment.mention_id, Assessment.language, Assessment.negative, Source.slug))
    )
    joined = said.join(Mention, col(Mention.id) == col(Assessment.mention_id)).join(Source)
    tally = counts.Tally()
    for number, mention_id, language, negative, source in session.execute(joined):
        tally.add(1, cells_of(source, language, themes.get(number, ())), times[mention_id], negative)
    counts.write(session, tally)


def reports(session: Session, brands: int, week: str) -> tuple[float, float, float]:
    """Seconds of wall time and of CPU time for one report, and the mentions in one, on average."""
    options = [{"id": f"brand{i}", "name": f"Brand {i}", "time_zone": "Asia/Karachi"} for i in range(brands)]
    settings, mentions = Settings(brands=options, sources=[]), 0.0
    make_report(session, settings, "brand0", week, END)
    wall, cpu = time.perf_counter(), time.process_time()
    for i in range(brands):
        mentions += make_report(session, settings, f"brand{i}", week, END).figure("mentions").value or 0.0
    return (time.perf_counter() - wall) / brands, (time.process_time() - cpu) / brands, mentions / brands


def main() -> None:
    """Print a line for each size, then the one for the large week."""
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
        with copied(filled(asked.week, folder=asked.folder, brands=1), asked.folder) as session:
            push_together(session, scattered=asked.scattered)
            _tell(asked.week, *reports(session, 1, "current"))


def _tell(stored: int, wall: float, cpu: float, mentions: float) -> None:
    print(f"{stored:>10,}  {mentions:>11,.0f}  {wall:>8.3f}  {cpu:>8.3f}", flush=True)


if __name__ == "__main__":
    main()
