"""Several complaints at once: taken, given to somebody, dismissed, noted, or opened as cases; each is its own write."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from dashboard import acting, frame, parts
from dashboard.casework import assigning, reasons
from dashboard.data import opening
from dashboard.data.inbox import ComplaintRow
from dashboard.words import _, _n
from monitor.access import Deed
from monitor.cases import LONGEST_NOTE, DismissReason
from monitor.clock import utcnow
from monitor.errors import AnswerRefused
from monitor.facts import Person
from monitor.jobs import answer
from monitor.models import CaseState
from monitor.store.trouble import Trouble, trouble_of

_CAME_TO, _TEXT, _REASON, _TO = "bulk-came-to", "bulk-text", "bulk-reason", "bulk-to"
Deal = Callable[[Session, int, CaseState, Person, datetime], object]
"""Does one thing to a case that was seen in a state; raises AnswerRefused."""


@dataclass(frozen=True)
class _Result:
    """What became of all of them."""

    done: str  # a whole sentence
    refused: tuple[tuple[str, int], ...]  # why, and how many


def key(mention_id: int) -> str:
    """Of the box that selects a complaint."""
    return f"pick-{mention_id}"


def bar(listed: Sequence[ComplaintRow]) -> None:
    """What came of the last time, and what can be done with those that are selected now."""
    _say()
    picked = [row for row in listed if st.session_state.get(key(row.text.mention_id))]
    if not picked:
        return
    with st.container(key="bulk", horizontal=True, vertical_alignment="center", gap="small"):
        words = _n("%(n)s selected", "%(n)s selected", len(picked))
        st.html(f'<b role="status">{parts.said(words)}</b>', width="content")
        _actions(picked)
        if len(picked) < len(listed):
            _button(_("All shown"), "all", _select, listed, listed)
        _button(_("None"), "none", _select, listed, ())


def _button(label: str, part: str, callback: Callable[..., None], *args: object) -> None:
    st.button(label, key=f"bulk-{part}", type="tertiary", on_click=callback, args=args)


def _select(listed: Sequence[ComplaintRow], wanted: Sequence[ComplaintRow]) -> None:
    chosen = {row.text.mention_id for row in wanted}
    for row in listed:
        st.session_state[key(row.text.mention_id)] = row.text.mention_id in chosen


def _actions(picked: Sequence[ComplaintRow]) -> None:
    st.button(_("Take"), key="bulk-take", type="primary", on_click=_take, args=(picked,))
    if acting.may(Deed.ASSIGN):
        with st.popover(_("Assign"), key="bulk-assign"):
            assigning.choice(picked, _TO)
            st.button(_("Give it to them"), key="bulk-assign-all", type="primary", on_click=_assign, args=(picked,))
    with st.popover(_("Dismiss"), key="bulk-dismiss"):
        st.selectbox(_("Why do they need no solution?"), list(DismissReason), format_func=reasons.words, key=_REASON)
        st.button(_("Dismiss them"), key="bulk-dismiss-all", type="primary", on_click=_dismiss, args=(picked,))
    with st.popover(_("Note"), key="bulk-note"):
        st.text_area(_("A note for colleagues; customers never see it"), key=_TEXT, max_chars=LONGEST_NOTE)
        st.button(_("Add the note to each"), key="bulk-note-all", type="primary", on_click=_note, args=(picked,))
    if any(row.case_id is None for row in picked):
        _button(_("Open a case for each"), "open", _open, picked)


def _take(picked: Sequence[ComplaintRow]) -> None:
    def deal(session: Session, case_id: int, seen: CaseState, me: Person, now: datetime) -> object:
        return answer.take(session, case_id, me, now, seen=seen)

    _each(picked, deal, lambda n: _n("%(n)s is yours.", "%(n)s are yours.", n))


def _assign(picked: Sequence[ComplaintRow]) -> None:
    to = str(st.session_state.get(_TO) or "")

    def deal(session: Session, case_id: int, seen: CaseState, me: Person, now: datetime) -> object:
        return answer.assign(session, case_id, me, now, to=to, seen=seen)

    _each(picked, deal, lambda n: _n("%(n)s given to %(to)s.", "%(n)s given to %(to)s.", n, to=to))


def _dismiss(picked: Sequence[ComplaintRow]) -> None:
    reason = DismissReason(st.session_state.get(_REASON) or DismissReason.NO_ACTION)

    def deal(session: Session, case_id: int, seen: CaseState, me: Person, now: datetime) -> object:
        return answer.dismiss(session, case_id, me, now, reason, seen=seen)

    _each(picked, deal, lambda n: _n("%(n)s dismissed.", "%(n)s dismissed.", n))


def _note(picked: Sequence[ComplaintRow]) -> None:
    text = str(st.session_state.get(_TEXT, ""))

    def deal(session: Session, case_id: int, _seen: CaseState, me: Person, now: datetime) -> object:
        return answer.note(session, case_id, me, now, text)

    if _each(picked, deal, lambda n: _n("%(n)s noted.", "%(n)s noted.", n)):
        st.session_state[_TEXT] = ""


def _open(picked: Sequence[ComplaintRow]) -> None:
    without = [row for row in picked if row.case_id is None]
    _each(without, None, lambda n: _n("%(n)s case opened.", "%(n)s cases opened.", n))


def _each(picked: Sequence[ComplaintRow], deal: Deal | None, done: Callable[[int], str]) -> bool:
    """Do it to one after the other, in a callback; those that were refused stay selected. Says if all were done.

    Nothing of the session state is touched while it writes: there the next click could end it half-way.
    """
    me = acting.person()
    refused = {row.text.mention_id: why for row in picked if (why := _one(row, deal, me))}
    opening.forget()
    for row in picked:
        st.session_state[key(row.text.mention_id)] = row.text.mention_id in refused
    well = len(picked) - len(refused)
    st.session_state[_CAME_TO] = _Result(done(well) if well else "", tuple(Counter(refused.values()).most_common()))
    frame.later()
    return not refused


def _one(row: ComplaintRow, deal: Deal | None, me: Person) -> str:
    """Why it was refused; "" when it was done."""
    try:
        with opening.database() as session:
            _write(session, row, deal, me, utcnow())
    except AnswerRefused as refusal:
        return str(refusal)
    except SQLAlchemyError as error:
        if trouble_of(error) is not Trouble.BUSY:
            raise
        return _("the database is busy just now; try again in a moment")
    return ""


def _write(session: Session, row: ComplaintRow, deal: Deal | None, me: Person, now: datetime) -> None:
    """A complaint without a case gets one first."""
    case_id, seen = row.case_id, row.case.state if row.case else CaseState.NEW
    if case_id is None:
        case_id = answer.open_case(session, row.text.mention_id, me, now, opening.settings().service).id or 0
    if deal is not None:
        deal(session, case_id, seen, me, now)


def _say() -> None:
    """What the last time came to, until it is read."""
    result: _Result | None = st.session_state.get(_CAME_TO)
    if result is None:
        return
    lines = [_n("%(n)s was refused: %(why)s.", "%(n)s were refused: %(why)s.", n, why=why) for why, n in result.refused]
    said = "".join(f"<div>{parts.said(words)}</div>" for words in (result.done, *lines) if words)
    tone = "refused" if result.refused else "done"
    with st.container(key=f"note-bulk-{tone}", horizontal=True, vertical_alignment="center"):
        st.html(f'<div role="status">{said}</div>', width="stretch")
        forget = partial(st.session_state.pop, _CAME_TO, None)
        st.button(_("Close"), key="bulk-close", icon=":material/close:", type="tertiary", on_click=forget)
