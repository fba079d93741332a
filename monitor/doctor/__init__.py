"""The doctor: looks at everything that an installation needs and says what is wrong and what to do about it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.config import Settings
from monitor.doctor import channels, database, doors, jobs, login, model, places, posting, reports
from monitor.doctor import settings as config_rules
from monitor.doctor.area import Area
from monitor.verdict import Verdict, skipped

__all__ = ["Area", "Step", "check_params", "steps"]

check_params = places.check_params


@dataclass(frozen=True, slots=True)
class Step:
    """Something to look at, and what people read while they wait for it."""

    area: Area
    label: str
    verdicts: Callable[[], Iterator[Verdict]]


def steps(
    settings: Settings,
    config: Path,
    now: datetime,
    *,
    only: Collection[Area] = (),
    offline: bool = False,
    deep: bool = False,
) -> list[Step]:
    """What to look at, in order; `offline` leaves alone what is on other machines, `deep` takes time."""
    url = settings.database.url
    every = [
        Step(Area.CONFIG, "reading the config", lambda: config_rules.examine(settings)),
        Step(Area.DATABASE, "looking at the database", lambda: database.examine(url, deep=deep)),
        Step(Area.MODEL, "loading the model", lambda: model.examine(settings.analysis, settings.themes)),
        Step(Area.REPORTS, "looking at the report folder", lambda: reports.examine(settings.report.folder)),
        _far(Area.SOURCES, len(settings.sources), offline, lambda: places.examine(settings, config, now)),
        _far(Area.DOORS, len(settings.doors), offline, lambda: doors.examine(settings)),
        _far(Area.CHANNELS, len(settings.channels), offline, lambda: channels.examine(settings.channels)),
        *_posting(settings, offline),
        *_login(settings, offline),
        Step(Area.JOBS, "looking at the jobs", lambda: jobs.examine(url, now)),
    ]
    return [step for step in every if not only or step.area in only]


def _posting(settings: Settings, offline: bool) -> list[Step]:
    """Nothing is said of posting where answers are copied by hand."""
    if not settings.posting:
        return []
    return [_far(Area.POSTING, len(settings.posting), offline, lambda: posting.examine(settings))]


def _login(settings: Settings, offline: bool) -> list[Step]:
    """Nothing is said of logins where nobody logs in."""
    if settings.dashboard.login is None:
        return []
    return [_far(Area.LOGIN, 1, offline, lambda: login.examine(settings))]


def _far(area: Area, number: int, offline: bool, verdicts: Callable[[], Iterator[Verdict]]) -> Step:
    if offline:
        return Step(area, "", lambda: iter([skipped(area, area.value, f"{number} not asked (--offline)")]))
    return Step(area, f"asking {number} {area.value}", verdicts)
