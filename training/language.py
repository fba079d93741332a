"""Trains the language identifier on the `lang` column: `python -m training.language`, about four minutes."""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from monitor.analysis.language import (
    ARABIC,
    BUCKETS,
    LATIN,
    UNKNOWN,
    WEIGHTS,
    LanguageIdentifier,
    features,
    main_script,
    normalised,
)
from training.data import Row, read, sample, set_names

# What a row's language is called here; rows of other languages and code-mixed rows without a name are left out.
_CODES = {
    **{
        code: code
        for code in [
            "en",
            "ur",
            "ar",
            "fa",
            "tl",
            "es",
            "pt",
            "fr",
            "de",
            "it",
            "nl",
            "da",
            "id",
            "ms",
            "jv",
            "su",
            "tr",
            "vi",
            "uz",
            "ha",
            "ig",
            "yo",
            "rw",
            "sw",
            "ur-Latn",
            "hi-Latn",
            "te-Latn",
        ]
    },
    "hi": "hi-Latn",  # only its rows in Latin letters come here
    "ta-en": "ta-Latn",
    "ml-en": "ml-Latn",
    "ar-DZ": "ar",
    "ar-MA": "ar",
    "pt-MZ": "pt",
}
_MOST_ROWS = defaultdict(lambda: 7000, en=20_000)
_ENGLISH_REVIEWS = (
    "en_amazon_apps_pycaret",
    "skytrax",
    "sr_tripadvisor_hotels",
    "chatgpt_ios_reviews",
    "steam_reviews",
)
_KNOWN_ENGLISH = 15  # occurrences in those reviews that make a word English
_SNIPPET_WORDS = (2, 6)
_MIXED = frozenset({"tl", "ur-Latn", "hi-Latn", "te-Latn", "ta-Latn", "ml-Latn"})
_SHORTEST_RUN = 3  # words: two may be chance ("main to")
_MOST_RUNS = 12_000
_PENALTY = 3e-7
_SEED = 1


def collect(part: str, per_set: int) -> list[tuple[str, str]]:
    """Normalised text and language of the rows whose script needs the model, whole and as short snippets.

    Rows of mixed languages that hold only English words ("good product" under Roman Urdu) are left out.
    """
    english = english_words()
    rows: dict[str, list[str]] = defaultdict(list)
    for name in set_names(part):
        for row in sample(list(read(part, name)), per_set):
            letters = normalised(row.text)
            if (code := _code(row, letters)) and len(letters) > 4 and (code == "en" or set(letters.split()) - english):
                rows[code].append(letters)
    whole = [(text, code) for code, texts in rows.items() for text in _capped(texts, _MOST_ROWS[code])]
    return whole + list(_snippets(whole, english)) + _english_runs(whole, english)


def english_words() -> set[str]:
    counts: Counter[str] = Counter()
    for name in _ENGLISH_REVIEWS:
        for row in read("train", name):
            counts.update(set(normalised(row.text[:2000]).split()))
    return {word for word, count in counts.items() if count >= _KNOWN_ENGLISH}


def _english_runs(rows: list[tuple[str, str]], english: set[str]) -> list[tuple[str, str]]:
    """English phrases inside mixed rows: the shop talk ("item not as described") that the English sets lack."""
    runs: list[str] = []
    for text, code in rows:
        if code in _MIXED:
            words = [word if word in english else "|" for word in text.split()]
            runs += [run.strip() for run in " ".join(words).split("|") if len(run.split()) >= _SHORTEST_RUN]
    return [(f" {run} ", "en") for run in _capped(runs, _MOST_RUNS)]


def _snippets(rows: list[tuple[str, str]], english: set[str]) -> Iterator[tuple[str, str]]:
    """A few neighbouring words of every second row: posts are often that short."""
    chance = np.random.default_rng(_SEED)
    for text, code in rows[::2]:
        words = text.split()
        size = int(chance.integers(*_SNIPPET_WORDS, endpoint=True))
        start = int(chance.integers(0, max(1, len(words) - size)))
        chosen = words[start : start + size]
        if code == "en" or set(chosen) - english:
            yield f" {' '.join(chosen)} ", code


def _code(row: Row, letters: str) -> str | None:
    script = main_script(letters)
    code = _CODES.get(row.lang)
    if script not in (LATIN, ARABIC) or code is None:
        return None
    return code if (script == ARABIC) == (code in ("ar", "fa", "ur")) else None


def _capped(texts: list[str], most: int) -> list[str]:
    chosen = np.random.default_rng(_SEED).permutation(len(texts))[:most]
    return [texts[index] for index in chosen]


def matrix(texts: list[str]) -> csr_matrix:
    indices, values, ends = [], [], [0]
    for text in texts:
        buckets, weights = features(text)
        indices.append(buckets)
        values.append(weights)
        ends.append(ends[-1] + len(buckets))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), ends), (len(texts), BUCKETS))


def fit(
    x: csr_matrix, y: NDArray[np.int64], classes: int, steps: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Multinomial logistic regression by L-BFGS, small classes weighted by the root of what they lack."""
    counts = np.bincount(y, minlength=classes)
    weight = (1 / np.sqrt(counts))[y].astype(np.float32)
    weight /= weight.sum()
    transposed = x.T.tocsr()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w = flat.reshape(BUCKETS + 1, classes).astype(np.float32)
        logits = x @ w[:-1] + w[-1]
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        shares /= shares.sum(axis=1, keepdims=True)
        value = -(weight * np.log(shares[np.arange(len(y)), y] + 1e-12)).sum() + _PENALTY * (w[:-1] ** 2).sum()
        shares[np.arange(len(y)), y] -= 1
        shares *= weight[:, None]
        gradient = np.vstack([transposed @ shares + 2 * _PENALTY * w[:-1], shares.sum(axis=0)])
        return float(value), gradient.ravel().astype(np.float64)

    found = minimize(loss, np.zeros((BUCKETS + 1) * classes), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    w = found.x.reshape(BUCKETS + 1, classes).astype(np.float32)
    return w[:-1], w[-1]


def save(
    weights: NDArray[np.float32], bias: NDArray[np.float32], languages: list[str], least: float, path: Path
) -> None:
    scales = np.abs(weights).max(axis=0) / 127
    levels = np.rint(weights / scales).astype(np.int8)
    np.savez_compressed(
        path, levels=levels, scales=scales, bias=bias, languages=np.array(languages), least=np.float32(least)
    )


def evaluate(identifier: LanguageIdentifier, part: str, languages: list[str], per_set: int = 2000) -> dict[str, object]:
    """Share named right per language, and precision, recall and F1 of the languages asked for."""
    seen: Counter[tuple[str, str]] = Counter()
    for name in set_names(part):
        for row in sample(list(read(part, name)), per_set):
            truth = _truth(row)
            if truth:
                seen[truth, identifier.identify(row.text)] += 1
    table = {code: _scores(seen, code) for code in sorted({truth for truth, _ in seen})}
    f1 = [table[code]["f1"] for code in languages if code in table]
    confusions = Counter({f"{a} as {b}": n for (a, b), n in seen.items() if a != b}).most_common(25)
    return {"macro_f1": round(float(np.mean(f1)), 4), "languages": table, "confusions": confusions}


def _truth(row: Row) -> str | None:
    """`hi` rows in Latin letters are Hinglish; rows named as two languages have no single right answer."""
    script = main_script(normalised(row.text))
    if row.lang == "hi":
        return "hi" if script == "hi" else "hi-Latn" if script == LATIN else None
    code = _CODES.get(row.lang, row.lang if len(row.lang) == 2 else None)
    return None if code and code.endswith("-Latn") and script != LATIN else code


def _scores(seen: Counter[tuple[str, str]], code: str) -> dict[str, float]:
    right = seen[code, code]
    truth = sum(n for (a, _), n in seen.items() if a == code)
    said = sum(n for (_, b), n in seen.items() if b == code)
    unsure = seen[code, UNKNOWN]
    return {
        "n": truth,
        "recall": round(right / max(truth, 1), 4),
        "precision": round(right / max(said, 1), 4),
        "f1": round(2 * right / max(truth + said, 1), 4),
        "unsure": round(unsure / max(truth, 1), 4),
    }


MISSION = ["en", "ur", "ur-Latn", "hi", "hi-Latn", "te", "te-Latn", "tl"]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--least", type=float, default=0.35, help="probability below which the answer is `und`")
    parser.add_argument("--evaluate-only", action="store_true")
    options = parser.parse_args(arguments)
    if not options.evaluate_only:
        rows = collect("train", 8000)
        languages = sorted({code for _, code in rows})
        y = np.array([languages.index(code) for _, code in rows])
        weights, bias = fit(matrix([text for text, _ in rows]), y, len(languages), options.steps)
        save(weights, bias, languages, options.least, options.out)
    print(json.dumps(evaluate(LanguageIdentifier.load(options.out), "test", MISSION), indent=1))


if __name__ == "__main__":
    main()
