"""All that was read from the store for one report, before anything is made of it."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.models import Incident
from monitor.reports.comparing import Beside
from monitor.reports.learned import Learned
from monitor.reports.weeks import Week, Window
from monitor.reports.worked import Worked
from monitor.store.report_found import FoundFacts
from monitor.store.report_work import AlertCount
from monitor.store.reports import Candidate, HeardSource, Reading, Sums


@dataclass(frozen=True, slots=True)
class Said:
    """What was said. Lists of sums hold one entry per window: this week's first, then each week before."""

    whole: list[Sums]
    days: list[tuple[Sums, Sums]]  # Monday to Sunday: this week's and last week's
    themes: dict[str, list[Sums]]
    languages: dict[str, list[Sums]]  # two windows
    sources: dict[str, list[Sums]]  # two windows
    reading: Reading
    reading_before: Reading
    praise: dict[str, tuple[float, float]]  # per theme: sums of P(positive) and of P(1-P)
    praise_before: dict[str, tuple[float, float]]
    theme_names: dict[str, str]
    complaints: list[Candidate]
    compliments: list[Candidate]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done. Incidents are those opened in any of the windows, in order."""

    incidents: list[Incident]
    first_sent: dict[int, datetime]
    first_answered: dict[int, datetime]
    alerts: list[AlertCount]
    alerts_before: list[AlertCount]
    reason_words: dict[str, str]  # the reasons of alerts, for people
    reopened: int
    reopened_before: int
    answered_by: dict[int, tuple[str, ...]] = field(default_factory=dict)  # per incident, the most answers first


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """`windows` are the week (up to `now` while it is running) and the weeks before it, newest first."""

    brand: str
    brand_slug: str
    zone: ZoneInfo
    week: Week
    windows: list[Window]
    now: datetime
    listening: list[HeardSource]
    said: Said
    done: Done
    learned: Learned = field(default_factory=Learned)
    beside: Beside = field(default_factory=Beside)
    found: list[FoundFacts] = field(default_factory=list)
    worked: Worked = field(default_factory=Worked)
