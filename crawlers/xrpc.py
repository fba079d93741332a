"""Asks the servers of Bluesky: addresses of their methods, errors told in words, and a login with an app password."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from scrapy.http import Request, TextResponse
from w3lib.url import add_or_replace_parameter

from crawlers.answers import json_of
from crawlers.base import NotUnderstood, Output, Reader, SourceSpider, Walled
from crawlers.memory import Strand
from crawlers.quotas import Cost, Quota
from crawlers.shapes import one
from crawlers.walls import is_page
from monitor.edge import plain

ERRORS = (400, 401, 403)
"""The statuses of answers that say in JSON what was wrong."""
EXPIRED = frozenset({"ExpiredToken", "InvalidToken"})
LOGINS_A_DAY = 250
"""Bluesky's own server takes 300 a day of one account; some are left for its owner."""
LONGEST_MESSAGE = 200
LONGEST_CURSOR = 1_000

_WORDS = {
    "AuthMissing": "the server answers this only after a login",
    "AuthenticationRequired": "the handle or the app password is wrong",
    "AuthFactorTokenRequired": "the account asks for a code by mail: use an app password instead of its own",
    "AccountTakedown": "the account was taken down",
    "ExpiredToken": "the login has expired",
    "InvalidToken": "the login is not accepted",
    "NotFound": "there is no such post",
    "BlockedActor": "the account cannot be seen: it is blocked",
    "BlockedByActor": "the account cannot be seen: it blocks",
}


class XrpcError(NotUnderstood):
    """The server says what was wrong; `code` is its own name of it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(_WORDS.get(code) or f"the server does not take the question: {message or code}")
        self.code = code


class _Login(BaseModel):
    access: str = Field(alias="accessJwt", pattern=r"^[\x21-\x7e]{1,8192}$")


def address(server: str, method: str, **query: str | int | list[str]) -> str:
    """Where a method is asked; a list is one value after the other under the same name."""
    return f"{server.rstrip('/')}/xrpc/{method}?{urlencode(query, doseq=True)}"


def after(url: str, cursor: object) -> str:
    """The address of the page that a cursor leads to; "" without one."""
    plain_cursor = plain(cursor, LONGEST_CURSOR) if isinstance(cursor, str) else ""
    return add_or_replace_parameter(url, "cursor", plain_cursor) if plain_cursor else ""


def values_of(response: TextResponse) -> Any:
    """The values of a good answer; else XrpcError, or Walled when a page stands where the interface should answer."""
    if response.status == 403 and is_page(response.text):
        raise Walled("the server refuses us with a page (403)")
    data = json_of(response)
    if response.status in ERRORS:
        raise error_in(data, response.status)
    return data


def error_in(data: object, status: int) -> XrpcError:
    """The error that an answer tells, with a message of no more than a line."""
    told = data if isinstance(data, dict) else {}
    code, message = (told[name] if isinstance(told.get(name), str) else "" for name in ("error", "message"))
    return XrpcError(plain(code, LONGEST_MESSAGE) or f"it answers {status}", plain(message, LONGEST_MESSAGE))


class XrpcSpider(SourceSpider):
    """Asks methods, and logs in once more when a login expires on the way."""

    handle_httpstatus_list: ClassVar[list[int]] = [304, *ERRORS]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.bearer: dict[
            str, str
        ] = {}  # the header of the login; one object, so that requests to come have the newest

    def log_in(self, then: Callable[[], Iterable[Request]]) -> Request:
        """Ask for a session; `then` says what to ask with it."""
        handle, password = self.params.handle, self.params.app_password.get_secret_value()
        quota = Quota(f"bluesky logins of {handle}"[:128], LOGINS_A_DAY, unit="logins")
        return super().ask(
            f"{self.params.pds.rstrip('/')}/xrpc/com.atproto.server.createSession",
            partial(self._logged_in, then=then),
            strand=Strand(),
            conditional=False,
            body={"identifier": handle, "password": password},
            cost=Cost(quota),
        )

    def _logged_in(self, response: TextResponse, then: Callable[[], Iterable[Request]]) -> Output:
        login = one(values_of(response), _Login, what="login")
        self.bearer["Authorization"] = f"Bearer {login.access}"
        yield from then()

    def ask(self, url: str, read: Reader, **how: Any) -> Request:
        """As every spider asks; what is asked with an expired login is asked once more with a new one."""
        if how.get("headers") is not self.bearer:
            return super().ask(url, read, **how)
        with_login = partial(self._with_login, url=url, read=read, how=how, sent=self.bearer.get("Authorization"))
        return super().ask(url, with_login, **how)

    def _with_login(self, response: TextResponse, url: str, read: Reader, how: dict[str, Any], sent: str) -> Output:
        if not _has_expired(response):
            yield from read(response)
        elif self.bearer["Authorization"] != sent:  # another answer said so before
            yield self._once_more(url, read, how)
        else:
            yield self.log_in(lambda: [self._once_more(url, read, how)])

    def _once_more(self, url: str, read: Reader, how: dict[str, Any]) -> Request:
        return super().ask(url, read, **how).replace(dont_filter=True)


def _has_expired(response: TextResponse) -> bool:
    """Whether the answer is the error that calls a login expired."""
    if response.status not in ERRORS:
        return False
    try:
        values_of(response)
    except XrpcError as error:
        return error.code in EXPIRED
    except (NotUnderstood, Walled):  # told when the answer is read
        return False
    return False
