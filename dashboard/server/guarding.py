"""What every request passes: the right address, safe headers and cookies, no file without a login, the way back."""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

WANTED = "emberwatch_wanted"
"""The cookie that keeps the page which somebody asked for while they log in."""
_WANTED_SECONDS = 600
_LONGEST_WAY = 1000
_LED, _LED_SECONDS = "emberwatch_led", 10
_LOGGED_IN = "_streamlit_user="
_CLOSED = ("/_stcore/upload_file/", "/_stcore/metrics", "/_stcore/agent/")
"""Doors of Streamlit that no page of ours uses, and that would be open to who is not logged in: files to keep in
memory, counts of its insides, programs.
"""
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",  # Streamlit's components and charts need them
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "frame-src": "'self' blob:",
    "frame-ancestors": "'none'",
    "base-uri": "'self'",
    "object-src": "'none'",
    "form-action": "'self'",
}
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
"""No page elsewhere may show ours in a frame, and none hears which page of ours led to it."""


def policy(public: str) -> str:
    """What a page of ours may load: from this server alone, whatever words of others should get into it."""
    talk = f"connect-src 'self' data: blob: {public.replace('http', 'ws', 1)}"  # older browsers ask for ws by itself
    return "; ".join([*(f"{name} {sources}" for name, sources in _POLICY.items()), talk])


class Guard:
    """Wraps the server. `public` is the address by which people reach it; `link` the same if they log in, or ""."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], public: str, link: str, may_fetch: Callable[[Request], bool]
    ) -> None:
        self.app = app
        self.public = public.lower()
        self.hosts = frozenset(hosts)
        self.link = link
        self.may_fetch = may_fetch
        self.headers = {**HEADERS, "Content-Security-Policy": policy(self.public)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            headers = MutableHeaders(scope=scope)
            if not self._is_own(headers):
                await WebSocketClose(1008)(scope, receive, send)
                return
            if origin := headers.get("origin"):  # a proxy may have put a Host of its own, which Streamlit would refuse
                headers["host"] = urlsplit(origin).netloc
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = self._instead(request)
        await (answer or self.app)(scope, receive, self._dressed(request, send))

    def _is_own(self, headers: Headers) -> bool:
        """Whether a page of ours opens a connection. Streamlit would take one from any port of this machine."""
        host, origin = headers.get("host", "").lower(), headers.get("origin", "").lower()
        if _name(host) not in self.hosts:
            return False
        return origin in ("", self.public) or urlsplit(origin).netloc == host

    def _instead(self, request: Request) -> Response | None:
        """What is answered in the place of the server; None when it may answer itself."""
        host = request.headers.get("host", "")
        if _name(host) not in self.hosts:
            words = "The dashboard is not known by this address. Set dashboard.url to the one that people use."
            return PlainTextResponse(words, 421)
        if self.link and _is_page(request) and not self._is_known_there(request):
            return self._led(request)
        if _path(request).startswith(_CLOSED):
            return PlainTextResponse("Nothing is here.", 404)
        if _path(request).startswith("/media/") and not self.may_fetch(request):
            return PlainTextResponse("Log in first.", 403)
        return None

    def _is_known_there(self, request: Request) -> bool:
        """Whether somebody is at the address that the provider knows.

        Who was led there a moment ago is, whatever Host the proxy says: else they would be led in a circle.
        """
        port = ":443" if self.link.startswith("https:") else ":80"
        host = request.headers.get("host", "").lower().removesuffix(port)
        return host == urlsplit(self.link.lower()).netloc.removesuffix(port) or _LED in request.cookies

    def _led(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        answer = RedirectResponse(f"{self.link}/{_path(request).lstrip('/')}{query}", 307)
        answer.set_cookie(_LED, "1", _LED_SECONDS, httponly=True)
        return answer

    def _dressed(self, request: Request, send: Send) -> Callable[[Message], Awaitable[None]]:
        """Sends an answer with what all of them carry."""

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if self.link:
                    self._lead_back(request, headers)
                if self.link.startswith("https:"):
                    _make_secure(headers)
            await send(message)

        return dressed

    def _lead_back(self, request: Request, headers: MutableHeaders) -> None:
        """Keep the page from which somebody goes to log in, and lead them there when they come back logged in."""
        path = _path(request)
        if path == "/auth/login":
            way = _way(request.headers.get("referer", ""), self.link)
            secure = "; Secure" if self.link.startswith("https:") else ""
            kept = f"{WANTED}={quote(way, safe='/')}; Path=/; Max-Age={_WANTED_SECONDS}; HttpOnly; SameSite=Lax{secure}"
            headers.append("set-cookie", kept if way else _forgotten())
        elif path == "/oauth2callback":
            if any(cookie.startswith(_LOGGED_IN) for cookie in headers.getlist("set-cookie")):
                headers["location"] = safe_way(unquote(request.cookies.get(WANTED, ""))) or "/"
            headers.append("set-cookie", _forgotten())


def _name(host: str) -> str:
    """The name in a Host header, without its port; "" when it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _path(request: Request) -> str:
    """What the server goes by; that of `request.url` is put together with the Host header, which anybody writes."""
    return str(request.scope["path"])


def _is_page(request: Request) -> bool:
    """Whether somebody opens a page, not one of its parts."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _way(referrer: str, link: str) -> str:
    """The path and query of one of our own pages; "" for any other address."""
    return safe_way(referrer.removeprefix(link)) if referrer.startswith(f"{link}/") else ""


def safe_way(way: str) -> str:
    """A path with its query that stays on this server; "" for all that a browser might read as another address."""
    sound = way.startswith("/") and way[1:2] != "/" and way.isascii() and way.isprintable()
    if not sound or len(way) > _LONGEST_WAY or "\\" in way or " " in way:
        return ""
    return "" if way.startswith(("/auth/", "/oauth2callback")) else way


def _forgotten() -> str:
    return f"{WANTED}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


def _make_secure(headers: MutableHeaders) -> None:
    """Cookies of an https address go over https only."""
    cookies = headers.getlist("set-cookie")
    if cookies:
        del headers["set-cookie"]
    for cookie in cookies:
        headers.append("set-cookie", cookie if "; secure" in cookie.lower() else f"{cookie}; Secure")
