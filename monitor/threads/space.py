"""Places embeddings beside each other by what they are about, not by the language that they are written in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DOUBT = 20
"""Texts by which a middle is drawn to nothing: the middle of a few texts is what they complain about, no language."""
FIRM, GROWN = 400, 4
"""A middle stays as it is once it is of so many texts; before, until there are so many times as many."""


@dataclass(frozen=True)
class Space:
    """The middle of the complaints of each language; what is left of a text beside it says what it is about.

    Without this, the nearest text is of the same language for six to nine of ten; with it a complaint is one group in
    all languages: the nearest text of those written in six languages has the same theme more often, that of mostly
    Tagalog and Urdu shop reviews a little less (python -m benchmarks.found_themes --only spaces).
    """

    size: int  # d
    of_language: Mapping[str, Floats] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)  # that each middle is of

    @classmethod
    def of(cls, embeddings: Floats, languages: Sequence[str], before: Self | None = None) -> Self:
        """Of n unit vectors (n, d) and the language of each; the middles of `before` stay unless they were of few."""
        middles, texts = (dict(before.of_language), dict(before.texts)) if before else ({}, {})
        told = np.array(languages)
        for language, number in sorted(Counter(languages).items()):
            known = texts.get(language, 0)
            if known < FIRM and number >= GROWN * known:
                middles[language] = (embeddings[told == language].sum(axis=0) / (number + DOUBT)).astype(np.float32)
                texts[language] = number
        return cls(embeddings.shape[1], middles, texts)

    def place(self, embeddings: Floats, languages: Sequence[str]) -> Floats:
        """(n, d) unit vectors."""
        if not len(embeddings):
            return embeddings
        nothing = np.zeros(self.size, np.float32)
        return unit(embeddings - np.stack([self.of_language.get(language, nothing) for language in languages]))


def unit(vectors: Floats) -> Floats:
    """Each row with length 1; rows of zeros stay."""
    found: Floats = (vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)).astype(np.float32)
    return found
