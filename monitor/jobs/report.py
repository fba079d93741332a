"""Makes the report of last week for each brand when it is due, keeps its figures, and writes it as HTML and CSV."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from monitor.alerting import notifiers, routing
from monitor.alerting.channel import ChannelOptions, find_known
from monitor.alerting.routing import Reason
from monitor.config import BrandOptions, Settings
from monitor.errors import ConfigError, MonitorError
from monitor.facts import Dimension, Message
from monitor.jobs.context import Context, Counters
from monitor.models import Alert, AlertState, Brand, Report, SourceHealth
from monitor.reports import letter, render
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
CAUGHT_UP = 4
"""Weeks: those that were missed since the last report are made up for, as far back as this."""


def run(context: Context) -> Counters:
    """Make what is due and missing, brand by brand, owe it to its channels, and write the files that are missing."""
    counters = _write_unquoted(context)
    brands = context.settings.brands
    for options in context.progress(brands, total=len(brands), label="reports"):
        brand = store.brand_of(context.session, options.id)
        if brand is None:
            continue
        for week in _due_weeks(context, options, brand):
            if context.stopping():
                return counters
            _report_of(context, options, brand, week, counters)
    return counters


def _due_weeks(context: Context, options: BrandOptions, brand: Brand) -> list[Week]:
    """Last week if it is due, after those that were missed since the last report, oldest first."""
    report, zone = context.settings.report, options.zone
    last = week_of(context.now, zone).before()
    if context.now < due_at(last, zone, weekday=report.weekday, hour=report.hour):
        last = last.before()
    newest = report_work.newest_report(context.session, brand.id or 0)
    if newest is None:
        return [last] if last == week_of(context.now, zone).before() else []
    missed = (last.before(weeks) for weeks in reversed(range(CAUGHT_UP)))
    return [week for week in missed if week.monday > newest or week == last]


def _report_of(context: Context, options: BrandOptions, brand: Brand, week: Week, counters: Counters) -> None:
    session, folder = context.session, context.settings.report.folder
    kept = store.report_of(session, brand.id or 0, week.monday)
    if kept is not None:
        counters["files"] += _write_missing(kept, options.id, week, folder)
    elif reason := _why_not(session, brand.id or 0, week.window(options.zone), context.now):
        counters[reason] += 1
    else:
        figures = make_report(session, context.settings, options.id, str(week), context.now)
        # Written before it is kept: a file of the running week that someone asked for is replaced for certain.
        _write(figures, week, folder)
        done = _keep(context, options, brand, figures)
        counters.update(done)
        if not done and (kept := store.report_of(session, brand.id or 0, week.monday)):
            _write(figures_of(kept), week, folder)


def _why_not(session: Session, brand_id: int, window: Window, now: datetime) -> str:
    """Why a due report is not made yet; empty when nothing stands against it."""
    listening = store.heard_sources(session, brand_id, window)
    if any(item.source.active and item.source.health is SourceHealth.WAITING for item in listening):
        return "waiting: first crawl"
    if not any(item.spans for item in listening) and not store.was_watched(session, brand_id, window[1]):
        return "waiting: nothing was watched that week"
    late = store.unread(session, brand_id, window, collected_after=now - PATIENCE)
    return "waiting: texts to be read" if late else ""


def _keep(context: Context, options: BrandOptions, brand: Brand, figures: Figures) -> Counters:
    """Keep a report together with what is owed because of it: one transaction, so that it is owed exactly once."""
    session = context.session
    report = Report(
        brand_id=brand.id or 0,
        week_start=figures.monday,
        made_at=figures.made_at,
        figures=figures.model_dump(mode="json"),
    )
    session.add(report)
    try:
        session.flush()
    except IntegrityError:  # another process kept one meanwhile: its figures are the report, and it sends it
        session.rollback()
        return Counter()
    owed = [_alert(context, report, figures, channel) for channel in _channels(context.settings, options)]
    session.add_all(owed)
    session.commit()
    return Counter({"made": 1}) + Counter(
        f"{'owed' if alert.state is AlertState.PENDING else 'withheld'} {alert.reason}" for alert in owed
    )


def _channels(settings: Settings, options: BrandOptions) -> list[ChannelOptions]:
    """The channels that the reports of a brand go to, each once."""
    wanted = settings.report.channels if options.report_channels is None else options.report_channels
    return [settings.channel(channel) for channel in dict.fromkeys(wanted)]


def _alert(context: Context, report: Report, figures: Figures, channel: ChannelOptions) -> Alert:
    """What is owed holds a reference only: the message is made of the kept figures each time it is sent."""
    reason = routing.decide_report(channel, over_since=figures.end, now=context.now)
    send = reason is Reason.WEEKLY_REPORT
    return Alert(
        key=_key(figures, channel.id),
        report_id=report.id,
        channel=channel.id,
        state=AlertState.PENDING if send else AlertState.WITHHELD,
        reason=reason,
        created_at=context.now,
        next_try_at=context.now if send else None,
    )


def _key(figures: Figures, channel: str) -> str:
    """Of brand, week and channel, so that even a report that was lost and made again is not sent twice."""
    week = f"{figures.brand_slug}:{figures.week}"
    if len(week) > 48:  # with the longest id of a channel it would not fit into the column
        week = hashlib.sha256(week.encode()).hexdigest()[:48]
    return f"report:{week}:{channel}"


def _write(figures: Figures, week: Week, folder: Path) -> None:
    for form in KEPT_FORMS:
        write_whole(file_of(folder, figures.brand_slug, week, form), render_as(figures, form))


def _write_missing(kept: Report, slug: str, week: Week, folder: Path) -> int:
    """Write the files of a kept report that are gone, as they were; how many."""
    missing = [form for form in KEPT_FORMS if not file_of(folder, slug, week, form).exists()]
    for form in missing:
        write_whole(file_of(folder, slug, week, form), render_as(figures_of(kept), form))
    return len(missing)


def _write_unquoted(context: Context) -> Counters:
    """Write anew the files of kept reports that quoted a text which is gone at its source; those that are there."""
    counters: Counters = Counter()
    session, folder = context.session, context.settings.report.folder
    for kept in report_work.unquoted(session):
        try:
            figures = figures_of(kept)
        except MonitorError:  # left to the version that can read them
            continue
        report_work.forget_unquoted(session, kept)
        for form in KEPT_FORMS:
            if (path := file_of(folder, figures.brand_slug, figures.week, form)).exists():
                write_whole(path, render_as(figures, form))
                counters["files without a quote"] += 1
        session.commit()
    return counters


def file_of(folder: Path, slug: str, week: Week | str, form: str) -> Path:
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
        with suppress(OSError):  # on a full disk every part counts
            part.unlink(missing_ok=True)
        raise ConfigError(f"report: {path} cannot be written: {error.strerror}") from error


def send_report(
    session: Session, settings: Settings, brand_slug: str, week: str, channel_id: str, now: datetime
) -> str:
    """Send the report of a brand's week to a channel at once and return the receipt; the outbox knows nothing of it.

    The kept figures are sent if the week has some. DeliveryError says what is wrong with the channel.
    """
    channel = find_known(settings.channels, channel_id)
    monday = parse_week(week, now, _known_brand(settings, brand_slug).zone).monday
    brand = store.brand_of(session, brand_slug)
    kept = store.report_of(session, brand.id or 0, monday) if brand else None
    figures = figures_of(kept) if kept else make_report(session, settings, brand_slug, week, now)
    key = f"report by hand:{brand_slug}:{figures.week}:{channel_id}:{now:%Y%m%dT%H%M%S%f}"
    return notifiers.send(channel, letter_of(figures, settings, key=key)).words


def letter_of(figures: Figures, settings: Settings, *, key: str) -> Message:
    """The message of a report, as the config wants it."""
    return letter.build(figures, key=key, dashboard=settings.dashboard.link, attach=settings.report.attach)


def figures_of(kept: Report) -> Figures:
    """The figures of a kept report; MonitorError when another version kept them and they cannot be read."""
    try:
        return Figures.model_validate(kept.figures)
    except ValidationError as error:
        raise MonitorError(
            f"the figures of the report of {kept.week_start} cannot be read by this version: "
            f"{error.error_count()} parts do not fit"
        ) from error


def make_report(session: Session, settings: Settings, brand_slug: str, week: str, now: datetime) -> Figures:
    """The figures of a brand's week (`2026-W46`, `last` or `current`) as the store tells them now; writes nothing.

    ConfigError for an unknown brand or week; MonitorError when nothing is stored of the brand yet.
    """
    options = _known_brand(settings, brand_slug)
    chosen = parse_week(week, now, options.zone)
    brand = store.brand_of(session, brand_slug)
    if brand is None or brand.id is None:
        raise MonitorError(f"nothing is stored of the brand {brand_slug} yet: run `emberwatch run` first")
    return summarise(_gather(session, settings, options, brand.id, chosen, now))


def _known_brand(settings: Settings, slug: str) -> BrandOptions:
    options = next((brand for brand in settings.brands if brand.id == slug), None)
    if options is None:
        known = ", ".join(brand.id for brand in settings.brands)
        raise ConfigError(f"brand: {slug!r} is not one of {known}")
    return options


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
        answered_by=report_work.answered_by(session, recent),
    )
