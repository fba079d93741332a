"""Tests of what every request to the dashboard's server passes."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.server.guarding import HEADERS, WANTED, Guard, policy, safe_way

LINK = "https://watch.shop.example"


async def _page(request: Request) -> Response:
    return PlainTextResponse("page", headers={"set-cookie": "_streamlit_xsrf=1; Path=/"})


async def _back(request: Request) -> Response:
    """As Streamlit answers who comes back from the provider: with a cookie only if the login is good."""
    answer = RedirectResponse("/", 302)
    if "good" in request.query_params:
        answer.set_cookie("_streamlit_user", "signed", httponly=True)
    return answer


async def _talk(connection: WebSocket) -> None:
    await connection.accept()
    await connection.send_text(connection.headers["host"])


def client(link: str = LINK, *, may_fetch: Callable[[Request], bool] = lambda _: True, base: str = "") -> TestClient:
    routes = [WebSocketRoute("/{rest:path}", _talk), Route("/oauth2callback", _back), Route("/{rest:path}", _page)]
    guard = Guard(
        Starlette(routes=routes),
        hosts=("127.0.0.1", "::1", "localhost", "watch.shop.example"),
        public=link or "http://127.0.0.1:8501",
        link=link,
        may_fetch=may_fetch,
    )
    return TestClient(guard, base_url=base or link or "http://127.0.0.1:8501", follow_redirects=False)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8501", "[", "a@127.0.0.1@b", ""]
)
def test_a_page_elsewhere_cannot_use_another_name_for_this_machine(host: str):
    answer = client(link="").get("/", headers={"host": host})
    assert (answer.status_code, "page" in answer.text) == (421, False)


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:9000", "[::1]:8501", "watch.shop.example"])
def test_the_names_of_the_dashboard_lead_to_it(host: str):
    assert client(link="").get("/", headers={"host": host}).text == "page"


@pytest.mark.parametrize("path", ["/", "/media/a.csv", "/nothing"])
def test_every_answer_has_the_headers_that_keep_others_out(path: str):
    headers = client().get(path).headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["content-security-policy"] == policy(LINK)


@pytest.mark.parametrize(("public", "talk"), [(LINK, "wss://watch.shop.example"), ("http://[::1]:85", "ws://[::1]:85")])
def test_a_page_loads_from_this_server_and_from_no_other(public: str, talk: str):
    told = policy(public)
    assert re.findall(r"[\w.:/\[\]-]*//[\w.:\[\]-]+", told) == [talk]
    assert "*" not in told
    assert "default-src 'self';" in told


@pytest.mark.parametrize(
    "path", ["/_stcore/upload_file/session/file", "/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/agent/interact"]
)
def test_doors_that_no_page_uses_are_closed(path: str):
    assert client().put(path, content=b"x").status_code == 404
    assert client(link="").get(path).text == "Nothing is here."


def test_refusals_have_them_too():
    assert client(link="").get("/", headers={"host": "evil.example"}).headers["x-frame-options"] == "DENY"
    assert client(may_fetch=lambda _: False).get("/media/a.csv").headers["x-content-type-options"] == "nosniff"


def test_files_are_for_who_is_logged_in():
    assert client(may_fetch=lambda _: False).get("/media/abc.csv").status_code == 403
    assert client().get("/media/abc.csv").text == "page"


def test_cookies_of_an_https_address_go_over_https_only():
    assert client().get("/").headers["set-cookie"] == "_streamlit_xsrf=1; Path=/; Secure"
    assert "Secure" not in client("http://localhost:8501").get("/").headers["set-cookie"]


def test_a_page_at_another_name_leads_to_the_one_that_the_provider_knows():
    answer = client("http://localhost:8501").get(
        "/incident?id=3", headers={"host": "127.0.0.1:8501", "accept": "text/html,*/*"}
    )
    assert (answer.status_code, answer.headers["location"]) == (307, "http://localhost:8501/incident?id=3")


@pytest.mark.parametrize("host", ["watch.shop.example", "Watch.Shop.example:443"])
def test_at_that_address_nobody_is_led_anywhere(host: str):
    assert client().get("/", headers={"host": host, "accept": "text/html"}).text == "page"


def test_behind_a_proxy_that_does_not_pass_on_the_name_nobody_is_led_in_a_circle():
    asking = client(base="https://127.0.0.1:8501")
    first = asking.get("/inbox?show=mine", headers={"accept": "text/html"})
    assert first.headers["location"] == f"{LINK}/inbox?show=mine"
    assert asking.get("/inbox?show=mine", headers={"accept": "text/html"}).text == "page"


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "//evil.example/%2e%2e"])
def test_no_path_leads_that_way_to_another_server(path: str):
    answer = client("http://localhost:8501", base="http://127.0.0.1:8501").get(
        f"http://127.0.0.1:8501{path}", headers={"accept": "text/html"}
    )
    assert answer.headers["location"].startswith("http://localhost:8501/")


def _log_in(asking: TestClient, referrer: str, *, good: bool = True) -> str:
    """Where somebody is led who went to log in from a page."""
    asking.get("/auth/login?provider=x", headers={"referer": referrer})
    return asking.get("/oauth2callback?state=1&good=1" if good else "/oauth2callback?state=1").headers["location"]


def test_who_logs_in_comes_back_to_the_page_they_asked_for():
    assert _log_in(client(), f"{LINK}/incident?id=3&show=a,b;c%20d") == "/incident?id=3&show=a,b;c%20d"


def test_they_come_back_there_once():
    asking = client()
    _log_in(asking, f"{LINK}/incident?id=3")
    assert WANTED not in asking.cookies
    assert asking.get("/oauth2callback?good=1").headers["location"] == "/"


def test_a_failed_login_leads_to_the_first_page():
    assert _log_in(client(), f"{LINK}/incident?id=3", good=False) == "/"


@pytest.mark.parametrize(
    "referrer",
    [
        "", "https://evil.example/incident", f"{LINK}.evil.example/x", f"{LINK}@evil.example/", f"{LINK}//evil.example",
        f"{LINK}/\\evil.example", f"{LINK}/auth/logout", f"{LINK}/oauth2callback?state=2", "javascript:alert(1)",
        f"{LINK}/{'x' * 2000}", f"{LINK}/a\tb",
    ],
)  # fmt: skip
def test_no_other_address_is_where_a_login_leads_back_to(referrer: str):
    assert _log_in(client(), referrer) == "/"


@pytest.mark.parametrize(
    "way", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x=1", "", "/ü", "/ /evil"]
)
def test_a_forged_cookie_leads_nowhere_else(way: str):
    asking = client()
    assert safe_way(way) == ""
    asking.cookies.set(WANTED, quote(way))
    assert asking.get("/oauth2callback?good=1").headers["location"] == "/"


def test_without_a_login_nothing_is_kept():
    answer = client(link="").get("/auth/login", headers={"referer": "http://127.0.0.1:8501/incident"})
    assert WANTED not in answer.headers.get("set-cookie", "")


def _hears(asking: TestClient, **headers: str) -> bool:
    try:
        with asking.websocket_connect("/_stcore/stream", headers=headers) as connection:
            return bool(connection.receive_text())
    except WebSocketDisconnect:
        return False


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501"), ("localhost:9000", "http://localhost:9000"),
        ("watch.shop.example", "https://watch.shop.example:8443"), ("127.0.0.1:8501", ""),
    ],
)  # fmt: skip
def test_pages_of_ours_open_connections(host: str, origin: str):
    link = "https://watch.shop.example:8443"
    assert _hears(client(link), host=host, **({"origin": origin} if origin else {}))


def test_streamlit_sees_the_name_that_people_use_whatever_the_proxy_says():
    """Of another one it would ask elsewhere for this machine's address, and refuse."""
    with client().websocket_connect("/x", headers={"host": "127.0.0.1:8501", "origin": LINK}) as connection:
        assert connection.receive_text() == "watch.shop.example"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:3000"), ("127.0.0.1:8501", "http://localhost:8501"),
        ("evil.example", "http://evil.example"), ("127.0.0.1:8501", "null"), ("127.0.0.1:8501", "https://evil.example"),
    ],
)  # fmt: skip
def test_pages_elsewhere_open_none(host: str, origin: str):
    assert not _hears(client(link=""), host=host, origin=origin)
