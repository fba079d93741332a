"""Found: what no theme tells of. Each with its words, how it went, examples, and what people can decide."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st
from sqlmodel import Session

from dashboard import acting, complaints, frame, parts, viewer
from dashboard.data import found as data
from dashboard.data import opening
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.found import Decided, FoundRow
from dashboard.learning import diverging
from dashboard.words import N_, _, _h, _hn
from monitor.access import Deed
from monitor.facts import Person, Stage
from monitor.jobs import answer
from monitor.models import FoundState, FoundTheme

SHOWN = 6
"""The others are shown when somebody asks for them."""
LONGEST_THEME = 80
_MORE = "found-more"
_STATES = {
    FoundState.OPEN: N_("open"),
    FoundState.ADOPTED: N_("adopted as a theme"),
    FoundState.MERGED: N_("merged"),
    FoundState.DISMISSED: N_("dismissed"),
}
_STAGES = {
    Stage.FIND: N_("Finding it"),
    Stage.BUY: N_("Buying it"),
    Stage.RECEIVE: N_("Receiving it"),
    Stage.USE: N_("Using it"),
    Stage.HELP: N_("Getting help"),
    Stage.RETURN: N_("Returning it"),
}

Write = Callable[[Session, Person, datetime], FoundTheme]


@frame.live()
def section(brand: BrandRow) -> None:
    """All that is open, the most complaints first, and what was decided."""
    frame.follow()
    rows = data.found(brand.id, opening.now(), brand.zone)
    closed = data.decided(brand.id)
    if not rows and not closed:
        return
    parts.write(parts.heading(_("Found: what no theme tells of"), _("complaints that recur, named by their own words")))
    if not rows:
        parts.write(f'<p class="ew-mute">{_h("Nothing is left to decide on.")}</p>')
    more = bool(st.session_state.get(_MORE))
    for row in rows if more else rows[:SHOWN]:
        _card(brand, row, rows)
    if len(rows) > SHOWN and not more:
        st.button(
            _("Show all %(number)s", number=parts.number(len(rows))), icon=":material/expand_more:", type="tertiary",
            on_click=_show_all, key="found-show-all",
        )  # fmt: skip
    if closed:
        _closed(brand, closed)


def _show_all() -> None:
    st.session_state[_MORE] = True
    frame.later()


def _card(brand: BrandRow, row: FoundRow, rows: tuple[FoundRow, ...]) -> None:
    with st.container(key=f"card-found-{row.id}"):
        parts.write(_told(brand, row))
        for text in row.examples:
            parts.write(
                f'<div class="ew-said">{complaints.brief(text, lines=2)}'
                f'<div class="ew-line">{complaints.written(text, opening.now(), brand.zone)}</div></div>'
            )
        if acting.may(Deed.DECIDE_FOUND):
            with st.container(horizontal=True, gap="small", key=f"acts-found-{row.id}"):
                _adopt(row)
                _merge(row, rows)
                _rename(row)
                st.button(
                    _("Dismiss"), icon=":material/close:", type="tertiary", key=f"found-dismiss-{row.id}",
                    on_click=_do, args=(partial(_dismiss, row), _("Dismissed. It is not found again.")),
                )  # fmt: skip


def _told(brand: BrandRow, row: FoundRow) -> str:
    """Name and words, how many complaints in how many weeks, and the weeks as bars."""
    words = parts.line(*(parts.name(word) for word in row.words if word not in row.name))
    number = _hn("%(n)s complaint", "%(n)s complaints", row.number)
    weeks = _hn("in %(n)s of the last 8 weeks", "in %(n)s of the last 8 weeks", row.weeks)
    since = _h("since %(when)s", when=parts.when(row.first_at, opening.now(), viewer.zone(brand.zone)))
    this = _h("this week: %(number)s", number=parts.number(round(row.bars[-1].complaints)))
    last = _h("last week: %(number)s", number=parts.number(round(row.bars[-2].complaints)))
    numbers = (
        f'<div class="ew-theme-numbers"><span class="ew-bad"><i aria-hidden="true">{diverging.BAD}</i> '
        f'<b>{number}</b></span><span>{weeks}</span><span class="ew-mute">{this} · {last} · {since}</span></div>'
    )
    return (
        f'<div class="ew-theme"><div class="ew-line"><span class="ew-name">{parts.name(row.name)}</span></div>{words}'
        f'<div class="ew-theme-row">{numbers}{diverging.small(row.bars)}</div></div>'
    )


def _adopt(row: FoundRow) -> None:
    with (
        st.popover(_("Adopt as a theme"), icon=":material/add_circle:", key=f"found-adopt-{row.id}"),
        st.form(f"found-adopt-form-{row.id}", border=False),
    ):
        name, stage = f"found-name-{row.id}", f"found-stage-{row.id}"
        st.text_input(_("Name of the theme"), row.name[:LONGEST_THEME], LONGEST_THEME, key=name)
        st.selectbox(
            _("Where on the customer's journey"), [None, *Stage], key=stage,
            format_func=lambda one: _("not said") if one is None else _(_STAGES[one]),
        )  # fmt: skip
        parts.write(parts.mute(_("Its complaints get the theme, and new ones like them.")))
        st.form_submit_button(_("Adopt it"), type="primary", on_click=_adopted, args=(row, name, stage))


def _adopted(row: FoundRow, name: str, stage: str) -> None:
    words, chosen = str(st.session_state.get(name, "")), st.session_state.get(stage)

    def write(session: Session, me: Person, now: datetime) -> FoundTheme:
        return answer.adopt_found(session, row.id, words, me, now, seen=row.state, stage=chosen)

    _do(write, _("It is a theme now."))


def _merge(row: FoundRow, rows: tuple[FoundRow, ...]) -> None:
    themes = {f"theme:{slug}": name for slug, name in theme_names().items()}
    others = {f"found:{other.id}": _("found: %(name)s", name=other.name) for other in rows if other.id != row.id}
    names = themes | others
    with (
        st.popover(_("Merge"), icon=":material/merge:", key=f"found-merge-{row.id}"),
        st.form(f"found-merge-form-{row.id}", border=False),
    ):
        into = f"found-into-{row.id}"
        st.selectbox(_("It is the same as"), list(names), format_func=lambda one: names.get(one, one), key=into)
        st.form_submit_button(_("Merge it"), type="primary", on_click=_merged, args=(row, into), disabled=not names)


def _merged(row: FoundRow, into: str) -> None:
    kind, _colon, key = str(st.session_state.get(into) or "").partition(":")

    def write(session: Session, me: Person, now: datetime) -> FoundTheme:
        theme, other = (key, None) if kind == "theme" else ("", int(key) if key else None)
        return answer.merge_found(session, row.id, me, now, seen=row.state, theme=theme, into=other)

    _do(write, _("Merged."))


def _rename(row: FoundRow) -> None:
    with (
        st.popover(_("Rename"), icon=":material/edit:", key=f"found-rename-{row.id}"),
        st.form(f"found-rename-form-{row.id}", border=False),
    ):
        field = f"found-called-{row.id}"
        st.text_input(_("What to call it"), row.name[:LONGEST_THEME], LONGEST_THEME, key=field)
        st.form_submit_button(_("Call it so"), type="primary", on_click=_renamed, args=(row, field))


def _renamed(row: FoundRow, field: str) -> None:
    words = str(st.session_state.get(field, ""))

    def write(session: Session, me: Person, now: datetime) -> FoundTheme:
        return answer.rename_found(session, row.id, words, me, now, seen_name=row.name)

    _do(write, _("It is called so now."))


def _dismiss(row: FoundRow, session: Session, me: Person, now: datetime) -> FoundTheme:
    return answer.dismiss_found(session, row.id, me, now, seen=row.state)


def _closed(brand: BrandRow, closed: tuple[Decided, ...]) -> None:
    with st.expander(_("What was decided on found complaints"), icon=":material/history:"):
        for one in closed:
            with st.container(horizontal=True, vertical_alignment="center", key=f"found-closed-{one.id}"):
                st.html(_decision(brand, one), width="stretch")
                if one.can_reopen and acting.may(Deed.DECIDE_FOUND):
                    st.button(
                        _("Take up again"), icon=":material/undo:", type="tertiary", key=f"found-reopen-{one.id}",
                        on_click=_do, args=(partial(_reopen, one), _("It is open again.")),
                    )  # fmt: skip


def _decision(brand: BrandRow, one: Decided) -> str:
    who = _h("decided by %(name)s", name=f"<b>{parts.name(one.by)}</b>") if one.by else ""
    when = parts.when(one.at, opening.now(), viewer.zone(brand.zone)) if one.at else ""
    into = _h("into %(name)s", name=parts.name(one.into)) if one.into and one.state is FoundState.MERGED else ""
    unknown = one.state is FoundState.ADOPTED and not one.is_known
    warning = parts.tag(_("not recognised: an earlier model found it"), "high") if unknown else ""
    return parts.line(parts.name(one.name), parts.tag(_(_STATES[one.state])), into, who, when, warning)


def _reopen(one: Decided, session: Session, me: Person, now: datetime) -> FoundTheme:
    return answer.reopen_found(session, one.id, me, now, seen=one.state)


def _do(write: Write, done: str) -> None:
    acting.do(write, done)
    frame.later()
