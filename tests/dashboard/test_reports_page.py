"""The page Reports: what was made, whether it arrived, one to read, and when the next one is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from dashboard import framed
from dashboard.data import opening, reports
from dashboard.data.brands import brands
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.jobs.report import make_report
from monitor.models import Alert, AlertState, Brand, JobHealth, Report
from monitor.reports.weeks import week_of
from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session

Full = tuple[str, Scene]
WEEK = timedelta(days=7)


def _keep(session: Session, folder: Path, weeks_ago: int, now: datetime) -> Report:
    """The report of a week that is over, as the job keeps it; in the place of one that the scene has of it."""
    settings = load_settings(folder / "config.yaml")
    week = week_of(now, settings.brands[0].zone).before(weeks_ago)
    brand = session.exec(select(Brand)).one()
    figures = make_report(session, settings, brand.slug, str(week), now).model_dump(mode="json")
    known = session.exec(select(Report).where(Report.week_start == week.monday)).first()
    report = known or Report(brand_id=brand.id or 0, week_start=week.monday, made_at=now)
    report.figures = figures
    session.add(report)
    session.commit()
    return report


def _send(session: Session, report: Report, state: AlertState, **values: object) -> None:
    told = {"key": f"report:{report.id}:{state}", "report_id": report.id, "channel": "mail-lead", "state": state}
    session.add(Alert(**told, reason="weekly_report", created_at=report.made_at, **values))
    session.commit()


@pytest.fixture
def kept(full: Full, tmp_path: Path) -> Iterator[tuple[Session, Report]]:
    """A session, and the report of the week before the last."""
    with database_session(full[0]) as session:
        yield session, _keep(session, tmp_path, 2, utcnow())


def _week(report: Report) -> str:
    year, number, _day = report.week_start.isocalendar()
    return f"{year}-W{number:02d}"


def test_without_a_report_it_says_what_makes_one(empty: str):
    words = words_of(open_page("reports"))
    assert "No report yet" in words
    assert "<code>emberwatch report --brand rosecart --week current</code>" in words
    assert "It is sent to nobody" in words


def test_reports_are_listed_with_what_became_of_them(kept: tuple[Session, Report]):
    session, report = kept
    _send(session, report, AlertState.SENT, sent_at=report.made_at)
    _send(session, report, AlertState.FAILED, attempts=7, error="550 <b>full</b>")
    words = words_of(open_page("reports"))
    assert f"Week {_week(report)}" in words
    assert "arrived" in words
    assert "never arrived" in words
    assert "550 &lt;b&gt;full&lt;/b&gt;" in words


def test_a_report_opens_from_the_list_and_by_its_address(kept: tuple[Session, Report]):
    _session, report = kept
    app = open_page("reports")
    button(app, f"Read the report of week {_week(report)}").click().run()
    assert app.query_params["week"] == _week(report)
    again = open_page("reports", week=_week(report))
    assert not again.exception
    assert {found.proto.label for found in again.get("download_button")} == {
        "Download as a page",
        "Download as a table",
    }


def test_a_week_without_a_report_shows_the_list(kept: tuple[Session, Report]):
    words = words_of(open_page("reports", week="1999-W01"))
    assert "There is no report of that week." in words
    assert "Made so far" in words


def test_what_another_version_kept_is_said_not_to_be_readable(kept: tuple[Session, Report]):
    session, report = kept
    report.figures = {"brand": "Rose Cart", "shape": "of another version"}
    session.add(report)
    session.commit()
    app = open_page("reports", week=_week(report))
    assert not app.exception
    assert "This report cannot be shown" in words_of(app)
    assert reports.as_csv(report.id or 0) == ""


def test_a_report_is_read_as_people_get_it_with_hostile_texts_escaped(kept: tuple[Session, Report]):
    session, report = kept
    attack = "</style><script>alert(1)</script><img src=x onerror=alert(2)>"
    report.figures = report.figures | {"brand": attack}
    session.add(report)
    session.commit()
    html = reports.as_html(report.id or 0) or ""
    assert "Content-Security-Policy" in html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_the_frame_gives_it_neither_scripts_nor_our_origin():
    assert 'frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox")' in framed._SCRIPT
    assert "innerHTML" not in framed._SCRIPT


def test_the_table_has_no_formulas(kept: tuple[Session, Report]):
    session, report = kept
    report.figures = report.figures | {"brand": "=HYPERLINK(1)"}
    session.add(report)
    session.commit()
    assert "\n=HYPERLINK" not in reports.as_csv(report.id or 0)


def test_the_next_report_is_that_of_last_week_until_it_is_made(full: Full, tmp_path: Path):
    now, row = utcnow(), brands()[0]
    last = week_of(now, row.zone).before()
    with database_session(full[0]) as session:
        for report in session.exec(select(Report)):
            session.add(report)
            report.week_start = last.before(5).monday
        session.commit()
        assert reports.following(row, opening.now()).week == str(last)
        _keep(session, tmp_path, 1, now)
    opening.forget()
    coming = reports.following(row, opening.now())
    assert coming.week == str(last.before(-1))
    assert coming.due_at > now


def test_why_the_last_try_failed_is_told(full: Full):
    with database_session(full[0]) as session:
        health = session.get_one(JobHealth, "report")
        health.error = "<i>disk</i> is full"
        session.add(health)
        session.commit()
    assert "The last try failed: &lt;i&gt;disk&lt;/i&gt; is full" in words_of(open_page("reports"))
