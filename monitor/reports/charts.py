"""The pictures of a report as inline SVG, each with a text that says the same."""

from collections.abc import Sequence
from math import ceil, log10

from markupsafe import Markup, escape

from monitor.reports import show
from monitor.reports.figures import Day, Figure

_WIDTH, _HEIGHT = 420, 200
_LEFT, _TOP, _FLOOR = 34, 14, 168  # of the days' drawing area
_SLOT = (_WIDTH - _LEFT) / 7
_BAR = _SLOT * 0.56
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 28
_BAND_WIDTH, _BAND_HEIGHT = 300, 16


def days(of_week: Sequence[Day]) -> Markup:
    """A bar per day with its negative part; a dash marks the same day last week, a question mark an unknown one."""
    values = [value for day in of_week for value in (day.mentions, day.last_mentions) if value is not None]
    top = round_up(max(values, default=0.0))
    parts = [_grid(top)]
    parts += [_day(day, _LEFT + i * _SLOT, (_FLOOR - _TOP) / top) for i, day in enumerate(of_week)]
    return _picture(_WIDTH, _HEIGHT, days_in_words(of_week), Markup("").join(parts), "days")


def days_in_words(of_week: Sequence[Day]) -> str:
    """The same as a sentence."""
    parts = [
        f"{show.weekday(day.date)} not known"
        if day.mentions is None
        else f"{show.weekday(day.date)} {show.number(day.mentions)} of which {show.number(day.negative)} negative"
        for day in of_week
    ]
    return f"Mentions per day: {', '.join(parts)}."


def round_up(value: float) -> float:
    """The next 1, 2, 3, 4, 5, 6 or 8 of its power of ten, so that the half of it is a fair label too."""
    if value <= 2:
        return 2.0
    size = 10 ** int(log10(value))
    steps = (1, 2, 3, 4, 5, 6, 8, 10) if size > 1 else (2, 4, 6, 8, 10)
    return float(next(step for step in steps if step * size >= ceil(value)) * size)


def _grid(top: float) -> Markup:
    lines = []
    for value in (0.0, top / 2, top):
        y = _FLOOR - (_FLOOR - _TOP) * value / top
        lines.append(Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="grid"/>').format(_LEFT, _WIDTH, _n(y), _n(y)))
        label = Markup('<text x="{}" y="{}" text-anchor="end">{}</text>')
        lines.append(label.format(_LEFT - 6, _n(y + 4), show.number(value)))
    return Markup("").join(lines)


def _day(day: Day, x: float, scale: float) -> Markup:
    middle, left = x + _SLOT / 2, x + (_SLOT - _BAR) / 2
    label = Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>')
    parts = [label.format(_n(middle), _FLOOR + 18, show.weekday(day.date))]
    if day.mentions is None:
        unknown = Markup('<text x="{}" y="{}" text-anchor="middle" class="unknown">?</text>')
        parts.append(unknown.format(_n(middle), _FLOOR - 6))
    else:
        parts.append(_rect(left, day.mentions * scale, "all"))
        parts.append(_rect(left, (day.negative or 0.0) * scale, "neg"))
    if day.last_mentions is not None:
        y = _n(_FLOOR - day.last_mentions * scale)
        mark = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="last"/>')
        parts.append(mark.format(_n(left - 4), _n(left + _BAR + 4), y, y))
    return Markup("").join(parts)


def _rect(x: float, height: float, kind: str) -> Markup:
    rect = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>')
    return rect.format(_n(x), _n(_FLOOR - height), _n(_BAR), _n(height), kind)


def spark(figure: Figure) -> Markup:
    """The weeks before as small bars, this week's last and strongest; nothing when no week before is known."""
    values = [*figure.history, figure.value]
    known = [value for value in values if value is not None]
    if len(known) < 2 or figure.value is None or len(values) < 4:
        return Markup("")
    top = max(known) or 1.0
    slot = _SPARK_WIDTH / len(values)
    bars = []
    for i, value in enumerate(values):
        height = 1.5 if value is None else max(1.5, value / top * (_SPARK_HEIGHT - 2))
        kind = "none" if value is None else "now" if i == len(values) - 1 else "then"
        bar = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>')
        bars.append(bar.format(_n(i * slot), _n(_SPARK_HEIGHT - height), _n(slot * 0.7), _n(height), kind))
    return _picture(_SPARK_WIDTH, _SPARK_HEIGHT, spark_in_words(figure), Markup("").join(bars), "spark")


def spark_in_words(figure: Figure) -> str:
    """The weeks before and this one as a sentence."""
    values = [*figure.history, figure.value]
    amounts = ", ".join(show.amount(value, figure.unit) for value in values)
    return f"{figure.label} of the last {len(values)} weeks, this one last: {amounts}."


def band(figure: Figure, top: float, kind: str) -> Markup:
    """A value as a bar out of `top`, its usual range as a band behind it, last week's as a line."""
    scale = _BAND_WIDTH / max(top, 1.0)
    rect = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>')
    parts = []
    if figure.usual_low is not None and figure.usual_high is not None:
        width = max(2.0, (figure.usual_high - figure.usual_low) * scale)
        parts.append(rect.format(_n(figure.usual_low * scale), 0, _n(width), _BAND_HEIGHT, "usual"))
    parts.append(rect.format(0, 4, _n((figure.value or 0.0) * scale), _BAND_HEIGHT - 8, kind))
    if figure.last is not None:
        x = _n(min(figure.last * scale, _BAND_WIDTH - 1))
        mark = Markup('<line x1="{}" x2="{}" y1="1" y2="{}" class="last"/>')
        parts.append(mark.format(x, x, _BAND_HEIGHT - 1))
    return _picture(_BAND_WIDTH, _BAND_HEIGHT, band_in_words(figure), Markup("").join(parts), "band")


def band_in_words(figure: Figure) -> str:
    """A value beside last week's and its usual range, as a sentence."""
    words = f"{figure.label}: {show.amount(figure.value, figure.unit)}"
    words += f", last week {show.amount(figure.last, figure.unit)}" if figure.last is not None else ""
    words += f", usually {show.usual(figure)}" if show.usual(figure) else ""
    return f"{words}."


def largest(figures: Sequence[Figure]) -> float:
    """The scale that a group of bands shares."""
    values = [v for f in figures for v in (f.value, f.last, f.usual_high) if v is not None]
    return max(values, default=1.0)


def _picture(width: float, height: float, words: str, content: Markup, kind: str) -> Markup:
    stretch = Markup(' preserveAspectRatio="none"') if kind == "band" else Markup("")
    head = Markup('<svg class="{}" viewBox="0 0 {} {}"{} role="img" aria-label="{}">')
    return head.format(kind, _n(width), _n(height), stretch, escape(words)) + content + Markup("</svg>")


def _n(value: float) -> str:
    """A coordinate, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")
