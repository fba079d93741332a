"""Which sensitivity fits the marks that people gave, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.backtest.judging import Score
from monitor.facts import Sensitivity

LEAST_MARKS = 5
"""Fewer say nothing: one more or less would turn the answer."""
ALIKE = 0.02
"""Balances that differ by less are the same, and of the same the one with fewer alarms is better."""
FEWER = 0.8
"""With so many times the alarms of today there are fewer; one of ten may only have become a part of another one."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to set `detection.sensitivity` to; None when the marks do not say."""

    sensitivity: Sensitivity | None
    reason: str
    tried: tuple[tuple[Sensitivity, Score], ...] = ()


def enough(marks: int) -> bool:
    """Whether there is anything to choose by."""
    return marks >= LEAST_MARKS


def too_few(marks: int) -> Suggestion:
    """No suggestion, and what would make one."""
    given = "no incident of this time is marked" if not marks else f"{marks} of this time {_are(marks)} marked"
    return Suggestion(
        None,
        f"Too few marks to say: {given}, and it takes {LEAST_MARKS}. "
        "Mark incidents as useful or noise on their page in the dashboard, or replay a longer time.",
    )


def suggest(tried: Sequence[tuple[Sensitivity, Score]], now: Sensitivity | None = None) -> Suggestion:
    """The best balance of precision and recall against the marks; of equals the one with the fewest alarms.

    `now` is what is set today: it stays when another one is only as good.
    """
    best = max(score.balance for _, score in tried)
    alike = [(name, score) for name, score in tried if score.balance >= best - ALIKE]
    order = [name for name in (now, *Sensitivity) if name is not None]
    chosen, score = min(alike, key=lambda one: (one[1].alarms, order.index(one[0])))
    today = next((one for name, one in alike if name is now), None)
    if now is not None and today is not None and score.alarms > FEWER * today.alarms:
        chosen, score = now, today
    reasons = [_what_it_does(chosen, score)]
    reasons += [_beside(name, other) for name, other in tried if name is not chosen]
    if len(alike) > 1:
        reason = "nothing speaks for a change"
        if chosen is not now and any(other.alarms > score.alarms for _, other in alike):
            reason = f"{chosen} raises fewest alarms"
        reasons.append(f"{_names(alike)} fit the marks about as well; {reason}")
    return Suggestion(chosen, ". ".join(reasons) + ".", tuple(tried))


def _what_it_does(name: Sensitivity, score: Score) -> str:
    useful = score.useful + score.missed
    found = f"{name.capitalize()} raises {score.useful} of the {useful} useful" if useful else f"{name.capitalize()}"
    verb = " and " if useful else " raises "
    return f"{found}{verb}{score.noise} of what was noise, {score.alarms} alarms in all"


def _beside(name: Sensitivity, score: Score) -> str:
    return f"{name.capitalize()}: {score.useful} useful, {score.noise} noise, {score.alarms} in all"


def _names(alike: Sequence[tuple[Sensitivity, Score]]) -> str:
    if len(alike) == len(Sensitivity):
        return "All three"
    return " and ".join(str(name) for name, _ in alike).capitalize()


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
