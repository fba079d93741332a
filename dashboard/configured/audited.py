"""The audit log on a page: who did what, or was refused, newest first."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import acting, login, parts
from dashboard.data import audit
from dashboard.words import _
from monitor.access import Deed
from monitor.alerting.text import one_line
from monitor.facts import LONGEST_NAME, Way
from monitor.models import Outcome

_PLACE = "audit-places"
"""The entries before which the pages seen so far begin, in the session."""


def show(now: datetime, zone: ZoneInfo) -> None:
    """The log with its filters; nothing for those who may not see it."""
    if not acting.may(Deed.SEE_AUDIT):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-filters"):
        person = st.text_input(_("Person"), max_chars=LONGEST_NAME, key="audit-person", on_change=_first, width=240)
        deed = st.selectbox(
            _("Deed"), ["", *Deed], format_func=deed_words, key="audit-deed", on_change=_first, width=240,
        )  # fmt: skip
        outcome = st.selectbox(
            _("Outcome"), [None, *Outcome], format_func=_outcome, key="audit-outcome", on_change=_first, width=200,
        )  # fmt: skip
    places: list[int] = st.session_state.setdefault(_PLACE, [])
    rows, has_older = audit.page(one_line(person), str(deed), outcome, places[-1] if places else None)
    if rows:
        head = (_("When"), _("Who"), _("Role"), _("By"), _("What"), _("About"), _("Outcome"))
        parts.write(parts.table(head, [_row(row, now, zone) for row in rows]))
    else:
        parts.empty(_("Nothing of the kind"), _("Whatever somebody does in the dashboard, or is refused, stands here."))
    _pages(places, rows, has_older=has_older)


def _row(row: audit.Entry, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    is_in_name = not row.login or row.login in row.actor
    who = parts.name(row.actor) if is_in_name else f"{parts.name(row.actor)}<br>{parts.name(row.login)}"
    done = parts.tag(_("done"), "good") if row.done else parts.tag(_("refused"), "high", "⊘")
    when, deed = parts.when(row.at, now, zone), parts.said(deed_words(row.deed))
    return (
        when,
        who,
        parts.said(login.role_words(row.role)),
        parts.said(_way(row.way)),
        deed,
        parts.name(row.about),
        done,
    )


def _pages(places: list[int], rows: tuple[audit.Entry, ...], *, has_older: bool) -> None:
    with st.container(horizontal=True, key="audit-pages"):
        if places:
            st.button(_("Newer"), icon=":material/chevron_left:", key="audit-newer", on_click=places.pop)
        if has_older:
            st.button(
                _("Older"),
                icon=":material/chevron_right:",
                key="audit-older",
                on_click=places.append,
                args=(rows[-1].id,),
            )


def _first() -> None:
    """Begin with the newest: other entries are asked for."""
    st.session_state[_PLACE] = []


def _outcome(value: Outcome | None) -> str:
    return {None: _("All"), Outcome.DONE: _("done"), Outcome.REFUSED: _("refused")}[value]


def _way(value: Way) -> str:
    return {
        Way.DASHBOARD: _("dashboard"),
        Way.LINK: _("link of an alert"),
        Way.TERMINAL: _("terminal"),
        Way.RULES: _("rules"),
    }[value]


def deed_words(value: str) -> str:
    """What was asked for, in words; of another version, as it stands."""
    words = {
        "": _("All"),
        Deed.LOOK: _("look"),
        Deed.KEEP_VIEW: _("keep a view"),
        Deed.NOTE: _("write a note"),
        Deed.WORK: _("work on a case"),
        Deed.POST: _("post an answer"),
        Deed.CORRECT: _("correct a reading"),
        Deed.ACKNOWLEDGE: _("acknowledge an incident"),
        Deed.OWN_INCIDENT: _("own an incident"),
        Deed.MARK: _("mark an alert"),
        Deed.PROPOSE: _("propose an idea"),
        Deed.ASSIGN: _("assign a case"),
        Deed.RELEASE_OTHERS: _("release another’s case"),
        Deed.DISMISS_INCIDENT: _("dismiss an incident"),
        Deed.SILENCE: _("silence"),
        Deed.RESEND: _("send again"),
        Deed.DECIDE_IDEA: _("decide on an idea"),
        Deed.DECIDE_FOUND: _("decide on a found complaint"),
        Deed.SHARE_VIEW: _("share a view"),
        Deed.EXPORT: _("export"),
        Deed.SEE_NAMES: _("see names of authors"),
        Deed.SEE_SETTINGS: _("see the settings"),
        Deed.SEE_AUDIT: _("see the audit log"),
    }
    return words.get(value, value)
