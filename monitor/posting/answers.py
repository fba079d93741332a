"""Turns what a place says into its JSON, or into an error that says if trying again helps, without our secrets."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from monitor.clock import utcnow
from monitor.errors import DeliveryError
from monitor.posting.poster import Busy
from monitor.web import Answer, is_address

LONGEST_SAID = 120
_PASSING = frozenset({408, 421, 423, 425})
"""Refusals that say `not now` (RFC 9110, RFC 8470): time-out, wrong connection, locked, too early."""
_LONGEST_WAIT = timedelta(hours=1)
_USUAL_WAIT = timedelta(minutes=1)


def sound_address(url: str) -> str:
    """The address of a site as operators write it; ValueError when it is none."""
    if not is_address(url) or "?" in url or "#" in url:
        raise ValueError("the url must be the http or https address of the site, without a name and password in it")
    return url


def judge(answer: Answer, secrets: Iterable[str], meanings: Mapping[str, str]) -> Any:
    """The JSON of a good answer; else DeliveryError. `meanings` tell the place's own codes, "" for `not now`."""
    data = _json(answer.words)
    status = answer.status
    if 200 <= status < 300 and data is not None:
        return data
    code = str(data.get("code", "")) if isinstance(data, dict) else ""
    meaning = meanings.get(code)
    if status == 429 or meaning == "" or (status == 503 and "retry-after" in answer.headers):
        raise Busy(_said(answer, secrets), wait=_wait(answer.headers.get("retry-after", ""), utcnow()))
    if 300 <= status < 400:
        advice = "a redirect is not followed: set the final url"
        raise DeliveryError(f"{_said(answer, secrets)}: {advice}", permanent=status in (301, 308))
    if status >= 500 or status in _PASSING:
        raise DeliveryError(_said(answer, secrets), permanent=False)
    raise refused(meaning or _advice(status), answer, secrets)


def refused(why: str, answer: Answer, secrets: Iterable[str]) -> DeliveryError:
    """An error for good, with the place's own words behind it."""
    return DeliveryError(f"{why} ({_said(answer, secrets)})", permanent=True)


def _advice(status: int) -> str:
    if status in (401, 403):
        return "the place refused it: check user and password, and what that user may do"
    if status in (404, 410):
        return "it is not there any more, or the url is wrong"
    return "the place did not take it" if status >= 400 else "the place does not answer as expected: check the url"


def _json(words: str) -> Any:
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return None


def _said(answer: Answer, secrets: Iterable[str]) -> str:
    """Status and words in one short line; a place may say anything, our secrets and hidden signs too."""
    data = _json(answer.words)
    words = str(data.get("message", "")) if isinstance(data, dict) else ""
    words = " ".join(re.sub(r"<[^>]*>", " ", words).split())
    words = "".join(sign for sign in words if sign.isprintable())
    for secret in sorted(secrets, key=len, reverse=True):
        words = words.replace(secret, "***") if secret else words
    short = words if len(words) <= LONGEST_SAID else f"{words[: LONGEST_SAID - 1]}…"
    return f"the site answered {answer.status} {short}".strip()


def _wait(told: str, now: datetime) -> timedelta:
    """What `Retry-After` asks for, in seconds or as a date (RFC 9110), up to an hour."""
    if re.fullmatch(r"\d{1,9}", told):
        return min(timedelta(seconds=int(told)), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, IndexError):
        return _USUAL_WAIT
    return min(max(until - now, timedelta()), _LONGEST_WAIT) if until.tzinfo else _USUAL_WAIT
