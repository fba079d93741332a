"""ISO weeks as people of one time zone live them: Monday 00:00 to Monday 00:00, whatever the clocks do."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.errors import ConfigError

Window = tuple[datetime, datetime]  # aware, UTC; the end is not part of it
_NAME = re.compile(r"(\d{4})-W(\d{2})")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week, by its Monday; `str` gives its name, for example `2026-W46`."""

    monday: date

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def before(self, weeks: int = 1) -> "Week":
        return Week(self.monday - timedelta(weeks=weeks))

    def edges(self, zone: ZoneInfo) -> list[datetime]:
        """The eight midnights of the week in UTC; a day is 23 or 25 hours long when the clocks change."""
        return [_midnight(self.monday + timedelta(days=day), zone) for day in range(8)]

    def window(self, zone: ZoneInfo) -> Window:
        return _midnight(self.monday, zone), _midnight(self.monday + timedelta(days=7), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def week_of(moment: datetime, zone: ZoneInfo) -> Week:
    """The week that a moment lies in, seen from `zone`."""
    day = moment.astimezone(zone).date()
    return Week(day - timedelta(days=day.weekday()))


def parse_week(text: str, now: datetime, zone: ZoneInfo) -> Week:
    """Read `2026-W46`, `last` or `current`; ConfigError when it is none of them or has not begun."""
    current = week_of(now, zone)
    if text in {"last", "current"}:
        return current if text == "current" else current.before()
    week = _named(text)
    if week is None:
        raise ConfigError(f"week: {text!r} is not a week such as {current.before()}, last or current")
    if week > current:
        raise ConfigError(f"week: {text} has not begun; the current week is {current}")
    return week


def _named(text: str) -> Week | None:
    match = _NAME.fullmatch(text)
    if match is None:
        return None
    try:
        return Week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    except ValueError:  # week 53 of a year that has 52
        return None


def due_at(week: Week, zone: ZoneInfo, *, weekday: int, hour: int) -> datetime:
    """When the report of `week` is due: on `weekday` (1 is Monday) of the week after it, local time."""
    day = week.monday + timedelta(days=6 + weekday)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def stretches(week: Week, zone: ZoneInfo, now: datetime, weeks_before: int) -> list[Window]:
    """The window of the week, then of each week before it, newest first.

    While the week is running, all windows end as far into their week as `now` is into this one: like is
    compared with like.
    """
    start, end = week.window(zone)
    elapsed = min(now, end) - start
    windows = [(start, start + elapsed)]
    for back in range(1, weeks_before + 1):
        first, last = week.before(back).window(zone)
        windows.append((first, last if now >= end else min(last, first + elapsed)))
    return windows
