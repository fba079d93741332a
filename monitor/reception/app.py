"""The reception's application: which address does what, and what every answer has in common."""

import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.clock import utcnow
from monitor.config import Settings
from monitor.doors import survey, webhook
from monitor.log import get_logger, in_this_task
from monitor.reception import acting, asking, hooks
from monitor.reception.limits import PER_ADDRESS, Rates, TooLarge, TooSlow, address_of, body_of
from monitor.reception.tally import Tally
from monitor.signing import refusal
from monitor.store.trouble import words_of

log = get_logger(__name__)

RETRY_SECONDS = 10
"""After which a sender may try again when the database was busy or full."""
FEWEST_ANSWERS = 5
"""Of one address in a minute, to each survey; where the survey takes many, a quarter of them."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer, with a policy that lets nothing be loaded and, unless it is a form, nothing embed it."""
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
MOST_DEEDS = 30
"""By links of alerts, of one address in a minute: an office shares one, and a night of trouble has many alerts."""
ALLOWED = {
    "/health": "GET, HEAD, OPTIONS",
    "/in/": "POST, OPTIONS",
    "/ask/": "GET, HEAD, POST, OPTIONS",
    "/act/": "GET, HEAD, POST, OPTIONS",
}
"""What may be asked at addresses that begin so."""


@dataclass
class Desk:
    """What the handlers share."""

    settings: Settings
    engine: sa.Engine
    key: str  # signs forms
    tally: Tally
    now: Callable[[], datetime] = utcnow
    rates: Rates = field(default_factory=Rates)

    @property
    def per_address(self) -> int:
        """Requests per minute of one address: of a program that posts for many, as many as its door takes."""
        return max([PER_ADDRESS, *(getattr(door, "per_minute", 0) for door in self.settings.doors)])

    def hook(self, name: str) -> webhook.Options | None:
        found = self._door(name)
        return found if isinstance(found, webhook.Options) else None

    def survey(self, name: str) -> survey.Options | None:
        found = self._door(name)
        return found if isinstance(found, survey.Options) else None

    def _door(self, name: str) -> Any:
        return next((door for door in self.settings.doors if door.id == name and door.enabled), None)


def build(desk: Desk) -> ASGIApp:
    """The application."""
    routes = [
        Route("/health", _health, methods=["GET"]),
        Route("/in/{name}", _hook, methods=["POST"]),
        Route("/ask/{name}.js", _script, methods=["GET"]),
        Route("/ask/{name}", _form, methods=["GET"]),
        Route("/ask/{name}", _answer, methods=["POST"]),
        Route("/act/{token}", _page, methods=["GET"]),
        Route("/act/{token}", _act, methods=["POST"]),
    ]
    handlers: dict[Any, Callable[[Request, Any], Awaitable[Response]]] = {
        HTTPException: _refused,
        TooLarge: _too_large,
        TooSlow: _too_slow,
        ClientDisconnect: _gone,
        SQLAlchemyError: _not_kept,
        Exception: _failed,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False  # it would send the link on over plain http where a proxy has the certificate
    app.state.desk = desk
    return Guard(app, desk)


class Guard:
    """Goes before everything: methods, the rate of each address, and the headers of every answer."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        request = Request(scope)
        known_as = self._named(request)
        in_this_task(request=known_as)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = known_as
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", CLOSED_POLICY)
            await send(message)

        answer = self._stopped(request) or self._app
        await answer(scope, receive, send_with_headers)

    def _named(self, request: Request) -> str:
        """What every line about this request carries, and its answer: the proxy's name for it, or one of ours."""
        given = request.headers.get("x-request-id", "") if self._desk.settings.reception.behind_proxy else ""
        return given if _REQUEST_ID.fullmatch(given) else token_hex(8)

    def _stopped(self, request: Request) -> Response | None:
        """The answer to who may not go on."""
        path = request.url.path
        allowed = next((words for beginning, words in ALLOWED.items() if path.startswith(beginning)), "")
        if request.method == "OPTIONS" and allowed:
            return Response(status_code=204, headers={"Allow": allowed})
        if allowed and request.method not in allowed.split(", "):
            return _error(request, 405, f"{request.method} is not possible here", {"Allow": allowed})
        address = address_of(request, behind_proxy=self._desk.settings.reception.behind_proxy)
        wait = 0.0 if path == "/health" else self._desk.rates.wait(f"address {address}", self._desk.per_address)
        return _slow_down(request, wait) if wait else None


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _error(request: Request, status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """What went wrong: as JSON for programs, as text for people."""
    if request.url.path.startswith("/in/"):
        return JSONResponse({"error": words}, status, headers)
    return PlainTextResponse(words + "\n", status, headers)


def _slow_down(request: Request, wait: float) -> Response:
    return _error(request, 429, "too many requests", {"Retry-After": str(math.ceil(wait))})


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _hook(request: Request) -> Response:
    """Take an event. The door's rate counts what is signed: forged ones do not use up what the real sender may send."""
    desk, name = _desk(request), request.path_params["name"]
    door = desk.hook(name)
    if door is None:
        return _error(request, 404, "there is no such door")
    body = await body_of(request)
    headers = {key.lower(): value for key, value in request.headers.items()}
    forged = await run_in_threadpool(refusal, door.signature, door.secrets, headers, body, desk.now())
    wait = 0.0 if forged else desk.rates.wait(f"door {door.id}", door.per_minute)
    if wait:
        desk.tally.count(door.id, Counter({"dropped: too many messages": 1}))
        return _slow_down(request, wait)
    (status, words), counters = await run_in_threadpool(hooks.post, desk.engine, door, headers, body, desk.now())
    desk.tally.count(door.id, counters)
    return JSONResponse(words, status)


def _asked(request: Request) -> asking.Asked:
    desk = _desk(request)
    door = desk.survey(request.path_params["name"])
    if door is None:
        raise HTTPException(404, "there is no such survey")
    return asking.Asked(
        door=door,
        brand=desk.settings.brand(door.brands[0]).name,
        key=desk.key,
        now=desk.now(),
        query=dict(request.query_params),
        accepted=request.headers.get("accept-language", ""),
    )


async def _form(request: Request) -> Response:
    return asking.form(_asked(request))


async def _script(request: Request) -> Response:
    """Found before the form's own address: ids of doors hold no dot."""
    asked = _asked(request)
    return asking.script(f"{_desk(request).settings.reception.link}/ask/{asked.door.id}")


async def _answer(request: Request) -> Response:
    desk, asked = _desk(request), _asked(request)
    wait = _wait_for_answer(desk, asked.door, request)
    if wait:
        desk.tally.count(asked.door.id, Counter({"dropped: too many answers": 1}))
        return asking.busy(asked, wait)
    body = await _form_of(request)
    answer, counters = await run_in_threadpool(asking.take, desk.engine, asked, body)
    desk.tally.count(asked.door.id, counters)
    return answer


async def _form_of(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise HTTPException(415, "an answer is sent as a form")
    return await body_of(request)


def _wait_for_answer(desk: Desk, door: survey.Options, request: Request) -> float:
    """How long until the next answer may come: of this address, then of all, so that nobody uses up what all have."""
    address = address_of(request, behind_proxy=desk.settings.reception.behind_proxy)
    own = max(FEWEST_ANSWERS, door.per_minute // 4)
    return desk.rates.wait(f"answers {door.id} {address}", own) or desk.rates.wait(f"door {door.id}", door.per_minute)


def _of_link(request: Request) -> acting.Asked:
    desk = _desk(request)
    if not desk.settings.has_action_pages:
        raise HTTPException(404)
    return acting.Asked(
        settings=desk.settings,
        token=request.path_params["token"],
        do=request.query_params.get("do", ""),
        kept_name=request.cookies.get(acting.COOKIE, ""),
        now=desk.now(),
    )


async def _page(request: Request) -> Response:
    return await run_in_threadpool(acting.show, _desk(request).engine, _of_link(request))


async def _act(request: Request) -> Response:
    desk, asked = _desk(request), _of_link(request)
    address = address_of(request, behind_proxy=desk.settings.reception.behind_proxy)
    if wait := desk.rates.wait(f"deeds {address}", MOST_DEEDS):
        return acting.busy(math.ceil(wait))
    return await run_in_threadpool(acting.act, desk.engine, asked, await _form_of(request))


async def _refused(request: Request, error: HTTPException) -> Response:
    words = "there is nothing here" if error.detail == "Not Found" else error.detail
    return _error(request, error.status_code, words, dict(error.headers or {}))


async def _too_large(request: Request, _: TooLarge) -> Response:
    return _error(request, 413, "the body is larger than 1 MB", {"Connection": "close"})


async def _too_slow(request: Request, _: TooSlow) -> Response:
    return _error(request, 408, "the body did not come in time", {"Connection": "close"})


async def _gone(_request: Request, _: ClientDisconnect) -> Response:
    return Response(status_code=400)  # nobody reads it


async def _not_kept(request: Request, error: SQLAlchemyError) -> Response:
    """Nothing was kept, so the sender is to come again."""
    log.error("not kept", error=words_of(error) or type(error).__name__)
    return _error(request, 503, "it could not be kept now; please send it again", {"Retry-After": str(RETRY_SECONDS)})


async def _failed(request: Request, _: Exception) -> Response:
    """Of our own errors others learn nothing; Starlette raises them on, and the server logs them."""
    return _error(request, 500, "an error on our side; please send it again")
