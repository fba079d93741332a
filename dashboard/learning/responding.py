"""How response figures look: rates with what they are made of, times, and both as charts over weeks."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any

import altair as alt

from dashboard import parts
from dashboard.charts import EMBER, FONT, INK, LINE, MUTE, SAND
from dashboard.data.response import Took, Week
from dashboard.learning.diverging import GREEN, days_axis
from dashboard.words import N_, _, _h, _hn, _n
from monitor.reports.answering import Share

HEIGHT = 220


def rate(share: Share) -> str:
    """`86%`; a dash for what is too little for a rate."""
    return parts.percent(share.value) if share.value is not None and share.is_enough else "–"


def made_of(share: Share) -> str:
    """`31 of 36`, or that it is too little for a rate."""
    if not share.of:
        return _("no case to judge")
    told = _("%(kept)s of %(of)s", kept=parts.number(share.kept), of=parts.number(share.of))
    if share.is_enough:
        return told
    few = _n("%(n)s case: too few for a rate", "%(n)s cases: too few for a rate", share.of)
    return _("%(kept)s; %(few)s", kept=told, few=few)


def took(one: Took) -> str:
    """`38 min`; a dash when nothing was done."""
    return "–" if one.median is None else _time(one.median)


def _time(value: timedelta) -> str:
    return parts.lasting(value) if value >= timedelta(minutes=1) else _("at once")


def nine_in_ten(one: Took) -> str:
    """`9 in 10 within 4 h`, or of how few it is."""
    if one.nine_in_ten is None:
        return _("none yet")
    if not one.is_enough:
        return _n("%(n)s case: too few to compare", "%(n)s cases: too few to compare", one.of)
    return _("9 in 10 within %(time)s", time=_time(one.nine_in_ten))


def before(told: str) -> str:
    """What it was in the days before; nothing when that is not known."""
    return "" if told == "–" else _("before: %(value)s", value=told)


def noted(*notes: str) -> str:
    return " · ".join(note for note in notes if note)


def rate_cell(share: Share) -> str:
    """A rate in a table, with what it is made of (HTML)."""
    if not share.of:
        return parts.mute("–")
    if not share.is_enough:
        few = _hn("%(n)s case: too few for a rate", "%(n)s cases: too few for a rate", share.of)
        counted = _h("%(kept)s of %(of)s", kept=escape(parts.number(share.kept)), of=escape(parts.number(share.of)))
        return f"{counted}<small>{few}</small>"
    return f"<b>{escape(rate(share))}</b><small>{escape(made_of(share))}</small>"


def took_cell(one: Took) -> str:
    """A median in a table, with what nine in ten did not exceed (HTML)."""
    if one.median is None:
        return parts.mute("–")
    return f"<b>{escape(took(one))}</b><small>{escape(nine_in_ten(one))}</small>"


def _week_values(week: Week) -> dict[str, Any]:
    days = (week.monday, week.monday + timedelta(days=6))
    start, end = (parts.day(day, days[1]) for day in days)
    return {
        "at": f"{week.monday}T00:00:00",
        "end": f"{week.monday + timedelta(days=7)}T00:00:00",
        "time": _("%(start)s to %(end)s", start=start, end=end),
        "opened": week.of.opened,
    }


def times(weeks: Sequence[Week]) -> alt.LayerChart:
    """The median of the first answer in hours as bars, what nine in ten did not exceed as a tick above each."""
    values = []
    for week in weeks:
        answer = week.of.answer
        if answer.median is None or answer.nine_in_ten is None:
            continue
        told = {"median": took(answer), "most": _time(answer.nine_in_ten), "answered": answer.of}
        hours = {"hours": answer.median / _HOUR, "tail": answer.nine_in_ten / _HOUR}
        values.append(_week_values(week) | told | {name: round(value, 2) for name, value in hours.items()})
    data = alt.Data(values=values)
    tip = [
        alt.Tooltip("time:N", title=_("Opened")),
        alt.Tooltip("median:N", title=_("Half answered within")),
        alt.Tooltip("most:N", title=_("9 in 10 within")),
        alt.Tooltip("answered:Q", title=_("Cases")),
    ]
    axis = alt.Axis(grid=True, gridColor=LINE, domain=False, ticks=False, tickCount=4)
    across: dict[str, Any] = {"x": alt.X("at:T", axis=_mondays(weeks)), "x2": "end:T", "tooltip": tip}
    bare = alt.Chart()
    bars = bare.mark_rect(color=EMBER, stroke="#fff", strokeWidth=2).encode(
        y=alt.Y("hours:Q", axis=axis, scale=alt.Scale(domainMin=0)), y2=alt.datum(0), **across
    )
    tail = bare.mark_rect(color=SAND, stroke="#fff", strokeWidth=2).encode(y="tail:Q", y2=alt.datum(0), **across)
    ticks = bare.mark_rule(color=INK, strokeWidth=2).encode(y="tail:Q", **across)
    return _framed(alt.layer(tail, bars, ticks, data=data))


_HOUR = timedelta(hours=1)


RATES = (N_("Answered in time"), N_("Solved in time"), N_("Solved at first contact"))
_SIGNS = ("ew-bad", "●"), ("", "■"), ("ew-good-words", "▲")


def rates_legend() -> str:
    """What stands for which rate (HTML)."""
    shown = (
        f'<span class="{tone}"><b aria-hidden="true">{sign}</b> {_h(words)}</span>'
        for words, (tone, sign) in zip(RATES, _SIGNS, strict=True)
    )
    return f'<div class="ew-legend">{"".join(shown)}</div>'


def rates(weeks: Sequence[Week]) -> alt.LayerChart:
    """Three rates over the weeks, each with its own colour, dash and shape; hollow where too few cases make it."""
    names = tuple(_(words) for words in RATES)
    values = []
    for week in weeks:
        shares = (week.of.answered_in_time, week.of.solved_in_time, week.of.first_contact)
        for name, share in zip(names, shares, strict=True):
            if share.value is not None:
                told = {
                    "rate": name,
                    "value": round(share.value, 4),
                    "made": made_of(share),
                    "few": not share.is_enough,
                }
                values.append(_week_values(week) | told)
    told_by = [
        alt.Scale(domain=list(names), range=marks)
        for marks in ([EMBER, INK, GREEN], [[1, 0], [5, 3], [2, 2]], ["circle", "square", "triangle-up"])
    ]
    color, dash, shape = (
        kind("rate:N", scale=scale, legend=None)
        for kind, scale in zip((alt.Color, alt.StrokeDash, alt.Shape), told_by, strict=True)
    )
    axis = alt.Axis(grid=True, gridColor=LINE, domain=False, ticks=False, tickCount=5, format=".0%")
    tip = [
        alt.Tooltip("time:N", title=_("Opened")),
        alt.Tooltip("rate:N", title=_("Rate")),
        alt.Tooltip("value:Q", title=_("Share"), format=".0%"),
        alt.Tooltip("made:N", title=_("Cases")),
    ]
    base = alt.Chart().encode(
        x=alt.X("at:T", axis=_mondays(weeks), scale=alt.Scale(padding=10)),  # no sign over the words of the other axis
        y=alt.Y("value:Q", axis=axis, scale=alt.Scale(domain=[0, 1])),
        color=color,
    )
    lines = base.mark_line(strokeWidth=2).encode(strokeDash=dash)
    fill = alt.condition("datum.few", alt.value("#fff"), alt.Fill("rate:N", scale=told_by[0], legend=None))
    points = base.mark_point(size=70, strokeWidth=2, opacity=1).encode(shape=shape, tooltip=tip, fill=fill)
    return _framed(alt.layer(lines, points, data=alt.Data(values=values)))


def _mondays(weeks: Sequence[Week]) -> alt.Axis:
    return days_axis([week.monday for week in weeks])


def _framed(chart: alt.LayerChart) -> alt.LayerChart:
    return (
        chart.properties(height=HEIGHT, width="container", background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(labelFont=FONT, labelColor=MUTE, labelFontSize=12, title=None)
        .configure_text(font=FONT)
    )
