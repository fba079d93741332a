"""The weekly reports that were kept of a brand or of all together, where they were sent, and when the next is due."""

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
from monitor.reports import forms
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.forms import Reported
from monitor.reports.weeks import Week, due_at, week_of

MOST = 60
"""Of a brand, or of all together: more than a year."""


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
def kept(brand_id: int | None) -> tuple[ReportRow, ...]:
    """The newest reports of a brand, or (None) of all brands together, newest first."""
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


def following(brand: BrandRow, now: datetime) -> Next:
    """The report that is made next: one that is due already and was not made, or that of the running week."""
    return _following(brand.id, brand.time_zone, _channels(brand), now)


def together_following(now: datetime) -> Next | None:
    """The same for the report of all brands; None where the config wants none."""
    if not has_together():
        return None
    known = settings()
    zone = known.report.time_zone or known.ours[0].time_zone
    return _following(None, zone, known.report.together_channels, now)


def has_together() -> bool:
    """Whether reports of all brands are made."""
    known = settings()
    return known.report.together and bool(known.ours) and len(known.brands) > 1


def is_competitor(brand: BrandRow) -> bool:
    """Whether it is only compared with, and has no reports of its own."""
    return any(one.competitor for one in settings().brands if one.id == brand.slug)


@cached
def _following(brand_id: int | None, time_zone: str, channels: tuple[str, ...], now: datetime) -> Next:
    options, zone = settings().report, ZoneInfo(time_zone)
    newest = next((row.monday for row in kept(brand_id)), None)
    last = week_of(now, zone).before()
    week = last if newest is None or newest < last.monday else week_of(now, zone)
    with database() as session:
        health = session.get(JobHealth, "report")
        error = health.error if health is not None and health.failures else ""
    due = due_at(week, zone, weekday=options.weekday, hour=options.hour)
    return Next(str(week), week.monday, due, error, channels)


def _channels(brand: BrandRow) -> tuple[str, ...]:
    """Where the reports of a brand go, by the config; a brand that is not in it any more has none."""
    mine = next((one.report_channels for one in settings().brands if one.id == brand.slug), None)
    return settings().report.channels if mine is None else mine


@cached
def as_html(report_id: int) -> str | None:
    """The report as the page that people get, every text in it escaped; None when it cannot be read any more."""
    figures = _figures(report_id)
    return forms.render_as(figures, "html").decode() if figures is not None else None


def as_form(report_id: int, form: str) -> bytes:
    """The report as `html`, `pdf`, `xlsx`, `csv` or `json`; nothing when it cannot be read any more."""
    figures = _figures(report_id)
    return forms.render_as(figures, form) if figures is not None else b""


def _figures(report_id: int) -> Reported | None:
    """What is kept of a report; None where another version kept it, or it is gone."""
    with database() as session:
        report = session.get(Report, report_id)
        if report is None:
            return None
        shape, values = (TogetherFigures if report.brand_id is None else Figures), report.figures
    try:
        return shape.model_validate(values)
    except ValidationError:
        return None
