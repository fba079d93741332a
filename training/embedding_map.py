"""Learns to compute the base model's sentence embedding from the fine-tuned model's layers, in the same pass.

Fine-tuning for sentiment spends the last layers on sentiment. What a text is about is still in the middle ones: a
linear map from the mean tokens of several tuned layers to the base model's embedding, fitted by ridge regression on
training texts without their labels, brings it back at no cost in time. The target is centred and loses its strongest
directions first: they are shared by all texts (the narrow cone of e5) and only blur the cosine.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from training.assemble import EmbeddingMap
from training.data import read, sample, set_names

Floats = NDArray[np.float32]

LAYERS = tuple(range(12))
TARGET_LAYER = 10
_COMMON_DIRECTIONS = 4
_MISSION = frozenset({"en", "ur", "ur-Latn", "hi-Latn", "te", "te-Latn", "tl"})
_PER_MISSION_LANGUAGE, _PER_OTHER_LANGUAGE, _PER_SET = 1200, 250, 3000


def fitting_texts(seed: int = 1) -> list[str]:
    """About 19,000 texts of the training parts, balanced over the languages."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for name in set_names("train"):
        for row in sample(list(read("train", name)), _PER_SET):
            by_language[row.lang].append(row.text)
    chance = np.random.default_rng(seed)
    texts: list[str] = []
    for language, candidates in sorted(by_language.items()):
        most = _PER_MISSION_LANGUAGE if language in _MISSION else _PER_OTHER_LANGUAGE
        texts += [candidates[index] for index in chance.permutation(len(candidates))[:most]]
    return texts


def fit(layers: dict[int, Floats], target: Floats, penalty: float) -> EmbeddingMap:
    """Ridge regression from the layers' means (number -> (n, hidden)) to the cleaned target (n, hidden)."""
    x = np.concatenate([layers[number] for number in sorted(layers)], axis=1).astype(np.float64)
    y = cleaned(target).astype(np.float64)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    z = (x - mean) / scale
    matrix = np.linalg.solve(z.T @ z + penalty * np.eye(z.shape[1]), z.T @ y)
    matrix /= scale[:, None]
    return EmbeddingMap(tuple(sorted(layers)), matrix.astype(np.float32), (-mean @ matrix).astype(np.float32))


def cleaned(vectors: Floats) -> Floats:
    """Unit vectors, centred, without the directions common to all texts, and unit length again."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    common = np.linalg.svd(centred[:: max(1, len(centred) // 5000)], full_matrices=False)[2][:_COMMON_DIRECTIONS]
    left = centred - (centred @ common.T) @ common
    result: Floats = (left / np.linalg.norm(left, axis=1, keepdims=True)).astype(np.float32)
    return result
