"""How a theme looks: its numbers beside those before, what is rising, and what comes back week after week."""

from html import escape

from dashboard import parts
from dashboard.data.response import Group
from dashboard.data.theme_detail import OpenCases, Part
from dashboard.data.themes import Board, Step, ThemeRow
from dashboard.learning import diverging
from dashboard.words import N_, _, _h, _hn, _n

BAD, GOOD = diverging.BAD, diverging.GOOD
WORTH_SAYING = 3
"""Themes named above the list, of each kind."""


def tags(row: ThemeRow) -> str:
    """What stands out."""
    found = []
    if row.complaints_step is Step.MORE:
        found.append(parts.tag(_("complaints rising"), "high"))
    if row.complaints_step is Step.LESS:
        found.append(parts.tag(_("fewer complaints"), "good", "▼"))
    if row.compliments_step is Step.MORE:
        found.append(parts.tag(_("more compliments"), "good"))
    if row.is_recurring:
        found.append(parts.tag(in_a_row(row), "high", "↻"))
    return " ".join(found)


def in_a_row(row: ThemeRow) -> str:
    return _n("%(n)s week in a row", "%(n)s weeks in a row", row.weeks_in_a_row)


def card(row: ThemeRow, more: str) -> str:
    """One theme of the list; `more` is what else is known of it, in one line."""
    head = f'<div class="ew-line"><span class="ew-name">{parts.name(row.name)}</span>{tags(row)}</div>'
    told = f'<div class="ew-theme-numbers">{numbers(row)}</div>{diverging.small(row.bars)}'
    return f'<div class="ew-theme">{head}<div class="ew-theme-row">{told}</div>{more}</div>'


def numbers(row: ThemeRow) -> str:
    """Complaints and compliments beside those before, and the share that is negative."""
    bad = _hn("%(n)s complaint", "%(n)s complaints", round(row.complaints), n=_big(row.complaints))
    good = _hn("%(n)s compliment", "%(n)s compliments", row.compliments, n=_big(row.compliments))
    share = "" if row.share is None else _h("%(share)s negative", share=escape(parts.percent(row.share)))
    return (
        f'<span class="ew-bad"><i aria-hidden="true">{BAD}</i> {bad} {_before(row.complaints_before)}</span>'
        f'<span class="ew-good-words"><i aria-hidden="true">{GOOD}</i> {good} {_before(row.compliments_before)}</span>'
        f'<span class="ew-mute">{share}</span>'
    )


def _big(value: float) -> str:
    return f"<b>{escape(parts.number(round(value)))}</b>"


def _before(value: float | None) -> str:
    return (
        "" if value is None else f"<small>{_h('before: %(number)s', number=escape(parts.number(round(value))))}</small>"
    )


def known_of(cases: OpenCases | None, solved: Group | None, ideas: int) -> str:
    """Open cases, how many are solved at first contact, and ideas, in one line; empty pieces are left out."""
    pieces = []
    if cases is not None and cases.open:
        late = f", {_hn('%(n)s late', '%(n)s late', cases.late)}" if cases.late else ""
        pieces.append(_hn("%(n)s open case", "%(n)s open cases", cases.open) + late)
    if solved is not None and solved.of.first_contact.of:
        pieces.append(first_contact(solved))
    if ideas:
        pieces.append(_hn("%(n)s idea to improve it", "%(n)s ideas to improve it", ideas))
    return parts.line(*pieces) if pieces else ""


def first_contact(group: Group) -> str:
    """The share solved at first contact, or why there is none (HTML)."""
    share = group.of.first_contact
    number = {"kept": escape(parts.number(share.kept)), "of": escape(parts.number(share.of))}
    if share.value is None or not share.is_enough:
        return _h("%(kept)s of %(of)s solved at first contact", **number)
    return _h(
        "%(share)s solved at first contact (%(kept)s of %(of)s)", share=escape(parts.percent(share.value)), **number
    )


def standing_out(board: Board) -> list[str]:
    """Sentences on what to look at first (HTML): what rises, what comes back, and what is praised more than before."""
    rising = [row for row in board.rows if row.complaints_step is Step.MORE][:WORTH_SAYING]
    again = sorted((row for row in board.rows if row.is_recurring), key=lambda row: -row.weeks_in_a_row)[:WORTH_SAYING]
    praised = [row for row in board.rows if row.compliments_step is Step.MORE][:WORTH_SAYING]
    return [
        *(_sentence("▲", _MORE, row, row.complaints, row.complaints_before) for row in rising),
        *(_recurring(row) for row in again),
        *(_sentence("✓", _PRAISED, row, row.compliments, row.compliments_before) for row in praised),
    ]


_MORE = N_("%(theme)s: %(now)s complaints, %(before)s in the days before.")
_PRAISED = N_("%(theme)s: %(now)s compliments, %(before)s in the days before. Tell the people who earned them.")


def _sentence(sign: str, words: str, row: ThemeRow, now: float, before: float | None) -> str:
    told = {"now": parts.number(round(now)), "before": parts.number(round(before or 0))}
    values = {name: escape(value) for name, value in told.items()}
    return _signed(sign, _h(words, theme=f"<b>{parts.name(row.name)}</b>", **values))


def _recurring(row: ThemeRow) -> str:
    words = _hn(
        "%(theme)s has been complained about for %(n)s week in a row: rethink the policy behind it.",
        "%(theme)s has been complained about for %(n)s weeks in a row: rethink the policy behind it.",
        row.weeks_in_a_row,
        theme=f"<b>{parts.name(row.name)}</b>",
    )
    return _signed("↻", words)


def _signed(sign: str, sentence: str) -> str:
    return f'<li><i aria-hidden="true">{sign}</i> {sentence}</li>'


def told_apart(found: tuple[Part, ...], names: dict[str, str]) -> str:
    """Complaints and compliments by language, source or branch, as two bars from one line each."""
    top = max((max(part.complaints, part.compliments) for part in found), default=0) or 1
    rows = "".join(
        f'<div class="ew-bar-name">{names.get(part.key) or parts.name(part.key)}</div>'
        f'<div class="ew-bar-value"><span class="ew-bad">{BAD} <b>{escape(parts.number(part.complaints))}</b></span> '
        f'<span class="ew-good-words">{GOOD} <b>{escape(parts.number(part.compliments))}</b></span></div>'
        f'<div class="ew-both"><i class="ew-both-bad" style="width:{50 * part.complaints / top:.1f}%"></i>'
        f'<i class="ew-both-good" style="width:{50 * part.compliments / top:.1f}%"></i></div>'
        for part in found
    )
    return f'<div class="ew-bars">{rows}</div>'
