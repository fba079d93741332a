"""Average ratings as HTML: the value in its own scale, its change with a sign, and a small line of how it went."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from urllib.parse import quote

from dashboard import parts
from dashboard.data.ratings import DRAWN, RatingRow, Step
from dashboard.words import _, _h, _hn, _n

WIDTH, HEIGHT, EDGE = 120, 28, 3
INK, FALLEN, RISEN = "#78716c", "#9f1d1d", "#17663a"
MINUS = "\N{MINUS SIGN}"


def value(row: RatingRow) -> str:
    """`4.1 of 5`; the scale is left out when the page does not tell it."""
    told = _number(row.value)
    if row.best is not None:
        told = _("%(rating)s of %(best)s", rating=told, best=f"{row.best:g}")
    return f'<b class="ew-rated">{escape(told)}</b>'


def people(row: RatingRow) -> str:
    """`1,203 ratings, 87 reviews`, as far as the page tells (HTML)."""
    told = []
    if row.ratings is not None:
        told.append(_hn("%(n)s rating", "%(n)s ratings", row.ratings))
    if row.reviews is not None:
        told.append(_hn("%(n)s review", "%(n)s reviews", row.reviews))
    return _h(", ").join(told)


def change(row: RatingRow, now: datetime) -> str:
    """`▼ −0.2 in 7 days`, `unchanged in 7 days`; "first seen" where there is nothing to compare with yet."""
    if row.difference is None:
        return parts.mute(_("first seen %(when)s", when=parts.ago(row.compared_at, now)))
    time = escape(parts.lasting(now - row.compared_at))
    if row.has_fallen:
        step = parts.latin(f"{MINUS}{_step(-row.difference)}")
        words = _h("%(step)s in %(time)s", step=step, time=time)
        return f'<span class="ew-fell"><i aria-hidden="true">▼</i> {words}</span>'
    if row.has_risen:
        words = _h("%(step)s in %(time)s", step=parts.latin(f"+{_step(row.difference)}"), time=time)
        return f'<span class="ew-rose"><i aria-hidden="true">▲</i> {words}</span>'
    return f'<span class="ew-mute">{_h("unchanged in %(time)s", time=time)}</span>'


def thing(row: RatingRow) -> str:
    """What is rated, as its page names it."""
    return parts.name(row.item or row.place)


def line(rows: Sequence[RatingRow], now: datetime, more: int) -> str:
    """The ratings of a brand in one quiet line, as many as are given."""
    told = [f'<span class="ew-rating">{thing(row)} {value(row)} {change(row, now)}</span>' for row in rows]
    rest = parts.mute(_n("and %(n)s more under Sources", "and %(n)s more under Sources", more)) if more else ""
    label = f'<span class="ew-label">{_h("Ratings on pages")}</span>'
    return f'<div class="ew-ratings">{label}{"".join(told)}{rest}</div>'


def drawn(steps: Sequence[Step], row: RatingRow, now: datetime) -> str:
    """The last four weeks as a step line; a picture, since the pages take no drawings inside HTML."""
    if not steps:
        return ""
    words = _(
        "Rating over the last %(days)s days: from %(first)s to %(last)s",
        days=DRAWN.days, first=_number(steps[0].value), last=_number(row.value),
    )  # fmt: skip
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
    return parts.decimal(number, 1 if number < 20 else 0)


def _step(number: float) -> str:
    """How far it moved; a small move needs another place to be seen."""
    return _number(number) if number >= 0.095 else parts.decimal(number, 2)
