"""The ideas box on a page: read, seconded and decided on; and an idea that comes from a case."""

from datetime import datetime
from functools import partial

import streamlit as st
from sqlmodel import Session

from dashboard import acting, frame, parts, viewer
from dashboard.data import ideas as data
from dashboard.data import opening
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.ideas import IdeaRow
from dashboard.data.inbox import ComplaintRow
from dashboard.words import N_, _, _h, _hn
from monitor.access import Deed
from monitor.cases import LONGEST_NOTE
from monitor.facts import Person
from monitor.jobs import answer
from monitor.models import Idea, IdeaState

_STATES = {
    IdeaState.PROPOSED: N_("proposed"),
    IdeaState.PLANNED: N_("planned"),
    IdeaState.DONE: N_("done"),
    IdeaState.DECLINED: N_("declined"),
}
_TONES = {
    IdeaState.PROPOSED: "quiet", IdeaState.PLANNED: "ink", IdeaState.DONE: "good", IdeaState.DECLINED: "quiet",
}  # fmt: skip
_OPEN = (IdeaState.PROPOSED, IdeaState.PLANNED)
_NAMED = 8
"""So many of those who want an idea are named; of the others it is said how many."""


def box(brand: BrandRow, theme: str) -> None:
    """What is proposed for a theme of a brand ("": for none), and a form for more."""
    parts.write(parts.heading(_("Ideas"), _("what would spare customers this?")))
    _list(brand, theme)
    if acting.may(Deed.PROPOSE):
        with st.expander(_("Propose an idea"), icon=":material/lightbulb:"):
            _form(brand.id, theme, f"{brand.id}-{theme}", None)


@frame.live()
def _list(brand: BrandRow, theme: str) -> None:
    frame.follow()
    rows = data.ideas(brand.id, theme)
    if not rows:
        parts.empty(_("No ideas yet"), _("Whoever answers these complaints often knows what would prevent them."))
    for row in rows:
        _card(row, brand)


def _card(row: IdeaRow, brand: BrandRow) -> None:
    with st.container(key=f"card-idea-{row.id}"):
        parts.write(_head(row, brand) + parts.body(row.text, ""))
        if row.answer or row.decided_by:
            parts.write(_decision(row))
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"acts-idea-{row.id}"):
            _vote(row)
            if row.case_id is not None and st.button(
                _("Case %(number)s", number=row.case_id), key=f"idea-case-{row.id}", type="tertiary",
                icon=":material/inbox:",
            ):  # fmt: skip
                frame.go("inbox", case=row.case_id)
            if acting.may(Deed.DECIDE_IDEA):
                _decide(row)


def _head(row: IdeaRow, brand: BrandRow) -> str:
    wanted = _hn("%(n)s more wants it: %(names)s", "%(n)s more want it: %(names)s", len(row.votes), names=_names(row))
    return parts.line(
        parts.tag(_(_STATES[row.state]), _TONES[row.state]),
        _h("%(name)s proposed it", name=f"<b>{parts.name(row.actor)}</b>"),
        parts.when(row.at, opening.now(), viewer.zone(brand.zone)),
        wanted if row.votes else "",
    )


def _names(row: IdeaRow) -> str:
    more = len(row.votes) - _NAMED
    others = [_hn("%(n)s other", "%(n)s others", more)] if more > 0 else []
    return parts.listed([*(parts.name(one) for one in row.votes[:_NAMED]), *others])


def _decision(row: IdeaRow) -> str:
    who = _h("Decided by %(name)s", name=f"<b>{parts.name(row.decided_by)}</b>") if row.decided_by else ""
    return f'<div class="ew-said">{who}{parts.body(row.answer, "") if row.answer else ""}</div>'


def _vote(row: IdeaRow) -> None:
    me = acting.who()
    if row.state not in _OPEN or row.actor == me or not acting.may(Deed.PROPOSE):
        return
    if me in row.votes:
        st.button(
            _("I do not want it any more"), key=f"idea-back-{row.id}", type="tertiary", icon=":material/undo:",
            on_click=_do, args=(partial(_take_back, row.id), _("Taken back.")),
        )  # fmt: skip
        return
    st.button(
        _("I want it too"), key=f"idea-second-{row.id}", type="tertiary", icon=":material/thumb_up:",
        on_click=_do, args=(partial(_second, row.id), _("Noted: you want it too.")),
    )  # fmt: skip


def _second(idea_id: int, session: Session, me: Person, now: datetime) -> Idea:
    return answer.second(session, idea_id, me, now)


def _take_back(idea_id: int, session: Session, me: Person, now: datetime) -> Idea:
    return answer.take_back_second(session, idea_id, me, now)


def _decide(row: IdeaRow) -> None:
    with (
        st.popover(_("Decide"), icon=":material/gavel:", key=f"idea-decide-{row.id}-{row.state}"),
        st.form(f"idea-form-{row.id}-{row.state}", border=False),
    ):
        state, words = f"idea-state-{row.id}-{row.state}", f"idea-words-{row.id}-{row.state}"
        others = [one for one in IdeaState if one is not row.state]
        st.selectbox(_("What becomes of it"), others, format_func=lambda one: _(_STATES[one]), key=state)
        st.text_area(_("Why, or what was done"), max_chars=LONGEST_NOTE, key=words)
        st.form_submit_button(_("Say so"), type="primary", on_click=_decided, args=(row, state, words))


def _decided(row: IdeaRow, state: str, words: str) -> None:
    chosen, said = IdeaState(st.session_state[state]), str(st.session_state.get(words, ""))

    def write(session: Session, me: Person, now: datetime) -> Idea:
        return answer.decide(session, row.id, chosen, said, me, now, seen=row.state)

    _do(write, _("The idea is decided on."))


def _do(write: acting.Write[Idea], done: str) -> None:
    acting.do(write, done)
    frame.later()


def propose_from_case(row: ComplaintRow) -> None:
    """What would have spared this customer the trouble: a form, the theme chosen from those of the text."""
    if row.case_id is None or not acting.may(Deed.PROPOSE):
        return
    with st.expander(_("Propose an idea that prevents this"), icon=":material/lightbulb:"):
        for idea in data.of_case(row.case_id):
            told = _h("%(name)s proposed it", name=f"<b>{parts.name(idea.actor)}</b>")
            parts.write(parts.line(parts.tag(_(_STATES[idea.state]), _TONES[idea.state]), told))
            parts.write(parts.body(idea.text, "", lines=3))
        names = theme_names()
        slugs = [slug for slug, name in names.items() if name in row.text.themes]
        slugs.sort(key=lambda slug: row.text.themes.index(names[slug]))
        theme = st.selectbox(
            _("Theme"), [*slugs, ""], format_func=lambda slug: names.get(slug) or _("No theme"),
            key=f"idea-theme-{row.case_id}",
        )  # fmt: skip
        _form(row.brand_id, str(theme or ""), f"case-{row.case_id}", row.case_id)


def _form(brand_id: int, theme: str, key: str, case_id: int | None) -> None:
    with st.form(f"propose-{key}", border=False):
        field = f"propose-text-{key}"
        st.text_area(_("The idea, and what it would change"), max_chars=LONGEST_NOTE, height=90, key=field)
        st.form_submit_button(
            _("Propose it"), type="primary", on_click=_proposed, args=(brand_id, theme, field, case_id)
        )


def _proposed(brand_id: int, theme: str, field: str, case_id: int | None) -> None:
    text = str(st.session_state.get(field, ""))

    def write(session: Session, me: Person, now: datetime) -> Idea:
        return answer.propose(session, brand_id, theme, text, me, now, case_id)

    if acting.do(write, _("Your idea is in the box. It stands with its theme.")) is not None:
        st.session_state[field] = ""
