"""What a person may do to a case on its page: one form per action, the next step first.

Writes are done in callbacks: Streamlit ends a run of the page at once when the next click comes, but a callback only
where it touches the session state, so that a form is either written whole or stands there as it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st
from sqlmodel import Session

from dashboard import acting, drafting, parts
from dashboard.data import opening
from dashboard.data.inbox import ComplaintRow
from monitor import cases
from monitor.cases import LONGEST_NOTE, Action, CaseFacts, DismissReason
from monitor.jobs import answer
from monitor.models import Case, CaseState


@dataclass(frozen=True)
class _Form:
    """The words of one action."""

    tab: str
    field: str  # "" for an action without words
    button: str
    done: str
    hint: str = ""


_FORMS = {
    Action.TAKE: _Form("", "", "Take this complaint", "It is yours. Answer it next."),
    Action.ANSWER: _Form(
        "Answer",
        "What you answered, as posted under the original",
        "Record the answer",
        "Your answer is recorded.",
    ),
    Action.SOLVE: _Form("Solve", "What was done for the customer", "Mark as solved", "Solved. Well done."),
    Action.WAIT: _Form(
        "Wait", "", "Wait for the customer", "It waits for the customer.",
        "You asked the customer something, and the next step is theirs.",
    ),
    Action.NOTE: _Form("Note", "A note for colleagues; customers never see it", "Add the note", "The note is kept."),
    Action.RELEASE: _Form(
        "Give back", "", "Give it back", "It is nobody’s again.",
        "Somebody else can take it then. The history says who gave it back.",
    ),
    Action.DISMISS: _Form("Dismiss", "In your words, if you like", "Dismiss it", "The complaint is dismissed."),
    Action.FOLLOW_UP: _Form(
        "Follow up", "What you asked, or what the customer said", "It is followed up", "Followed up.",
    ),
    Action.REOPEN: _Form("Reopen", "Why again?", "Reopen, and make it mine", "Open again, and yours."),
}  # fmt: skip


@dataclass(frozen=True)
class OnScreen:
    """A case as the person sees it, with its complaint and the language of that."""

    case_id: int
    case: CaseFacts
    language: str
    row: ComplaintRow

    def key(self, action: Action, part: str) -> str:
        return f"{action}-{part}-{self.case_id}"


def actions(shown: OnScreen) -> None:
    """The button that takes a new case, or the forms that its state and owner allow."""
    case, me = shown.case, acting.who()
    possible = [action for action in cases.allowed(case) if action is not Action.TAKE]
    if case.state is CaseState.NEW:
        take_button(_submit, shown, Action.TAKE)
    elif case.owner != me and case.state not in cases.CLOSED:
        parts.write(f'<div class="ew-line"><span><b>{parts.name(case.owner)}</b> owns this complaint.</span></div>')
        possible = [Action.NOTE, Action.RELEASE]
    tabs = st.tabs([_FORMS[action].tab for action in possible], key=f"tabs-{shown.case_id}-{case.state}-{me}")
    for tab, action in zip(tabs, possible, strict=True):
        with tab:
            if action in (Action.ANSWER, Action.FOLLOW_UP):
                _written(shown, action)
                continue
            with st.form(shown.key(action, "form"), border=False):
                _form(shown, action)


def take_button(callback: Callable[..., None], *args: object) -> None:
    """The one primary step of a complaint that nobody owns."""
    label = _FORMS[Action.TAKE].button
    st.button(label, type="primary", icon=":material/front_hand:", on_click=callback, args=args)


def _written(shown: OnScreen, action: Action) -> None:
    """What is written to the customer, with drafts.

    It is no form: a draft may only be put below words that the page knows of.
    """
    form, field = _FORMS[action], shown.key(action, "text")
    drafting.controls(shown.row, field, after=action is Action.FOLLOW_UP)
    st.text_area(form.field, height=260, max_chars=LONGEST_NOTE, key=field)
    drafting.missing(shown.row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        drafting.copy_button(shown.row, field)
        st.button(form.button, type="primary", key=f"{field}-send", on_click=_submit, args=(shown, action))


def _form(shown: OnScreen, action: Action) -> None:
    form = _FORMS[action]
    if form.hint:
        st.caption(form.hint)
    if action is Action.DISMISS:
        st.selectbox(
            "Why does it need no solution?", list(DismissReason), format_func=str, key=shown.key(action, "reason")
        )
    if form.field:
        st.text_area(form.field, height=80, max_chars=LONGEST_NOTE, key=shown.key(action, "text"))
    st.form_submit_button(form.button, type="primary", on_click=_submit, args=(shown, action))


def _submit(shown: OnScreen, action: Action) -> None:
    """Write what the form says; the words are kept in it when the write is refused."""
    field = shown.key(action, "text")
    text = str(st.session_state.get(field, ""))
    reason = st.session_state.get(shown.key(action, "reason")) or DismissReason.NO_ACTION
    done = acting.do(partial(_write, shown, action, text, reason), _FORMS[action].done)
    if done is not None and field in st.session_state:
        st.session_state[field] = ""
        drafting.forget(shown.row, field)


def _write(
    shown: OnScreen, action: Action, text: str, reason: DismissReason, session: Session, me: str, now: datetime
) -> Case:
    what, seen = (session, shown.case_id, me, now), shown.case.state
    match action:
        case Action.TAKE:
            return answer.take(*what, seen=seen)
        case Action.ANSWER:
            return answer.answer(*what, text, seen=seen, language=shown.language)
        case Action.SOLVE:
            return answer.solve(*what, text, seen=seen, policy=opening.settings().service)
        case Action.FOLLOW_UP:
            return answer.follow_up(*what, text, seen=seen)
        case Action.NOTE:
            return answer.note(*what, text)
        case Action.WAIT:
            return answer.wait(*what, seen=seen)
        case Action.RELEASE:
            return answer.release(*what, seen=seen)
        case Action.DISMISS:
            return answer.dismiss(*what, reason, seen=seen, text=text)
        case Action.REOPEN:
            return answer.reopen(*what, opening.settings().service, seen=seen, text=text)
