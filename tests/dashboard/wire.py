"""Speaks to a server of the dashboard as a browser does, but says what no browser would."""

import http.cookiejar
import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from websockets.sync.client import ClientConnection, connect

LOGIN_COOKIE, FORGERY_COOKIE = "_streamlit_user", "_streamlit_xsrf"
PATIENCE = 60  # seconds


def signed(claims: Mapping[str, Any], key: str, origin: str, name: str = LOGIN_COOKIE) -> str:
    """The cookie of somebody of whom the provider said this, as a server with this key makes it."""
    said = {**claims, "origin": origin, "is_logged_in": True, "provider": "default"}
    return create_signed_value(key, name, json.dumps(said)).decode()


def forgery_token(address: str) -> str:
    """What the server gives each browser, so that no page elsewhere speaks in its name."""
    kept = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(kept))
    with opener.open(f"{address}/_stcore/health", timeout=PATIENCE):
        return next(str(cookie.value) for cookie in kept if cookie.name == FORGERY_COOKIE)


class Wire:
    """One connection of one session."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.session = ""
        self.fragments: set[str] = set()

    def asks(self, page: str = "", query: str = "", fragment: str = "") -> str:
        """All that is answered to a request for a page, or for a part of one that lives."""
        self.sends(page, query, fragment)
        return self._heard()

    def sends(self, page: str = "", query: str = "", fragment: str = "") -> None:
        """Ask, and do not wait: a part that there is not is never answered."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.fragment_id = fragment
        self.connection.send(asked.SerializeToString())

    def hears(self, words: str) -> str:
        """All that is told until these words are: a part may have the whole page drawn anew."""
        heard, end = "", time.monotonic() + PATIENCE
        while words not in heard and time.monotonic() < end:
            heard += self._heard()
        assert words in heard
        return heard

    def _heard(self) -> str:
        words, end = [], time.monotonic() + PATIENCE
        while time.monotonic() < end:
            told = ForwardMsg()
            told.ParseFromString(self.connection.recv(PATIENCE))
            words.append(str(told))
            if told.HasField("new_session"):
                self.session = told.new_session.initialize.session_id
            if told.HasField("delta") and told.delta.fragment_id:
                self.fragments.add(told.delta.fragment_id)
            if told.HasField("script_finished"):
                return "\n".join(words)
        raise AssertionError("the page did not end")


@contextmanager
def wire(
    address: str, login: str = "", *, token: str | None = None, session: str = "", origin: str = ""
) -> Iterator[Wire]:
    """A connection with this login cookie and this token against forgery (a good one when None)."""
    good = forgery_token(address)
    cookies = {FORGERY_COOKIE: good, **({LOGIN_COOKIE: login} if login else {})}
    protocols = ["streamlit", (good if token is None else token) or "none", *([session] if session else [])]
    with connect(
        f"ws://{urlsplit(address).netloc}/_stcore/stream",
        origin=origin or address,
        subprotocols=protocols,
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
        max_size=None,
    ) as connection:
        yield Wire(connection)
