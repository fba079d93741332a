"""Figures in words: numbers, shares, durations and comparisons the way people read them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.clock import spoken_duration
from monitor.reports.compare import NOBODY
from monitor.reports.figures import Better, Figure, Unit
from monitor.spreadsheet import reads_right_to_left

UNKNOWN = "–"
LITTLE_HEARD = 0.9
"""A source of which less of the week is known is said to be not fully heard."""
_PERCENT = "\N{NO-BREAK SPACE}%"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_NOUNS = {
    Unit.MENTIONS: ("mention", "mentions"),
    Unit.AUTHORS: ("author", "authors"),
    Unit.INCIDENTS: ("incident", "incidents"),
    Unit.CASES: ("case", "cases"),
    Unit.ALERTS: ("alert", "alerts"),
    Unit.PEOPLE: ("person", "people"),
    Unit.WEEKS: ("week", "weeks"),
}


def number(value: float | None) -> str:
    """A whole number with separators; a dash when it is not known."""
    return UNKNOWN if value is None else f"{round(value):,}"


def percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{share * 100:.0f}{_PERCENT}"


def amount(value: float | None, unit: Unit) -> str:
    """A value in its unit, without the noun: `1,204`, `23 %`, `4.1`, `2 h 5 min`."""
    if value is None:
        return UNKNOWN
    if unit is Unit.SHARE:
        return percent(value)
    if unit is Unit.STARS:
        return f"{value:.1f}"
    if unit is Unit.MINUTES:
        return spoken_duration(timedelta(minutes=value)) if value >= 0.5 else "under 1 min"
    return number(value)


def counted(value: float, unit: Unit) -> str:
    """A number with its noun: `1 incident`, `12 mentions`."""
    singular, plural = _NOUNS[unit]
    return f"{number(value)} {singular if round(value) == 1 else plural}"


def spread(figure: Figure) -> str:
    """The interval of the reading: `21–25 %`; empty when there is none or it is one value."""
    if figure.low is None or figure.high is None:
        return ""
    return _range(figure.low, figure.high, figure.unit)


def usual(figure: Figure) -> str:
    """The usual range: `310–420`; empty when it is not known."""
    if figure.usual_low is None or figure.usual_high is None:
        return ""
    return _range(figure.usual_low, figure.usual_high, figure.unit)


def value(figure: Figure) -> str:
    """The value, or what stands in its place: `not known` when nobody listened, a dash when there was nothing."""
    if figure.value is None and figure.note == NOBODY:
        return "not known"
    return amount(figure.value, figure.unit)


def _range(low: float, high: float, unit: Unit) -> str:
    first, last = amount(low, unit), amount(high, unit)
    if first == last:
        return first
    return f"{first.removesuffix(_PERCENT)}–{last}"


def change(figure: Figure) -> str:
    """The step from last week: `+18 %`, `+8 points`, `−0.3`; empty when one of the two is not known."""
    if figure.value is None or figure.last is None:
        return ""
    step = figure.value - figure.last
    if figure.unit is Unit.SHARE:
        return _signed(round(figure.value * 100) - round(figure.last * 100), " points", " point")
    if figure.unit is Unit.STARS:
        shown = round(figure.value, 1) - round(figure.last, 1)
        return f"{_sign(shown)}{abs(shown):.1f}" if abs(shown) >= 0.05 else "same"
    if figure.unit is Unit.MINUTES:
        return f"{_sign(step)}{spoken_duration(timedelta(minutes=abs(step)))}" if abs(step) >= 0.5 else "same"
    if figure.unit is Unit.MENTIONS and figure.last >= 20:  # a per cent of a handful says nothing
        return _signed(round(step / figure.last * 100), _PERCENT, _PERCENT)
    return _signed(round(figure.value) - round(figure.last), "", "")


def _signed(step: int, noun: str, singular: str) -> str:
    if step == 0:
        return "same"
    return f"{_sign(step)}{abs(step):,}{singular if abs(step) == 1 else noun}"


def _sign(step: float) -> str:
    return "+" if step > 0 else "−"


def tone(figure: Figure) -> str:
    """`good`, `bad` or `plain`: whether the step from last week is good news."""
    if figure.value is None or figure.last is None or figure.better is Better.NEITHER:
        return "plain"
    if change(figure) in {"", "same"}:
        return "plain"
    return "good" if (figure.value > figure.last) == (figure.better is Better.MORE) else "bad"


def standing(figure: Figure) -> str:
    """Where the value stands: `above usual`, `below usual`, `as usual`; empty when that is not known."""
    if figure.value is None or figure.usual_low is None or figure.usual_high is None:
        return ""
    if figure.value > figure.usual_high:
        return "above usual"
    return "below usual" if figure.value < figure.usual_low else "as usual"


def name(text: str) -> str:
    """A name within a sentence: one that reads from right to left keeps the number or sign after it on its side."""
    return f"{text}\N{LEFT-TO-RIGHT MARK}" if reads_right_to_left(text) else text


def day(value: date) -> str:
    """`9 November`."""
    return f"{value.day} {_MONTHS[value.month - 1]}"


def weekday(value: date) -> str:
    """`Mon`."""
    return _DAYS[value.weekday()][:3]


def span(first: date, last: date) -> str:
    """`9–15 November 2026`, `28 December 2026 – 3 January 2027`."""
    if first.year != last.year:
        return f"{day(first)} {first.year} – {day(last)} {last.year}"
    if first.month != last.month:
        return f"{day(first)} – {day(last)} {last.year}"
    return f"{first.day}–{day(last)} {last.year}"


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`Mon 9 November, 14:05` on the clocks of `zone`."""
    local = value.astimezone(zone)
    return f"{weekday(local.date())} {day(local.date())}, {local:%H:%M}"
