"""What a person wrote with the words that were searched marked; escaped piece by piece."""

from collections.abc import Sequence
from html import escape

from dashboard.parts import LONGEST_TEXT
from monitor.alerting.text import clean, clip, direction, one_line
from monitor.folding import Term, spans

AHEAD = 90
"""Letters shown before the first place that was found, when that stands so far down that it would be cut off."""
FAR = 320


def body(text: str, language: str, terms: Sequence[Term], *, lines: int) -> str:
    """A text in its own direction and script, cut to so many lines around the first place that was found."""
    written = " ".join(clip(clean(text), LONGEST_TEXT).split())
    found = spans(written, terms)
    start = _start(written, found[0][0]) if found and found[0][0] > FAR else 0
    shown = ("… " if start else "") + _pieces(written, start, found)
    way = direction(text, language)
    return (
        f'<div class="ew-text ew-cut" dir="{way}" lang="{escape(language or "und")}" '
        f'style="-webkit-line-clamp:{lines}">{shown}</div>'
    )


def inline(text: str, terms: Sequence[Term]) -> str:
    """A short text inside a line of ours."""
    written = clip(one_line(text), 120)
    return f"<bdi>{_pieces(written, 0, spans(written, terms))}</bdi>"


def _start(written: str, found_at: int) -> int:
    """The beginning of a word some way before the place."""
    return written.find(" ", found_at - AHEAD, found_at) + 1 or found_at


def _pieces(written: str, start: int, found: Sequence[tuple[int, int]]) -> str:
    pieces, reached = [], start
    for first, last in found:
        pieces += [escape(written[reached:first]), f"<mark>{escape(written[first:last])}</mark>"]
        reached = last
    return "".join([*pieces, escape(written[reached:])])
