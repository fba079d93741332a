"""The rhythm of a source: how long it may be silent, learnt from its own pauses, and since when it is quieter.

Pauses are not measured in hours but in usual texts: an hour counts as many as usually come at that hour of the day and
that day of the week, and none while nobody listened. A night without a text is then short and a silent Monday morning
is long. The longest pause to be expected is read off the tail of the source's own pauses, which holds for sources that
write in bursts as well as for those that write evenly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.detection.series import Span, coverage, merge_spans

Floats = NDArray[np.float64]

HISTORY = timedelta(weeks=8)
LEAST_TEXTS = 10
LEAST_HEARD = timedelta(weeks=2)
"""Less than this is too little to know a rhythm by: a source with a review a month is never quiet."""
LEAST_SILENCE = timedelta(hours=3)
"""Nobody has to hear of less."""
FALSE_A_YEAR = 0.3
"""How often a year a well source may be called quiet, as its pauses tell; measured by `benchmarks.rhythm`."""
HOUR_TEXTS, DAY_TEXTS = 5.0, 5.0
"""How many texts an hour of the day or a weekday needs before it moves half way from the mean."""
TAILS, LEAST_TAIL = (0.5, 0.75, 0.9, 0.95, 0.98, 0.99), 5
"""Where the tail of the pauses may begin (the longest answer counts), and how many pauses it must have."""
RECORD_TIMES = 1.6
"""A pause must also beat the longest one so far by this much: dull days come together."""
LATELY, LATELY_TEXTS = timedelta(weeks=1), 5.0
"""A source that wrote less than usual in the newest week heard is measured by that: interest fades."""
OUTAGE_TIMES, OUTAGE_SHARE = 3.0, 0.25
"""A pause so many times as long as all others allow was no pause but an outage: from it nothing is learnt. Unless it is
more than a quarter of all that is known: then it is the rhythm."""
HOUR = timedelta(hours=1)
YEAR_HOURS = 365.25 * 24


@dataclass(frozen=True, slots=True)
class Silence:
    """A source is quieter than its rhythm allows: no text since then, where so many a day are usual."""

    since: datetime
    a_day: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual for one source. `usual` has shape (n + 1,): texts expected since `start` at the edges of hours."""

    start: datetime
    usual: Floats
    allowed: float  # the longest pause, in usual texts
    a_day: float

    def waited(self, since: datetime, until: datetime) -> float:
        """How many texts usually come between two moments, counting only the time in which somebody listened."""
        first, last = self._at([since, until])
        return float(last - first)

    def _at(self, moments: Sequence[datetime]) -> Floats:
        return _usual_at(self.usual, self.start, moments)


def silence(arrivals: Sequence[datetime], heard: Sequence[Span], now: datetime, every: timedelta) -> Silence | None:
    """Since when a source is quieter than its rhythm allows; None when it is not, or when too little is known.

    `arrivals` are the times at which texts came, in order, `heard` the stretches in which it was crawled well, and
    `every` is the pause between two crawls.
    """
    if not arrivals:
        return None
    rhythm = learn(arrivals, heard, now, every)
    last = arrivals[-1]
    if rhythm is None or _heard_between(heard, last, now) < LEAST_SILENCE:
        return None
    return Silence(last, rhythm.a_day) if rhythm.waited(last, now) > rhythm.allowed else None


def learn(arrivals: Sequence[datetime], heard: Sequence[Span], now: datetime, every: timedelta) -> Rhythm | None:
    """The rhythm of the weeks before the newest arrival, laid out until `now`; None when too little is known."""
    last = arrivals[-1]
    start = max(last - HISTORY, arrivals[0]).replace(minute=0, second=0, microsecond=0)
    size = -((start - max(now, last)) // HOUR) + 1
    listened = coverage(heard, start, HOUR, size)
    learnt = min((last - start) // HOUR + 1, size)
    moments = _moments([at for at in arrivals if at >= start], merge_spans(heard), every / 2)
    hours = float(listened[:learnt].sum())
    if len(moments) < LEAST_TEXTS or hours < LEAST_HEARD / HOUR:
        return None
    rates = _rates(moments, start, listened, learnt)
    usual = np.concatenate([[0.0], np.cumsum(rates * listened)])
    counted = _usual_at(usual, start, moments)
    allowed = _allowed(np.diff(counted), hours / YEAR_HOURS)
    return Rhythm(start, usual, allowed / _lately(moments, counted), 24 * sum(at >= start for at in arrivals) / hours)


def _lately(moments: Sequence[datetime], counted: Floats) -> float:
    """The part of the usual that came in the newest week, at most 1."""
    newest = int(np.searchsorted([at.timestamp() for at in moments], (moments[-1] - LATELY).timestamp()))
    came, usual = len(moments) - newest, float(counted[-1] - counted[newest])
    return min(1.0, (came + LATELY_TEXTS) / (usual + LATELY_TEXTS))


def _moments(arrivals: Sequence[datetime], heard: Sequence[Span], apart: timedelta) -> list[datetime]:
    """The arrivals without those that came with another one: what one crawl brings is one piece of news."""
    kept: list[datetime] = []
    spans = iter(heard)
    span = next(spans, None)
    for at in arrivals:
        while span is not None and span[1] < at - apart:
            span = next(spans, None)
        if span is not None and span[0] <= at and (not kept or at - kept[-1] >= apart):
            kept.append(at)
    return kept


def _rates(moments: Sequence[datetime], start: datetime, listened: Floats, learnt: int) -> Floats:
    """Texts an hour for every hour of the grid: the mean, times the hour of the day, times the weekday."""
    position = np.arange(len(listened))
    clock, weekday = (start.hour + position) % 24, (start.weekday() + (start.hour + position) // 24) % 7
    came = np.bincount([(at - start) // HOUR for at in moments], minlength=len(listened))[:learnt].astype(np.float64)
    expected = listened[:learnt] * (came.sum() / listened[:learnt].sum())
    by_hour = _factors(came, expected, clock[:learnt], 24, HOUR_TEXTS)
    by_day = _factors(came, expected * by_hour[clock[:learnt]], weekday[:learnt], 7, DAY_TEXTS)
    rates: Floats = came.sum() / listened[:learnt].sum() * by_hour[clock] * by_day[weekday]
    return rates


def _factors(came: Floats, expected: Floats, groups: NDArray[np.intp], size: int, prior: float) -> Floats:
    seen = np.bincount(groups, weights=came, minlength=size)
    usual = np.bincount(groups, weights=expected, minlength=size)
    factors: Floats = (seen + prior) / (usual + prior)
    return factors


def _allowed(pauses: Floats, years: float) -> float:
    """The pause that comes FALSE_A_YEAR times a year; an outage among the pauses does not count."""
    longest = int(np.argmax(pauses))
    without = _longest(np.delete(pauses, longest), years)
    is_outage = OUTAGE_TIMES * without < pauses[longest] <= OUTAGE_SHARE * pauses.sum()
    return without if is_outage else _longest(pauses, years)


def _longest(pauses: Floats, years: float) -> float:
    """Beyond each start of the tail the excess is taken for exponential with an unknown mean.

    Then a new one exceeds x with the chance (1 + x / sum)^-k, k of them adding up to `sum`: few pauses make us careful.
    """
    allowed = 0.0
    for begin in np.quantile(pauses, TAILS):
        excess = pauses[pauses >= begin] - begin
        if len(excess) >= LEAST_TAIL or allowed == 0.0:
            times = max(1.0, len(excess) / years / FALSE_A_YEAR)
            allowed = max(allowed, float(begin + excess.sum() * (times ** (1 / len(excess)) - 1)))
    return max(allowed, RECORD_TIMES * float(pauses.max()))


def _usual_at(usual: Floats, start: datetime, moments: Sequence[datetime]) -> Floats:
    at = np.array([(moment - start) / HOUR for moment in moments])
    found: Floats = np.interp(at, np.arange(len(usual), dtype=np.float64), usual)
    return found


def _heard_between(heard: Sequence[Span], since: datetime, until: datetime) -> timedelta:
    parts = (min(end, until) - max(start, since) for start, end in merge_spans(heard))
    return sum((part for part in parts if part > timedelta()), timedelta())
