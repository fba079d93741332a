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
from monitor.jobs.gathering import make_report
from monitor.models import Alert, AlertState, Brand, JobHealth, Report
from monitor.reports.figures import Figures, Sentence, TogetherFigures
from monitor.reports.forms import render_as
from monitor.reports.weeks import week_of
from tests.dashboard.pages import button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session
from tests.reports.samples import full_figures

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
    labels = [found.proto.label for found in again.get("download_button")]
    assert [label.split()[0].rstrip(",") for label in labels] == ["PDF", "Page", "Workbook", "Table", "All"]


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
    assert reports.as_form(report.id or 0, "csv") == b""


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


def test_links_to_its_parts_stay_in_the_frame_and_no_text_becomes_one():
    quoted = 'a href="#x"'
    figures = full_figures(summary=(Sentence(text=quoted, figures=()),))
    html = framed.placed(render_as(figures, "html").decode())
    assert 'href="about:srcdoc#answering" target="_self"' in html
    assert 'href="#' not in html
    assert "a href=&#34;#x&#34;" in html


def test_the_table_has_no_formulas(kept: tuple[Session, Report]):
    session, report = kept
    report.figures = report.figures | {"brand": "=HYPERLINK(1)"}
    session.add(report)
    session.commit()
    table = reports.as_form(report.id or 0, "csv")
    assert b"'=HYPERLINK" in table
    assert b"\n=HYPERLINK" not in table


def test_a_form_is_made_only_when_it_is_asked_for(kept: tuple[Session, Report]):
    buttons = open_page("reports", week=_week(kept[1])).get("download_button")
    assert len(buttons) == 5
    assert [found.proto.label for found in buttons if found.proto.url or not found.proto.deferred_file_id] == []


@pytest.mark.parametrize("form", ["html", "csv", "json", "xlsx"])
def test_every_form_is_that_of_the_kept_figures(kept: tuple[Session, Report], form: str):
    _session, report = kept
    assert reports.as_form(report.id or 0, form) == render_as(Figures.model_validate(report.figures), form)


def test_weeks_lead_to_the_one_before_and_the_one_after(kept: tuple[Session, Report], tmp_path: Path):
    session, report = kept
    older = _week(_keep(session, tmp_path, 4, utcnow()))
    app = open_page("reports", week=_week(report))
    button(app, "The week before").click().run()
    while app.query_params["week"] != older:
        button(app, "The week before").click().run()
    assert button(app, "The week before").disabled
    button(app, "The week after").click().run()
    assert app.query_params["week"] > older


@pytest.fixture
def together(kept: tuple[Session, Report]) -> tuple[Report, str]:
    """The report of all brands of the same week, and what it says."""
    session, report = kept
    figures = Figures.model_validate(report.figures)
    said = "Two brands were watched."
    all_of_them = TogetherFigures(
        **figures.model_dump(include={"zone", "week", "monday", "start", "end", "running", "made_at"}),
        summary=(Sentence(text=said, figures=()),), brands=(), each=(),
    )  # fmt: skip
    whole = Report(week_start=report.week_start, made_at=report.made_at, figures=all_of_them.model_dump(mode="json"))
    session.add(whole)
    session.commit()
    return whole, said


def test_the_reports_of_all_brands_are_a_click_away(together: tuple[Report, str]):
    app = open_page("reports")
    button(app, "Reports of all brands").click().run()
    assert app.query_params["of"] == "all-brands"
    assert "All brands, made so far" in words_of(app)
    button(app, f"Read the report of week {_week(together[0])}").click().run()
    assert app.query_params["week"] == _week(together[0])
    assert not app.exception


def test_the_report_of_all_brands_can_be_read_and_taken_along(together: tuple[Report, str]):
    report, said = together
    assert said in (reports.as_html(report.id or 0) or "")
    assert said.encode() in reports.as_form(report.id or 0, "csv")


def test_a_report_of_all_brands_is_none_of_a_single_one(together: tuple[Report, str]):
    rows = reports.kept(brands()[0].id)
    assert together[0].id not in {row.id for row in rows}
    assert [row.id for row in reports.kept(None)] == [together[0].id]


def test_a_competitor_has_no_reports(full: Full, tmp_path: Path):
    config = tmp_path / "config.yaml"
    words = config.read_text().replace("name: Rose Cart,", "name: Rose Cart, competitor: true,")
    config.write_text(words.replace("brands: [", "brands: [{id: lily, name: Lily}, "))
    assert "No reports of a competitor" in words_of(open_page("reports", brand="rosecart"))


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
