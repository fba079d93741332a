"""Gathers from the store what a weekly report is made of, and makes its figures; writes nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from sqlmodel import Session

from monitor.alerting.routing import Reason
from monitor.config import BrandOptions, Settings
from monitor.errors import ConfigError, MonitorError
from monitor.facts import Dimension
from monitor.jobs.beside import beside
from monitor.jobs.handling import worked
from monitor.jobs.learning import learned
from monitor.reports import found
from monitor.reports.facts import Done, Said, WeekFacts
from monitor.reports.figures import Figures
from monitor.reports.redacted import redacted
from monitor.reports.themes import CANDIDATES_EACH
from monitor.reports.weekly import summarise
from monitor.reports.weeks import Week, Window, parse_week, stretches
from monitor.store import report_found, report_work
from monitor.store import reports as store


def make_report(session: Session, settings: Settings, brand_slug: str, week: str, now: datetime) -> Figures:
    """The figures of a brand's week (`2026-W46`, `last` or `current`) as the store tells them now; writes nothing.

    ConfigError for an unknown brand or week; MonitorError when nothing is stored of the brand yet.
    """
    options = known_brand(settings, brand_slug)
    chosen = parse_week(week, now, options.zone)
    brand = store.brand_of(session, brand_slug)
    if brand is None or brand.id is None:
        raise MonitorError(f"nothing is stored of the brand {brand_slug} yet: run `emberwatch run` first")
    figures = summarise(_gather(session, settings, options, brand.id, chosen, now))
    return redacted(figures, settings.redactor)


def known_brand(settings: Settings, slug: str) -> BrandOptions:
    options = next((brand for brand in settings.brands if brand.id == slug), None)
    if options is None:
        known = ", ".join(brand.id for brand in settings.ours)
        raise ConfigError(f"brand: {slug!r} is not one of {known}")
    if options.competitor:
        raise ConfigError(f"brand: {slug!r} is a competitor: the reports of your brands compare them with it")
    return options


def _gather(
    session: Session, settings: Settings, options: BrandOptions, brand_id: int, week: Week, now: datetime
) -> WeekFacts:
    windows = stretches(week, options.zone, now, settings.report.usual_weeks)
    said, done = _said(session, brand_id, windows, _days(week, options, now)), _done(session, brand_id, windows)
    listening = store.heard_sources(session, brand_id, (windows[-1][0], windows[0][1]))
    return WeekFacts(
        brand=options.name,
        brand_slug=options.id,
        zone=options.zone,
        week=week,
        windows=windows,
        now=now,
        listening=listening,
        said=said,
        done=done,
        beside=beside(session, settings, options, windows, listening=listening, incidents=done.incidents),
        learned=learned(session, settings, brand_id, windows, whole=said.whole, incidents=done.incidents, now=now),
        worked=worked(session, settings, options, brand_id, week, windows, now),
        found=report_found.found_facts(session, brand_id, windows, most=found.SHOWN, each=found.QUOTABLE),
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
        reopened=report_work.reopened(session, brand_id, this),
        reopened_before=report_work.reopened(session, brand_id, before),
        answered_by=report_work.answered_by(session, recent),
    )
