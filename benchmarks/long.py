"""Compares ways to read a text that is longer than the model: from its start only, or by its parts.

    EMBERWATCH_DATA=../shared python -m benchmarks.long [--rows 300]

Long texts of the val parts; each part is read once, and every rule joins the same readings. The figures are means of
the sets; a set of two classes is scored on negative against positive. `log-loss` says how honest the probabilities are.
"""

import argparse
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.files import open_folder
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import BUILTIN, SentimentModel
from monitor.analysis.parts import Encode, parts_of
from monitor.analysis.text import readable
from monitor.analysis.tokens import load_tokens
from training.data import LABELS, read, sample

SETS = ("sr_tripadvisor_hotels", "es_cuba_hotels", "skytrax", "pattern_fr", "pattern_nl", "pt_books")

Floats = NDArray[np.float32]
Rule = Callable[[Floats, Floats], Floats]
"""Probabilities (parts, 3) and tokens (parts,) of one text to its probabilities (3,)."""


@dataclass(frozen=True)
class Long:
    """One long text: what was said of its start alone, and of each of its parts."""

    of: str
    label: int
    start: Floats  # (3,): the first tokens that the model can read at once
    parts: Floats  # (parts, 3)
    tokens: Floats  # (parts,)


def some(count: int, rule: Rule) -> Rule:
    """The rule on so many of the parts, evenly spread, the first and the last among them."""

    def joined(parts: Floats, tokens: Floats) -> Floats:
        chosen = np.unique(np.linspace(0, len(parts) - 1, min(count, len(parts))).round().astype(int))
        return rule(parts[chosen], tokens[chosen])

    return joined


def mean(first: float = 1.0, last: float = 1.0, *, of_logarithms: bool = False) -> Rule:
    """The mean by tokens, the first and the last part weighted by these factors."""

    def joined(parts: Floats, tokens: Floats) -> Floats:
        weights = tokens.copy()
        weights[0] *= first
        weights[-1] *= last
        weights /= weights.sum()
        if not of_logarithms:
            return weights @ parts
        raised = np.exp(weights @ np.log(np.maximum(parts, 1e-6)))
        return raised / raised.sum()

    return joined


def surest(parts: Floats, _tokens: Floats) -> Floats:
    return parts[parts.max(axis=1).argmax()]


def by_certainty(parts: Floats, tokens: Floats) -> Floats:
    """The mean, a part weighted by its tokens and by how far it is from knowing nothing."""
    weights = tokens * (parts.max(axis=1) - 1 / 3)
    return weights @ parts / max(float(weights.sum()), 1e-6)


RULES: dict[str, Rule] = {
    "first part": lambda parts, _: parts[0],
    "last part": lambda parts, _: parts[-1],
    "surest part": surest,
    "first and last": some(2, mean()),
    "mean of up to 3": some(3, mean()),
    "mean of up to 4": some(4, mean()),
    "mean": mean(),
    "mean, last twice": mean(last=2),
    "mean, first twice": mean(first=2),
    "mean, both twice": mean(first=2, last=2),
    "mean, by certainty": by_certainty,
    "logarithms": mean(of_logarithms=True),
    "logarithms, last twice": mean(last=2, of_logarithms=True),
    "logarithms, first twice": mean(first=2, of_logarithms=True),
    "logarithms, both twice": mean(first=2, last=2, of_logarithms=True),
    "logarithms of up to 4": some(4, mean(of_logarithms=True)),
}


def long_texts(name: str, most: int, encode: Encode, max_tokens: int) -> list[tuple[str, int]]:
    """Cleaned texts of a val part with more tokens than the model reads at once, and their labels."""
    rows = [(readable(row.text), LABELS.index(row.label)) for row in read("val", name) if row.label]
    sizes = map(len, encode([text for text, _label in rows]))
    return sample([row for row, size in zip(rows, sizes, strict=True) if size > max_tokens], most)


def start_of(text: str, encode: Encode, max_tokens: int) -> str:
    """The longest start that fits."""
    places = [*(place for place, letter in enumerate(text) if letter == " "), len(text)]
    fitting = bisect_right(places, max_tokens, key=lambda place: len(encode([text[:place]])[0]))
    return text[: places[max(fitting - 1, 0)]]


def readings(names: Sequence[str], most: int) -> list[Long]:
    folder = open_folder(BUILTIN)
    encode, max_tokens = load_tokens(folder).encode, folder.max_tokens
    model, languages = SentimentModel.load(), LanguageIdentifier.load()
    found = []
    for name in names:
        for text, label in long_texts(name, most, encode, max_tokens):
            parts = parts_of(text, encode([text])[0], encode, max_tokens)
            texts = [start_of(text, encode, max_tokens), *(part.text for part in parts)]
            said = model.predict(texts, languages.identify_all([text]) * len(texts)).probabilities
            tokens = np.array([len(part.ids) for part in parts], np.float32)
            found.append(Long(name, label, said[0], said[1:], tokens))
    return found


def line(said: Floats, truth: NDArray[np.int64], names: NDArray[np.str_]) -> str:
    """Accuracy, macro-F1, negative recall and log-loss, each the mean of the sets."""
    figures = [_figures(said[names == name], truth[names == name]) for name in np.unique(names)]
    return "  ".join(f"{value:>8.3f}" for value in np.mean(figures, axis=0))


def _figures(said: Floats, truth: NDArray[np.int64]) -> tuple[float, ...]:
    classes = [label for label in range(3) if (truth == label).any()]
    shares = said[:, classes] / np.maximum(said[:, classes].sum(axis=1, keepdims=True), 1e-6)
    best = np.array(classes)[shares.argmax(axis=1)]
    hits = [int(((best == c) & (truth == c)).sum()) for c in classes]
    f1 = [2 * hit / ((best == c).sum() + (truth == c).sum()) for c, hit in zip(classes, hits, strict=True)]
    right = shares[np.arange(len(truth)), np.searchsorted(classes, truth)]
    loss = -np.log(np.maximum(right, 1e-6)).mean()
    return float((best == truth).mean()), float(np.mean(f1)), hits[0] / max(1, (truth == 0).sum()), float(loss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300, help="at most so many long texts of each set")
    texts = readings(SETS, parser.parse_args().rows)
    truth, names = np.array([one.label for one in texts]), np.array([one.of for one in texts])
    counts = {name: int((names == name).sum()) for name in SETS}
    print(f"{len(texts)} long texts {counts}, {np.mean([len(one.tokens) for one in texts]):.1f} parts each")
    print(f"{'':26}{'accuracy':>8}  {'macro-F1':>8}  {'neg. rec':>8}  {'log-loss':>8}")
    print(f"{'start only':26}{line(np.array([one.start for one in texts]), truth, names)}")
    for name, rule in RULES.items():
        print(f"{name:26}{line(np.array([rule(one.parts, one.tokens) for one in texts]), truth, names)}")


if __name__ == "__main__":
    main()
