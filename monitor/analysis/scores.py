"""Scores a model against texts with known answers: pure functions of arrays.

Classes are numbered 0 negative, 1 neutral, 2 positive. A confusion table has the truth in its rows and what was said in
its columns, shape (3, 3); functions of tables take a stack of them too, shape (..., 3, 3).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Classes = NDArray[np.integer[Any]]  # (n,), each 0, 1 or 2
Tables = NDArray[np.int64]  # (..., 3, 3)
Interval = tuple[float, float]

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
CLASSES = 3

BINS = 15
"""Of equal width, as in the paper that made this measure common (Guo and others, 2017)."""
DRAWS = 2000
SEED = 4
WITHIN = 0.95
"""The share of an interval."""
LEAST_PRECISION = 0.70
"""Of those called negative, so many should be: below, people stop looking at alarms."""
LEAST_RECALL = 0.10
"""Three lucky hits at the top are no threshold: it must find so many of the negative ones."""
THRESHOLDS = np.arange(1, 100) / 100
_Z = 1.959964  # of the normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure measured on a sample, 0..1, and the 95 % interval in which the true one lies."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """A P(negative) from which to call a text negative, and what comes of it on the texts it was chosen on."""

    value: float
    recall: float
    precision: float
    precise: bool  # the lowest with precision of at least LEAST_PRECISION; else the one with the best F1


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model said of n texts, beside what is true."""

    truth: Classes
    labels: Classes  # what the product calls them, by the threshold of their language
    unsure: NDArray[np.bool_]  # (n,)
    probabilities: Floats  # (n, 3), rows add up to 1

    def only(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Those of the chosen texts (n,)."""
        return Answers(self.truth[chosen], self.labels[chosen], self.unsure[chosen], self.probabilities[chosen])

    @property
    def two_classes(self) -> bool:
        """Whether there are negative and positive texts but no neutral one: the data knows no neutral."""
        return set(np.unique(self.truth).tolist()) == {NEGATIVE, POSITIVE}


@dataclass(frozen=True, slots=True)
class Decided:
    """How right one way of deciding is."""

    table: Tables  # (3, 3)
    accuracy: Estimate
    macro_f1: Estimate
    macro_recall: Estimate


@dataclass(frozen=True, slots=True)
class Scores:
    """All figures of one set of texts."""

    n: int
    two_classes: bool  # then, all but the figures of negative and `unsure` leave neutral out of what may be said
    labelled: Decided  # as the product labels them
    largest: Decided  # by the largest probability, as published figures are
    negative_recall: Estimate | None  # None where no text is negative
    negative_precision: Estimate | None  # None where none was called so
    calibration_error: float
    brier_score: float
    unsure: float
    threshold: Threshold | None


def measure(answers: Answers, *, two_classes: bool = False) -> Scores:
    """All figures of at least one text; `two_classes` when it is part of data that knows no neutral."""
    two_classes = two_classes or answers.two_classes
    asked = forced(answers) if two_classes else answers
    plain = confusion(answers.truth, answers.labels)
    hits = int(plain[NEGATIVE, NEGATIVE])
    return Scores(
        n=len(answers.truth),
        two_classes=two_classes,
        labelled=decided(confusion(asked.truth, asked.labels)),
        largest=decided(confusion(asked.truth, asked.probabilities.argmax(axis=1))),
        negative_recall=_share(hits, int(plain[NEGATIVE].sum())),
        negative_precision=_share(hits, int(plain[:, NEGATIVE].sum())),
        calibration_error=expected_calibration_error(asked.probabilities, asked.truth),
        brier_score=brier_score(asked.probabilities, asked.truth),
        unsure=float(answers.unsure.mean()),
        threshold=suggested_threshold(answers.probabilities[:, NEGATIVE], answers.truth),
    )


def decided(table: Tables) -> Decided:
    """The figures of one confusion table; the means over the classes that the truth knows."""
    classes, drawn = present(table), resampled(table)
    return Decided(
        table,
        Estimate(float(accuracy(table)), *wilson(int(np.trace(table)), int(table.sum()))),
        Estimate(float(macro_f1(table, classes)), *percentiles(macro_f1(drawn, classes))),
        Estimate(float(macro_recall(table, classes)), *percentiles(macro_recall(drawn, classes))),
    )


def forced(answers: Answers) -> Answers:
    """The same where neutral is not to be chosen: the other two share its probability, the larger one is the label."""
    odds = answers.probabilities[:, [NEGATIVE, POSITIVE]]
    total = odds.sum(axis=1)
    negative = np.divide(odds[:, 0], total, out=np.full(len(total), 0.5), where=total > 0)
    probabilities = np.stack([negative, np.zeros(len(total)), 1 - negative], axis=1)
    return Answers(answers.truth, probabilities.argmax(axis=1), answers.unsure, probabilities)


def confusion(truth: Classes, said: Classes) -> Tables:
    """How many texts of each class (rows) were called what (columns), shape (3, 3)."""
    counts: Tables = np.bincount(truth.astype(np.int64) * CLASSES + said, minlength=CLASSES**2).reshape(
        CLASSES, CLASSES
    )
    return counts


def accuracy(tables: Tables) -> Floats:
    """The share of right answers, shape (...)."""
    return _shares(np.trace(tables, axis1=-2, axis2=-1), tables.sum(axis=(-2, -1)))


def recalls(tables: Tables) -> Floats:
    """Of each class, the share that was found, shape (..., 3); 0 where there is none."""
    return _shares(_hits(tables), tables.sum(axis=-1))


def precisions(tables: Tables) -> Floats:
    """Of those called so, the share that is, shape (..., 3); 0 where none was called so."""
    return _shares(_hits(tables), tables.sum(axis=-2))


def f1_scores(tables: Tables) -> Floats:
    """The harmonic mean of recall and precision, shape (..., 3); 0 where nothing was hit."""
    return _shares(2 * _hits(tables), tables.sum(axis=-1) + tables.sum(axis=-2))


def present(table: Tables) -> list[int]:
    """The classes that the truth of one table knows; means are taken over these."""
    return [number for number in range(CLASSES) if table[number].sum()]


def macro_f1(tables: Tables, classes: list[int]) -> Floats:
    """The mean F1 of these classes, shape (...)."""
    mean: Floats = f1_scores(tables)[..., classes].mean(axis=-1)
    return mean


def macro_recall(tables: Tables, classes: list[int]) -> Floats:
    """The mean recall of these classes, shape (...)."""
    mean: Floats = recalls(tables)[..., classes].mean(axis=-1)
    return mean


def resampled(table: Tables, draws: int = DRAWS, seed: int = SEED) -> Tables:
    """Tables (draws, 3, 3) of as many texts drawn again with replacement: the bootstrap, for any number of texts."""
    shares = table.ravel() / table.sum()
    drawn: Tables = np.random.default_rng(seed).multinomial(int(table.sum()), shares, size=draws)
    return drawn.reshape(draws, CLASSES, CLASSES)


def percentiles(values: Floats, within: float = WITHIN) -> Interval:
    """The middle part of bootstrap values (draws,)."""
    low, high = np.quantile(values, [(1 - within) / 2, (1 + within) / 2])
    return float(low), float(high)


def wilson(hits: int, total: int) -> Interval:
    """The 95 % interval of a share (Wilson's score interval); (0, 1) of nothing."""
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, _Z**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * float(np.sqrt(share * (1 - share) / total + spread / (4 * total))) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def expected_calibration_error(probabilities: Floats, truth: Classes, bins: int = BINS) -> float:
    """Mean gap between the largest probability and how often its class is right, over equal bins; 0..1."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, weights=sure.astype(np.float64) - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))


def brier_score(probabilities: Floats, truth: Classes) -> float:
    """Mean squared distance of the probabilities to the truth, summed over the classes; 0 (best) to 2."""
    # |p - e|^2 = |p|^2 - 2 p[truth] + 1, without a second (n, 3) array
    chosen = probabilities[np.arange(len(truth)), truth].astype(np.float64)
    squares = np.einsum("ij,ij->i", probabilities, probabilities, dtype=np.float64)
    return float((squares - 2 * chosen + 1).mean())


def suggested_threshold(negative: Floats, truth: Classes, least_precision: float = LEAST_PRECISION) -> Threshold | None:
    """The lowest P(negative), in steps of 0.01, with so high a precision; where none has it, the one with the best F1.

    `negative` is P(negative) (n,). None unless there are negative texts and others.
    """
    is_negative = truth == NEGATIVE
    total = int(is_negative.sum())
    if not 0 < total < len(truth):
        return None
    called, hits = _at_least(negative), _at_least(negative[is_negative])
    precision, recall = _shares(hits, called), hits / total
    precise = np.flatnonzero((precision >= least_precision) & (recall >= LEAST_RECALL))
    best = int(precise[0]) if len(precise) else int(_shares(2 * hits, called + total).argmax())
    return Threshold(float(THRESHOLDS[best]), float(recall[best]), float(precision[best]), bool(len(precise)))


def _share(hits: int, total: int) -> Estimate | None:
    return Estimate(hits / total, *wilson(hits, total)) if total else None


def _at_least(values: Floats) -> NDArray[np.int64]:
    """How many values reach each of the THRESHOLDS."""
    return len(values) - np.searchsorted(np.sort(values), THRESHOLDS, side="left")


def _hits(tables: Tables) -> Tables:
    return np.diagonal(tables, axis1=-2, axis2=-1)


def _shares(part: Any, whole: Any) -> Floats:
    part, whole = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    shares = np.zeros(np.broadcast_shapes(part.shape, whole.shape))
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
