"""Makes the report of last week for each brand of ours when it is due, then that of all of them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from monitor.config import BrandOptions
from monitor.errors import MonitorError
from monitor.jobs import finding
from monitor.jobs.context import Context, Counters
from monitor.jobs.gathering import make_report
from monitor.jobs.report import files
from monitor.jobs.report.files import Failures
from monitor.jobs.report.keeping import keep
from monitor.jobs.report.kept import figures_of, has_several, together_of, zone_of
from monitor.models import Brand, SourceHealth
from monitor.reports.figures import Figures
from monitor.reports.forms import Reported
from monitor.reports.options import TOGETHER
from monitor.reports.weeks import Week, Window, due_at, week_of
from monitor.store import report_work
from monitor.store import reports as store

PATIENCE = timedelta(hours=12)
"""A due report waits for mentions of its week that were collected no longer ago and are still to be read; that of all
brands waits so long for the reports of each."""
CAUGHT_UP = 4
"""Weeks: those that were missed since the last report are made up for, as far back as this."""


def run(context: Context) -> Counters:
    """Make what is due and missing, brand by brand, owe it to its channels, and write the files that are missing.

    PartFailed at the end when a file could not be made; all else is done by then.
    """
    failures = Failures()
    counters = finding.run(context) + files.write_unquoted(context, failures)
    brands = context.settings.ours
    for options in context.progress(brands, total=len(brands), label="reports"):
        brand = store.brand_of(context.session, options.id)
        if brand is None:
            continue
        newest = report_work.newest_report(context.session, brand.id or 0)
        for week in _due_weeks(context, options.zone, newest):
            if context.stopping():
                return counters
            _report_of(context, options, brand, week, counters, failures)
    _together(context, counters, failures)
    failures.raise_any()
    return counters


def _due_weeks(context: Context, zone: ZoneInfo, newest: date | None) -> list[Week]:
    """Last week if it is due, after those that were missed since the newest report, oldest first."""
    last = week_of(context.now, zone).before()
    if context.now < _due_at(context, last, zone):
        last = last.before()
    if newest is None:
        return [last] if last == week_of(context.now, zone).before() else []
    missed = (last.before(weeks) for weeks in reversed(range(CAUGHT_UP)))
    return [week for week in missed if week.monday > newest or week == last]


def _due_at(context: Context, week: Week, zone: ZoneInfo) -> datetime:
    report = context.settings.report
    return due_at(week, zone, weekday=report.weekday, hour=report.hour)


def _report_of(
    context: Context, options: BrandOptions, brand: Brand, week: Week, counters: Counters, failures: Failures
) -> None:
    session, report = context.session, context.settings.report
    kept = store.report_of(session, brand.id or 0, week.monday)
    if kept is not None:
        counters["files"] += files.write_missing(context, kept, f"{options.id}-{week}", failures)
    elif reason := _why_not(session, brand.id or 0, week.window(options.zone), context.now):
        counters[reason] += 1
    else:
        figures = make_report(session, context.settings, options.id, str(week), context.now)
        channels = report.channels if options.report_channels is None else options.report_channels
        _write_and_keep(context, brand.id, figures, channels, counters, failures)


def _write_and_keep(
    context: Context,
    brand_id: int | None,
    figures: Reported,
    channels: tuple[str, ...],
    counters: Counters,
    failures: Failures,
) -> None:
    """Written before it is kept: a file of the running week that someone asked for is replaced for certain."""
    forms = context.settings.report.files
    files.write(context, figures, forms, failures)
    done = keep(context, brand_id, figures, channels)
    counters.update(done)
    if not done and (kept := store.report_of(context.session, brand_id, figures.monday)):
        files.write(context, figures_of(kept), forms, failures)


def _why_not(session: Session, brand_id: int, window: Window, now: datetime) -> str:
    """Why a due report is not made yet; empty when nothing stands against it."""
    listening = store.heard_sources(session, brand_id, window)
    if any(item.source.active and item.source.health is SourceHealth.WAITING for item in listening):
        return "waiting: first crawl"
    if not any(item.spans for item in listening) and not store.was_watched(session, brand_id, window[1]):
        return "waiting: nothing was watched that week"
    late = store.unread(session, brand_id, window, collected_after=now - PATIENCE)
    return "waiting: texts to be read" if late else ""


def _together(context: Context, counters: Counters, failures: Failures) -> None:
    """The report of all brands, of each week that is due."""
    settings = context.settings
    if not settings.report.together or not has_several(settings):
        return
    newest = report_work.newest_report(context.session, None)
    for week in _due_weeks(context, zone_of(settings), newest):
        if context.stopping():
            return
        _together_of(context, week, counters, failures)


def _together_of(context: Context, week: Week, counters: Counters, failures: Failures) -> None:
    """Made once each brand of ours has its report; one that has nothing to report holds it up for a while only."""
    session, settings = context.session, context.settings
    kept = store.report_of(session, None, week.monday)
    if kept is not None:
        counters["files"] += files.write_missing(context, kept, f"{TOGETHER}-{week}", failures)
        return
    parts = _kept_parts(context, week, failures)
    patient = context.now < _due_at(context, week, zone_of(settings)) + PATIENCE
    if not parts or (patient and len(parts) < len(settings.ours)):
        counters["waiting: reports of the brands"] += 1
        return
    figures = together_of(settings, parts, week, context.now)
    _write_and_keep(context, None, figures, settings.report.together_channels, counters, failures)


def _kept_parts(context: Context, week: Week, failures: Failures) -> list[Figures]:
    """What was kept of each brand of ours and can be read, in the order of the config."""
    parts = []
    for options in context.settings.ours:
        brand = store.brand_of(context.session, options.id)
        kept = store.report_of(context.session, brand.id or 0, week.monday) if brand else None
        try:
            figures = figures_of(kept) if kept else None
        except MonitorError as error:
            failures.files[f"{options.id}-{week}"] = str(error)
            continue
        if isinstance(figures, Figures):
            parts.append(figures)
    return parts
