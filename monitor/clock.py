"""The only clock of the project, and durations as people write them (`15m`, `2h`, `7d`)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"(?:\d+[smhdw])+")


def utcnow() -> datetime:
    """The present moment, aware, in UTC. Jobs read it once and pass it down."""
    return datetime.now(UTC)


def parse_duration(text: object) -> timedelta:
    """Read `90s`, `15m`, `2h`, `7d`, `1w` or a sum such as `1h30m`; ValueError names what is accepted."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a duration such as 90s, 15m, 2h, 7d or 1h30m")
    parts = re.findall(r"(\d+)([smhdw])", text)
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def format_duration(duration: timedelta) -> str:
    """Write a duration the way `parse_duration` reads it: 5400 s is `1h30m`."""
    seconds = int(duration.total_seconds())
    out = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        out += f"{number}{unit}" if number else ""
    return out or "0s"


def spoken_duration(duration: timedelta) -> str:
    """Write a duration for people, to two parts at most: `40 min`, `2 h 5 min`, `3 days`."""
    minutes = max(1, round(duration.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    return f"{round(minutes / 1440)} days"


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration, return_type=str)]
