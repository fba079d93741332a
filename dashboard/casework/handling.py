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

from dashboard import acting, parts
from dashboard.casework import drafting, heard, posting, reasons
from dashboard.data import opening
from dashboard.data.casefile import CaseFile
from dashboard.data.inbox import ComplaintRow
from dashboard.words import N_, _, _h
from monitor import cases
from monitor.access import Deed
from monitor.cases import LONGEST_NOTE, Action, CaseFacts, DismissReason
from monitor.facts import Person
from monitor.jobs import answer
from monitor.models import Case


@dataclass(frozen=True)
class _Form:
    """The words of one action, marked for translation."""

    tab: str
    field: str  # "" for an action without words
    button: str
    done: str
    hint: str = ""


_FORMS = {
    Action.TAKE: _Form("", "", N_("Take this complaint"), N_("It is yours. Answer it next.")),
    Action.ANSWER: _Form(
        N_("Answer"),
        N_("What you answered, as posted under the original"),
        N_("Record the answer"),
        N_("Your answer is recorded."),
    ),
    Action.SOLVE: _Form(
        N_("Solve"), N_("What was done for the customer"), N_("Mark as solved"), N_("Solved. Well done."),
    ),
    Action.WAIT: _Form(
        N_("Wait"), "", N_("Wait for the customer"), N_("It waits for the customer."),
        N_("You asked the customer something, and the next step is theirs."),
    ),
    Action.NOTE: _Form(
        N_("Note"), N_("A note for colleagues; customers never see it"), N_("Add the note"), N_("The note is kept."),
    ),
    Action.RELEASE: _Form(
        N_("Give back"), "", N_("Give it back"), N_("It is nobody’s again."),
        N_("Somebody else can take it then. The history says who gave it back."),
    ),
    Action.DISMISS: _Form(
        N_("Dismiss"), N_("In your words, if you like"), N_("Dismiss it"), N_("The complaint is dismissed."),
    ),
    Action.FOLLOW_UP: _Form(
        N_("Follow up"), N_("What you asked, or what the customer said"), N_("It is followed up"), N_("Followed up."),
    ),
    Action.REOPEN: _Form(N_("Reopen"), N_("Why again?"), N_("Reopen, and make it mine"), N_("Open again, and yours.")),
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


def actions(shown: OnScreen, file: CaseFile) -> None:
    """The button that takes a case which nobody has, or the forms that its state, its owner and one's role allow."""
    possible = _possible(shown.case)
    if Action.TAKE in possible:
        take_button(_submit, shown, Action.TAKE)
    if shown.case.owner not in ("", acting.who()) and shown.case.state not in cases.CLOSED:
        owns = _h("%(name)s owns this complaint.", name=f"<b>{parts.name(shown.case.owner)}</b>")
        parts.write(f'<div class="ew-line"><span>{owns}</span></div>')
    formed = [action for action in possible if action is not Action.TAKE]
    if not formed:
        return
    names = [_(_FORMS[action].tab) for action in formed]
    tabs = st.tabs(names, key=f"tabs-{shown.case_id}-{shown.case.state}-{acting.who()}")
    for tab, action in zip(tabs, formed, strict=True):
        with tab:
            _tab(shown, action, file)


def _possible(case: CaseFacts) -> list[Action]:
    """What the person who looks may do to it, the next step first."""
    if not acting.may(Deed.NOTE):
        return []
    if not acting.may(Deed.WORK):
        return [Action.NOTE]
    if case.owner not in ("", acting.who()) and case.state not in cases.CLOSED:
        return [Action.NOTE, Action.RELEASE] if acting.may(Deed.RELEASE_OTHERS) else [Action.NOTE]
    return [action for action in cases.allowed(case) if action in _FORMS]


def _tab(shown: OnScreen, action: Action, file: CaseFile) -> None:
    if action in (Action.ANSWER, Action.FOLLOW_UP):
        _written(shown, action, file)
        return
    with st.form(shown.key(action, "form"), border=False):
        _form(shown, action)


def take_button(callback: Callable[..., None], *args: object) -> None:
    """The one primary step of a complaint that nobody owns."""
    label = _(_FORMS[Action.TAKE].button)
    st.button(label, type="primary", icon=":material/front_hand:", key="take", on_click=callback, args=args)


def _written(shown: OnScreen, action: Action, file: CaseFile) -> None:
    """What is written to the customer, with drafts.

    It is no form: a draft may only be put below words that the page knows of.
    """
    form, field = _FORMS[action], shown.key(action, "text")
    if action is Action.FOLLOW_UP:
        heard.ask_link(shown.row)
    drafting.controls(shown.row, field, after=action is Action.FOLLOW_UP)
    st.text_area(_(form.field), height=260, max_chars=LONGEST_NOTE, key=field)
    drafting.missing(shown.row)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        drafting.copy_button(shown.row, field)
        if action is Action.ANSWER:
            posting.button(shown.row, field, file.posting)
        st.button(_(form.button), type="primary", key=f"{field}-send", on_click=_submit, args=(shown, action))


def _form(shown: OnScreen, action: Action) -> None:
    form = _FORMS[action]
    if form.hint:
        st.caption(_(form.hint))
    if action is Action.DISMISS:
        st.selectbox(
            _("Why does it need no solution?"), list(DismissReason), format_func=reasons.words,
            key=shown.key(action, "reason"),
        )  # fmt: skip
    if form.field:
        st.text_area(_(form.field), height=80, max_chars=LONGEST_NOTE, key=shown.key(action, "text"))
    st.form_submit_button(_(form.button), type="primary", on_click=_submit, args=(shown, action))


def _submit(shown: OnScreen, action: Action) -> None:
    """Write what the form says; the words are kept in it when the write is refused."""
    field = shown.key(action, "text")
    text = str(st.session_state.get(field, ""))
    reason = st.session_state.get(shown.key(action, "reason")) or DismissReason.NO_ACTION
    done = acting.do(partial(_write, shown, action, text, reason), _(_FORMS[action].done))
    if done is not None and field in st.session_state:
        st.session_state[field] = ""
        drafting.forget(shown.row, field)


def _write(
    shown: OnScreen, action: Action, text: str, reason: DismissReason, session: Session, me: Person, now: datetime
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
        case _:
            return answer.reopen(*what, opening.settings().service, seen=seen, text=text)
