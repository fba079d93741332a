"""Fits the default themes to the shipped embedding, and chooses the threshold of themes that are told by examples.

EMBERWATCH_DATA=../shared python -m training.theme_fit            # writes weights/themes.npz; a minute
python -m training.theme_fit --only-measure                       # the probe sentences, by their examples alone
"""

import argparse
import json
from dataclasses import asdict, dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from monitor.analysis.default_themes import default_themes
from monitor.analysis.fitted import WEIGHTS
from monitor.analysis.model import SentimentModel
from monitor.analysis.themes import Embed, ThemeIndex
from monitor.analysis.words import WordIndex
from training import theme_weights
from training.data import read
from training.data import sample as draw
from training.labelled import Themed, is_for_choosing, themed, written
from training.run import run
from training.theme_probe import NONE, PROBE

Floats = NDArray[np.float32]

_STEPS = np.arange(0.0, 0.9, 0.01)
_TALK = ("roman_urdu_uci", "semeval2013_16", "telugu_actsa", "telugu_codemix", "umsab", "urdu_social_nasirbrohi")
_TALK_EACH = 120


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


def sample(embed: Embed) -> theme_weights.Sample:
    """Labelled texts of the train parts and of the choosing half of val, written ones, and a background."""
    real = [row for row in themed("val") if is_for_choosing(row.hash)] + themed("train", "themes_choose")
    labelled: list[Themed] = [*real, *written()]
    names = [theme.id for theme in default_themes()]
    texts = [*(row.text for row in labelled), *_background(), *NONE[::2]]
    labels = np.zeros((len(texts), len(names)), np.bool_)
    labels[: len(labelled)] = [[name in row.themes for name in names] for row in labelled]
    place = np.arange(len(texts))
    weights = (theme_weights.REAL, theme_weights.WRITTEN, theme_weights.BACKGROUND)
    return theme_weights.Sample(
        vectors=embed(texts).astype(np.float64),
        hits=WordIndex([theme.words for theme in default_themes()]).hits(texts),
        labels=labels,
        weights=np.repeat(weights, (len(real), len(labelled) - len(real), len(texts) - len(labelled))),
        real=place < len(real),
    )


def _background() -> list[str]:
    """News and talk, unlabelled: hardly any of it praises or blames what a customer bought."""
    return [row.text for name in _TALK for row in draw([row for row in read("train", name) if row.text], _TALK_EACH)]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only-measure", action="store_true", help="fit and write nothing")
    asked = parser.parse_args(arguments)
    model = SentimentModel.load()
    found: dict[str, object] = {}
    if not asked.only_measure:
        fitted = theme_weights.fit(sample(model.embed), [theme.id for theme in default_themes()], model.version)
        fitted.write(WEIGHTS)
        found["fitted_threshold"] = fitted.threshold
    least = model.theme_threshold or 0.0
    halves = {name: asdict(measure(model.embed, least, half)) for half, name in enumerate(("chosen_on", "held_out"))}
    print(json.dumps(found | {"threshold": least, **halves}, indent=1))


if __name__ == "__main__":
    main()
