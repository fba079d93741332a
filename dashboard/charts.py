"""Charts of counts beside the usual."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt

from dashboard.data.series import Bucket

EMBER, SAND, INK, MUTE, LINE, UNKNOWN = "#c2410c", "#e3dbd0", "#292524", "#78716c", "#ece7e0", "#f4f1ec"
FONT = '"Source Sans 3", "Source Sans", "Noto Sans", system-ui, sans-serif'
HEIGHT = 230
ROWS = 4
HEADROOM = 1.12
"""Room above the highest bar."""


def volume(buckets: Sequence[Bucket], zone: ZoneInfo) -> alt.LayerChart:
    """All mentions, the negative ones in front, and the usual number of negative ones as a line."""
    top = max((bucket.mentions for bucket in buckets), default=0.0)
    return _layers(buckets, zone, [_bars("mentions", SAND, top), _bars("negative", EMBER, top), _usual()])


def trouble(buckets: Sequence[Bucket], marks: Sequence[tuple[datetime, str]], zone: ZoneInfo) -> alt.LayerChart:
    """Negative mentions beside the usual, with what happened to the incident as upright lines."""
    rows = sorted(marks)
    values = [{"at": _local(at, zone), "what": what, "row": i % ROWS} for i, (at, what) in enumerate(rows)]
    lines = alt.Chart(alt.Data(values=values))
    rule = lines.mark_rule(color=INK, strokeWidth=1).encode(x="at:T")
    top = max((max(bucket.negative, bucket.usual_negative or 0.0) for bucket in buckets), default=0.0)
    words = [_words(lines, row) for row in range(ROWS)]
    return _layers(buckets, zone, [_bars("negative", EMBER, top), _usual(), rule, *words])


def _words(lines: alt.Chart, row: int) -> alt.Chart:
    """The words of every fourth line; rows apart, since changes often follow within minutes, and left of the line."""
    return (
        lines.transform_filter(f"datum.row == {row}")
        .mark_text(align="right", baseline="top", dx=-5, color=INK, fontSize=12, fontWeight=600)
        .encode(x="at:T", y=alt.value(row * 16), text="what:N")
    )


def _layers(buckets: Sequence[Bucket], zone: ZoneInfo, marks: list[alt.Chart]) -> alt.LayerChart:
    data = alt.Data(values=[_values(bucket, zone) for bucket in buckets])
    return (
        alt.layer(_unheard(), *marks, data=data)
        .properties(height=HEIGHT, width="container", background="transparent")
        .configure_view(strokeWidth=0)
        .configure_axis(labelFont=FONT, labelColor=MUTE, labelFontSize=12, title=None)
        .configure_text(font=FONT)
    )


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """The wall clock of the brand; the browser takes a time without a zone as it stands."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()


def _values(bucket: Bucket, zone: ZoneInfo) -> dict[str, Any]:
    end = bucket.start + bucket.step
    gap = bucket.step * 0.08
    return {
        "from": _local(bucket.start, zone),
        "till": _local(end, zone),
        "left": _local(bucket.start + gap, zone),
        "right": _local(end - gap, zone),
        "mentions": round(bucket.mentions, 1),
        "negative": round(bucket.negative, 1),
        "usual": None if bucket.usual_negative is None else round(bucket.usual_negative, 2),
        "known": bucket.known,
        "time": _span(bucket, zone),
    }


def _span(bucket: Bucket, zone: ZoneInfo) -> str:
    start, end = bucket.start.astimezone(zone), (bucket.start + bucket.step).astimezone(zone)
    return f"{start:%a} {start.day} {start:%b}, {start:%H:%M}–{end:%H:%M}"


_TIP = [
    alt.Tooltip("time:N", title="When"),
    alt.Tooltip("negative:Q", title="Negative"),
    alt.Tooltip("usual:Q", title="Usually negative"),
    alt.Tooltip("mentions:Q", title="All mentions"),
]
_CLOCK = "timeFormat(datum.value, hours(datum.value) || minutes(datum.value) ? '%H:%M' : '%a %d %b')"
"""A day at midnight, else the time, in 24 hours."""
_TIME = alt.Axis(
    grid=False, domainColor=LINE, tickColor=LINE, labelFlush=True, tickCount=7, labelOverlap=True, labelExpr=_CLOCK
)
_COUNT = alt.Axis(grid=True, gridColor=LINE, domain=False, ticks=False, tickCount=4, tickMinStep=1, format="d")


def _bars(field: str, color: str, top: float) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rect(color=color, cornerRadius=1)
        .encode(
            x=alt.X("left:T", axis=_TIME),
            x2="right:T",
            y=alt.Y(f"{field}:Q", axis=_COUNT, scale=alt.Scale(domain=[0, max(1.0, top * HEADROOM)])),
            y2=alt.datum(0),
            tooltip=_TIP,
        )
    )


def _usual() -> alt.Chart:
    return (
        alt.Chart()
        .mark_line(color=INK, strokeWidth=1.5, strokeDash=[4, 3], interpolate="step-after")
        .encode(x="from:T", y="usual:Q")
    )


def _unheard() -> alt.Chart:
    """Where nobody listened: unknown, not zero."""
    return (
        alt.Chart()
        .transform_filter("!datum.known")
        .mark_rect(color=UNKNOWN)
        .encode(x="from:T", x2="till:T", y=alt.value(0), y2=alt.value("height"))
    )


def of_moments(moments: Sequence[datetime], start: datetime, end: datetime) -> tuple[Bucket, ...]:
    """Buckets of about a fiftieth of the span that count these moments; nothing is usual for a new story."""
    step = max(timedelta(minutes=5), (end - start) / 50)
    size = max(1, -((start - end) // step))
    counts = [0] * size
    for moment in moments:
        if start <= moment < end:
            counts[(moment - start) // step] += 1
    return tuple(
        Bucket(start + step * i, step, float(count), float(count), None, None, known=True)
        for i, count in enumerate(counts)
    )
