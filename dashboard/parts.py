"""Pieces of pages as HTML: all text from outside is escaped here, and set in its own direction and script."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from monitor.alerting.text import clean, clip, direction, one_line, web_address
from monitor.clock import spoken_duration
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
    SourceHealth: {
        "quiet": "quieter than usual",
        "waiting": "not crawled yet",
        "changed": "format changed",
        "spent": "quota spent",
    },
    CaseState: {"owned": "taken", "waiting": "waits for the customer"},
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
    words = _WORDS.get(type(sign), {}).get(sign.value, sign.value)
    own = _MARKS.get(sign.value, "") if isinstance(sign, SourceHealth) else ""
    return tag(words, _TONES[type(sign)][sign.value], own)


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


def name(text: str) -> str:
    """A short text from outside inside a line of ours; it cannot turn the direction of what follows."""
    return f"<bdi>{escape(clip(one_line(text), 120))}</bdi>"


def link(url: str, words: str) -> str:
    """A link to a page outside in a new tab; nothing when the address is not one to open."""
    address = web_address(url)
    if not address:
        return ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">{escape(words)}</a>'


def number(value: float) -> str:
    """A count for people: `0.6`, `14`, `1,230`."""
    if value < 9.95 and abs(value - round(value)) >= 0.05:
        return f"{value:.1f}"
    return f"{round(value):,}"


def percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def times_usual(value: float, usual: float | None) -> str:
    """`3.1 times the usual 12`; says so when the usual is not known yet."""
    if usual is None:
        return "still learning what is usual"
    if usual < 0.05:
        return "usually none"
    ratio = value / usual
    if 0.8 <= ratio <= 1.25:
        return f"as usual ({number(usual)})"
    return f"{number(ratio)}× the usual {number(usual)}" if ratio > 1 else f"usually {number(usual)}"


def ago(moment: datetime, now: datetime) -> str:
    """`25 min ago`, `in 3 h`, `just now`."""
    gap = now - moment
    if abs(gap) < timedelta(minutes=1):
        return "just now" if gap > -timedelta(seconds=15) else "in a minute"
    return f"{spoken_duration(gap)} ago" if gap > timedelta() else f"in {spoken_duration(-gap)}"


def clock(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time of day in a brand's zone, with the day unless it is today: `14:05`, `Mon 2 Mar, 14:05`."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"yesterday {local:%H:%M}"
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local:%a} {local.day} {local:%b}{year}, {local:%H:%M}"


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time as `14:05 · 25 min ago`, the full one on hover."""
    local = moment.astimezone(zone)
    full = f"{local:%A} {local.day} {local:%B %Y, %H:%M} {local.tzname()}"
    return f'<time title="{escape(full)}">{clock(moment, now, zone)} · {ago(moment, now)}</time>'


def line(*parts: str) -> str:
    """Pieces of HTML in one quiet line; empty ones are left out."""
    shown = [f"<span>{part}</span>" for part in parts if part]
    return f'<div class="ew-line">{"".join(shown)}</div>'


def stars(rating: float | None, best: float | None) -> str:
    """A rating as `★ 2 of 5`, on other scales without the star; empty without one."""
    if rating is None:
        return ""
    most = f" of {best:g}" if best else ""
    star = "★ " if best in (None, 5) else ""
    return f'<span class="ew-stars">{star}{rating:g}{most}</span>'


def language(code: str) -> str:
    known = language_name(code)
    return escape("Language unsure" if known == "not sure" else known)


def kind(value: MentionKind, source: str) -> str:
    words = "answer in" if value is MentionKind.SURVEY else f"{value.value} on"
    return f"{escape(words)} {escape(source)}"


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
    tick = "" if usual is None else f'<i class="ew-tick" style="left:{100 * min(usual, top) / top:.1f}%"></i>'
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
    shown = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))
    write(f'<div class="ew-empty"><b>{escape(title)}</b><p>{shown}</p></div>')


def legend(*items: tuple[str, str]) -> str:
    """Class of the mark and its meaning."""
    marks = (f'<span><i class="ew-mark ew-mark-{mark}"></i>{escape(words)}</span>' for mark, words in items)
    return f'<div class="ew-legend">{"".join(marks)}</div>'
