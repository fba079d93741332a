"""Finds slow burns: over two to seven days more negative voices than usual, without any single day that explains it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.detection.baseline import VOLUME_PRIOR, BaselineOptions, Usual, learn, volume_ratio
from monitor.detection.chance import CELL_COST, VOLUME_DOUBT, strength
from monitor.detection.evidence import Hit, describe
from monitor.detection.voices import Heard, copied, group, hear, newest_first, rising
from monitor.detection.windows import DayWindows
from monitor.facts import WHOLE, Cell, Dimension, Finding, Held, Kind, Sensitivity, Series, Severity, Stream

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NAME = "slow_burn"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAY_HOURS = 24
HEARD = timedelta(hours=48)
LEAST_HOURS = 6
"""A day that was listened to for less says nothing of what days are like."""
AUDIBLE = 0.3
"""P(negative) below this adds nothing, as for spikes."""
AUTHOR_BLOCK_SECONDS = 6 * 3600
"""An author counts once in so long, as for spikes."""
CLIP_TIMES, CLIP_ROOTS, CLIP_PLUS = 2.5, 3.0, 1.5
"""An hour counts for at most 2.5 times the usual + 3 roots of it + 1.5, as where the usual is learnt."""
STEEP, STEEP_EVEN = 0.5, 1.3
"""With half of the excess within 24 hours it is a spike. An even rise of two days has half in each: there, with 1.3
times as much."""
STILL, STILL_STRENGTH = 0.5, 1.0
"""It goes on while the newest day brings half of what a day of the window brought on average, and is itself above the
usual, beyond a chance of one in ten: a window of a week holds what is over for days."""
WINDOW_COST = 0.3
"""log10 of the windows tried, which are much alike."""
KEPT = 1.5
"""A strength this far below the threshold is kept, though it raises nothing."""
WARM_TIMES, WARM_ROOTS = 1.2, 2.0
"""Without a cell that is so many times its median day, and so many roots of it above, there is nothing to measure: that
is cheap to see, and most looks end here."""


def _baseline() -> BaselineOptions:
    """All hours before the window teach; less than a week of them knows no weekdays."""
    return BaselineOptions(recent=timedelta(), least_known=timedelta(days=7))


class SlowBurnOptions(BaseModel):
    """When a rise over days is worth a person's attention."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 5.5,
        Sensitivity.BALANCED: 4.0,
        Sensitivity.EARLY: 3.3,
    }
    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["slow_burn"] = "slow_burn"
    threshold: float = Field(4.0, gt=0, description="-log10 of chance for an alarm")
    windows: DayWindows = tuple(timedelta(days=days) for days in (2, 3, 5, 7))
    least_rise: float = Field(1.5, gt=1, description="so many times the usual, at least")
    least_authors: int = Field(5, ge=1, description="distinct authors of negative voices in 48 hours, at least")
    least_listened: float = Field(0.5, gt=0, le=1, description="share of the window that was listened to, at least")
    misread: float = Field(0.05, ge=0, le=1, description="share of praise beyond the usual that is read as negative")
    spread_power: float = Field(0.5, ge=0, le=1, description="how fast days even out: 0 not at all, 1 like chance")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")
    baseline: BaselineOptions = Field(default_factory=_baseline)


Options = SlowBurnOptions


@dataclass(frozen=True, slots=True)
class _Recent:
    """The voices of the last 48 hours, newest first, that may be negative; each author once in six hours."""

    heard: Heard
    numbers: Mapping[Cell, int]
    gains: Floats  # (n,) what each adds to the sum of P squared; copies of a text add nothing

    def of(self, cell: Cell) -> Flags:
        if cell not in self.numbers:
            return np.zeros(len(self.gains), bool)
        rows: Flags = (self.heard.cells == self.numbers[cell]).any(axis=1)
        return rows


@dataclass(frozen=True, slots=True)
class _Window:
    """The full hours of one window, and what is usual in them.

    All arrays have shape (hours,) and are 0 where nobody listened. `rise` is how many times the usual all else is.
    """

    length: timedelta
    rows: slice
    usual: Usual
    rates: Floats
    rise: Floats
    misread: Floats

    @property
    def days(self) -> float:
        return self.length / DAY


@dataclass(frozen=True, slots=True)
class _Burn:
    """How far one cell is above its usual in one window."""

    cell: Cell
    window: _Window
    strength: float
    plain: float  # the same without allowing for the volume of all else
    seen: float  # sum of P
    expected: float  # as usual, sum of P

    @property
    def rank(self) -> tuple[float, float]:
        return (self.strength, self.plain)


def detect(stream: Stream, options: SlowBurnOptions) -> list[Finding]:
    """The best window of every cell that burns, strongest first."""
    recent: _Recent | None = None
    burns: dict[Cell, _Burn] = {}
    for length, warm in _warm(stream, options).items():
        window = _window(stream, length, options)
        if window is None:
            continue
        recent = recent or _recent(stream)
        for cell in warm:
            burn = _burn(stream, cell, window, recent, options)
            if burn and (cell not in burns or burn.rank > burns[cell].rank):
                burns[cell] = burn
    found = [_finding(stream, burn, recent, options) for burn in burns.values() if recent]
    return sorted((one for one in found if one), key=lambda one: (-one.strength, one.cell))


def _warm(stream: Stream, options: SlowBurnOptions) -> dict[timedelta, list[Cell]]:
    """For each window the cells that may burn, by their days: a rough look that costs next to nothing."""
    dimensions = (Dimension.ALL, Dimension.THEME, Dimension.SOURCE)
    cells = [cell for cell in stream.hourly if cell.dimension in dimensions]
    number = len(stream.hourly[WHOLE].mentions) // DAY_HOURS
    if stream.hourly[WHOLE].step != HOUR or not number or not stream.voices:
        return {}
    days = np.array([_days(stream.hourly[cell], number) for cell in cells])
    listened = np.array([_listened(stream.hourly[cell], number) for cell in cells])
    rates = np.where(listened >= LEAST_HOURS, days / np.maximum(listened, 1.0), np.nan)
    found = {}
    for length in options.windows:
        newest = -(-length // DAY)
        if newest >= number:
            continue
        usual = _median(rates[:, :-newest]) * listened[:, -newest:].sum(axis=1)
        seen = days[:, -newest:].sum(axis=1)
        warm = (seen >= WARM_TIMES * usual) & (seen - usual >= WARM_ROOTS * np.sqrt(usual + 1.0))
        if warm.any():
            found[length] = [cell for cell, is_warm in zip(cells, warm.tolist(), strict=True) if is_warm]
    return found


def _days(series: Series, number: int) -> Floats:
    """Sums of P(negative) of the last `number` days, shape (number,); what was not listened to is 0."""
    heard = np.where(series.known, series.negative, 0.0)[-number * DAY_HOURS :]
    days: Floats = heard.reshape(number, DAY_HOURS).sum(axis=1)
    return days


def _listened(series: Series, number: int) -> Floats:
    """How many hours of each of the last `number` days were listened to, shape (number,)."""
    hours: Floats = series.known[-number * DAY_HOURS :].reshape(number, DAY_HOURS).sum(axis=1).astype(np.float64)
    return hours


def _median(rates: Floats) -> Floats:
    """That of each row, without the days that were hardly listened to; 0 where all were."""
    known: Floats = np.nanmedian(np.where(np.isnan(rates).all(axis=1, keepdims=True), 0.0, rates), axis=1)
    return known


def _recent(stream: Stream) -> _Recent:
    numbers: dict[Cell, int] = {}
    loud = [voice for voice in stream.voices if voice.fresh and voice.negative >= AUDIBLE]
    heard = newest_first(hear(loud, numbers))
    block = (heard.at // AUTHOR_BLOCK_SECONDS).astype(np.int64)
    weight = np.where(copied(heard), 0.0, heard.negative**2)
    return _Recent(heard, numbers, rising(group(heard.author, block), weight))


def _window(stream: Stream, length: timedelta, options: SlowBurnOptions) -> _Window | None:
    """What is usual in a window by the hours before it; None when too little of either was listened to."""
    whole = stream.hourly[WHOLE]
    usual = learn(stream.hourly, stream.now - length, stream.troubled, options.baseline)
    if usual is None:
        return None
    size = len(whole.mentions)
    rows = slice(size - min(size, -(-length // whole.step)), size)
    known = whole.known[rows]
    if known.mean() < options.least_listened:
        return None
    part = np.ones(size)
    part[-1] = min(1.0, (stream.now - whole.start) / whole.step - (size - 1))
    rates = np.where(known, (np.diff(usual.volume) * part)[rows], 0.0)
    calm = whole.mentions - 2 * whole.negative + _certain(whole)
    rise, excess = _rest(np.where(known, calm[rows], 0.0), usual.calm * rates)
    return _Window(length, rows, usual, rates, rise, options.misread * excess)


def _certain(series: Series) -> Floats:
    """The sum of P squared in every hour."""
    certain: Floats = np.maximum(series.negative - series.uncertainty, 0.0)
    return certain


def _rest(seen: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Day by day back from now: how many times the usual all else is, and how much more an hour; shape (hours,)."""
    day = np.arange(len(seen))[::-1] // DAY_HOURS
    hours = np.bincount(day)
    heard = np.bincount(day, seen).astype(np.float64)
    usual = np.bincount(day, expected).astype(np.float64)
    return volume_ratio(heard, usual)[day], (np.maximum(heard - usual, 0.0) / hours)[day]


def _burn(stream: Stream, cell: Cell, window: _Window, recent: _Recent, options: SlowBurnOptions) -> _Burn | None:
    """None when the cell has no past, or was hardly listened to in the window."""
    share, series = window.usual.shares.get(cell), stream.hourly[cell]
    known = series.known[window.rows]
    if share is None or known.mean() < options.least_listened:
        return None
    rates = np.where(known, window.rates, 0.0)
    seen = np.where(known, _heard(stream, series, recent, cell)[window.rows], 0.0)
    usual = share.certain * rates
    allowing = usual * window.rise + np.where(rates > 0, window.misread, 0.0)
    spread = _spread(window, cell, share.shape, float(rates.sum()), options.spread_power)
    cost = CELL_COST[cell.dimension] + WINDOW_COST
    adjusted, plain = (_strength(seen, mean, spread, window.days, options.least_rise) for mean in (allowing, usual))
    negative = np.where(known, series.negative[window.rows], 0.0).sum()
    return _Burn(cell, window, adjusted - cost, plain - cost, float(negative), float(share.negative * rates.sum()))


def _strength(seen: Floats, mean: Floats, spread: float, days: float, least_rise: float) -> float:
    """-log10 of chance of what was heard in a window, each hour clipped; 0 when one day explains it, or it is over."""
    clipped = np.minimum(seen, CLIP_TIMES * mean + CLIP_ROOTS * np.sqrt(mean) + CLIP_PLUS)
    sums = np.array([clipped.sum(), clipped[-DAY_HOURS:].sum()])
    usual = np.array([mean.sum(), mean[-DAY_HOURS:].sum()])
    if (sums < least_rise * usual).any() or not _lasts(seen - mean, days):
        return 0.0
    whole, newest = strength(sums, usual, np.full(2, spread)).tolist()
    return float(whole) if newest >= STILL_STRENGTH else 0.0


def _spread(window: _Window, cell: Cell, shape: float, mentions: float, power: float) -> float:
    """Squared coefficient of variation beyond chance: that of a day, which evens out over days, and the doubts."""
    of_a_day = float(window.usual.spread(cell.dimension, np.array([DAY.total_seconds()]))[0])
    evened = float(of_a_day * window.days**-power)
    return evened + 1 / shape + VOLUME_DOUBT / (window.usual.calm * mentions + VOLUME_PRIOR)


def _heard(stream: Stream, series: Series, recent: _Recent, cell: Cell) -> Floats:
    """The sum of P squared in every hour; of the last 48 hours by the voices, as only fresh ones may raise anything."""
    certain = _certain(series)
    first = max(0, -((series.start - (stream.now - HEARD)) // series.step))
    rows = recent.of(cell)
    bucket = ((recent.heard.at[rows] - series.start.timestamp()) // series.step.total_seconds()).astype(np.int64)
    size = len(certain)
    by_voices = np.bincount(np.clip(bucket, 0, size - 1), recent.gains[rows], minlength=size)
    certain[first:] = by_voices[first:]
    return certain


def _lasts(excess: Floats, days: float) -> bool:
    """Whether a rise is spread over the window rather than one day of it, and the newest day still brings its part."""
    total = float(excess.sum())
    if total <= 0 or len(excess) < DAY_HOURS:
        return False
    edges = np.concatenate([[0.0], np.cumsum(excess)])
    by_day = edges[DAY_HOURS:] - edges[:-DAY_HOURS]
    return float(by_day.max()) < max(STEEP, STEEP_EVEN / days) * total and by_day[-1] >= STILL * total / days


def _finding(stream: Stream, burn: _Burn, recent: _Recent, options: SlowBurnOptions) -> Finding | None:
    """The evidence are the negative voices of the last 48 hours; older ones are only counted."""
    near = burn.strength >= options.threshold - KEPT
    if not near and burn.plain < options.threshold:
        return None
    strongest = burn.strength if near else burn.plain
    voices = recent.heard[recent.of(burn.cell)]
    hit = Hit(burn.cell, Severity.HIGH, strongest, burn.expected, burn.window.length)
    numbers = tuple(recent.numbers)
    found = describe(NAME, hit, voices, numbers, stream.now, options.evidence)
    return replace(
        found,
        kind=Kind.SLOW_BURN,
        seen=burn.seen,
        growth=_growth(stream.hourly[burn.cell], burn.window.rows),
        held=_held(burn, found, options),
    )


def _held(burn: _Burn, found: Finding, options: SlowBurnOptions) -> Held | None:
    if found.authors < options.least_authors:
        return Held.FEW_AUTHORS
    if burn.strength >= options.threshold:
        return None
    return Held.ALL_UP if burn.plain >= options.threshold else Held.BELOW


def _growth(series: Series, rows: slice) -> float:
    """Negatives of the newer half of the window over those of the older one, by the hours listened to in each."""
    heard, known = np.where(series.known, series.negative, 0.0)[rows], series.known[rows]
    middle = len(heard) // 2
    older = heard[:middle].sum() * known[middle:].sum() / max(known[:middle].sum(), 1)
    return float(heard[middle:].sum() / max(older, 0.5))
