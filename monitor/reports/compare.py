"""Builds figures: this week against the last and against what is usual, and only where that is fair."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import quantiles

from monitor.reports.figures import Better, Figure, Unit

CONFIDENCE = 1.96  # standard deviations either side of a 95 % interval
ALIKE = 0.1  # weeks are compared when the share of time listened differs by no more
ENOUGH_WEEKS = 3  # fewer do not make a usual range
ENOUGH_MENTIONS = 10  # a share of fewer mentions does not count towards the usual range
WELL_HEARD = 0.95
NOBODY = "nobody listened"

Value = float | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure is, whatever its value."""

    name: str
    label: str
    definition: str
    unit: Unit
    better: Better = Better.NEITHER


def usual_range(before: Sequence[Value]) -> tuple[Value, Value]:
    """The middle four fifths of the known weeks before; nothing when there are fewer than three."""
    known = [value for value in before if value is not None]
    if len(known) < ENOUGH_WEEKS:
        return None, None
    tenths = quantiles(known, n=10, method="inclusive")
    return _rounded(tenths[0]), _rounded(tenths[-1])


def count_figure(meaning: Meaning, counts: Sequence[float], heard: Sequence[float]) -> Figure:
    """`counts` and the shares of time listened (0..1), one per week, this one first.

    A week in which nobody listened and nothing came is not known. Weeks listened to for longer or shorter than this
    one are not compared with it: their numbers differ for that reason alone.
    """
    values = [count if count > 0 or share > 0 else None for count, share in zip(counts, heard, strict=True)]
    fair = [value if abs(share - heard[0]) <= ALIKE else None for value, share in zip(values, heard, strict=True)]
    compared = fair[1:] if values[0] is not None else [None] * (len(values) - 1)
    return against(meaning, values[0], compared, note=_hearing(values, fair, heard))


def _hearing(values: Sequence[Value], fair: Sequence[Value], heard: Sequence[float]) -> str:
    """What to keep in mind about the listening."""
    if values[0] is None:
        return NOBODY
    notes = []
    if heard[0] < WELL_HEARD:
        notes.append(f"listened {heard[0] * 100:.0f} % of the time: the true number may be higher")
    if len(values) > 1 and fair[1] is None:
        notes.append(f"last week, listened {heard[1] * 100:.0f} % of the time, is not comparable")
    return "; ".join(notes)


def share_figure(meaning: Meaning, parts: Sequence[tuple[float, float, float]]) -> Figure:
    """`parts` are (mentions, expected number, its variance) per week, this one first; the value is their share."""
    shares = [part / total if total > 0 else None for total, part, _ in parts]
    steady = [share if parts[i][0] >= ENOUGH_MENTIONS else None for i, share in enumerate(shares)]
    figure = against(meaning, shares[0], steady[1:], note="" if parts[0][0] > 0 else "no mention to divide by")
    last = _rounded(shares[1]) if len(shares) > 1 and shares[0] is not None else None
    low, high = interval(*parts[0])
    total = parts[0][0]
    if total <= 0:
        return figure
    return figure.model_copy(update={"low": _rounded(low / total), "high": _rounded(high / total), "last": last})


def interval(total: float, expected: float, variance: float) -> tuple[float, float]:
    """95 % limits of an expected number of mentions out of `total`."""
    reach = CONFIDENCE * sqrt(max(0.0, variance))
    return max(0.0, expected - reach), min(total, expected + reach)


def expected_figure(meaning: Meaning, parts: Sequence[tuple[float, float, float]], heard: Sequence[float]) -> Figure:
    """An expected number with the interval of its reading; `parts` as for `share_figure`."""
    figure = count_figure(meaning, [expected for _, expected, _ in parts], heard)
    if figure.value is None:
        return figure
    low, high = interval(*parts[0])
    return figure.model_copy(update={"low": _rounded(low), "high": _rounded(high)})


def against(meaning: Meaning, value: Value, before: Sequence[Value], note: str = "") -> Figure:
    """A figure beside the weeks before it, newest first."""
    low, high = usual_range(before)
    return Figure(
        name=meaning.name,
        label=meaning.label,
        definition=meaning.definition,
        unit=meaning.unit,
        better=meaning.better,
        value=_rounded(value),
        last=_rounded(before[0]) if before else None,
        usual_low=low,
        usual_high=high,
        history=tuple(_rounded(item) for item in reversed(before)),
        note=note,
    )


def _rounded(value: Value) -> Value:
    """Floats are kept to what can be meant, so that a sum in another order gives the same report."""
    return None if value is None else round(value, 4)


def clearly_differs(now: tuple[float, float, float], then: tuple[float, float, float]) -> bool:
    """Whether two shares differ by more than reading and chance explain; parts as for `share_figure`."""
    if now[0] <= 0 or then[0] <= 0:
        return False
    return abs(now[1] / now[0] - then[1] / then[0]) > CONFIDENCE * sqrt(_spread(*now) + _spread(*then))


def _spread(total: float, expected: float, variance: float) -> float:
    """The variance of a share: of the reading, and of a sample of that size."""
    share = min(1.0, max(0.0, expected / total))
    return variance / total**2 + share * (1 - share) / total
