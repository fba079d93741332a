"""Reads in a server's answer how long it wants to be left alone: Retry-After, and the headers of rate limits."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

from monitor.clock import utcnow

LONGEST_SECONDS = 86_400.0
"""A longer wish is cut to this: a wrong clock or header must not silence a host for ever."""
_FAMILIES = ("X-RateLimit-", "RateLimit-", "X-Rate-Limit-")
"""Mastodon, GitHub and Reddit; Bluesky and the IETF's draft; X."""
_NUMBER = re.compile(r"\d{1,16}(?:\.\d{1,9})?")
_MOMENT, _MILLISECONDS = 1e8, 1e11
"""From here on a number is a moment (seconds since 1970, of 1973 on) and no stretch of time (3 years); then in ms."""


def retry_after(response: Response) -> float | None:
    """The seconds that a server asks us to wait, given as a number or as a date."""
    value = _header(response, "Retry-After")
    if value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - utcnow()).total_seconds()) if moment.tzinfo else None


def limit_reset(response: Response) -> float | None:
    """The seconds until we may ask again when the answer says that nothing is left of its limit; else None."""
    for family in _FAMILIES:
        left = _header(response, f"{family}Remaining")
        if _NUMBER.fullmatch(left) and float(left) < 1:
            seconds = seconds_until(_header(response, f"{family}Reset"), utcnow())
            if seconds:
                return min(seconds, LONGEST_SECONDS)
    return None


def seconds_until(reset: str, now: datetime) -> float | None:
    """A reset given as seconds to go, seconds or milliseconds since 1970, or ISO 8601; None when it is none of them."""
    if _NUMBER.fullmatch(reset):
        number = float(reset)
        if number < _MOMENT:
            return number
        since_1970 = number / 1000 if number > _MILLISECONDS else number
        return max(0.0, since_1970 - now.timestamp())
    try:
        moment = datetime.fromisoformat(reset)
    except ValueError:
        return None
    seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()
