"""What a text is held to be, how sure that is, and how people say it in the place of the model; alike on all pages."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard import acting, parts
from dashboard.data.texts import TextRow
from dashboard.words import N_, _, _h
from monitor.facts import Person, Sentiment
from monitor.jobs import answer

First = Callable[[], None]
UNSURE = N_("The model is not sure. Please check.")
LABELS = {
    Sentiment.NEGATIVE: N_("negative"),
    Sentiment.NEUTRAL: N_("neutral"),
    Sentiment.POSITIVE: N_("positive"),
}
_CHOICES = {
    Sentiment.NEGATIVE: N_("Negative"),
    Sentiment.NEUTRAL: N_("Neutral"),
    Sentiment.POSITIVE: N_("Positive"),
}
_CORRECTED = {
    Sentiment.NEGATIVE: N_("Corrected: negative."),
    Sentiment.NEUTRAL: N_("Corrected: neutral."),
    Sentiment.POSITIVE: N_("Corrected: positive."),
}
_TONES = {Sentiment.NEGATIVE: "high", Sentiment.NEUTRAL: "quiet", Sentiment.POSITIVE: "good"}


def _nothing() -> None:
    """What a page has to remember that shows all of itself anew anyway."""


def feeling(text: TextRow) -> str:
    """What the text is held to be."""
    words = "" if text.corrected_by else _("reads as negative: %(percent)s", percent=parts.percent(text.negative))
    return f'<span title="{escape(words)}">{parts.tag(_(LABELS[text.label]), _TONES[text.label])}</span>'


def mark(text: TextRow) -> str:
    """That the model was not sure, or who corrected it; empty for what a model was sure of."""
    if text.corrected_by:
        return f'<span class="ew-corrected">{_h("Corrected by %(name)s", name=parts.name(text.corrected_by))}</span>'
    return f'<span title="{escape(_(UNSURE))}">{parts.tag(_("Unsure"), "unsure")}</span>' if text.unsure else ""


def question(text: TextRow, first: First = _nothing) -> None:
    """Where people say at once what a text is of which the model was not sure; nothing for the others.

    `first` is done before it is written, on pages that have something to remember.
    """
    if text.unsure and not text.corrected_by:
        with st.container(key=_key(text, "ask"), horizontal=True, vertical_alignment="center", gap="small"):
            st.html(f'<span class="ew-ask">{_h("Not sure. What is it?")}</span>', width="content")
            _choice(text, None, first)


def action(text: TextRow, first: First = _nothing) -> None:
    """The quiet way to correct what the model was sure of, or to undo a correction."""
    if text.corrected_by:
        st.button(
            _("Undo"), key=_key(text, "undo"), icon=":material/undo:", type="tertiary", on_click=_undo,
            args=(text, first), help=_("Let the model’s reading count again."),
        )  # fmt: skip
    elif not text.unsure:
        with st.popover(_("Correct"), icon=":material/edit:", type="tertiary", key=_key(text, "correct")):
            st.caption(_("What is it really? What you say counts from now on."))
            _choice(text, text.label, first)


def _key(text: TextRow, part: str) -> str:
    """Of a widget; new with each reading, refusal and undo, so that nothing is pressed before somebody presses it."""
    return f"{part}-{text.mention_id}-{text.seen.assessment_id}-{st.session_state.get(_refused(text), 0)}"


def _refused(text: TextRow) -> str:
    return f"refused-{text.mention_id}"


def _choice(text: TextRow, shown: Sentiment | None, first: First) -> None:
    key = _key(text, "label")
    picked = st.segmented_control(
        _("What is it?"), list(Sentiment), default=shown, required=shown is not None,
        format_func=lambda one: _(_CHOICES[one]), key=key, label_visibility="collapsed",
        on_change=_picked, args=(text, key, first),
    )  # fmt: skip
    if picked is not None and picked is not shown:
        # The next click ended the callback before it wrote: Streamlit does so wherever one touches its session state.
        _correct(text, Sentiment(picked), first)
        st.rerun()


def _picked(text: TextRow, key: str, first: First) -> None:
    if (label := st.session_state.get(key)) is not None:
        _correct(text, Sentiment(label), first)


def _correct(text: TextRow, label: Sentiment, first: First) -> None:
    def write(session: Session, me: Person, now: datetime) -> bool:
        answer.correct(session, text.mention_id, label, me, now, seen=text.seen)
        return True

    first()
    if acting.do(write, _(_CORRECTED[label])) is None:
        _ask_anew(text)


def _ask_anew(text: TextRow) -> None:
    st.session_state[_refused(text)] = st.session_state.get(_refused(text), 0) + 1


def _undo(text: TextRow, first: First) -> None:
    first()
    _ask_anew(text)  # what was picked of this very reading may still be remembered, and would be written again
    acting.do(partial(_write_undo, text), _("The model’s reading counts again."))


def _write_undo(text: TextRow, session: Session, me: Person, now: datetime) -> bool:
    answer.undo_correction(session, text.mention_id, me, now, seen=text.seen)
    return True
