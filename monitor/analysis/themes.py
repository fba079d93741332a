"""Recognises themes in any language by how near a text is to a theme's example sentences."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.facts import ThemeScore

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

THRESHOLD = 0.5
_MOST_THEMES = 3
_NEAR_BEST = 0.1
_NEAREST_EXAMPLES = 3  # their mean is steadier than the one nearest: measured by training.theme_fit


class ThemeIndex:
    """The example sentences of all themes as unit vectors.

    `embed` turns n texts into (n, d) unit vectors, by the same model whose embeddings are matched later.
    """

    def __init__(self, themes: Mapping[str, Sequence[str]], embed: Embed, threshold: float | None = None) -> None:
        self._ids = [theme for theme, examples in themes.items() for _ in examples]
        self._names = list(themes)
        texts = [example for examples in themes.values() for example in examples]
        self._examples = embed(texts) if texts else None
        self._threshold = THRESHOLD if threshold is None else threshold

    def match(self, embeddings: Floats) -> list[tuple[ThemeScore, ...]]:
        """Per text the themes that fit, best first; `()` when none does."""
        if self._examples is None:
            return [() for _ in embeddings]
        return [self._fitting(row) for row in self.scores(embeddings)]

    def scores(self, embeddings: Floats) -> Floats:
        """(n, themes): the mean cosine to the three nearest examples of each theme (to all, if it has fewer)."""
        if self._examples is None:
            return np.zeros((len(embeddings), 0), np.float32)
        similarity = embeddings @ self._examples.T
        owner = np.array([self._names.index(theme) for theme in self._ids])
        columns = [_nearest(similarity[:, owner == index]) for index in range(len(self._names))]
        stacked: Floats = np.stack(columns, axis=1).astype(np.float32)
        return stacked

    def _fitting(self, row: Floats) -> tuple[ThemeScore, ...]:
        least = max(self._threshold, float(row.max()) - _NEAR_BEST)
        best = [index for index in np.argsort(-row, kind="stable")[:_MOST_THEMES] if row[index] >= least]
        return tuple(ThemeScore(self._names[index], round(float(row[index]), 4)) for index in best)


def _nearest(similarity: Floats) -> Floats:
    nearest = np.sort(similarity, axis=1)[:, -_NEAREST_EXAMPLES:]
    mean: Floats = nearest.mean(axis=1)
    return mean
