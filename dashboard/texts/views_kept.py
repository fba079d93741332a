"""Kept views on a page: go to one, keep the present one under a name, delete one."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from sqlmodel import Session

from dashboard import acting, frame
from dashboard.data.kept import KeptView, kept
from dashboard.parts import plain
from dashboard.words import _
from monitor.access import Deed
from monitor.facts import Person
from monitor.jobs import answer
from monitor.jobs.answer.views import LONGEST_NAME
from monitor.models import SavedView

_AT_HAND = frozenset({"case", "mention", "id", "before", "address"})
"""What is open at the moment is no part of a view."""


def control(page: str, query: Mapping[str, str]) -> None:
    """A button that opens the views of a page; `query` is what its address asks for now."""
    asked = {name: value for name, value in query.items() if name not in _AT_HAND and value}
    now = urlencode(asked)
    views = kept(page, acting.who())
    current = next((view for view in views if dict(parse_qsl(view.query)) == asked), None)
    label = plain(current.name) if current else _("Views")
    with st.popover(label, icon=":material/bookmark:", key=f"views-{page}-{hash((now, acting.who()))}"):
        for view in views:
            _row(page, view, is_current=view is current)
        if not views:
            st.caption(_("No view is kept yet. Narrow this page down, and keep what you see under a name."))
        _form(page, now)


def _row(page: str, view: KeptView, *, is_current: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kept-view-{view.id}"):
        icon = ":material/check:" if is_current else ":material/group:" if view.shared else ":material/bookmark:"
        if st.button(_label(view), icon=icon, type="tertiary", key=f"view-{view.id}", width="stretch"):
            frame.go(page, **dict(parse_qsl(view.query)))
        if view.actor == acting.who() or acting.may(Deed.SHARE_VIEW):
            st.button(
                _("Delete"), key=f"view-delete-{view.id}", type="tertiary", icon=":material/delete:",
                on_click=_drop, args=(view,),
            )  # fmt: skip


def _label(view: KeptView) -> str:
    name = plain(view.name)
    if not view.shared:
        return name
    if view.actor == acting.who():
        return _("%(name)s (shared)", name=name)
    return _("%(name)s (shared by %(who)s)", name=name, who=plain(view.actor))


def _form(page: str, query: str) -> None:
    if not acting.may(Deed.KEEP_VIEW):
        return
    with st.form(f"view-form-{page}", border=False):
        name, shared = f"view-name-{page}", f"view-shared-{page}"
        st.text_input(_("Keep what you see now as"), max_chars=LONGEST_NAME, key=name)
        if acting.may(Deed.SHARE_VIEW):
            st.checkbox(_("For everybody"), key=shared)
        st.form_submit_button(_("Keep this view"), on_click=_keep, args=(page, query, name, shared))


def _keep(page: str, query: str, name: str, shared: str) -> None:
    said, everybody = str(st.session_state.get(name, "")), bool(st.session_state.get(shared))

    def write(session: Session, me: Person, now: datetime) -> SavedView:
        return answer.keep_view(session, page, said, query, me, now, shared=everybody)

    if acting.do(write, _("The view is kept.")) is not None:
        st.session_state[name] = ""


def _drop(view: KeptView) -> None:
    acting.do(partial(_dropped, view.id), _("The view is deleted."))


def _dropped(view_id: int, session: Session, me: Person, now: datetime) -> None:
    answer.drop_view(session, view_id, me, now)
