"""Who is logged in, by Streamlit's own login of OpenID Connect, and the page for those who are not."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboard import parts
from dashboard.words import _
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.config.login import Refused, Why
from monitor.facts import Person, Role

WATCHED = "30s"
"""How often an open page looks whether its login has ended."""
_REMEMBERED = timedelta(days=30)
"""As long as the cookie of a login lives, its end must be known."""


def role_words(role: Role) -> str:
    """What somebody is, in the viewer's language."""
    return {
        Role.VIEWER: _("viewer"),
        Role.AGENT: _("agent"),
        Role.LEAD: _("lead"),
        Role.ADMIN: _("admin"),
    }[role]


def asked(settings: Settings, now: datetime) -> Person | Refused | None:
    """Who is logged in, or why they are not let in; None when nobody is, or no login is configured."""
    return admitted(settings, claims(), now)


def admitted(settings: Settings, claims: dict[str, Any], now: datetime) -> Person | Refused | None:
    """The same, of these claims."""
    options = settings.dashboard.login
    if options is None or claims.get("is_logged_in") is not True or _key(claims) in _ended():
        return None
    return options.admit(claims, settings.people, now)


def let_in(settings: Settings) -> Person | None:
    """Whoever is logged in; for all others the page is drawn anew, as that of the login. None where none is configured.

    Not by `st.stop`: it drops what other parts of the page have asked for meanwhile, `watch` among them.
    """
    if settings.dashboard.login is None:
        return None
    found = asked(settings, utcnow())
    return found if isinstance(found, Person) else st.rerun(scope="app")


def claims() -> dict[str, Any]:
    """What the provider said when the person logged in, from a cookie that Streamlit signed; empty without one."""
    return dict(st.user)


@st.cache_resource(show_spinner=False)
def _ended() -> dict[tuple[str, str], datetime]:
    """Logins that people ended: an open page elsewhere, or a copied cookie, is worth nothing after that."""
    return {}


def _key(claims: dict[str, Any]) -> tuple[str, str]:
    return str(claims.get("sub", "")), str(claims.get("iat", ""))


def log_out() -> None:
    """End the login here, in all tabs of this browser, and at the provider where that is possible."""
    now, ended = utcnow(), _ended()
    for key in [key for key, at in ended.items() if at < now - _REMEMBERED]:
        ended.pop(key, None)
    ended[_key(claims())] = now
    st.logout()


def page(settings: Settings, found: Refused | None) -> None:
    """What is shown in the place of all pages to who is not let in.

    The run must come to its own end after it: after `st.stop` Streamlit keeps the parts of the page that was there
    before, and draws those whose time has come where the login now stands, which leaves the browser with nothing.
    """
    with st.container(key="login", gap="medium"):
        parts.title(_("Log in"))
        for words in _explained(settings, found):
            st.text(words)
        again = found is not None and found.why is not Why.EXPIRED
        label = _("Log in as somebody else") if again else _("Log in")
        with st.container(horizontal=True):
            st.button(label, type="primary", icon=":material/login:", on_click=st.login, key="log-in")
            if again:
                st.button(_("Log out"), icon=":material/logout:", on_click=log_out, key="log-out")


def _explained(settings: Settings, found: Refused | None) -> list[str]:
    """Why one is here and what to do, a paragraph each."""
    if found is None:
        return [_("This dashboard shows what people say about your brands. It is for those who answer them.")]
    if found.why is Why.EXPIRED:
        return [_("You were logged in for a long time. Log in again, and you are back where you were.")]
    options = settings.dashboard.login
    contact = options.contact if options else ""
    ask = _("Ask %(contact)s.", contact=contact) if contact else _("Ask whoever runs this dashboard.")
    return [*([_("You are logged in as %(login)s.", login=found.login)] if found.login else []), _why(found), ask]


def _why(found: Refused) -> str:
    words = {
        Why.NAMELESS: _("The login did not say who you are, so nobody could see who did what."),
        Why.UNVERIFIED: _("The login did not say that this e-mail address is yours."),
        Why.DOMAIN: _("People with an e-mail address at this domain are not let in."),
        Why.NO_ROLE: _("Nobody has given you a role here yet, so there is nothing that you may see."),
    }
    return words[found.why]


@st.fragment(run_every=WATCHED)
def watch(settings: Settings) -> None:
    """Take the page away when its login ends."""
    if not isinstance(asked(settings, utcnow()), Person):
        st.rerun(scope="app")
