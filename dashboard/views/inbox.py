"""Inbox: complaints by urgency on one side, the one at hand on the other; all of it works by keys too."""

import streamlit as st

from dashboard import frame
from dashboard.casework import detail, filtering, keys, listing, walking
from dashboard.data import inbox
from dashboard.data.inbox import ComplaintRow
from dashboard.words import _


def page() -> None:
    """The list, and beside it the complaint that the address names."""
    chosen = _chosen()
    brand = frame.head(_("Inbox"), chosen.brand_id if chosen else None)
    if brand is None:
        return
    if not _named():
        keys.listen(None, named=False)
        listing.show(brand, None)
        return
    keys.listen(chosen, named=True)
    left, right = st.columns([4, 5], gap="medium")
    with left, st.container(key="list-behind"):
        listing.show(brand, chosen.text.mention_id if chosen else None)
    filters = filtering.asked(brand)
    with right:
        walking.buttons(listing.rows(filters), chosen, filters)
        detail.show(chosen)


def _named() -> bool:
    return frame.query_number("case") is not None or frame.query_number("mention") is not None


def _chosen() -> ComplaintRow | None:
    case, mention = frame.query_number("case"), frame.query_number("mention")
    if case is not None:
        return inbox.complaint_of_case(case)
    return inbox.complaint_of_mention(mention) if mention is not None else None
