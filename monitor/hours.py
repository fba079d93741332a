"""Hours of the week as people write them (`22:00-07:00`, `mon-fri 09:00-18:00`), and time counted in them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST = 50
"""More spans than anybody's week has."""
FURTHEST = timedelta(days=3660)
"""Where nothing is open for so long, time counts on all clocks from then: what is due some day must have a day."""
_DAY = 24 * 60
_WEEK = 7 * _DAY
_WRITTEN = re.compile(
    r"(?:(?P<days>(?:[a-z]{3})(?:\s*[-,]\s*[a-z]{3})*)\s*)?"
    r"(?:(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of some days of the week. They belong to the day they begin on; an end before the start is on the next."""

    days: frozenset[int]  # 0 is Monday
    start: time
    end: time  # midnight is the end of the day
    words: str

    def ends_after(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the hours in which `now` lies end, in UTC; None when it lies in none of them."""
        local = now.astimezone(zone)
        for day in (local.date() - timedelta(days=1), local.date()):
            if day.weekday() in self.days:
                start, end = self.on(day, zone)
                if start <= now < end:
                    return end
        return None

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When the hours that begin on a day begin and end, in UTC."""
        last = day + timedelta(days=1) if self._is_over_night else day
        return _moment(day, self.start, zone), _moment(last, self.end, zone)

    def starts_after(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the hours begin next, in UTC."""
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=number) for number in range(9))
        starts = (_moment(day, self.start, zone) for day in days if day.weekday() in self.days)
        return next(start for start in starts if start > now)

    @property
    def _is_over_night(self) -> bool:
        return self.end <= self.start

    def minutes(self) -> set[int]:
        """The minutes of the week that it covers, counted from Monday's midnight, on clocks that are never changed."""
        start, end = (at.hour * 60 + at.minute for at in (self.start, self.end))
        length = end - start + (_DAY if self._is_over_night else 0)
        return {(day * _DAY + start + minute) % _WEEK for day in self.days for minute in range(length)}


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of the wall clock in UTC, where times of two zones compare rightly.

    One that a change of the clocks leaves out is as much later; of one that comes twice it is the first.
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def parse_hours(written: object) -> Span:
    """Read hours of the week; ValueError names what is accepted."""
    if isinstance(written, Span):
        return written
    text = written.strip().lower() if isinstance(written, str) else ""
    found = _WRITTEN.fullmatch(text)
    if not text or not found:
        raise ValueError(f"{written!r} is not hours such as 22:00-07:00, mon-fri 09:00-18:00 or sat,sun")
    try:
        start, end = _time(found["start"] or "00:00"), _time(found["end"] or "24:00")
        return Span(_days(found["days"] or "mon-sun"), start, end, text)
    except ValueError as error:
        raise ValueError(f"{written!r}: {error}") from None


def _time(written: str) -> time:
    hour, minute = (int(part) for part in written.split(":"))
    if (hour, minute) == (24, 0):
        return time()
    if hour > 23 or minute > 59:
        raise ValueError(f"{written} is no time of the day")
    return time(hour, minute)


def _days(written: str) -> frozenset[int]:
    found: set[int] = set()
    for part in written.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        a, b = _day(first), _day(last or first)
        found |= {(a + step) % 7 for step in range((b - a) % 7 + 1)}
    return frozenset(found)


def _day(written: str) -> int:
    if written not in DAYS:
        raise ValueError(f"{written} is not one of {', '.join(DAYS)}")
    return DAYS.index(written)


def ends_at(hours: tuple[Span, ...], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the hours that `now` lies in are over, with those that follow at once; None when it lies in none of them.

    Hours that are never over (the whole week) end about a week from now.
    """
    end = now
    for _ in range(len(hours) * 7 + 1):
        later = [found for span in hours if (found := span.ends_after(end, zone))]
        if not later:
            break
        end = max(later)
    return end if end != now else None


def starts_at(hours: tuple[Span, ...], zone: ZoneInfo, now: datetime) -> datetime:
    """When the next of the hours begins."""
    return min(span.starts_after(now, zone) for span in hours)


def always_open(day: date) -> bool:  # noqa: ARG001 (the name that callers see)
    """No day is a holiday."""
    return False


def worked(
    start: datetime,
    duration: timedelta,
    hours: tuple[Span, ...],
    zone: ZoneInfo,
    closed: Callable[[date], bool] = always_open,
) -> datetime:
    """When so much open time has passed since `start`, in UTC; where it is never closed, that is `start + duration`.

    Open is what lies in the hours (all day, where there are none) that begin on a day which is not `closed`.
    """
    if not hours and closed is always_open:
        return start + duration
    cursor, left = start.astimezone(UTC), duration
    for opens, closes in _open_from(cursor, hours or (_ALL_WEEK,), zone, closed):
        begin = max(cursor, opens)
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, timedelta())
        cursor = max(cursor, closes)
    return max(cursor, start + FURTHEST) + left


def _open_from(
    moment: datetime, hours: tuple[Span, ...], zone: ZoneInfo, closed: Callable[[date], bool]
) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches that end after the moment, by their begin; they may overlap."""
    first = moment.astimezone(zone).date() - timedelta(days=1)  # its hours may last over midnight
    for number in range(FURTHEST.days):
        day = first + timedelta(days=number)
        if not closed(day):
            spans = sorted(span.on(day, zone) for span in hours if day.weekday() in span.days)
            yield from (span for span in spans if span[1] > moment)


def leave_nothing(quiet: tuple[Span, ...], on_call: tuple[Span, ...]) -> bool:
    """Whether no minute of the week is left that is outside the ones and, if there are any, inside the others."""
    left = set(range(_WEEK)).difference(*(span.minutes() for span in quiet))
    return not left.intersection(set().union(*(span.minutes() for span in on_call)) if on_call else left)


_ALL_WEEK = parse_hours("mon-sun")

Hours = Annotated[Span, BeforeValidator(parse_hours), PlainSerializer(lambda span: span.words, return_type=str)]
