"""Charts of how an incident grew: so much more in each stretch of time, so much in all, and what is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt

from dashboard import charts
from dashboard.data.spread import Step
from dashboard.words import _
from monitor.facts import Spread

HEIGHT_ALL, HEIGHT_EACH = 210, 120


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many there will be in all at one time; 90 % of the truth lies in [low, high]."""

    at: datetime
    low: float
    middle: float
    high: float


def ahead(spread: Spread | None, at: datetime | None, counted: int, span: timedelta) -> tuple[Ahead, ...]:
    """Where the line of all voices goes on from `at`, for as long as it has been, six hours at least.

    A forecast counts voices that are no evidence yet too: what it adds is put on top of what is `counted` here.
    """
    if spread is None or at is None or not spread.forecasts:
        return ()
    shown = [one for one in spread.forecasts if timedelta(hours=one.hours) <= max(span, charts.AHEAD)]
    more = counted - spread.voices
    points = [
        Ahead(
            at + timedelta(hours=one.hours),
            *(max(counted, number + more) for number in (one.low, one.median, one.high)),
        )
        for one in shown
    ]
    return (Ahead(at, counted, counted, counted), *points) if points else ()


def in_all(steps: Sequence[Step], coming: Sequence[Ahead], zone: ZoneInfo, what: str) -> alt.LayerChart:
    """The total as an area under a line, and what is expected as a band around a dashed line."""
    values = [_reached(step.start + step.step, step.total, zone) for step in steps]
    values.insert(0, _reached(steps[0].start, steps[0].total - steps[0].new, zone))
    now = max(1, steps[-1].total)
    top = max([now, *(max(one.middle, min(one.high, charts.MOST_AHEAD * now)) for one in coming)])
    line = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("at:T", axis=charts.time_axis()),
        y=alt.Y("total:Q", axis=_COUNT, scale=alt.Scale(domain=[0, top * charts.HEADROOM])),
        tooltip=[alt.Tooltip("when:N", title=_("When")), alt.Tooltip("total:Q", title=what)],
    )
    drawn = [line.mark_area(color=charts.EMBER, opacity=0.12), line.mark_line(color=charts.EMBER, strokeWidth=2)]
    return _framed(alt.layer(*drawn, *(_band(coming, zone) if coming else [])), HEIGHT_ALL)


def _band(coming: Sequence[Ahead], zone: ZoneInfo) -> list[alt.Chart]:
    values = [
        {"at": _local(one.at, zone), "low": round(one.low), "middle": round(one.middle), "high": round(one.high)}
        for one in coming
    ]
    shown = alt.Chart(alt.Data(values=values))
    titles = (("middle", _("Expected")), ("low", _("At least")), ("high", _("At most")))
    tip = [alt.Tooltip(f"{name}:Q", title=title) for name, title in titles]
    band = shown.mark_area(color=charts.EMBER, opacity=0.2, clip=True)
    middle = shown.mark_line(color=charts.EMBER, strokeWidth=1.5, strokeDash=[3, 3], clip=True)
    return [
        band.encode(x="at:T", y="low:Q", y2="high:Q", tooltip=tip),
        middle.encode(x="at:T", y="middle:Q", tooltip=tip),
    ]


def each(steps: Sequence[Step], zone: ZoneInfo, what: str) -> alt.LayerChart:
    """How much came in each bar's time."""
    values = [_bar(step, zone) for step in steps]
    top = max([1.0, *(step.new for step in steps)])
    bars = (
        alt.Chart(alt.Data(values=values))
        .mark_rect(color=charts.EMBER, cornerRadius=1)
        .encode(
            x=alt.X("left:T", axis=charts.time_axis()),
            x2="right:T",
            y=alt.Y("new:Q", axis=_FEW, scale=alt.Scale(domain=[0, top * charts.HEADROOM])),
            y2=alt.datum(0),
            tooltip=[alt.Tooltip("time:N", title=_("When")), alt.Tooltip("new:Q", title=what)],
        )
    )
    return _framed(alt.layer(bars), HEIGHT_EACH)


def _bar(step: Step, zone: ZoneInfo) -> dict[str, Any]:
    start, end, gap = step.start.astimezone(zone), (step.start + step.step).astimezone(zone), step.step * 0.08
    return {
        "left": _local(step.start + gap, zone),
        "right": _local(step.start + step.step - gap, zone),
        "new": step.new,
        "time": charts.span(start, end),
    }


def _framed(chart: alt.LayerChart, height: int) -> alt.LayerChart:
    return (
        chart.properties(height=height, width="container", background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(labelFont=charts.FONT, labelColor=charts.MUTE, labelFontSize=12, title=None)
    )


def _reached(at: datetime, total: float, zone: ZoneInfo) -> dict[str, Any]:
    return {"at": _local(at, zone), "total": total, "when": charts.moment(at.astimezone(zone))}


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """The wall clock of who looks; the browser takes a time without a zone as it stands."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()


_COUNT = alt.Axis(
    grid=True, gridColor=charts.LINE, domain=False, ticks=False, tickCount=4, tickMinStep=1, format="~s", minExtent=34
)
_FEW = alt.Axis(
    grid=True, gridColor=charts.LINE, domain=False, ticks=False, tickCount=3, tickMinStep=1, format="~s", minExtent=34
)
