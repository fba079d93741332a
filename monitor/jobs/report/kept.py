"""The figures of a week: those that were kept where there are some, else those that the store tells now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlmodel import Session

from monitor.config import Settings
from monitor.errors import ConfigError, MonitorError
from monitor.jobs.gathering import known_brand, make_report
from monitor.models import Report
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.forms import Reported
from monitor.reports.together import put_together
from monitor.reports.weeks import Week, parse_week
from monitor.store import reports as store


@dataclass(frozen=True, slots=True)
class Chosen:
    """Figures and whether they were `kept`, so that they are the same whenever they are asked for.

    `anew`: nobody looked whether some are kept.
    """

    figures: Reported
    kept: bool
    anew: bool = False

    @property
    def words(self) -> str:
        made = f"{self.figures.made_at:%Y-%m-%d %H:%M} UTC"
        if self.kept:
            return f"the report kept on {made}"
        return "what is stored now" if self.anew else "what is stored now; no report of the week is kept"


def chosen(
    session: Session, settings: Settings, brand_slug: str, week: str, now: datetime, *, anew: bool = False
) -> Chosen:
    """The figures of a brand's week: those kept, unless there are none or they are wanted `anew`."""
    monday = parse_week(week, now, known_brand(settings, brand_slug).zone).monday
    brand = store.brand_of(session, brand_slug)
    kept = store.report_of(session, brand.id or 0, monday) if brand and not anew else None
    if kept is not None:
        return Chosen(figures_of(kept), kept=True)
    return Chosen(make_report(session, settings, brand_slug, week, now), kept=False, anew=anew)


def chosen_together(session: Session, settings: Settings, week: str, now: datetime, *, anew: bool = False) -> Chosen:
    """The same of all brands: put together from the reports kept of each brand, as far as there are some."""
    if not has_several(settings):
        raise ConfigError("--together: there is one brand in the config, and nothing to put beside it")
    zone = zone_of(settings)
    monday = parse_week(week, now, zone)
    kept = store.report_of(session, None, monday.monday) if not anew else None
    if kept is not None:
        return Chosen(figures_of(kept), kept=True)
    parts = [_part(session, settings, brand.id, monday, now, anew=anew) for brand in settings.ours]
    return Chosen(together_of(settings, [one for one in parts if one is not None], monday, now), kept=False, anew=anew)


def _part(session: Session, settings: Settings, slug: str, week: Week, now: datetime, *, anew: bool) -> Figures | None:
    """One brand's figures for the report of all; None of a brand of which nothing is stored yet."""
    if store.brand_of(session, slug) is None:
        return None
    found = chosen(session, settings, slug, str(week), now, anew=anew).figures
    return found if isinstance(found, Figures) else None


def together_of(settings: Settings, parts: Sequence[Figures], week: Week, now: datetime) -> TogetherFigures:
    """The report of all brands; MonitorError where there is nothing to make it of."""
    if not parts:
        raise MonitorError(f"there is no report of any brand of week {week} to put together")
    there = {one.brand_slug for one in parts}
    missing = [brand.name for brand in settings.ours if brand.id not in there]
    return put_together(parts, zone=zone_of(settings), week=week, now=now, missing=missing)


def zone_of(settings: Settings) -> ZoneInfo:
    """The time zone of the report of all brands."""
    return ZoneInfo(settings.report.time_zone or settings.ours[0].time_zone)


def has_several(settings: Settings) -> bool:
    """Whether there is more than one brand to put side by side."""
    return len(settings.brands) > 1


def figures_of(kept: Report) -> Reported:
    """The figures of a kept report; MonitorError when another version kept them and they cannot be read."""
    shape = TogetherFigures if kept.brand_id is None else Figures
    try:
        return shape.model_validate(kept.figures)
    except ValidationError as error:
        raise MonitorError(
            f"the figures of the report of {kept.week_start} cannot be read by this version: "
            f"{error.error_count()} parts do not fit"
        ) from error
