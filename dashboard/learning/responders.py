"""Who answers, and where: a row of response figures for each, and who was praised by name."""

from collections.abc import Callable
from html import escape

import streamlit as st

from dashboard import acting, complaints, frame, parts
from dashboard.data import opening, praise, response, stretches
from dashboard.data.brands import BrandRow, theme_names
from dashboard.data.praise import PraisedRow
from dashboard.data.response import Group
from dashboard.data.worked import By
from dashboard.learning import responding
from dashboard.words import N_, _, _h, _hn
from monitor.facts import MentionKind

_KINDS = {
    MentionKind.REVIEW: N_("reviews"),
    MentionKind.POST: N_("posts"),
    MentionKind.COMMENT: N_("comments"),
    MentionKind.ARTICLE: N_("articles"),
    MentionKind.SURVEY: N_("survey answers"),
}


@frame.live()
def table(brand: BrandRow, days: int, by: By) -> None:
    found = response.groups(brand.id, days, by, opening.now(), brand.zone)
    if not found:
        parts.write(f'<p class="ew-mute">{_h("No case was opened in these days.")}</p>')
        return
    thanked = {row.person: row.number for row in _praise(brand, days)} if by is By.PERSON else {}
    head = (
        _("Who") if by is By.PERSON else _("What"),
        _("Cases"),
        _("First answer"),
        _("Answered in time"),
        _("Solution"),
        _("Solved in time"),
        _("Solved at first contact"),
        *((_("Open now"), _("Hostile texts"), _("Praised")) if by is By.PERSON else (_("Handed to a manager"),)),
    )
    told = _name_of(by)
    rows = parts.table(head, (_row(group, by, told, thanked) for group in found))
    parts.write(f'<div class="ew-responders">{rows}</div>')


def _row(group: Group, by: By, told: Callable[[str], str], thanked: dict[str, int]) -> tuple[str, ...]:
    of = group.of
    common = (
        f"<b>{told(group.key)}</b>",
        escape(parts.number(of.opened)),
        responding.took_cell(of.answer),
        responding.rate_cell(of.answered_in_time),
        responding.took_cell(of.solution),
        responding.rate_cell(of.solved_in_time),
        responding.rate_cell(of.first_contact),
    )
    if by is not By.PERSON:
        return (*common, responding.rate_cell(of.escalated))
    number = thanked.get(group.key, 0)
    thanks = _hn("%(n)s time", "%(n)s times", number) if number else parts.mute("–")
    load = escape(parts.number(group.load)) if group.key else parts.mute("–")  # of nobody, no load is counted
    return (*common, load, responding.rate_cell(of.hostile), thanks)


def _name_of(by: By) -> Callable[[str], str]:
    """How a key is called (HTML)."""
    themes = theme_names()
    names: dict[By, Callable[[str], str]] = {
        By.PERSON: lambda key: _h("nobody yet") if not key else _mine(key),
        By.SOURCE: parts.name,
        By.KIND: lambda key: _h(_KINDS[MentionKind(key)]),
        By.LANGUAGE: parts.language,
        By.THEME: lambda key: parts.name(themes.get(key, key)) if key else _h("no theme"),
    }
    return names[by]


def _mine(key: str) -> str:
    return _h("you") if key == acting.who() else parts.name(key)


def _praise(brand: BrandRow, days: int) -> tuple[PraisedRow, ...]:
    now = opening.now()
    return praise.praised(brand.id, stretches.stretch(days, now, brand.zone).start, now)


@frame.live("60s")
def praised(brand: BrandRow, days: int) -> None:
    """Who was praised by name, in the customers' words."""
    found = _praise(brand, days)
    if not found:
        return
    parts.write(parts.heading(_("Praised by name"), _("tell them")))
    for i, row in enumerate(found):
        with st.container(key=f"card-praised-{i}"):
            number = _hn("%(n)s time", "%(n)s times", row.number)
            parts.write(f'<div class="ew-line"><span class="ew-name">{parts.name(row.person)}</span> {number}</div>')
            for text in row.examples:
                parts.write(complaints.brief(text, lines=3) + complaints.written(text, opening.now(), brand.zone))
