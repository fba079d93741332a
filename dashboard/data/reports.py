"""The weekly reports that were kept of a brand, where they were sent, and when the next one is due."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import Session, col, select

from dashboard.data.alert_rows import AlertRow
from dashboard.data.alert_rows import rows as alert_rows
from dashboard.data.brands import BrandRow
from dashboard.data.opening import cached, database, settings
from monitor.models import Alert, JobHealth, Report
from monitor.reports import render
from monitor.reports.figures import Figures
from monitor.reports.weeks import Week, due_at, week_of

MOST = 60
"""Of a brand: more than a year."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A kept report of the week that began on `monday`, and the messages it was sent with, oldest first."""

    id: int
    week: str  # such as 2026-W46
    monday: date
    made_at: datetime
    sent: tuple[AlertRow, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """The next report: of which week, and since or until when it is due; `error` is what the last try failed with."""

    week: str
    monday: date
    due_at: datetime
    error: str
    channels: tuple[str, ...]


@cached
def kept(brand_id: int) -> tuple[ReportRow, ...]:
    """The newest reports of a brand, newest first."""
    with database() as session:
        found = session.exec(
            select(Report.id, Report.week_start, Report.made_at)
            .where(Report.brand_id == brand_id)
            .order_by(col(Report.week_start).desc())
            .limit(MOST)
        ).all()
        sent = _sent(session, [number for number, _monday, _at in found if number is not None])
    return tuple(
        ReportRow(number or 0, str(Week(day)), day, at, sent.get(number or 0, ())) for number, day, at in found
    )


def _sent(session: Session, report_ids: list[int]) -> dict[int, tuple[AlertRow, ...]]:
    query = select(Alert.id, Alert.report_id).where(col(Alert.report_id).in_(report_ids)).order_by(col(Alert.id))
    of = {number or 0: report or 0 for number, report in session.exec(query)}
    found: dict[int, tuple[AlertRow, ...]] = {}
    for row in alert_rows(session, list(of)):
        found[of[row.id]] = (*found.get(of[row.id], ()), row)
    return found


@cached
def following(brand: BrandRow, now: datetime) -> Next:
    """The report that is made next: one that is due already and was not made, or that of the running week."""
    options, zone = settings().report, ZoneInfo(brand.time_zone)
    newest = next((row.monday for row in kept(brand.id)), None)
    last = week_of(now, zone).before()
    week = last if newest is None or newest < last.monday else week_of(now, zone)
    with database() as session:
        health = session.get(JobHealth, "report")
        error = health.error if health is not None and health.failures else ""
    return Next(
        str(week), week.monday, due_at(week, zone, weekday=options.weekday, hour=options.hour), error, _channels(brand)
    )


def _channels(brand: BrandRow) -> tuple[str, ...]:
    """Where the reports of a brand go, by the config; a brand that is not in it any more has none."""
    mine = next((one.report_channels for one in settings().brands if one.id == brand.slug), None)
    return settings().report.channels if mine is None else mine


@cached
def as_html(report_id: int) -> str | None:
    """The report as the page that people get, every text in it escaped; None when it cannot be read any more."""
    figures = _figures(report_id)
    return render.html(figures) if figures is not None else None


def as_csv(report_id: int) -> str:
    """The report as a table without formulas; "" when it cannot be read any more."""
    figures = _figures(report_id)
    return render.csv(figures) if figures is not None else ""


def _figures(report_id: int) -> Figures | None:
    """What is kept of a report; None where another version kept it, or it is gone."""
    with database() as session:
        report = session.get(Report, report_id)
        values = report.figures if report is not None else None
    try:
        return Figures.model_validate(values) if values is not None else None
    except ValidationError:
        return None
