"""Who looks: their language, their time zone, and the direction in which they read."""

from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel import Locale
from streamlit.runtime.scriptrunner import get_script_run_ctx

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "fil": "Filipino", "te": "తెలుగు", "ur": "اردو"}
"""What the pages speak, each by its own name."""
COOKIE = "emberwatch_language"
"""Where the browser keeps what was chosen: a cookie is known before the first page is drawn."""

_ALIKE = {"tl": "fil"}  # browsers of some systems call Filipino by the old code of Tagalog
_RIGHT_TO_LEFT = ("ur",)
_CHOSEN = "language"
_SESSIONS = 10_000

_spoken: dict[str, str] = {}
"""The language of each session, so that none of the hundreds of texts of a page asks the session's state.

Streamlit ends a callback where it touches that state while the next click waits.
"""


def settle() -> None:
    """Find out what the viewer speaks; once in each run of the page, before it says anything."""
    _remember(chosen() if chosen() in LANGUAGES else _preferred())


def choose(language: str) -> None:
    """Speak this language from now on; one that is not known changes nothing."""
    if language in LANGUAGES:
        st.session_state[_CHOSEN] = language
        _remember(language)


def chosen() -> str:
    """What the viewer chose here and now, for the browser to keep; "" when they chose nothing since they came."""
    return str(st.session_state.get(_CHOSEN, ""))


def language() -> str:
    """The code of the viewer's language; English where nobody looks, as in tests of pieces."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return ENGLISH
    return _spoken.get(context.session_id) or _preferred()


def direction() -> Literal["ltr", "rtl"]:
    """The direction in which the viewer reads."""
    return "rtl" if language() in _RIGHT_TO_LEFT else "ltr"


def locale() -> Locale:
    """How the viewer's language writes dates and numbers."""
    return _locale(language())


def zone(otherwise: ZoneInfo) -> ZoneInfo:
    """The time zone of the viewer's browser; `otherwise` (the brand's, as a rule) where it does not say."""
    return _zone(st.context.timezone or "") or otherwise


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=600)
def _zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None for what is none, since browsers may say anything."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _remember(language: str) -> None:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return
    if len(_spoken) >= _SESSIONS:
        _spoken.clear()  # each is found anew from its cookie or its state
    _spoken[context.session_id] = language


def _preferred() -> str:
    """What was chosen in this browser earlier, else what the browser itself speaks, else English."""
    kept = st.context.cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else of_browser(st.context.locale or "")


def of_browser(told: str) -> str:
    """The language for what a browser tells, such as `ur-PK`; English for what we do not speak."""
    begin = told.replace("_", "-").partition("-")[0].lower()
    found = _ALIKE.get(begin, begin)
    return found if found in LANGUAGES else ENGLISH
