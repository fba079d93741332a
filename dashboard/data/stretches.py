"""The days that a page looks back on, and the same number of days before them to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = (7, 30, 90)
USUAL = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many days of the brand's zone up to now, today included; `before` is as far into its days as now is."""

    days: int
    start: datetime
    end: datetime
    before: tuple[datetime, datetime]


def read(query: Mapping[str, str]) -> int:
    """The number of days that an address asks for."""
    said = query.get("days", "")
    return next((days for days in DAYS if str(days) == said), USUAL)


def stretch(days: int, now: datetime, zone: ZoneInfo) -> Stretch:
    """The last `days` days."""
    local = now.astimezone(zone)
    first = local.date() - (days - 1) * _DAY
    same_time = datetime.combine(local.date() - days * _DAY, local.time(), zone).astimezone(UTC)
    return Stretch(days, midnight(first, zone), now, (midnight(first - days * _DAY, zone), same_time))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC; what two zones call so is not as far apart on every day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def mondays(first: datetime, now: datetime, zone: ZoneInfo) -> list[date]:
    """The Mondays of the weeks that [first, now] touches, in order."""
    begin, end = first.astimezone(zone).date(), now.astimezone(zone).date()
    monday = begin - begin.weekday() * _DAY
    return [monday + 7 * i * _DAY for i in range((end - monday).days // 7 + 1)]
