"""Says of answers and errors in a few words what they are, without their content and without keys."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError

from crawlers.robots import DisallowedByRobots
from crawlers.walls import is_page, wall_in
from monitor.store.coverage import Validators
from monitor.store.hosts import host_of

LONGEST_VALIDATOR = 1_000
CLIENT_ERRORS = range(400, 500)
REFUSALS = (401, 403, 429, 503)
"""What walls answer, if they are honest."""
_QUERY = re.compile(r"(https?://[^\s?'\">]*)\?[^\s'\">]*")
_LOGIN = re.compile(r"(https?://)[^\s/?#@'\">]*@")


def shown(url: str) -> str:
    """An address without its query and login, which may hold a key."""
    return _LOGIN.sub(r"\1", url.partition("?")[0])


def without_queries(words: str) -> str:
    """The same with every address in it as it may be shown: Scrapy's words of a time-out hold the whole one."""
    return _LOGIN.sub(r"\1", _QUERY.sub(r"\1", words))


def place_of(asked: str, answered: str) -> str:
    """Which address was not understood: when we were led elsewhere, both."""
    if shown(asked) == shown(answered):
        return shown(asked)
    retired = urlsplit(answered).path in ("", "/") and urlsplit(asked).path not in ("", "/")
    where = f"the first page of {host_of(answered)}: is the address retired?" if retired else shown(answered)
    return f"{shown(asked)} leads to {where}"


def wall_of(response: Response) -> str:
    """What keeps programs out instead of an answer; "" when nothing does."""
    return wall_in(response.text) if isinstance(response, TextResponse) and is_page(response.text) else ""


def is_refusal(error: BaseException | None) -> bool:
    """Whether the host does not want this address to be asked, so that another one may be tried."""
    if isinstance(error, HttpError):
        return error.response.status in CLIENT_ERRORS and error.response.status != 429
    return isinstance(error, DisallowedByRobots)


def reason_of(error: BaseException | None) -> str:
    """What went wrong with a page, in a few words and without its content."""
    if isinstance(error, HttpError):
        return f"the server answers {error.response.status}"
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in str(error):  # while loading, unpacking
        return "the answer is too large"
    if isinstance(error, IgnoreRequest) and str(error):
        return without_queries(str(error))
    return without_queries(f"{type(error).__name__}: {error}")[:300]


def validators_of(response: Response) -> Validators:
    """What the answer says of itself, to be sent back when it is asked for again."""
    etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
    return Validators(etag[:LONGEST_VALIDATOR], modified[:LONGEST_VALIDATOR])


def posted_of(body: Mapping[str, Any] | None, form: Mapping[str, str] | None) -> tuple[bytes, dict[str, str]]:
    """What is posted and its headers; nothing of both when nothing is."""
    if form is not None:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if body is not None:
        return json.dumps(body).encode(), {"Content-Type": "application/json"}
    return b"", {}
