"""Chooses the theme threshold on one half of the probe sentences and measures it on the other.

python -m training.theme_fit        # the figures of the shipped files
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from monitor.analysis.default_themes import default_themes
from monitor.analysis.model import BUILTIN, SentimentModel
from monitor.analysis.themes import Embed, ThemeIndex
from training.run import run
from training.theme_probe import NONE, PROBE

Floats = NDArray[np.float32]

_STEPS = np.arange(0.0, 0.9, 0.01)


@dataclass(frozen=True)
class Figures:
    """Shares, of n sentences with a theme and m without."""

    n: int
    m: int
    top1: float  # the right theme is the nearest, threshold or not
    found: float  # ... and at or above the threshold
    any_right: float  # the right theme is among those shown
    shown: float  # themes shown per sentence that has one
    rejected: float  # sentences without a theme that get none


def threshold(model: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> float:
    """Where the mean of `found` and `rejected` is best on the choosing half (even positions)."""

    def embed(texts: list[str]) -> Floats:
        vectors = run(model, tokenizer, texts, max_tokens=128)["embedding"]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return choose(embed)


def choose(embed: Embed) -> float:
    cached = _cache(embed)

    def worth(value: float) -> float:
        figures = measure(cached, value, half=0)
        return figures.found + figures.rejected

    return round(float(max(_STEPS, key=lambda value: worth(float(value)))), 2)


def measure(embed: Embed, least: float, half: int) -> Figures:
    """Figures on the even (0) or odd (1) positions of each theme's probe sentences and of those without a theme."""
    index = ThemeIndex({theme.id: theme.examples for theme in default_themes()}, embed, least)
    names = [theme.id for theme in default_themes()]
    pairs = [(text, name) for name in names for text in PROBE[name][half::2]]
    vectors = embed([text for text, _ in pairs])
    scores, matches = index.scores(vectors), index.match(vectors)
    right = np.array([names.index(name) for _, name in pairs]) == scores.argmax(axis=1)
    shown = [any(score.theme == name for score in match) for match, (_, name) in zip(matches, pairs, strict=True)]
    others = list(NONE[half::2])
    return Figures(
        n=len(pairs),
        m=len(others),
        top1=float(right.mean()),
        found=float((right & (scores.max(axis=1) >= least)).mean()),
        any_right=float(np.mean(shown)),
        shown=float(np.mean([len(match) for match in matches])),
        rejected=float(np.mean([not match for match in index.match(embed(others))])),
    )


def _cache(embed: Embed) -> Embed:
    """The threshold is tried many times on the same sentences."""
    known: dict[tuple[str, ...], Floats] = {}

    def cached(texts: list[str]) -> Floats:
        key = tuple(texts)
        if key not in known:
            known[key] = embed(texts)
        return known[key]

    return cached


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=BUILTIN)
    model = SentimentModel.load(str(parser.parse_args().model))
    least = json.loads((BUILTIN / "config.json").read_text(encoding="utf-8"))["emberwatch"]["theme_threshold"]
    halves = {name: asdict(measure(model.embed, least, half)) for half, name in enumerate(("chosen_on", "held_out"))}
    print(json.dumps({"threshold": least, **halves}, indent=1))


if __name__ == "__main__":
    main()
