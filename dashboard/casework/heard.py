"""On the page of a case: what its customer wrote later, and the link by which they are asked how it went."""

from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, complaints, parts
from dashboard.data import heard, opening
from dashboard.data.heard import HeardRow
from dashboard.data.inbox import ComplaintRow
from dashboard.texts import checking
from dashboard.words import _, _h
from monitor.access import Deed
from monitor.models import CaseState, Relation


def later_texts(case_id: int, zone: ZoneInfo) -> None:
    """Texts, survey answers and changes that were linked to the case, the oldest first; nothing when there is none."""
    rows = heard.later(case_id)
    if not rows:
        return
    parts.write(parts.heading(_("Heard since")))
    for row in rows:
        with st.container(key=f"card-heard-{row.text.mention_id}"):
            parts.write(_head(row, zone) + complaints.brief(row.text, lines=4))


def _head(row: HeardRow, zone: ZoneInfo) -> str:
    text, now = row.text, opening.now()
    return parts.line(
        f"<b>{_what(row)}</b>",
        parts.stars(text.rating, text.rating_best),
        checking.feeling(text) if row.read else _h("not read: it names no brand"),
        parts.when(row.linked_at if row.edited else text.published_at, now, zone),
        complaints.original(text),
    )


def _what(row: HeardRow) -> str:
    if row.edited:
        return _h("The customer changed the text")
    if row.relation is Relation.SURVEY:
        return _h("The customer answered the survey")
    return _h("The customer wrote again")


def ask_link(row: ComplaintRow) -> None:
    """The survey's link for a solved case, to copy; nothing while there is none to give."""
    if row.case_id is None or row.case is None or row.case.state is not CaseState.SOLVED or not acting.may(Deed.WORK):
        return
    link = heard.survey_link(row.case_id, row.text.language)
    if link:
        st.caption(_("To ask how it went, send this link along. The answer comes to this case; it can be given once."))
        st.code(link, language=None, wrap_lines=True)
