"""The Streamlit script: checks where it listens, and shows the pages."""

from pathlib import Path

import streamlit as st

from dashboard import acting, frame, parts
from dashboard.views import inbox, incident, overview, sources
from monitor.config import LOOPBACK

LOGO = Path(__file__).with_name("logo.svg")


def main() -> None:
    """Show the page that the address asks for."""
    st.set_page_config(page_title="Emberwatch", page_icon="🔥", layout="wide")
    parts.style()
    st.logo(LOGO, size="large")
    pages = [
        st.Page(overview.page, title="Overview", icon=":material/monitoring:", default=True),
        st.Page(incident.page, title="Incidents", icon=":material/local_fire_department:", url_path="incident"),
        st.Page(inbox.page, title="Inbox", icon=":material/inbox:", url_path="inbox"),
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
        chosen.run()


def _at_home() -> bool:
    """Whether the server is bound to this machine only; unset means all addresses."""
    return st.get_option("server.address") in LOOPBACK


if __name__ == "__main__":
    main()
