"""How Slack is asked: no redirect is followed, answers are of bounded length, errors never show an address."""

import logging
import re
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import DeliveryError
from monitor.web import NoAnswer, handlers, is_here

MAX_ANSWER = 1_000_000  # bytes; Slack repeats a whole message in its answer
NO_ANSWER = (OSError, HTTPException, ValueError, LookupError, NoAnswer)
"""What asking may end with, besides an answer."""
_LONGEST_WAIT_SECONDS = 3600
_USUAL_WAIT_SECONDS = 30


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow none: a message must not wander to an address that nobody configured."""


def opener(url: str, *, allow_private: bool) -> urllib.request.OpenerDirector:
    """Opens this address as it is given, through a proxy where the environment names one; see `monitor.web.ask`."""
    private = allow_private or is_here(url)
    return urllib.request.build_opener(_NoRedirects, *handlers(private=private))


def silent_logger() -> logging.Logger:
    """Slack's client logs errors itself, with more of an address than we want in a log."""
    logger = logging.getLogger("monitor.alerting.slack_client")
    logger.setLevel(logging.CRITICAL)
    return logger


def unanswered(error: Exception) -> DeliveryError:
    """The error to raise for one of NO_ANSWER. Its own text is not passed on: some carry the address."""
    if isinstance(error, NoAnswer):
        advice = "; allow_private: true says that it is yours" if error.permanent else ""
        return DeliveryError(f"Slack {error}{advice}", permanent=error.permanent)
    reason = "took too long to answer" if _is_timeout(error) else f"cannot be reached ({_kind(error)})"
    return DeliveryError(f"Slack {reason}", permanent=False)


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)


def _kind(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__


def retry_after(headers: Mapping[str, Any]) -> timedelta:
    """How long Slack asks to wait, up to an hour; half a minute when it does not say."""
    value = {name.lower(): value for name, value in headers.items()}.get("retry-after", "")
    told = int(value) if re.fullmatch(r"\d{1,9}", str(value)) else _USUAL_WAIT_SECONDS
    return timedelta(seconds=min(told, _LONGEST_WAIT_SECONDS))


def is_sound_address(url: str) -> bool:
    """An https address in plain characters; http will do for this machine."""
    if not re.fullmatch(r"https?://[!-~]+", url):
        return False
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or is_here(url))
