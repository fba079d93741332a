"""Pieces of pages as HTML: all text from outside is escaped here, and set in its own direction and script."""

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import streamlit as st

from dashboard import viewer
from dashboard.words import N_, _, _h
from dashboard.written import ago as ago
from dashboard.written import clock as clock
from dashboard.written import day as day
from dashboard.written import decimal as decimal
from dashboard.written import hour as hour
from dashboard.written import lasting as lasting
from dashboard.written import number as number
from dashboard.written import percent as percent
from dashboard.written import times_usual as times_usual
from dashboard.written import when as when
from monitor.alerting.text import clean, clip, direction, one_line, web_address
from monitor.facts import IncidentState, MentionKind, Severity
from monitor.languages import language_name
from monitor.models import CaseState, SourceHealth

STYLE = Path(__file__).with_name("style.css")
LONGEST_TEXT = 6000  # letters of one mention on a page

_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~$:^=&\"'@%/")

_TONES: dict[type, dict[str, str]] = {
    Severity: {"critical": "critical", "high": "high", "watch": "quiet"},
    SourceHealth: {
        "healthy": "good", "failing": "critical", "changed": "critical", "blocked": "high", "quiet": "high",
        "spent": "quiet", "resting": "quiet", "waiting": "quiet",
    },
    CaseState: {
        "new": "high", "owned": "ink", "answered": "ink", "waiting": "quiet", "solved": "good", "dismissed": "quiet",
    },
    IncidentState: {"open": "ink", "calmed": "quiet", "resolved": "good", "dismissed": "quiet"},
}  # fmt: skip
_SIGNS = {"critical": "▲▲", "high": "▲", "good": "✓", "unsure": "?"}
"""Colour is never the only sign."""
_MARKS = {"changed": "≠", "blocked": "⊘", "spent": "◔", "resting": "◔", "quiet": "…"}
"""Of sources in trouble, which is of many kinds."""

_WORDS: dict[type, dict[str, str]] = {
    Severity: {"critical": N_("critical"), "high": N_("high"), "watch": N_("watch")},
    SourceHealth: {
        "healthy": N_("healthy"),
        "failing": N_("failing"),
        "changed": N_("format changed"),
        "blocked": N_("blocked"),
        "quiet": N_("quieter than usual"),
        "spent": N_("quota spent"),
        "resting": N_("resting"),
        "waiting": N_("not crawled yet"),
    },
    CaseState: {
        "new": N_("new"),
        "owned": N_("taken"),
        "answered": N_("answered"),
        "waiting": N_("waits for the customer"),
        "solved": N_("solved"),
        "dismissed": N_("dismissed"),
    },
    IncidentState: {
        "open": N_("open"),
        "calmed": N_("calmed"),
        "resolved": N_("resolved"),
        "dismissed": N_("dismissed"),
    },
}

Sign = Severity | SourceHealth | CaseState | IncidentState


def write(html: str) -> None:
    """Put HTML made by this module on the page."""
    st.html(html)


def title(words: str) -> None:
    """The name of the page."""
    st.html(f'<h1 class="ew-h1">{escape(words)}</h1>', width="content")


def style() -> None:
    """The look of all pages."""
    st.html(STYLE)


def plain(text: str) -> str:
    """Text for the label of a widget, which Streamlit reads as Markdown: every sign stands for itself."""
    return "".join(f"\\{char}" if char in _MARKDOWN else char for char in one_line(text))


def badge(sign: Sign) -> str:
    """A severity or state as a word in a tinted frame with a sign."""
    own = _MARKS.get(sign.value, "") if isinstance(sign, SourceHealth) else ""
    return tag(word(sign), _TONES[type(sign)][sign.value], own)


def word(sign: Sign) -> str:
    """A severity or state in the viewer's language."""
    return _(_WORDS[type(sign)][sign.value])


def tag(words: str, tone: str = "quiet", sign: str = "") -> str:
    """A few words in a tinted frame, with the sign of their tone or one of their own."""
    shown = sign or _SIGNS.get(tone, "")
    mark = f'<span class="ew-sign" aria-hidden="true">{shown}</span>' if shown else ""
    return f'<span class="ew-badge ew-{tone}">{mark}{escape(words)}</span>'


def body(text: str, language: str, *, lines: int = 0) -> str:
    """What a person wrote, in its own direction and script.

    With `lines`, cut to so many on screen, and its own line breaks become spaces so that they show words.
    """
    written = clip(clean(text), LONGEST_TEXT)
    shown = escape(" ".join(written.split()) if lines else written)
    way = direction(text, language)
    cut = f' style="-webkit-line-clamp:{lines}"' if lines else ""
    kind = "ew-text ew-cut" if lines else "ew-text"
    return f'<div class="{kind}" dir="{way}" lang="{escape(language or "und")}"{cut}>{shown}</div>'


def said(text: str) -> str:
    """A text that may hold words from outside, such as an error, inside a block of ours."""
    return escape(clean(text))


def english(text: str) -> str:
    """A sentence that is kept in English, whatever the viewer speaks: said so, and in its own direction."""
    return said(text) if viewer.language() == viewer.ENGLISH else f'<bdi lang="en" dir="ltr">{said(text)}</bdi>'


def name(text: str) -> str:
    """A short text from outside inside a line of ours; it cannot turn the direction of what follows."""
    return f"<bdi>{escape(clip(one_line(text), 120))}</bdi>"


def link(url: str, words: str) -> str:
    """A link to a page outside in a new tab; nothing when the address is not one to open."""
    address = web_address(url)
    if not address:
        return ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">{escape(words)}</a>'


def latin(text: str) -> str:
    """What is written from left to right in any language, such as `−0.2` or the name of a host, in a line of ours."""
    return f'<bdi dir="ltr">{escape(text)}</bdi>' if viewer.direction() == "rtl" else escape(text)


def mute(words: str) -> str:
    """Words that say that there is nothing to say."""
    return f'<span class="ew-mute">{escape(words)}</span>'


def listed(pieces: list[str]) -> str:
    """Pieces of HTML as a list in a sentence: `a, b and c`."""
    if len(pieces) < 2:
        return "".join(pieces)
    return _h("%(first)s and %(last)s", first=_h(", ").join(pieces[:-1]), last=pieces[-1])


def line(*parts: str) -> str:
    """Pieces of HTML in one quiet line; empty ones are left out."""
    shown = [f"<span>{part}</span>" for part in parts if part]
    return f'<div class="ew-line">{"".join(shown)}</div>'


def stars(rating: float | None, best: float | None) -> str:
    """A rating as `★ 2 of 5`, on other scales without the star; empty without one."""
    if rating is None:
        return ""
    star = "★ " if best in (None, 5) else ""
    told = _("%(rating)s of %(best)s", rating=f"{rating:g}", best=f"{best:g}") if best else f"{rating:g}"
    return f'<span class="ew-stars">{star}{escape(told)}</span>'


def language(code: str) -> str:
    """The name of a language, with its script where that is not its own (HTML)."""
    return escape(_language(code))


def _language(code: str) -> str:
    if code in {"", "und"}:
        return _("Language unsure")
    begin = code.removesuffix("-Latn")
    known = viewer.locale().languages.get(begin, begin)
    found = language_name(begin) if viewer.language() == viewer.ENGLISH else known
    return found if begin == code else _("Roman %(language)s", language=found)


_KINDS = {
    MentionKind.REVIEW: N_("review on %(source)s"),
    MentionKind.POST: N_("post on %(source)s"),
    MentionKind.COMMENT: N_("comment on %(source)s"),
    MentionKind.ARTICLE: N_("article on %(source)s"),
    MentionKind.SURVEY: N_("answer in %(source)s"),
}


def kind(value: MentionKind, source: str) -> str:
    """What it is and where it stands (HTML)."""
    return _h(_KINDS[value], source=name(source))


def figure(label: str, value: str, note: str, tone: str = "") -> str:
    """One number with what it is compared to."""
    return (
        f'<div class="ew-figure {tone and f"ew-tone-{tone}"}"><div class="ew-label">{escape(label)}</div>'
        f'<div class="ew-value">{escape(value)}</div><div class="ew-note">{escape(note)}</div></div>'
    )


def figures(items: Iterable[str]) -> str:
    return f'<div class="ew-figures">{"".join(items)}</div>'


def bars(rows: Iterable[tuple[str, float, float | None]]) -> str:
    """Names with a bar each: how much now, a tick where the usual is, and the comparison in words."""
    shown = list(rows)
    top = max((max(now, usual or 0.0) for _, now, usual in shown), default=0.0) or 1.0
    return f'<div class="ew-bars">{"".join(_bar(*row, top) for row in shown)}</div>'


def _bar(label: str, value: float, usual: float | None, top: float) -> str:
    tick = (
        ""
        if usual is None
        else f'<i class="ew-tick" style="inset-inline-start:{100 * min(usual, top) / top:.1f}%"></i>'
    )
    return (
        f'<div class="ew-bar-name">{name(label)}</div><div class="ew-bar-value"><b>{number(value)}</b> '
        f'<span>{escape(times_usual(value, usual))}</span></div><div class="ew-track">'
        f'<i class="ew-fill" style="width:{100 * value / top:.1f}%"></i>{tick}</div>'
    )


def heading(words: str, note: str = "") -> str:
    small = f'<span class="ew-aside">{escape(note)}</span>' if note else ""
    return f'<h2 class="ew-h2">{escape(words)}{small}</h2>'


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Words of the head and rows of HTML. On a phone each cell says itself what it is, since the head is not shown."""
    cells = "".join(f"<th>{escape(words)}</th>" for words in head)
    body = "".join(f"<tr>{_cells(head, row)}</tr>" for row in rows)
    return f'<table class="ew-table"><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>'


def _cells(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    pairs = zip(head, row, strict=True)
    return "".join(f'<td data-label="{escape(words)}">{cell}</td>' for words, cell in pairs)


def empty(title: str, words: str) -> None:
    """A friendly word where there is nothing yet, and what to do; commands stand in backticks."""
    write(f'<div class="ew-empty"><b>{escape(title)}</b><p>{coded(escape(words))}</p></div>')


def coded(safe: str) -> str:
    """Words that are escaped already, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)


def legend(*items: tuple[str, str]) -> str:
    """Class of the mark and its meaning."""
    marks = (f'<span><i class="ew-mark ew-mark-{mark}"></i>{escape(words)}</span>' for mark, words in items)
    return f'<div class="ew-legend">{"".join(marks)}</div>'
