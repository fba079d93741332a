"""Makes the report of last week for each brand when it is due, keeps its figures, and writes it as HTML and CSV."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlmodel import Session

from monitor.alerting.routing import Reason
from monitor.config import BrandOptions, Settings
from monitor.errors import ConfigError, MonitorError
from monitor.facts import Dimension
from monitor.jobs.context import Context, Counters
from monitor.models import Brand, Report, SourceHealth
from monitor.reports import render
from monitor.reports.facts import Done, Said, WeekFacts
from monitor.reports.figures import Figures
from monitor.reports.themes import CANDIDATES_EACH
from monitor.reports.weekly import summarise
from monitor.reports.weeks import Week, Window, due_at, parse_week, stretches, week_of
from monitor.store import report_work
from monitor.store import reports as store

FORMS: dict[str, Callable[[Figures], str]] = {"html": render.html, "csv": render.csv, "json": render.json}
KEPT_FORMS = ("html", "csv")
PATIENCE = timedelta(hours=12)
"""A due report waits for mentions of its week that were collected no longer ago and are still to be read."""


def run(context: Context) -> Counters:
    """Make what is due and missing, brand by brand, and write the files that are missing."""
    counters: Counters = Counter()
    brands = context.settings.brands
    for options in context.progress(brands, total=len(brands), label="reports"):
        if context.stopping():
            break
        _report_of_last_week(context, options, counters)
    return counters


def _report_of_last_week(context: Context, options: BrandOptions, counters: Counters) -> None:
    settings, session = context.settings, context.session
    week = week_of(context.now, options.zone).before()
    due = due_at(week, options.zone, weekday=settings.report.weekday, hour=settings.report.hour)
    brand = store.brand_of(session, options.id)
    if context.now < due or brand is None or brand.id is None:
        return
    kept = store.report_of(session, brand.id, week.monday)
    if kept is not None:
        counters["files"] += _write_missing(kept, options.id, week, settings.report.folder)
    elif reason := _why_not(session, brand.id, week.window(options.zone), context.now):
        counters[reason] += 1
    else:
        figures = make_report(session, settings, options.id, str(week), context.now)
        # Written before it is kept: a file of the running week that someone asked for is replaced for certain.
        for form in KEPT_FORMS:
            write_whole(file_of(settings.report.folder, options.id, week, form), render_as(figures, form))
        _keep(session, brand, figures)
        session.commit()
        counters["made"] += 1


def _why_not(session: Session, brand_id: int, window: Window, now: datetime) -> str:
    """Why a due report is not made yet; empty when nothing stands against it."""
    listening = store.heard_sources(session, brand_id, window)
    if any(item.source.active and item.source.health is SourceHealth.WAITING for item in listening):
        return "waiting: first crawl"
    if not any(item.spans for item in listening) and not store.was_watched(session, brand_id, window[1]):
        return "waiting: nothing was watched that week"
    late = store.unread(session, brand_id, window, collected_after=now - PATIENCE)
    return "waiting: texts to be read" if late else ""


def _keep(session: Session, brand: Brand, figures: Figures) -> None:
    report = Report(
        brand_id=brand.id or 0,
        week_start=figures.monday,
        made_at=figures.made_at,
        figures=figures.model_dump(mode="json"),
    )
    session.add(report)


def _write_missing(kept: Report, slug: str, week: Week, folder: Path) -> int:
    """Write the files of a kept report that are gone, as they were; how many."""
    missing = [form for form in KEPT_FORMS if not file_of(folder, slug, week, form).exists()]
    for form in missing:
        write_whole(file_of(folder, slug, week, form), render_as(Figures.model_validate(kept.figures), form))
    return len(missing)


def file_of(folder: Path, slug: str, week: Week, form: str) -> Path:
    return folder / f"{slug}-{week}.{form}"


def render_as(figures: Figures, form: str) -> str:
    """A report as `html`, `csv` or `json`; ConfigError names them when it is none of these."""
    if form not in FORMS:
        raise ConfigError(f"format: {form!r} is not one of {', '.join(FORMS)}")
    return FORMS[form](figures)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all; ConfigError when it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"report: {path} cannot be written: {error.strerror}") from error


def make_report(session: Session, settings: Settings, brand_slug: str, week: str, now: datetime) -> Figures:
    """The figures of a brand's week (`2026-W46`, `last` or `current`) as the store tells them now; writes nothing.

    ConfigError for an unknown brand or week; MonitorError when nothing is stored of the brand yet.
    """
    options = next((brand for brand in settings.brands if brand.id == brand_slug), None)
    if options is None:
        known = ", ".join(brand.id for brand in settings.brands)
        raise ConfigError(f"brand: {brand_slug!r} is not one of {known}")
    chosen = parse_week(week, now, options.zone)
    brand = store.brand_of(session, brand_slug)
    if brand is None or brand.id is None:
        raise MonitorError(f"nothing is stored of the brand {brand_slug} yet: run `emberwatch run` first")
    return summarise(_gather(session, settings, options, brand.id, chosen, now))


def _gather(
    session: Session, settings: Settings, options: BrandOptions, brand_id: int, week: Week, now: datetime
) -> WeekFacts:
    windows = stretches(week, options.zone, now, settings.report.usual_weeks)
    return WeekFacts(
        brand=options.name,
        brand_slug=options.id,
        zone=options.zone,
        week=week,
        windows=windows,
        now=now,
        listening=store.heard_sources(session, brand_id, (windows[-1][0], windows[0][1])),
        said=_said(session, brand_id, windows, _days(week, options, now)),
        done=_done(session, brand_id, windows),
    )


def _days(week: Week, options: BrandOptions, now: datetime) -> list[Window]:
    """The seven days of the week, then those of the week before; none goes beyond `now`."""
    edges = [*week.before().edges(options.zone)[:-1], *week.edges(options.zone)]
    capped = [min(edge, now.astimezone(UTC)) for edge in edges]
    days = list(pairwise(capped))
    return [*days[7:], *days[:7]]


def _said(session: Session, brand_id: int, windows: Sequence[Window], days: Sequence[Window]) -> Said:
    this, before = windows[0], windows[1]
    whole = store.window_sums(session, brand_id, Dimension.ALL, [*windows, *days]).get("", [])
    whole = whole or [store.Sums()] * (len(windows) + len(days))
    by_day = whole[len(windows) :]

    def two(dimension: Dimension) -> dict[str, list[store.Sums]]:
        return store.window_sums(session, brand_id, dimension, [this, before])

    return Said(
        whole=whole[: len(windows)],
        days=list(zip(by_day[:7], by_day[7:], strict=True)),
        themes=store.window_sums(session, brand_id, Dimension.THEME, windows),
        languages=two(Dimension.LANGUAGE),
        sources=two(Dimension.SOURCE),
        reading=store.reading(session, brand_id, this),
        reading_before=store.reading(session, brand_id, before),
        praise=store.theme_praise(session, brand_id, this),
        praise_before=store.theme_praise(session, brand_id, before),
        theme_names=store.theme_names(session),
        complaints=store.candidates(session, brand_id, this, praise=False, each=CANDIDATES_EACH),
        compliments=store.candidates(session, brand_id, this, praise=True, each=CANDIDATES_EACH),
    )


def _done(session: Session, brand_id: int, windows: Sequence[Window]) -> Done:
    this, before = windows[0], windows[1]
    incidents = report_work.incidents_opened(session, brand_id, (windows[-1][0], this[1]))
    recent = [incident.id for incident in incidents if incident.id and incident.opened_at >= before[0]]
    return Done(
        incidents=incidents,
        first_sent=report_work.first_sent(session, recent),
        first_answered=report_work.first_answered(session, recent),
        alerts=report_work.alert_counts(session, brand_id, this),
        alerts_before=report_work.alert_counts(session, brand_id, before),
        reason_words={reason.value: reason.words for reason in Reason},
        cases=report_work.cases_of_window(session, brand_id, (before[0], this[1])),
        reopened=report_work.reopened(session, brand_id, this),
        reopened_before=report_work.reopened(session, brand_id, before),
    )
