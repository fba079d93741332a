"""The Streamlit script: checks where it listens, and shows the pages."""

from pathlib import Path

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard import acting, entrance, frame, parts, speaking
from dashboard.views import (
    alerts,
    compare,
    inbox,
    incident,
    mentions,
    overview,
    reports,
    response,
    settings,
    sources,
    spread,
    themes,
)
from dashboard.words import _
from monitor.store.trouble import words_of

LOGO = Path(__file__).with_name("logo.svg")


def main() -> None:
    """Show the page that the address asks for."""
    st.set_page_config(page_icon="🔥", layout="wide")
    parts.style()
    speaking.settle()
    st.logo(LOGO, size="large")
    pages = [
        st.Page(overview.page, title=_("Overview"), icon=":material/monitoring:", default=True),
        st.Page(incident.page, title=_("Incidents"), icon=":material/local_fire_department:", url_path="incident"),
        st.Page(spread.page, title=_("Spread"), icon=":material/share:", url_path="spread"),
        st.Page(alerts.page, title=_("Alerts"), icon=":material/campaign:", url_path="alerts"),
        st.Page(inbox.page, title=_("Inbox"), icon=":material/inbox:", url_path="inbox"),
        st.Page(mentions.page, title=_("Mentions"), icon=":material/search:", url_path="mentions"),
        st.Page(themes.page, title=_("Themes"), icon=":material/category:", url_path="themes"),
        st.Page(response.page, title=_("Response"), icon=":material/timer:", url_path="response"),
        st.Page(compare.page, title=_("Compare"), icon=":material/balance:", url_path="compare"),
        st.Page(sources.page, title=_("Sources"), icon=":material/sensors:", url_path="sources"),
        st.Page(reports.page, title=_("Reports"), icon=":material/description:", url_path="reports"),
        st.Page(settings.page, title=_("Settings"), icon=":material/settings:", url_path="settings"),
    ]
    chosen = st.navigation(pages, position="top" if entrance.is_open() else "hidden")
    st.set_page_config(page_title=f"{chosen.title} – Emberwatch")  # of many tabs, people look for one by its title
    if entrance.passed() and frame.readable():
        frame.keep_pages(pages)
        frame.follow(chosen)
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
        parts.empty(_("The database cannot be read now"), words)


if __name__ == "__main__":
    main()
