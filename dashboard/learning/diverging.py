"""Complaints upwards and compliments downwards from one line: as a small picture, and as a chart."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any
from urllib.parse import quote

import altair as alt

from dashboard import parts
from dashboard.charts import EMBER, FONT, INK, LINE, MUTE, time_axis
from dashboard.data.themes import Bar
from dashboard.words import _

GREEN = "#17663a"
BAD, GOOD = "✗", "✓"
"""Beside complaints and compliments: arrows would say that they rise and fall."""
WIDTH, HEIGHT = 240, 44
ROOM = 6.0
"""The least that fills one half: a single complaint must not look like a storm."""
CHART_HEIGHT = 240
TICKS = 8


def small(bars: Sequence[Bar]) -> str:
    """All bars as a picture as wide as there is room for; the highest fills its half: what counts is how it went."""
    if not bars:
        return ""
    svg = quote(_svg(bars, max(ROOM, _highest(bars))), safe="")
    words = _(
        "Complaints above the line, compliments below it, from %(first)s on",
        first=parts.day(bars[0].start, bars[-1].start),
    )
    return (
        f'<img class="ew-diverging" width="{WIDTH}" height="{HEIGHT}" alt="{escape(words)}" title="{escape(words)}" '
        f'src="data:image/svg+xml,{svg}">'
    )


def _highest(bars: Sequence[Bar]) -> float:
    """Of all bars, either way."""
    return max((max(bar.complaints, bar.compliments) for bar in bars), default=0.0)


def _svg(bars: Sequence[Bar], top: float) -> str:
    middle, step = HEIGHT / 2, WIDTH / len(bars)
    wide = max(1.0, step * 0.78)
    drawn = []
    for i, bar in enumerate(bars):
        for value, color, way in ((bar.complaints, EMBER, -1), (float(bar.compliments), GREEN, 1)):
            high = (middle - 1) * min(1.0, value / top)
            if high >= 0.3:
                y = middle - high if way < 0 else middle
                drawn.append(
                    f'<rect x="{i * step:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{color}"/>'
                )
    line = f'<path d="M0 {middle}H{WIDTH}" stroke="{INK}" stroke-width="1"/>'
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{"".join(drawn)}{line}</svg>'


def chart(bars: Sequence[Bar], end: date) -> alt.LayerChart:
    """One theme, day by day or week by week; `end` is the day after the last bar."""
    values = [_values(bar, after) for bar, after in zip(bars, [*(bar.start for bar in bars[1:]), end], strict=True)]
    data = alt.Data(values=values)
    top = max(ROOM, _highest(bars)) * 1.1
    scale = alt.Scale(domain=[-top, top])
    axis = alt.Axis(
        grid=True, gridColor=LINE, domain=False, ticks=False, tickCount=6, tickMinStep=1,
        labelExpr="format(abs(datum.value), 'd')",
    )  # fmt: skip
    tip = [
        alt.Tooltip("time:N", title=_("When")),
        alt.Tooltip("complaints:Q", title=_("Complaints")),
        alt.Tooltip("compliments:Q", title=_("Compliments")),
    ]
    across: dict[str, Any] = {
        "x": alt.X("left:T", axis=days_axis([bar.start for bar in bars])),
        "x2": "right:T",
        "tooltip": tip,
    }
    bare = alt.Chart()
    up = bare.mark_rect(color=EMBER, cornerRadius=1).encode(
        y=alt.Y("up:Q", axis=axis, scale=scale), y2=alt.datum(0), **across
    )
    down = bare.mark_rect(color=GREEN, cornerRadius=1).encode(y="down:Q", y2=alt.datum(0), **across)
    zero = bare.mark_rule(color=INK, strokeWidth=1, aria=False).encode(y=alt.datum(0))
    words = [
        _word(f"{BAD} {_('complaints')}", EMBER, 0.92 * top),
        _word(f"{GOOD} {_('compliments')}", GREEN, -0.92 * top),
    ]
    return (
        alt.layer(up, down, zero, *words, data=data)
        .properties(height=CHART_HEIGHT, width="container", background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(labelFont=FONT, labelColor=MUTE, labelFontSize=12, title=None)
        .configure_text(font=FONT)
    )


def days_axis(days: Sequence[date]) -> alt.Axis:
    """Of days: some of those at which a bar begins, as many as there is room for."""
    axis = time_axis()
    axis.values = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in _some(days)]
    return axis


def _some(days: Sequence[date]) -> Sequence[date]:
    return days[:: max(1, -(-len(days) // TICKS))]


def _word(words: str, color: str, y: float) -> alt.Chart:
    return (
        alt.Chart(alt.Data(values=[{"words": words}]))
        .mark_text(align="left", baseline="middle", color=color, fontSize=13, fontWeight=600)
        .encode(x=alt.value(6), y=alt.datum(y), text="words:N")
    )


def _values(bar: Bar, after: date) -> dict[str, Any]:
    begin, gap = datetime.combine(bar.start, time()), (after - bar.start) * 0.08
    last = after - timedelta(days=1)
    first, end = (parts.day(day, after) for day in (bar.start, last))
    return {
        "left": (begin + gap).isoformat(),
        "right": (begin + 11.5 * gap).isoformat(),
        "up": bar.complaints,
        "down": -bar.compliments,
        "complaints": round(bar.complaints, 1),
        "compliments": bar.compliments,
        "time": first if last == bar.start else _("%(start)s to %(end)s", start=first, end=end),
    }
