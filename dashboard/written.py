"""Numbers, times and durations as the viewer's language writes them, with the digits people there use on screens.

Those are 0 to 9 in all four: Filipino has no others, and in Telugu and in the Urdu of Pakistan newspapers, shops and
phones write 0 to 9 (CLDR's default numbering system of te and ur is `latn` too). English has the clock of 24 hours;
the others have that of 12 hours, as CLDR gives it for the Philippines, India and Pakistan.
"""

from datetime import date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent

from dashboard import viewer
from dashboard.words import _, _n

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
"""Keep `2:05 PM` in this order among words that are read from right to left, and a number that follows out of it."""


def number(value: float) -> str:
    """A count for people: `0.6`, `14`, `1,230`; in Telugu `1,23,000`."""
    if value < 9.95 and abs(value - round(value)) >= 0.05:
        return decimal(value, 1)
    return format_decimal(round(value), locale=viewer.locale())


def decimal(value: float, places: int) -> str:
    """With so many places behind the point."""
    shape = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(value, format=shape, locale=viewer.locale())


def percent(value: float) -> str:
    return format_percent(value, locale=viewer.locale())


def times_usual(value: float, usual: float | None) -> str:
    """`3.1 times the usual 12`; says so when the usual is not known yet."""
    if usual is None:
        return _("still learning what is usual")
    if usual < 0.05:
        return _("usually none")
    ratio = value / usual
    if 0.8 <= ratio <= 1.25:
        return _("as usual (%(number)s)", number=number(usual))
    if ratio < 1:
        return _("usually %(number)s", number=number(usual))
    return _("%(times)s× the usual %(number)s", times=number(ratio), number=number(usual))


def lasting(duration: timedelta) -> str:
    """A duration to two parts at most: `40 min`, `2 h 5 min`, `3 days`."""
    minutes = max(1, round(duration.total_seconds() / 60))
    if minutes < 60:
        return _n("%(n)s min", "%(n)s min", minutes)
    if minutes >= 48 * 60:
        return _n("%(n)s day", "%(n)s days", round(minutes / 1440))
    hours, rest = divmod(minutes, 60)
    said = _n("%(n)s h", "%(n)s h", hours)
    if not rest or hours >= 10:
        return said
    return _("%(hours)s %(minutes)s", hours=said, minutes=_n("%(n)s min", "%(n)s min", rest))


def ago(moment: datetime, now: datetime) -> str:
    """`25 min ago`, `in 3 h`, `just now`."""
    gap = now - moment
    if abs(gap) < timedelta(minutes=1):
        return _("just now") if gap > -timedelta(seconds=15) else _("in a minute")
    return _("%(time)s ago", time=lasting(gap)) if gap > timedelta() else _("in %(time)s", time=lasting(-gap))


def clock(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time of day in a zone, with the day unless it is today: `14:05`, `Mon 2 Mar, 14:05`."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return hour(local.time())
    if local.date() == today - timedelta(days=1):
        return _("yesterday %(time)s", time=hour(local.time()))
    return _("%(day)s, %(time)s", day=day(local.date(), today), time=hour(local.time()))


def hour(local: time) -> str:
    """`14:05`, or `2:05 PM`."""
    if viewer.language() == viewer.ENGLISH:
        return f"{local:%H:%M}"
    said = format_time(local, "short", locale=viewer.locale())
    said = "\N{NO-BREAK SPACE}".join(said.split())  # `split` takes the narrow space of some languages too
    return f"{_LEFT_TO_RIGHT}{said}{_RIGHT_TO_LEFT}" if viewer.direction() == "rtl" else said


def day(local: date, today: date) -> str:
    """`Mon 2 Mar`, with the year when it is another one than today's."""
    other = local.year != today.year
    if viewer.language() == viewer.ENGLISH:
        return f"{local:%a} {local.day} {local:%b}{f' {local:%Y}' if other else ''}"
    return format_skeleton("yMMMEd" if other else "MMMEd", local, locale=viewer.locale())


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time as `14:05 · 25 min ago`, the full one on hover (HTML)."""
    words = escape(f"{clock(moment, now, zone)} · {ago(moment, now)}")
    return f'<time title="{escape(_full(moment.astimezone(zone)))}">{words}</time>'


def _full(local: datetime) -> str:
    if viewer.language() == viewer.ENGLISH:
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M} {local.tzname()}"
    spoken = format_date(local, "full", locale=viewer.locale())
    return f"{spoken} {hour(local.time())} {local.tzname()}"
