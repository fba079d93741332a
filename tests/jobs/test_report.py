"""Tests of the job that makes last week's reports."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.jobs import report
from monitor.jobs.context import Context
from monitor.models import Brand, ReadState, Report, Source, SourceHealth
from monitor.reports import render
from monitor.reports.figures import Figures
from tests.factories import make_brand, make_coverage, make_mention, make_source

MONDAY = datetime(2026, 11, 8, 19, tzinfo=UTC)  # 00:00 on 9 November in Karachi
DUE = MONDAY + timedelta(days=7, hours=7)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    source = make_source(session, brand)
    make_coverage(session, source, MONDAY, DUE)
    make_mention(session, brand, source, at=MONDAY + timedelta(days=1))
    return source


def context(session: Session, folder: Path, now: datetime = DUE, *, stop: bool = False) -> Context:
    brands = [{"id": "rosecart", "name": "Rose Cart", "time_zone": "Asia/Karachi"}]
    settings = Settings(brands=brands, report={"folder": folder})
    return Context(settings=settings, session=session, now=now, stopping=lambda: stop)


def test_a_due_report_is_kept_and_written(session: Session, source: Source, tmp_path: Path) -> None:
    counters = report.run(context(session, tmp_path / "new"))
    assert counters == {"made": 1}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "rosecart-2026-W46.csv",
        "rosecart-2026-W46.html",
    ]


def test_the_files_are_what_the_kept_figures_give(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    kept = session.exec(select(Report)).one()
    figures = Figures.model_validate(kept.figures)
    assert (tmp_path / "rosecart-2026-W46.html").read_bytes() == render.html(figures).encode()
    assert (tmp_path / "rosecart-2026-W46.csv").read_bytes() == render.csv(figures).encode()


def test_it_is_made_once(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=1))) == {"files": 0}
    assert len(session.exec(select(Report)).all()) == 1


def test_a_file_that_is_missing_is_written_again_as_it_was(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    page = tmp_path / "rosecart-2026-W46.html"
    before = page.read_bytes()
    page.unlink()
    make_mention(session, session.exec(select(Brand)).one(), source, at=MONDAY + timedelta(days=2))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=1)))["files"] == 1
    assert page.read_bytes() == before


def test_before_monday_morning_nothing_is_due(session: Session, source: Source, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path, DUE - timedelta(minutes=1))) == {}


def test_it_waits_for_texts_that_are_being_read(session: Session, brand: Brand, source: Source, tmp_path: Path) -> None:
    mention = make_mention(session, brand, source, at=MONDAY + timedelta(days=2))
    mention.read_state, mention.collected_at = ReadState.WAITING, DUE - timedelta(hours=1)
    assert report.run(context(session, tmp_path)) == {"waiting: texts to be read": 1}
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=12)))["made"] == 1


def test_it_waits_for_the_first_crawl_of_every_source(
    session: Session, brand: Brand, source: Source, tmp_path: Path
) -> None:
    make_source(session, brand, "blog", health=SourceHealth.WAITING)
    assert report.run(context(session, tmp_path)) == {"waiting: first crawl": 1}


def test_a_week_before_the_brand_was_watched_has_no_report(session: Session, brand: Brand, tmp_path: Path) -> None:
    make_coverage(session, make_source(session, brand), MONDAY + timedelta(days=7), DUE)
    assert report.run(context(session, tmp_path)) == {"waiting: nothing was watched that week": 1}


def test_a_week_in_which_all_crawls_failed_has_one(session: Session, brand: Brand, tmp_path: Path) -> None:
    early = make_source(session, brand, health=SourceHealth.FAILING)
    make_coverage(session, early, MONDAY - timedelta(days=3), MONDAY - timedelta(days=1))
    assert report.run(context(session, tmp_path))["made"] == 1


def test_a_brand_of_the_config_that_was_never_stored_is_no_error(session: Session, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path)) == {}


def test_it_stops_when_asked(session: Session, source: Source, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path, stop=True)) == {}


def test_a_folder_that_cannot_be_written_is_an_error_for_the_operator(
    session: Session, source: Source, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        report.run(context(session, blocked))
    session.rollback()
    assert session.exec(select(Report)).all() == []


def test_a_page_of_the_running_week_is_replaced_by_the_report(session: Session, source: Source, tmp_path: Path) -> None:
    page = tmp_path / "rosecart-2026-W46.html"
    page.write_text("made on Thursday")
    report.run(context(session, tmp_path))
    assert page.read_text().startswith("<!doctype html>")


def test_an_unknown_form_is_refused_with_the_choices(session: Session, source: Source, tmp_path: Path) -> None:
    figures = report.make_report(session, context(session, tmp_path).settings, "rosecart", "last", DUE)
    with pytest.raises(ConfigError, match="'pdf' is not one of html, csv, json"):
        report.render_as(figures, "pdf")


def test_no_part_of_a_file_is_left_behind(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    assert not list(tmp_path.glob("*.part"))
