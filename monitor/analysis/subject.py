"""Tells a brand from the word it is named by: what the text is about, against what the config says the brand is."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import spelling
from monitor.analysis.text import letters
from monitor.errors import ModelUnavailable

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

FILE = Path(__file__).parent / "weights" / "subjects.json"
FEATURES = (*spelling.FEATURES, "known", "whole", "around", "overlap")
"""`known`: the name alone is near to what the brand is (Nike, not Idea); `whole` and `around`: how much nearer the
text, and the words around the name, are to it than to the background; `overlap`: a word of `about` is in the text."""

_BACKGROUND = (
    "sports match and players", "a film, its actors and story", "politics and the government",
    "music, a song and its singer", "a book and its author", "weather, sun, rain and the sky",
    "a hotel room and its location", "food, fruit and cooking", "clothes, colours and shoes",
    "religion, prayer and God", "friends and family life", "love and feelings", "a city, its streets and trains",
    "history and war", "school and exams", "animals and nature", "a computer game", "work and money",
    "an insult in a quarrel", "a purchase, its quality and the seller", "health and illness", "a television series",
    "cars and driving", "a joke among friends",
)  # fmt: skip
_NEAREST = 2
_SCALE = 4.0  # cosines times this are as wide as the other features, so that one penalty suits all
_LONG_WORD = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """What a brand is and what else its name may mean, as unit vectors (k, d)."""

    names: tuple[str, ...]
    named: Floats
    about: Floats
    otherwise: Floats
    background: Floats
    words: frozenset[str]

    @classmethod
    def of(cls, names: Sequence[str], about: Sequence[str], not_about: Sequence[str], embed: Embed) -> Self:
        vectors = embed([*names, *about, *not_about, *_BACKGROUND])
        ends = np.cumsum([len(names), len(about), len(not_about)])
        own = {word for name in names for word in letters(name).split()}  # they stand in every text that is asked for
        words = {word for text in about for word in letters(text).split() if len(word) >= _LONG_WORD} - own
        named, told, otherwise, background = np.split(vectors, ends)
        return cls(tuple(names), named, told, otherwise, background, frozenset(words))

    def features(self, text: str, whole: Floats, around: Floats) -> Floats:
        """FEATURES of a text, by its embedding and that of the words around the name, both (d,)."""
        found = spelling.places(text, self.names)
        told = [
            float((self.named @ self.about.T).max()) * _SCALE,
            self._nearness(whole) * _SCALE,
            self._nearness(around) * _SCALE,
            float(not self.words.isdisjoint(letters(text).split())),
        ]
        return np.array(spelling.features(found) + told, np.float32)

    def _nearness(self, vector: Floats) -> float:
        """The cosine to what the brand is, less that to the nearest of the background and of what it is not."""
        background = float(np.sort(self.background @ vector)[-_NEAREST:].mean())
        other = float((self.otherwise @ vector).max(initial=-1.0))
        return float((self.about @ vector).max()) - max(background, other)


@dataclass(frozen=True, slots=True)
class Weights:
    """The logistic model over FEATURES; it belongs to the shipped embedding."""

    version: str
    weights: Floats
    bias: float

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Raises ModelUnavailable when the file is missing or damaged."""
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            weights = np.array([said["weights"][name] for name in FEATURES], np.float32)
            return cls(str(said["version"]), weights, float(said["bias"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(f"the weights {path} cannot be read: reinstall emberwatch") from error

    def write(self, path: Path = FILE) -> None:
        weights = {name: round(float(value), 3) for name, value in zip(FEATURES, self.weights, strict=True)}
        said = {"version": self.version, "weights": weights, "bias": round(self.bias, 3)}
        path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")

    def relevance(self, features: Floats) -> float:
        """0..1: how likely the brand is meant where its name stands."""
        logit = float(np.clip(self.weights @ features + self.bias, -30, 30))
        return round(1 / (1 + math.exp(-logit)), 4)


def weights_for(model: str, version: str) -> Weights | None:
    """What was fitted to the embeddings of the shipped model of this version; None for any other model's."""
    weights = Weights.read() if model == "builtin" else None
    return weights if weights is not None and weights.version == version else None
