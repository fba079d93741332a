"""A database with a week of very many mentions of one brand: a year of generated ones, pushed together.

    python -m benchmarks.large_week --mentions 1000000

It is made once per size and kept in the folder. `--scattered` stores the mentions in no order of time, as a backfill of
many sources does. Cases, what was done to them, and incidents move with the mentions.
"""

import argparse
import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from benchmarks.filled import END, FOLDER, YEAR, filled
from monitor.models import (
    Assessment,
    AssessmentTheme,
    Case,
    CaseEvent,
    Count,
    Coverage,
    Incident,
    Mention,
    MentionBrand,
    Source,
    Theme,
)
from monitor.store import counts
from monitor.store.assessments import cells_of
from monitor.store.database import open_database, session_of

WEEK = timedelta(days=6.5)
"""From Monday's midnight to END, in UTC."""
SEED = 20_261_122

Move = Callable[[datetime], datetime]


def large_week(mentions: int, *, scattered: bool = False, folder: Path = FOLDER) -> str:
    """The address of the database; it is made when it is not there."""
    made = Path(filled(mentions, folder=folder, brands=1).removeprefix("sqlite:///"))
    path = made.with_name(f"{'scattered' if scattered else 'ordered'}-week-{made.name}")
    if not path.exists():
        part = path.with_suffix(".part")
        shutil.copy(made, part)
        engine = open_database(f"sqlite:///{part}")
        with session_of(engine) as session:
            push_together(session, scattered=scattered)
        engine.dispose()
        part.replace(path)
    return f"sqlite:///{path}"


def push_together(session: Session, *, scattered: bool) -> None:
    """Move all that happened to the only brand into the running week, and count the mentions there."""
    asked = sa.select(col(MentionBrand.published_at)).order_by(col(MentionBrand.mention_id))
    moved = [_moved(row[0]) for row in session.execute(asked)]
    if scattered:
        random.Random(SEED).shuffle(moved)
    rows = [{"number": i + 1, "at": at} for i, at in enumerate(moved)]
    number: sa.BindParameter[int] = sa.bindparam("number")
    at: sa.BindParameter[datetime] = sa.bindparam("at")
    mention, link = _table(Mention), _table(MentionBrand)
    connection = session.connection()
    connection.execute(sa.update(mention).where(mention.c.id == number).values(published_at=at), rows)
    connection.execute(sa.update(link).where(link.c.mention_id == number).values(published_at=at, counted_at=at), rows)
    _move_work(session)
    _count_anew(session, {row["number"]: row["at"] for row in rows})
    session.commit()
    session.connection().exec_driver_sql("ANALYZE")
    session.commit()


def _moved(at: datetime) -> datetime:
    return END - WEEK + (at - (END - YEAR)) / YEAR * WEEK


def _move_work(session: Session) -> None:
    """Cases are opened when their mentions come now; what was done to them follows after the same time as before."""
    shifts: dict[int, timedelta] = {}
    for case in session.execute(sa.select(Case)).scalars():
        shift = _moved(case.opened_at) - case.opened_at
        shifts[case.id or 0] = shift
        for name in ("opened_at", "answer_due_at", "answered_at", "solve_due_at", "solved_at"):
            if (then := getattr(case, name)) is not None:
                setattr(case, name, then + shift)
    for event in session.execute(sa.select(CaseEvent)).scalars():
        event.at += shifts[event.case_id]
    for incident in session.execute(sa.select(Incident)).scalars():
        shift = _moved(incident.opened_at) - incident.opened_at
        for name in ("started_at", "opened_at", "last_finding_at", "calmed_at", "resolved_at", "dismissed_at"):
            if (then := getattr(incident, name)) is not None:
                setattr(incident, name, then + shift)
    for stretch in session.execute(sa.select(Coverage)).scalars():
        stretch.end = max(stretch.end, END)
    session.flush()


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


def main() -> None:
    """Make one and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--scattered", action="store_true")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    print(large_week(asked.mentions, scattered=asked.scattered, folder=asked.folder))


if __name__ == "__main__":
    main()
