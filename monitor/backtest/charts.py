"""The pictures of a backtest as inline SVG that stretches with the page; what they say stands in words beside them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from monitor.backtest.figures import before_words, subject_of
from monitor.backtest.judging import Raised, Score
from monitor.backtest.replay import Range
from monitor.backtest.running import Days
from monitor.facts import Mark, Severity
from monitor.store.backtests import WasRaised

_WIDTH = 1000.0
_DAYS_HEIGHT, _LANE_HEIGHT, _BAND_HEIGHT = 90.0, 22.0, 18.0
_LEAST = 5.0
"""The narrowest mark: an incident of an hour would not be seen in three months."""
_RECT = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"><title>{}</title></rect>')


def days(of_brand: Days) -> Markup:
    """A bar per day with its negative part."""
    top = max([*of_brand.mentions, 1.0])
    slot = _WIDTH / max(1, len(of_brand.mentions))
    bars = []
    for i, (mentions, negative) in enumerate(zip(of_brand.mentions, of_brand.negative, strict=True)):
        words = f"{of_brand.first + timedelta(days=i):%Y-%m-%d}: {mentions:.0f} mentions, {negative:.0f} negative"
        for value, kind in ((mentions, "all"), (negative, "neg")):
            height = value / top * _DAYS_HEIGHT
            place = (_n(i * slot + slot * 0.1), _n(_DAYS_HEIGHT - height), _n(slot * 0.8), _n(height))
            bars.append(_RECT.format(*place, kind, words))
    words = f"Mentions per day, at most {top:.0f}, and their negative part."
    return _picture(_DAYS_HEIGHT, words, bars, "days")


def lane(within: Range, marks: Iterable[Raised | WasRaised], words: str) -> Markup:
    """When each incident went on, by what people said of it; a notice is drawn lower."""
    return _picture(_LANE_HEIGHT, words, [_mark(within, one) for one in marks], "lane")


def _mark(within: Range, one: Raised | WasRaised) -> Markup:
    whole = within.end - within.start
    first = (one.opened_at - within.start) / whole * _WIDTH
    last = (min(one.last_finding_at, within.end) - within.start) / whole * _WIDTH
    width = max(_LEAST, last - first)
    low = one.severity is Severity.WATCH
    top = _LANE_HEIGHT / 2 if low else 2.0
    words = f"{_moment(one.opened_at)}, {subject_of(one.cell)}, {one.severity}: {said(one.mark)}"
    height = _LANE_HEIGHT - top - 2
    return _RECT.format(_n(min(first, _WIDTH - width)), _n(top), _n(width), _n(height), kind_of(one.mark), words)


def said(mark: Mark | None) -> str:
    """A mark in words."""
    return str(mark) if mark else "not marked"


def kind_of(mark: Mark | None) -> str:
    """The class of its colour."""
    return str(mark) if mark else "unmarked"


def arrival(one: Raised) -> Markup:
    """From the first negative voice to arrive until the last: when half had arrived, and when it was opened."""
    if one.after_first is None or one.before_half is None or one.before_all is None:
        return Markup("")
    whole = max((one.after_first + one.before_all) / timedelta(seconds=1), 1.0)
    opened = min(one.after_first / timedelta(seconds=1) / whole, 1.0) * _WIDTH
    half = (one.after_first + one.before_half) / timedelta(seconds=1) / whole * _WIDTH
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="{}"/>')
    parts = [
        Markup('<rect x="0" y="6" width="{}" height="6" class="all"/>').format(_n(_WIDTH)),
        Markup('<rect x="0" y="6" width="{}" height="6" class="waited"/>').format(_n(opened)),
        line.format(_n(half), _n(half), 3, 15, "half"),
        line.format(_n(opened), _n(opened), 0, _n(_BAND_HEIGHT), "opened"),
    ]
    words = f"Opened {before_words(one.before_half)} half, {before_words(one.before_all)} all of {one.voices} had come."
    return _picture(_BAND_HEIGHT, words, parts, "band")


def stack(score: Score, top: int) -> Markup:
    """The alarms of one setting by what people said of them, out of `top`."""
    parts, x = [], 0.0
    for number, kind in ((score.useful, "useful"), (score.unjudged, "unmarked"), (score.noise, "noise")):
        width = number / max(top, 1) * _WIDTH
        parts.append(_RECT.format(_n(x), 3, _n(width), _n(_BAND_HEIGHT - 6), kind, f"{number} {kind}"))
        x += width
    words = f"{score.name}: {score.useful} useful, {score.unjudged} not marked, {score.noise} noise."
    return _picture(_BAND_HEIGHT, words, parts, "band")


def most(scores: Sequence[Score]) -> int:
    """The scale that a group of stacks shares."""
    return max((one.useful + one.unjudged + one.noise for one in scores), default=1)


def ticks(within: Range, number: int = 5) -> list[str]:
    """Dates under a lane, evenly spaced, the first and the last included; with the time where days are too coarse."""
    step = (within.end - within.start) / (number - 1)
    written = "%-d %b" if step >= timedelta(days=1) else "%-d %b %H:%M"
    return [f"{within.start + i * step:{written}}" for i in range(number)]


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _picture(height: float, words: str, content: Iterable[Markup], kind: str) -> Markup:
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">')
    return head.format(kind, _n(_WIDTH), _n(height), escape(words)) + Markup("").join(content) + Markup("</svg>")


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
