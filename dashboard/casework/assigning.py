"""To whom a case is given: who suits it and why, and what each person carries already, so that it can be spread."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import streamlit as st
from sqlmodel import Session

from dashboard import acting, parts
from dashboard.casework import suiting
from dashboard.data import loads, opening
from dashboard.data.inbox import ComplaintRow
from dashboard.data.loads import Load
from dashboard.words import _, _h, _hn
from monitor.access import Deed
from monitor.facts import Person
from monitor.jobs import answer
from monitor.models import Case, CaseState


def offer(row: ComplaintRow) -> None:
    """Who suits the case; and for who may give cases to others, the way to do so."""
    if row.case_id is None or row.case is None:
        return
    if not acting.may(Deed.ASSIGN):
        parts.write(_suits(row.case_id, 1))
        return
    key = f"assign-to-{row.case_id}-{row.case.owner}"  # new with each owner: who has it is not offered
    label = _("Give it to somebody else") if row.case.owner else _("Give it to somebody")
    with st.popover(label, icon=":material/person_add:", key=f"assign-{row.case_id}"):
        choice([row], key)
        st.button(
            _("Give it to them"), type="primary", key=f"{key}-do", on_click=_assign,
            args=(row.case_id, row.case.state, key),
        )  # fmt: skip


def choice(rows: Sequence[ComplaintRow], key: str) -> None:
    """A field with the people who can have these; for one case, who suits it best stands first and is chosen."""
    people = loads.people(opening.now())
    cases = [row.case_id for row in rows if row.case_id is not None]
    best = [one.name for one in suiting.suits(cases[0])] if len(rows) == 1 and cases else []
    owner = rows[0].case.owner if len(rows) == 1 and rows[0].case else ""
    names = [name for name in dict.fromkeys((*best, *(load.name for load in people))) if name != owner]
    if not names:
        st.caption(_("Nobody is known yet. Name those who answer under `people` in config.yaml."))
    st.selectbox(
        _("To whom?"), names, index=0 if names else None, key=key, accept_new_options=True,
        placeholder=_("A name"), format_func=str,
    )  # fmt: skip
    if best:
        parts.write(_suits(cases[0], 3))
    if people:
        parts.write(_carried(people))


def _suits(case_id: int, most: int) -> str:
    """Who suits a case, with the reasons."""
    found = suiting.suits(case_id)[:most]
    lines = (_h("%(name)s: %(why)s", name=f"<b>{parts.name(one.name)}</b>", why=suiting.because(one)) for one in found)
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<div class="ew-suits">{_h("Suits it")}<ul>{items}</ul></div>' if items else ""


def _carried(people: Sequence[Load]) -> str:
    """What each person carries: open cases, and the share of hostile texts in what they had lately."""
    head = (_("Who"), _("Open cases"), _("Hostile texts lately"))
    return f'<div class="ew-brief">{parts.table(head, [_load(load) for load in people])}</div>'


def _load(load: Load) -> tuple[str, ...]:
    number = parts.number(load.open)
    most = number if load.most is None else _h("%(n)s of %(most)s", n=number, most=parts.number(load.most))
    if load.most is not None and load.open >= load.most:
        most = f'<span class="ew-late">{most} · {_h("full")}</span>'
    hostile = _hn("%(n)s of %(all)s", "%(n)s of %(all)s", load.hostile, all=parts.number(load.cases))
    share = f"{parts.percent(load.share)} <small>{hostile}</small>" if load.cases else parts.mute(_("none yet"))
    return (parts.name(load.name), most, share)


def _assign(case_id: int, seen: CaseState, key: str) -> None:
    to = str(st.session_state.get(key) or "")
    acting.do(partial(_write, case_id, seen, to), _("It is given to %(name)s.", name=to))


def _write(case_id: int, seen: CaseState, to: str, session: Session, me: Person, now: datetime) -> Case:
    return answer.assign(session, case_id, me, now, to=to, seen=seen)
