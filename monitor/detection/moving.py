"""The simplest rule: the negatives of a window against the mean and standard deviation of equal stretches before it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from monitor.detection.chance import STRONGEST
from monitor.detection.evidence import Hit, describe
from monitor.detection.voices import SURE, hear, newest_first
from monitor.facts import WHOLE, Cell, Finding, Held, Series, Severity, Stream, Voice

Floats = NDArray[np.float64]

KNOWN_SHARE = 0.5
"""A stretch counts when half of it was listened to, and a rule speaks when half of its stretches count."""
LEAST_SD = 0.5
"""A brand of which hardly anything is heard has no deviation; half a voice more or less is chance all the same."""


class MovingOptions(BaseModel):
    """What the rules of this kind have in common; `threshold` is their k."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = Field(3.0, gt=0, description="k: so many standard deviations above the mean")
    baseline: int = Field(7, ge=2, description="days that the mean and the standard deviation are taken of")
    least_negatives: int = Field(5, ge=1, description="negative voices in the window, at least")
    least_authors: int = Field(3, ge=1, description="distinct authors of them, at least")
    evidence: int = Field(200, ge=1, description="mentions kept as evidence per finding, at most")


@dataclass(frozen=True, slots=True)
class Rule:
    """The window that ends now, and how long before it the baseline ends."""

    name: str
    window: timedelta
    lag: timedelta


def look(stream: Stream, rule: Rule, options: MovingOptions) -> list[Finding]:
    """One finding for the whole brand while the window stands out; it knows neither cells nor the rest of the stream.

    The strength is -log10 of the normal tail at as many standard deviations, so that it can be shown beside others.
    """
    heard = [voice for voice in stream.voices if voice.fresh and voice.at > stream.now - rule.window]
    loud = [voice for voice in heard if voice.negative >= SURE]
    past = stretches(stream.hourly[WHOLE], stream.now - rule.window, rule, options.baseline)
    if len(loud) < options.least_negatives or past is None:
        return []
    mean, deviation = float(past.mean()), max(float(past.std(ddof=1)), LEAST_SD)
    seen = _one_each(heard)
    away = (seen - mean) / deviation
    if away <= options.threshold:
        return []
    few = len({voice.author for voice in loud}) < options.least_authors
    return [_finding(stream, rule, loud, (mean, away), Held.FEW_AUTHORS if few else None, options.evidence)]


def _one_each(heard: list[Voice]) -> float:
    """The sum of P(negative) when every author counts once, by their worst text."""
    worst: dict[int, float] = {}
    for voice in heard:
        worst[voice.author] = max(voice.negative, worst.get(voice.author, 0.0))
    return sum(worst.values())


def stretches(whole: Series, window_start: datetime, rule: Rule, days: int) -> Floats | None:
    """Sums of P(negative) in stretches as long as the window over `days`, the newest last; None when too few are known.

    They end `lag` before the window does, on a full bucket of the series. Of a stretch that was not listened to all
    the time the sum is scaled up.
    """
    width = max(1, round(rule.window / whole.step))
    number = round(timedelta(days=days) / (width * whole.step))
    end = int(np.floor((window_start - rule.lag - whole.start) / whole.step))
    if end < number * width:
        number = end // width
    first = end - number * width
    if number < 1:
        return None
    known = whole.known[first:end].reshape(number, width)
    sums = np.where(known, whole.negative[first:end].reshape(number, width), 0.0).sum(axis=1)
    shares = known.mean(axis=1)
    enough = shares >= KNOWN_SHARE
    asked = timedelta(days=days) / (width * whole.step)
    if enough.sum() < max(2.0, KNOWN_SHARE * asked):
        return None
    scaled: Floats = sums[enough] / shares[enough]
    return scaled


def _finding(
    stream: Stream, rule: Rule, loud: list[Voice], told: tuple[float, float], held: Held | None, most: int
) -> Finding:
    numbers: dict[Cell, int] = {}
    voices = newest_first(hear(loud, numbers))
    hit = Hit(WHOLE, Severity.HIGH, normal_strength(told[1]), told[0], rule.window)
    return replace(describe(rule.name, hit, voices, tuple(numbers), stream.now, most), held=held)


def normal_strength(away: float) -> float:
    """-log10 of the chance that a normal value lies at least so many standard deviations above its mean."""
    from scipy.special import log_ndtr

    return min(float(-log_ndtr(-away) / np.log(10.0)), STRONGEST)
