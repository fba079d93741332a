"""Charts of counts beside the usual."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import altair as alt

from dashboard import parts, viewer
from dashboard.data.series import Bucket
from dashboard.words import N_, _
from monitor.facts import Spread

EMBER, SAND, INK, MUTE, LINE, UNKNOWN = "#c2410c", "#e3dbd0", "#292524", "#6b645d", "#ece7e0", "#f4f1ec"
FONT = '"Source Sans 3", "Source Sans", "Noto Sans Telugu", "Noto Sans Arabic", "Noto Sans", system-ui, sans-serif'
HEIGHT = 230
ROWS = 4
AHEAD = timedelta(hours=6)
"""How far ahead of now a chart looks; the forecast of a day would leave little room for what has been."""
MOST_AHEAD = 3.0
"""What is expected may make the chart so many times as high; above it is cut off."""
HEADROOM = 1.12
"""Room above the highest bar."""


def volume(buckets: Sequence[Bucket], zone: ZoneInfo) -> alt.LayerChart:
    """All mentions, the negative ones in front, and the usual number of negative ones as a line."""
    top = max((bucket.mentions for bucket in buckets), default=0.0)
    said = _("Chart of mentions over time: all, the negative ones, and how many negative ones are usual")
    marks = [_bars("mentions", SAND, top), _bars("negative", EMBER, top), _usual()]
    return _layers(buckets, zone, marks, said)


@dataclass(frozen=True, slots=True)
class Band:
    """So many voices in a bucket are expected in [start, end), 90 % of the time within [low, high]."""

    start: datetime
    end: datetime
    low: float
    median: float
    high: float


def bands(spread: Spread | None, at: datetime | None, step: timedelta) -> tuple[Band, ...]:
    """What the forecasts of the next hours come to per bucket of `step`; they tell of all voices until then.

    In each stretch the voices expected at its start are taken off, so the stretches are as sure as their ends.
    """
    if spread is None or at is None:
        return ()
    found, start, before = [], at, float(spread.voices)
    for one in spread.forecasts:
        end = at + timedelta(hours=one.hours)
        if end > at + AHEAD:
            break
        share = step / (end - start)
        low, middle, high = (max(0.0, number - before) * share for number in (one.low, one.median, one.high))
        found.append(Band(start, end, low, middle, high))
        start, before = end, one.median
    return tuple(found)


def trouble(
    buckets: Sequence[Bucket],
    marks: Sequence[tuple[datetime, str]],
    zone: ZoneInfo,
    bands: Sequence[Band] = (),
    *,
    field: str = "negative",
) -> alt.LayerChart:
    """Negative mentions (or all) beside the usual, what happened to the incident as upright lines, what is expected."""
    rows = sorted(marks)
    values = [{"at": _local(at, zone), "what": what, "row": i % ROWS} for i, (at, what) in enumerate(rows)]
    lines = alt.Chart(alt.Data(values=values))
    rule = lines.mark_rule(color=INK, strokeWidth=1).encode(x="at:T")
    words = [_words(lines, row) for row in range(ROWS)]
    color = EMBER if field == "negative" else SAND
    top = max((max(getattr(one, field), getattr(one, f"usual_{field}") or 0.0) for one in buckets), default=0.0)
    top = max([top, *(min(band.high, MOST_AHEAD * max(top, 1.0)) for band in bands)])
    ahead = _ahead(bands, zone) if bands else []
    said = _("Chart of the incident over time: how many mentions, how many are usual, and what happened when")
    return _layers(buckets, zone, [_bars(field, color, top), _usual(f"usual_{field}"), *ahead, rule, *words], said)


def _ahead(bands: Sequence[Band], zone: ZoneInfo) -> list[alt.Chart]:
    values = [
        {
            "from": _local(band.start, zone),
            "till": _local(band.end, zone),
            **{name: round(getattr(band, name), 2) for name in ("low", "median", "high")},
        }
        for band in bands
    ]
    shown = alt.Chart(alt.Data(values=values))
    tip = [alt.Tooltip(f"{name}:Q", title=_(title)) for name, title in _AHEAD_TIP]
    across = {"x": alt.X("from:T", axis=time_axis()), "x2": "till:T"}
    area = shown.mark_rect(color=EMBER, opacity=0.18, clip=True).encode(y="low:Q", y2="high:Q", tooltip=tip, **across)
    middle = shown.mark_rule(color=EMBER, strokeWidth=1.5, strokeDash=[2, 2], clip=True).encode(y="median:Q", **across)
    return [area, middle]


def _words(lines: alt.Chart, row: int) -> alt.Chart:
    """The words of every fourth line; rows apart, since changes often follow within minutes, and left of the line."""
    return (
        lines.transform_filter(f"datum.row == {row}")
        .mark_text(align="right", baseline="top", dx=-5, color=INK, fontSize=12, fontWeight=600)
        .encode(x="at:T", y=alt.value(row * 16), text="what:N")
    )


def _layers(buckets: Sequence[Bucket], zone: ZoneInfo, marks: list[alt.Chart], said: str) -> alt.LayerChart:
    """`said` is what the chart shows, for those who do not see it."""
    data = alt.Data(values=[_values(bucket, zone) for bucket in buckets])
    return (
        alt.layer(_unheard(), *marks, data=data)
        .properties(height=HEIGHT, width="container", background="transparent", description=said)
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
        "usual_mentions": None if bucket.usual_mentions is None else round(bucket.usual_mentions, 2),
        "known": bucket.known,
        "time": _span(bucket, zone),
    }


def _span(bucket: Bucket, zone: ZoneInfo) -> str:
    return span(bucket.start.astimezone(zone), (bucket.start + bucket.step).astimezone(zone))


def span(start: datetime, end: datetime) -> str:
    """A stretch of time within a day, in words of the viewer's language."""
    times = {"start": parts.hour(start.time()), "end": parts.hour(end.time())}
    return _("%(day)s, %(start)s–%(end)s", day=parts.day(start.date(), start.date()), **times)


def moment(local: datetime) -> str:
    """A day and time in words of the viewer's language."""
    return _("%(day)s, %(time)s", day=parts.day(local.date(), local.date()), time=parts.hour(local.time()))


def _tip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("time:N", title=_("When")),
        alt.Tooltip("negative:Q", title=_("Negative")),
        alt.Tooltip("usual:Q", title=_("Usually negative")),
        alt.Tooltip("mentions:Q", title=_("All mentions")),
    ]


_AHEAD_TIP = (("median", N_("Expected")), ("low", N_("At least")), ("high", N_("At most")))


def time_axis() -> alt.Axis:
    """Of times: a day at midnight, else the time of day, as the viewer's language writes them."""
    return alt.Axis(
        grid=False, domainColor=LINE, tickColor=LINE, labelFlush=True, tickCount=7, labelOverlap=True,
        labelSeparation=6, labelExpr=f"hours(datum.value) || minutes(datum.value) ? {_clock()} : {_day()}",
    )  # fmt: skip


def _clock() -> str:
    """Of 24 hours, or of 12 with AM and PM."""
    if viewer.language() == viewer.ENGLISH:
        return "timeFormat(datum.value, '%H:%M')"
    halves = json.dumps([viewer.locale().day_periods["format"]["abbreviated"][half] for half in ("am", "pm")])
    return f"timeFormat(datum.value, '%-I:%M ') + {halves}[hours(datum.value) < 12 ? 0 : 1]"


def _day() -> str:
    """Vega itself knows English names only. Its weeks begin on Sunday, those of the names on Monday."""
    if viewer.language() == viewer.ENGLISH:
        return "timeFormat(datum.value, '%a %d %b')"
    days, months = (getattr(viewer.locale(), name)["format"]["abbreviated"] for name in ("days", "months"))
    week = json.dumps([days[(number + 6) % 7] for number in range(7)], ensure_ascii=False)
    year = json.dumps([months[number] for number in range(1, 13)], ensure_ascii=False)
    return f"{week}[day(datum.value)] + ' ' + date(datum.value) + ' ' + {year}[month(datum.value)]"


_COUNT = alt.Axis(grid=True, gridColor=LINE, domain=False, ticks=False, tickCount=4, tickMinStep=1, format="d")


def _bars(field: str, color: str, top: float) -> alt.Chart:
    return (
        alt.Chart()
        .mark_rect(color=color, cornerRadius=1)
        .encode(
            x=alt.X("left:T", axis=time_axis()),
            x2="right:T",
            y=alt.Y(f"{field}:Q", axis=_COUNT, scale=alt.Scale(domain=[0, max(1.0, top * HEADROOM)])),
            y2=alt.datum(0),
            tooltip=_tip(),
        )
    )


def _usual(field: str = "usual_negative") -> alt.Chart:
    return (
        alt.Chart()
        .mark_line(color=INK, strokeWidth=1.5, strokeDash=[4, 3], interpolate="step-after")
        .encode(x="from:T", y=f"{'usual' if field == 'usual_negative' else field}:Q")
    )


def _unheard() -> alt.Chart:
    """Where nobody listened: unknown, not zero."""
    return (
        alt.Chart()
        .transform_filter("!datum.known")
        .mark_rect(color=UNKNOWN, aria=False)
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
