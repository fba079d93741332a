"""The Streamlit script: checks where it listens, and shows the pages."""

from pathlib import Path

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard import acting, frame, parts
from dashboard.views import alerts, inbox, incident, mentions, overview, sources
from monitor.config import LOOPBACK
from monitor.store.trouble import words_of

LOGO = Path(__file__).with_name("logo.svg")


def main() -> None:
    """Show the page that the address asks for."""
    st.set_page_config(page_title="Emberwatch", page_icon="🔥", layout="wide")
    parts.style()
    st.logo(LOGO, size="large")
    pages = [
        st.Page(overview.page, title="Overview", icon=":material/monitoring:", default=True),
        st.Page(incident.page, title="Incidents", icon=":material/local_fire_department:", url_path="incident"),
        st.Page(alerts.page, title="Alerts", icon=":material/campaign:", url_path="alerts"),
        st.Page(inbox.page, title="Inbox", icon=":material/inbox:", url_path="inbox"),
        st.Page(mentions.page, title="Mentions", icon=":material/search:", url_path="mentions"),
        st.Page(sources.page, title="Sources", icon=":material/sensors:", url_path="sources"),
    ]
    chosen = st.navigation(pages, position="top")
    if not _at_home():
        parts.empty(
            "This address is refused",
            "Without a login the dashboard listens on this machine only. Start it with `emberwatch dashboard`.",
        )
    elif frame.readable():
        frame.keep_pages(pages)
        frame.follow(whole=True)
        acting.say()
        acting.remember()
        _show(chosen)


def _show(page: st.Page) -> None:
    """Run a page; when the database fails under it, say what to do about that."""
    try:
        page.run()
    except SQLAlchemyError as error:
        if not (words := words_of(error)):
            raise
        parts.empty("The database cannot be read now", words)


def _at_home() -> bool:
    """Whether the server is bound to this machine only; unset means all addresses."""
    return st.get_option("server.address") in LOOPBACK


if __name__ == "__main__":
    main()
