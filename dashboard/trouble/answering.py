"""What people say of an incident, each text with the way to its answer: one click takes it and opens its case."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import acting, complaints, frame, parts
from dashboard.casework import drafting
from dashboard.data import incidents, opening
from dashboard.data.incidents import EvidenceRow
from dashboard.texts import checking
from dashboard.words import _, _n
from monitor.access import Deed
from monitor.facts import Person
from monitor.jobs import answer
from monitor.models import CaseState

EXAMPLES, MORE = 6, 20
AT_ONCE = 20
"""Cases that one click opens; a storm is answered from its surest complaints on."""


def texts(incident_id: int, zone: ZoneInfo) -> None:
    """The texts behind an incident, the surest complaints first."""
    number, size = incidents.evidence_size(incident_id)
    shown = f"examples-{incident_id}"
    limit = st.session_state.get(shown, EXAMPLES)
    _head(incident_id, number, size)
    if not size:
        parts.empty(_("No texts are kept"), _("They may have been deleted where they stood."))
        return
    for place, row in enumerate(incidents.evidence(incident_id, limit)):
        _text(row, zone, first=place == 0)
    if size > limit and st.button(_("Show more (%(n)s left)", n=parts.number(size - limit)), type="tertiary"):
        st.session_state[shown] = limit + MORE
        st.rerun(scope="fragment")


def _head(incident_id: int, number: int, size: int) -> None:
    note = _n(
        "%(n)s text is the evidence, the surest complaints first",
        "%(n)s texts are the evidence, the surest complaints first",
        number,
    )
    if number > size:
        note = _n("%(note)s; %(n)s of them deleted at the source", "%(note)s; %(n)s of them deleted at the source",
                  number - size, note=note)  # fmt: skip
    without = incidents.without_case(incident_id)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="said-head"):
        parts.write(parts.heading(_("What people say"), note))
        if without > 1 and acting.may(Deed.WORK):
            words = _n("Open a case for the %(n)s complaint without one", "Open cases for %(n)s complaints without one",
                       min(without, AT_ONCE))  # fmt: skip
            st.button(
                words, icon=":material/library_add:", key=f"cases-for-all-{incident_id}", on_click=_open_all,
                args=(incident_id,), help=_("So that each of them has a due time, and the team can share them out."),
            )  # fmt: skip


def _open_all(incident_id: int) -> None:
    def write(session: Session, me: Person, now: datetime) -> int:
        found = answer.open_for_incident(session, incident_id, me, now, opening.settings().service, limit=AT_ONCE)
        return len(found.opened)

    acting.do(write, _("The cases are open. They stand in the inbox, the most urgent first."))
    frame.later()


def _text(row: EvidenceRow, zone: ZoneInfo, *, first: bool) -> None:
    text = row.text
    with st.container(key=f"card-example-{text.mention_id}"):
        parts.write(complaints.written(text, opening.now(), zone) + complaints.content(text, lines=5))
        checking.question(text, frame.later)
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"row-{text.mention_id}"):
            parts.write(parts.line(checking.mark(text), complaints.original(text), complaints.themes(text)))
            checking.action(text, frame.later)
            if row.case_state is not None:
                who = parts.name(row.case_owner) if row.case_owner else ""
                st.html(parts.line(parts.badge(row.case_state), who), width="content")
            _way(row, first=first)


def _way(row: EvidenceRow, *, first: bool) -> None:
    """To the answer where nobody has given one yet, else to the case as it is."""
    number = row.text.mention_id
    free = row.case_id is None or row.case_state is CaseState.NEW
    mine = row.case_state is CaseState.OWNED and row.case_owner == acting.who()
    if (free or mine) and acting.may(Deed.WORK):
        st.button(
            _("Answer"), key=f"answer-{number}", icon=":material/reply:", type="primary" if first else "secondary",
            on_click=_answer, args=(number,), help=_("It becomes yours, with a draft in the customer's language."),
        )  # fmt: skip
    elif row.case_id is not None:
        _opens(_("Open case %(id)s", id=row.case_id), number, case=row.case_id)
    else:
        _opens(_("Open in the inbox"), number, mention=number)


def _opens(label: str, number: int, **query: int) -> None:
    key = f"case-{number}"
    st.button(label, key=key, icon=":material/inbox:", on_click=frame.later, args=("inbox",), kwargs=query)


def _answer(mention_id: int) -> None:
    """In a callback: take it, and let its page begin with a draft."""
    st.session_state[drafting.AT_ONCE] = mention_id
    frame.take_up(mention_id)
