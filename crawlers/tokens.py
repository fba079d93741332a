"""Asks an OAuth server for an access token, and says in words why there is none."""

import re
from collections.abc import Mapping

from scrapy.http import Request, TextResponse

from crawlers.answers import json_of, member
from crawlers.base import FormatChanged, NotUnderstood, Reader, SourceSpider
from crawlers.memory import Strand

REFUSALS = [400, 401, 403]
"""What token servers answer to keys that they do not accept; read, to tell why."""
_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
_CODE = re.compile(r"[a-zA-Z_]{3,60}")


def ask_for_token(
    spider: SourceSpider,
    url: str,
    granted: Reader,
    *,
    form: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> Request:
    """The request whose answer `token_of` reads; keys go into the form or the headers, never into the address."""
    request = spider.ask(url, granted, strand=Strand(), conditional=False, headers=headers, form=form)
    request.meta["handle_httpstatus_list"] = REFUSALS
    return request


def token_of(response: TextResponse) -> str:
    """The access token; NotUnderstood names the error as the server does (`invalid_grant`), never what was sent."""
    data = json_of(response)
    if response.status in REFUSALS or (isinstance(data, dict) and "error" in data):
        raise NotUnderstood(f"the keys are not accepted{_code(data)}")
    token = member(data, "access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise FormatChanged("the field 'access_token' has changed")
    return token


def _code(data: object) -> str:
    code = data.get("error") if isinstance(data, dict) else None
    return f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
