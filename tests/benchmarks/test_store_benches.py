"""The benches of detection, counts and reports do what they say, on a very small database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from benchmarks import counts, detect, large_week, report
from benchmarks.filled import filled
from monitor.models import Count
from monitor.store.database import open_database, session_of
from tests.factories import count_rows


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    return filled(400, folder=tmp_path_factory.mktemp("filled"), brands=1)


@pytest.fixture
def url(small: str, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(small.removeprefix('sqlite:///'), tmp_path / 'emberwatch.db')}"


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    engine = open_database(url)
    with session_of(engine) as session:
        yield session
    engine.dispose()


def test_the_detection_bench_times_every_kind_of_pass(url: str):
    found = detect.measure(url, passes=1)
    assert min(found.cold.wall, found.warm.wall, found.crisis.wall) > 0


def test_what_the_counts_bench_counts_it_takes_back(url: str, session: Session):
    before = session.scalars(sa.select(sa.func.sum(Count.mentions))).one()
    read = counts.assessments(50, brands=1)
    counts.push(url, read, 1)
    assert session.scalars(sa.select(sa.func.sum(Count.mentions))).one() == before + 2 * sum(
        len(one.cells) for one in read
    )
    counts.push(url, read, -1)
    assert session.scalars(sa.select(sa.func.sum(Count.mentions))).one() == before


@pytest.mark.parametrize("scattered", [False, True])
def test_the_large_week_of_the_report_bench_has_all_mentions(session: Session, scattered: bool):
    large_week.push_together(session, scattered=scattered)
    assert report.reports(session, 1, "current")[2] == 400
    assert count_rows(session, Count) > 0
