"""Fits the linear part of the default themes: embedding and word against the labels, one logistic model per theme."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.fitted import FittedThemes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SCALE = 4.0
"""Unit vectors times this, so that one penalty suits their 384 numbers and the word's 0 or 1."""
PENALTY = 2.0
REAL, WRITTEN, BACKGROUND = 3.0, 1.0, 0.5
"""Weights of a text. Chosen with the penalty by cross-validation on the labels for choosing."""
_STEPS = 80
_THRESHOLDS = np.arange(0.2, 0.6, 0.02)
_FOLDS = 4
_AS_GOOD = 0.01  # the curve is flat and noisy at its top: the middle of it is the steadier choice


@dataclass(frozen=True)
class Sample:
    """n texts: unit vectors (n, d); words and labels (n, themes); weights (n,). The threshold is chosen on `real`."""

    vectors: Floats
    hits: Bools
    labels: Bools
    weights: Floats
    real: Bools

    def part(self, chosen: Bools) -> "Sample":
        parts = (self.vectors, self.hits, self.labels, self.weights, self.real)
        return Sample(*(part[chosen] for part in parts))


def fit(sample: Sample, ids: Sequence[str], version: str) -> FittedThemes:
    """The model of all texts, and the threshold that is best when each real text is told by the others."""
    solution = _solve(sample)
    return FittedThemes(
        version=version,
        ids=tuple(ids),
        vectors=(solution[:, :-2] * SCALE).astype(np.float32),
        by_word=solution[:, -1].astype(np.float32),
        bias=solution[:, -2].astype(np.float32),
        threshold=threshold(sample),
    )


def threshold(sample: Sample) -> float:
    """The middle of where micro-F1 over the real texts is best, cross-validated."""
    folds = np.random.default_rng(4).integers(0, _FOLDS, len(sample.real))
    shares = np.zeros(sample.labels.shape)
    for fold in range(_FOLDS):
        left_out = sample.real & (folds == fold)
        solution = _solve(sample.part(~left_out))
        shares[left_out] = _shares(solution, sample.part(left_out))
    real, told = sample.labels[sample.real], shares[sample.real]
    worth = np.array([micro_f1(told >= least, real) for least in _THRESHOLDS])
    return round(float(_THRESHOLDS[worth >= worth.max() - _AS_GOOD].mean()), 2)


def micro_f1(said: Bools, true: Bools) -> float:
    return float(2 * (said & true).sum() / max(1, said.sum() + true.sum()))


def _solve(sample: Sample) -> Floats:
    """(themes, d + 2): the weights of the embedding, the bias, and the weight of the word.

    By the quadratic bound of the logistic loss (Boehning), for all themes at once: the matrix of the embedding is
    inverted once, the word's weight is moved in turn with it; every step goes down.
    """
    inputs, weights = _inputs(sample), sample.weights[:, None]
    penalty = np.full((inputs.shape[1], 1), PENALTY)
    penalty[-1] = 1e-3
    inverse = np.linalg.inv(0.25 * (inputs * weights).T @ inputs + np.diag(penalty[:, 0]))
    steepest = 0.25 * (weights * sample.hits).sum(axis=0) + PENALTY
    vectors, words = np.zeros((inputs.shape[1], sample.labels.shape[1])), np.zeros(sample.labels.shape[1])
    for _ in range(_STEPS):
        error = weights * (_sigmoid(inputs @ vectors + words * sample.hits) - sample.labels)
        vectors -= inverse @ (inputs.T @ error + penalty * vectors)
        error = weights * (_sigmoid(inputs @ vectors + words * sample.hits) - sample.labels)
        words -= ((error * sample.hits).sum(axis=0) + PENALTY * words) / steepest
    return np.vstack([vectors, words]).T


def _shares(solution: Floats, sample: Sample) -> Floats:
    return _sigmoid(_inputs(sample) @ solution[:, :-1].T + solution[:, -1] * sample.hits)


def _inputs(sample: Sample) -> Floats:
    return np.hstack([sample.vectors * SCALE, np.ones((len(sample.vectors), 1))])


def _sigmoid(logits: Floats) -> Floats:
    shares: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return shares
