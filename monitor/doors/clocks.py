"""Tells the time of day, with its zone, from the day that stands beside it."""

import re
from datetime import UTC, time, timedelta, timezone, tzinfo

_SIGNS = re.compile(
    r"[\u200e\u200f\u202a-\u202e\u2066-\u2069,،]|\b(?:at|um|à|às|alle|pukul|kl)\b|(?<=\d)(?:st|nd|rd|th)\b", re.I
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<h>\d{1,2})[:.h](?P<m>\d{2})(?::(?P<s>\d{2})(?:[.:]\d{1,9})?)?\s*(?P<half>[ap]\.?\s?m\b\.?|ص|م)?"
    r"\s*(?P<zone>Z\b|(?:UTC|GMT)(?:\s*[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}(?::?\d{2})?(?!\d))?", re.I
)  # fmt: skip
_HALF_ONLY = re.compile(r"(?<![\d:.])(?P<h>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)", re.I)
_DIGITS = re.compile(r"[^\x00-\x7f]")


def split(value: str) -> tuple[str, time | None, tzinfo | None]:
    """The day, the time of day and its zone; times that are none are left in the day."""
    text = _SIGNS.sub(" ", ascii_digits(value))
    text = text.replace("T", " ") if re.search(r"\dT\d", text) else text
    match = _CLOCK.search(text) if ":" in text or "." in text or "h" in text else None
    match = match if match is not None and _is_clock(match, text) else _HALF_ONLY.search(text)
    if match is None:
        return _bare(text), None, None
    told = match.groupdict()
    clock = clock_of(int(told["h"]), int(told.get("m") or 0), int(told.get("s") or 0), told["half"] or "")
    if clock is None:
        return _bare(text), None, None
    return _bare(text[: match.start()] + " " + text[match.end() :]), clock, _zone(told.get("zone") or "")


def _is_clock(match: re.Match[str], text: str) -> bool:
    """`05.03.2024` has no time of day in it: with points only what follows the day is one."""
    return ":" in match[0] or (text[match.end() : match.end() + 1] not in (".", "/", "-") and match.start() >= 6)


def _bare(text: str) -> str:
    return " ".join(text.split()).strip("., ")


def clock_of(hour: int, minute: int, second: int, half: str) -> time | None:
    mark = half.lower().replace(".", "").replace(" ", "")
    if mark in ("pm", "م") and hour < 12:
        hour += 12
    elif mark in ("am", "ص") and hour == 12:
        hour = 0
    return time(hour, minute, min(second, 59)) if hour < 24 and minute < 60 and second <= 60 else None


def _zone(told: str) -> tzinfo | None:
    if not told:
        return None
    match = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", told)
    if match is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset) if offset < timedelta(hours=24) else UTC


def ascii_digits(text: str) -> str:
    """With the digits of every script as 0 to 9."""
    return text if text.isascii() else _DIGITS.sub(_digit, text)


def _digit(match: re.Match[str]) -> str:
    return str(int(match[0])) if match[0].isdecimal() else match[0]
