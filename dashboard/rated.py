"""Average ratings as HTML: the value in its own scale, its change with a sign, and a small line of how it went."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from urllib.parse import quote

from dashboard import parts
from dashboard.data.ratings import DRAWN, RatingRow, Step
from monitor.clock import spoken_duration

WIDTH, HEIGHT, EDGE = 120, 28, 3
INK, FALLEN, RISEN = "#78716c", "#9f1d1d", "#17663a"
MINUS = "\N{MINUS SIGN}"


def value(row: RatingRow) -> str:
    """`4.1 of 5`; the scale is left out when the page does not tell it."""
    most = f" of {row.best:g}" if row.best is not None else ""
    return f'<b class="ew-rated">{_number(row.value)}{most}</b>'


def people(row: RatingRow) -> str:
    """`1,203 ratings, 87 reviews`, as far as the page tells."""
    told = ((row.ratings, "rating"), (row.reviews, "review"))
    return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in told if count is not None)


def change(row: RatingRow, now: datetime) -> str:
    """`▼ −0.2 in 7 days`, `unchanged in 7 days`; "new" where there is nothing to compare with yet."""
    if row.difference is None:
        return f'<span class="ew-mute">first seen {escape(parts.ago(row.compared_at, now))}</span>'
    during = f"in {spoken_duration(now - row.compared_at)}"
    if row.has_fallen:
        return f'<span class="ew-fell"><i aria-hidden="true">▼</i> {MINUS}{_step(-row.difference)} {during}</span>'
    if row.has_risen:
        return f'<span class="ew-rose"><i aria-hidden="true">▲</i> +{_step(row.difference)} {during}</span>'
    return f'<span class="ew-mute">unchanged {during}</span>'


def thing(row: RatingRow) -> str:
    """What is rated, as its page names it."""
    return parts.name(row.item or row.place)


def line(rows: Sequence[RatingRow], now: datetime, more: int) -> str:
    """The ratings of a brand in one quiet line, as many as are given."""
    told = [f'<span class="ew-rating">{thing(row)} {value(row)} {change(row, now)}</span>' for row in rows]
    rest = f'<span class="ew-mute">and {more} more under Sources</span>' if more else ""
    return f'<div class="ew-ratings"><span class="ew-label">Ratings on pages</span>{"".join(told)}{rest}</div>'


def drawn(steps: Sequence[Step], row: RatingRow, now: datetime) -> str:
    """The last four weeks as a step line; a picture, since the pages take no drawings inside HTML."""
    if not steps:
        return ""
    words = f"Rating over the last {DRAWN.days} days: from {_number(steps[0].value)} to {_number(row.value)}"
    svg = quote(_svg(steps, row, now), safe="")
    return (
        f'<img class="ew-steps-line" width="{WIDTH}" height="{HEIGHT}" alt="{escape(words)}" title="{escape(words)}" '
        f'src="data:image/svg+xml,{svg}">'
    )


def _svg(steps: Sequence[Step], row: RatingRow, now: datetime) -> str:
    color = FALLEN if row.has_fallen else RISEN if row.has_risen else INK
    values = [step.value for step in steps]
    middle, half = (max(values) + min(values)) / 2, max(_least_span(row), max(values) - min(values)) / 2

    def across(moment: datetime) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * max(0.0, 1 - (now - moment) / DRAWN)

    def down(step: float) -> float:
        return HEIGHT / 2 - (HEIGHT / 2 - EDGE) * (step - middle) / half

    path = f"M{across(steps[0].at):.1f} {down(values[0]):.1f}"
    path += "".join(f"H{across(step.at):.1f}V{down(step.value):.1f}" for step in steps[1:])
    end = across(now)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none" stroke="{color}" '
        f'stroke-width="1.6" stroke-linejoin="round"><path d="{path}H{end:.1f}"/>'
        f'<circle cx="{end:.1f}" cy="{down(values[-1]):.1f}" r="2" fill="{color}"/></svg>'
    )


def _least_span(row: RatingRow) -> float:
    """A fifth of the scale fills the height: a tenth of a star must not look like a fall to the ground."""
    return ((row.best or 100.0) - (row.worst or 0.0)) / 5


def _number(number: float) -> str:
    return f"{number:.1f}" if number < 20 else f"{number:.0f}"


def _step(number: float) -> str:
    """How far it moved; a small move needs another place to be seen."""
    return _number(number) if number >= 0.095 else f"{number:.2f}"
