"""The list of complaints: a card for each, the most urgent first, to be opened or selected."""

import streamlit as st

from dashboard import acting, complaints, frame, parts
from dashboard.casework import bulk, filtering, standing, walking
from dashboard.data import inbox, opening
from dashboard.data.brands import BrandRow
from dashboard.data.inbox import ComplaintRow
from dashboard.data.queues import Filters
from dashboard.texts import checking
from dashboard.words import _
from monitor.access import Deed

PAGE = 12
_LIMIT = "inbox-limit"


def rows(filters: Filters) -> tuple[ComplaintRow, ...]:
    """As many as are shown, and one more if there are more."""
    return inbox.complaints(filters, _limit() + 1, opening.now())


def _limit() -> int:
    return int(st.session_state.get(_LIMIT, PAGE))


@frame.live()
def show(brand: BrandRow, chosen: int | None) -> None:
    """The list, looked at again every few seconds; `chosen` is the mention at hand."""
    frame.follow()
    filters, limit = filtering.fields(brand), _limit()
    found = rows(filters)
    listed = found[:limit]
    works = acting.may(Deed.WORK)
    if works:
        bulk.bar(listed)
    for row in listed:
        _card(row, filters, chosen=row.text.mention_id == chosen, works=works)
    if not found:
        filtering.nothing(filters)
    if len(found) > limit and st.button(_("Show more"), type="tertiary", key="inbox-show-more"):
        st.session_state[_LIMIT] = limit + PAGE
        st.rerun(scope="fragment")


def _card(row: ComplaintRow, filters: Filters, *, chosen: bool, works: bool) -> None:
    number = row.text.mention_id
    with st.container(key=f"card-{'chosen' if chosen else 'row'}-{number}"):
        parts.write(_brief(row, filters.me))
        label = _("Open complaint %(number)s", number=number)
        way = walking.address(row, filters)
        st.button(label, key=f"open-{number}", on_click=frame.later, args=("inbox",), kwargs=way)
        if works:
            label = _("Select complaint %(number)s", number=number)
            st.checkbox(label, key=bulk.key(number), label_visibility="collapsed")


def _brief(row: ComplaintRow, me: str) -> str:
    text, now = row.text, opening.now()
    return (
        parts.line(
            standing.state(row),
            parts.badge(row.severity) if row.severity else "",
            complaints.due(row, now),
            complaints.owner(row, me),
            standing.exceptions(row),
            checking.mark(text),
            parts.stars(text.rating, text.rating_best),
            parts.language(text.language),
            parts.ago(text.published_at, now),
        )
        + complaints.brief(text, lines=3)
        + parts.line(complaints.themes(text))
    )
