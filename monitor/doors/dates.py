"""Reads the dates of a column: which of day and month comes first is decided once, for all of its rows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

from monitor.doors.clocks import ascii_digits, clock_of, split
from monitor.doors.months import MONTHS, by_dateparser
from monitor.doors.tables import Cell
from monitor.edge import FIRST_YEAR
from monitor.facts import Precision

LONGEST = 80
"""Characters of a date; a longer text is none."""
EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (what a sheet counts from has no zone)
AHEAD = timedelta(hours=36)
"""Clocks and zones differ; a date that lies further ahead was read wrongly or is a mistake."""
MOST_GUESSES = 300
LEAST_NUMBERS = 2
"""A day and a year; months may be words."""
_EPOCHS = ((10**8, 10**10, 1), (10**11, 10**13, 1_000), (10**14, 10**16, 1_000_000))  # seconds, milli-, microseconds

Claim = tuple[datetime | None, Precision]
NOT_TOLD: Claim = (None, Precision.UNKNOWN)


class Order(StrEnum):
    """What comes first where all are numbers; a year of four digits at the start is followed by the month."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"

    @property
    def words(self) -> str:
        return "day before month" if self is Order.DAY_FIRST else "month before day"


class NoDate(ValueError):
    """Not a date; says why."""


_YEAR_FIRST = re.compile(r"(\d{4})[-/.\s年년]\s*(\d{1,2})[-/.\s月월]\s*(\d{1,2})\s*[日일]?\.?")
_NUMBERS = re.compile(r"(\d{1,2})[-/.\s]\s*(\d{1,2})[-/.\s]\s*(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})Z?)?")
_WORD = re.compile(r"[^\W\d_][\w'\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]*\.?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")


@dataclass
class Evidence:
    """What the values of a column say about its order; gathered from all rows before any is read."""

    day_first: int = 0  # rows where only the first number can be the day
    month_first: int = 0
    either: int = 0
    at_midnight: int = 0
    with_clock: int = 0
    ahead: Counter[Order] = field(default_factory=Counter)  # rows that would lie in the future

    def add(self, value: Cell, now: datetime) -> None:
        if isinstance(value, datetime):
            self._count_clock(value.time())
            return
        if not isinstance(value, str) or len(value) > LONGEST:
            return
        day, clock, _ = split(value)
        if clock is not None:
            self._count_clock(clock)
        if (match := _NUMBERS.fullmatch(day)) is not None:
            self._numbers(int(match[1]), int(match[2]), _year(match[3], now), now)

    def _count_clock(self, clock: time) -> None:
        self.with_clock += 1
        self.at_midnight += clock == time()

    def _numbers(self, first: int, second: int, year: int, now: datetime) -> None:
        self.day_first += first > 12 >= second
        self.month_first += second > 12 >= first
        self.either += first <= 12 and second <= 12 and first != second
        for order, month, day in ((Order.DAY_FIRST, second, first), (Order.MONTH_FIRST, first, second)):
            self.ahead[order] += (year, month, day) > (now.year, now.month, now.day + 1)

    @property
    def is_mixed(self) -> bool:
        return bool(self.day_first and self.month_first)

    def order(self, usual: Order) -> tuple[Order, str]:
        """The order of the column, and why it is taken."""
        if self.is_mixed and self.day_first == self.month_first:
            return usual, "its rows contradict each other: say --dates dmy or mdy"
        if self.day_first != self.month_first:
            order = Order.DAY_FIRST if self.day_first > self.month_first else Order.MONTH_FIRST
            return order, "" if not self.is_mixed else "by most of its rows"
        if not self.either:
            return usual, ""
        ahead = self.ahead[Order.DAY_FIRST] - self.ahead[Order.MONTH_FIRST]
        if ahead:
            order = Order.MONTH_FIRST if ahead > 0 else Order.DAY_FIRST
            return order, "the other way some would lie in the future"
        return usual, "no row decides it: say --dates dmy or mdy if it is wrong"

    @property
    def days_only(self) -> bool:
        """Every time is midnight: the file knows days, and its software wrote 00:00 behind them."""
        return bool(self.with_clock) and self.at_midnight == self.with_clock


@dataclass(slots=True)
class Guesses:
    """How often in a row the slow way found nothing: then the column is none of dates, and nothing more is guessed."""

    failed: int = 0


@dataclass(frozen=True, slots=True)
class Dates:
    """How the dates of one column are read."""

    order: Order
    zone: tzinfo
    now: datetime
    days_only: bool = False
    guesses: Guesses = field(default_factory=Guesses)

    def read(self, value: Cell) -> Claim:
        """An aware time with how exact it is; NoDate says what is wrong."""
        if isinstance(value, bool):
            raise NoDate("is no date")
        if value is None or (isinstance(value, str) and value.strip() in NOTHING):
            return NOT_TOLD
        claim, precision = self._typed(value) if not isinstance(value, str) else self._written(value)
        if claim.year < FIRST_YEAR:
            raise NoDate(f"lies before {FIRST_YEAR}")
        if claim > self.now + AHEAD:
            raise NoDate("lies in the future")
        return claim, precision

    def _at(self, moment: datetime, zone: tzinfo | None = None) -> tuple[datetime, Precision]:
        """A moment in UTC. Where the file knows only days, the day as it is written: in UTC it may be another one."""
        if self.days_only:
            return datetime.combine(moment.date(), time(), UTC), Precision.DAY
        return _placed(moment if moment.tzinfo else moment.replace(tzinfo=zone or self.zone)), Precision.SECOND

    def _typed(self, value: datetime | date | float) -> tuple[datetime, Precision]:
        if isinstance(value, datetime):
            return self._at(value)
        if isinstance(value, date):
            return datetime.combine(value, time(), UTC), Precision.DAY
        return self._counted(float(value))

    def _written(self, value: str) -> tuple[datetime, Precision]:
        if len(value) > LONGEST:
            raise NoDate("is no date")
        if _ISO.fullmatch(value.strip()):
            return self._iso(value.strip())
        if match := _COMPACT.fullmatch(value.strip()):
            return self._compact(match)
        day, clock, zone = split(value)
        if clock is None and re.fullmatch(r"\d+(?:\.\d+)?", day):
            return self._counted(float(day))
        found = self._day(day)
        if found is None:
            return self._otherwise(value)
        if clock is None:
            return datetime.combine(found, time(), UTC), Precision.DAY
        return self._at(datetime.combine(found, clock), zone)

    def _compact(self, match: re.Match[str]) -> tuple[datetime, Precision]:
        day = _dated(*(int(number) for number in match.groups()[:3]))
        if match[4] is None:
            return datetime.combine(day, time(), UTC), Precision.DAY
        clock = clock_of(int(match[4]), int(match[5]), int(match[6]), "")
        if clock is None:
            raise NoDate("has no such time of day")
        return self._at(datetime.combine(day, clock), UTC if match[0].endswith("Z") else None)

    def _counted(self, number: float) -> tuple[datetime, Precision]:
        """Seconds, milli- or microseconds since 1970; or the days that a sheet counts from 1900."""
        for low, high, per_second in _EPOCHS:
            if low <= number < high:
                return datetime.fromtimestamp(number / per_second, UTC), Precision.SECOND
        if not EXCEL_DAYS[0] <= number < EXCEL_DAYS[1]:
            raise NoDate("is no date")
        at = EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
        return (at.replace(tzinfo=UTC), Precision.DAY) if number == int(number) else self._at(at)

    def _iso(self, value: str) -> tuple[datetime, Precision]:
        try:
            found = datetime.fromisoformat(value)
        except ValueError as error:
            raise NoDate("is no day of the calendar") from error
        if len(value) <= 10:
            return found.replace(tzinfo=UTC), Precision.DAY
        return self._at(found)

    def _day(self, day: str) -> date | None:
        """The day in words and numbers; None when it is in none of the usual forms."""
        if match := _YEAR_FIRST.fullmatch(day):
            return _dated(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMBERS.fullmatch(day):
            first, second, year = int(match[1]), int(match[2]), _year(match[3], self.now)
            month, number = (second, first) if self.order is Order.DAY_FIRST else (first, second)
            if month > 12 >= number:
                raise NoDate(f"has no month {month} with the {self.order.words} as in this column")
            return _dated(year, month, number)
        return _worded(day, self.now)

    def _otherwise(self, value: str) -> tuple[datetime, Precision]:
        """The rare forms and languages; slow, so that the same day is looked at once."""
        found = None
        if self.guesses.failed < MOST_GUESSES and len(re.findall(r"\d+", value)) >= LEAST_NUMBERS:
            found = by_dateparser(value, self.order is Order.DAY_FIRST)
        self.guesses.failed = self.guesses.failed + 1 if found is None else 0
        if found is None:
            raise NoDate("is no date")
        if found.time() == time() and ":" not in value:
            return found.replace(tzinfo=UTC), Precision.DAY
        return self._at(found)


NOTHING = frozenset({"", "-", "–", "--", "n/a", "N/A", "NA", "null", "NULL", "None", "none", "nan", "NaN"})


def _year(written: str, now: datetime) -> int:
    year = int(written)
    if len(written) == 4:
        return year
    return 2000 + year if 2000 + year <= now.year + 1 else 1900 + year


@lru_cache(maxsize=8192)
def _worded(day: str, now: datetime) -> date | None:
    """`5 March 2024`, `Mar 5 24`, `۵ مارچ ۲۰۲۴`: one month by name, and two numbers, in any order."""
    words = [MONTHS.get(word.rstrip(".").casefold()) for word in _WORD.findall(day)]
    months = [month for month in words if month is not None]
    numbers = re.findall(r"\d+", day)
    if len(months) != 1 or len(numbers) != 2:
        return None
    year = max(numbers, key=lambda number: (len(number), numbers.index(number)))
    number = next(other for other in (numbers if year == numbers[1] else numbers[::-1]))
    return _dated(_year(year, now) if len(year) in (2, 4) else 0, months[0], int(number))


def _dated(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NoDate("is no day of the calendar") from error


def _placed(moment: datetime) -> datetime:
    """In UTC; at the edges of what a datetime can say, as it stands."""
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC)


def looks_dated(values: Iterable[Cell], now: datetime) -> float:
    """The share of values that are dates; of numbers only those that surely are times."""
    read = Dates(Order.DAY_FIRST, UTC, now), Dates(Order.MONTH_FIRST, UTC, now)
    told = [value for value in values if value is not None and str(value).strip()]
    return sum(any(_reads(one, value) for one in read) for value in told) / len(told) if told else 0.0


def _reads(dates: Dates, value: Cell) -> bool:
    if isinstance(value, str) and not re.search(r"\d[\s/.\-:年月]|^\d{9,}$", ascii_digits(value)):
        return False
    if isinstance(value, int | float) and value < EXCEL_DAYS[1]:
        return False
    try:
        return dates.read(value)[0] is not None
    except NoDate:
        return False
