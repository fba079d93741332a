"""Who may see any page: at this machine everybody, at any other address those who log in and have a role."""

import streamlit as st

from dashboard import login, parts
from dashboard.data import opening
from dashboard.words import _
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import MonitorError
from monitor.facts import Person
from monitor.web import LOOPBACK


def is_open() -> bool:
    """Whether the pages may be shown to who asks."""
    known = _settings()
    if known is None or known.dashboard.login is None:
        return _at_home(known)
    return isinstance(login.asked(known, utcnow()), Person)


def passed() -> bool:
    """The same, and says what to do where it is not so."""
    known = _settings()
    if known is not None and known.dashboard.login is not None:
        found = login.asked(known, utcnow())
        if not isinstance(found, Person):
            login.page(known, found)
            return False
        login.watch(known)
        return True
    if _at_home(known):
        return True
    if known is None:
        parts.empty(_("The dashboard cannot show anything yet"), _("Ask whoever runs this dashboard."))
    else:
        parts.empty(
            _("This address is refused"),
            _("Without a login the dashboard listens on this machine only. Start it with `emberwatch dashboard`."),
        )
    return False


def _settings() -> Settings | None:
    """None where they cannot be read: what is wrong with them is told at this machine only."""
    try:
        return opening.settings()
    except MonitorError:
        return None


def _at_home(known: Settings | None) -> bool:
    """Whether the server is bound to this machine only, and nobody leads others here; unset means all addresses.

    It goes by how the server was started too: the settings may have lost their login since, or be unreadable.
    """
    if st.get_option("server.address") not in LOOPBACK or (known is not None and known.dashboard.is_open):
        return False
    is_known_elsewhere = not set(st.get_option("server.allowedHosts") or ()) <= set(LOOPBACK)
    return not is_known_elsewhere or (known is not None and known.dashboard.proxy_login)
