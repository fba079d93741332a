"""Recognises themes in any language by how near a text is to a theme's examples, and by the theme's words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.default_themes import default_themes
from monitor.analysis.fitted import WEIGHTS, FittedThemes
from monitor.analysis.options import ThemeOptions
from monitor.analysis.words import WordIndex
from monitor.facts import ThemeScore

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

THRESHOLD = 0.5
WORD_LIFT = 0.3
"""What a theme's word adds to the cosine, so that a word decides for most texts.

Of 0.1 to 0.3 the best on the labels for choosing: there micro-F1 is at most 0.25 without words, 0.61 with them.
"""
_MOST_THEMES = 4
_NEAR_BEST = 0.1
_NEAREST_EXAMPLES = 3  # their mean is steadier than the one nearest: measured by training.theme_fit


class ThemeIndex:
    """The example sentences of all themes as unit vectors, and their words.

    `embed` turns n texts into (n, d) unit vectors, by the same model whose embeddings are matched later. The themes
    named in `fitted_for` are told by `fitted` in the place of the cosine.
    """

    def __init__(
        self,
        themes: Mapping[str, Sequence[str]],
        embed: Embed,
        threshold: float | None = None,
        *,
        words: Mapping[str, Sequence[str]] | None = None,
        fitted: FittedThemes | None = None,
        fitted_for: Collection[str] = (),
    ) -> None:
        """A theme fits from `threshold` on (THRESHOLD when not given), a fitted one from the threshold of `fitted`."""
        self._ids = [theme for theme, examples in themes.items() for _ in examples]
        self._names = list(themes)
        texts = [example for examples in themes.values() for example in examples]
        self._examples = embed(texts) if texts else None
        self._words = WordIndex([(words or {}).get(name, ()) for name in self._names])
        self._fitted = fitted
        self._is_fitted = np.array([fitted is not None and n in fitted.ids and n in fitted_for for n in self._names])
        least = THRESHOLD if threshold is None else threshold
        self._least = np.where(self._is_fitted, fitted.threshold if fitted else least, least).astype(np.float32)

    def match(self, embeddings: Floats, texts: Sequence[str] = ()) -> list[tuple[ThemeScore, ...]]:
        """Per text the themes that fit, best first; `()` when none does. Without `texts` no words are looked for."""
        if self._examples is None:
            return [() for _ in embeddings]
        return [self._fitting(row) for row in self.scores(embeddings, texts)]

    def scores(self, embeddings: Floats, texts: Sequence[str] = ()) -> Floats:
        """(n, themes), -1..1: the mean cosine to the three nearest examples (to all, if there are fewer), lifted by a
        word of the theme; of a fitted theme its probability.
        """
        if self._examples is None:
            return np.zeros((len(embeddings), 0), np.float32)
        hits = self._words.hits(texts or [""] * len(embeddings))
        similarity = embeddings @ self._examples.T
        owner = np.array([self._names.index(theme) for theme in self._ids])
        columns = [_nearest(similarity[:, owner == index]) for index in range(len(self._names))]
        lifted = np.clip(np.stack(columns, axis=1) + WORD_LIFT * hits, -1, 1).astype(np.float32)
        return self._with_fitted(lifted, embeddings, hits)

    def _with_fitted(self, scores: Floats, embeddings: Floats, hits: NDArray[np.bool_]) -> Floats:
        if self._fitted is not None:
            read = np.linalg.norm(embeddings, axis=1) > 0  # an empty text is about nothing
            for index in np.flatnonzero(self._is_fitted):
                shares = self._fitted.probabilities(self._names[index], embeddings, hits[:, index])
                scores[:, index] = shares * read
        return scores

    def _fitting(self, row: Floats) -> tuple[ThemeScore, ...]:
        """A theme told by its cosine must also be nearly as near as the nearest; probabilities stand for themselves."""
        nearest = float(row[~self._is_fitted].max(initial=-1))
        least = np.where(self._is_fitted, self._least, np.maximum(self._least, nearest - _NEAR_BEST))
        order = np.argsort(-row, kind="stable")
        best = [index for index in order if row[index] >= least[index]][:_MOST_THEMES]
        return tuple(ThemeScore(self._names[index], round(float(row[index]), 4)) for index in best)


def fitted_for(model: str, version: str, threshold: float | None) -> FittedThemes | None:
    """What was fitted to the embeddings of the shipped model of this version; `threshold` replaces the measured one."""
    fitted = FittedThemes.read(WEIGHTS) if model == "builtin" else None
    if fitted is None or fitted.version != version:
        return None
    return fitted if threshold is None else replace(fitted, threshold=threshold)


def theme_index(
    themes: Sequence[ThemeOptions], embed: Embed, threshold: float | None, fitted: FittedThemes | None
) -> ThemeIndex:
    """What the options say; the default themes keep what was fitted for them as long as their examples are the same,
    and their words, which were fitted with it, when no others are given.
    """
    default = {theme.id: theme for theme in default_themes()}
    kept = {theme.id for theme in themes if theme.id in default and default[theme.id].examples == theme.examples}
    return ThemeIndex(
        {theme.id: theme.examples for theme in themes},
        embed,
        threshold,
        words={theme.id: theme.words or (default[theme.id].words if theme.id in kept else ()) for theme in themes},
        fitted=fitted,
        fitted_for=kept,
    )


def _nearest(similarity: Floats) -> Floats:
    nearest = np.sort(similarity, axis=1)[:, -_NEAREST_EXAMPLES:]
    mean: Floats = nearest.mean(axis=1)
    return mean
