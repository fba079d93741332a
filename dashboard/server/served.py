"""What `streamlit run` serves: the pages of app.py behind the guard of all requests."""

import json
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard import launch, login, secret_file
from dashboard.data import opening
from dashboard.server import fonts
from dashboard.server.guarding import Guard
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.errors import MonitorError
from monitor.facts import Person

SETTINGS = load_settings(opening.config_path())
"""As they were when the server started; who has which role is read anew when the file changes."""

secrets_singleton.merge_programmatic_secrets(secret_file.take(SETTINGS))


def may_fetch(request: Request) -> bool:
    """Whether somebody may have what pages keep for them to download: those who may see the pages."""
    if SETTINGS.dashboard.login is None:
        return True
    try:
        known = opening.settings()
    except MonitorError:  # somebody is changing them
        return False
    return isinstance(login.admitted(known, _claims(request), utcnow()), Person)


def _claims(request: Request) -> dict[str, Any]:
    """What the signed cookie says, as Streamlit reads it for a page; empty when it is none of ours."""

    def one(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, request.cookies.get(name, ""))

    said = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    found = json.loads(said) if said else {}
    return found if isinstance(found, dict) and found.get("origin") == SETTINGS.dashboard.link else {}


app = st.App(
    Path(__file__).parents[1] / "app.py",
    routes=[fonts.route()],
    middleware=[
        Middleware(
            Guard,
            hosts=launch.hosts(SETTINGS),
            public=SETTINGS.dashboard.link,
            link=SETTINGS.dashboard.link if SETTINGS.dashboard.login else "",
            may_fetch=may_fetch,
        )
    ],
)
