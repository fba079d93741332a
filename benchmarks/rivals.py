"""Measures VADER and TextBlob on the test files that the reading is measured on.

    pip install vaderSentiment textblob
    EMBERWATCH_DATA=../shared python -m benchmarks.rivals [--sets umsab firecs | main | all] [--rows 100000]
        [--out tables.md] [--json]

VADER: positive from a compound score of 0.05, negative from -0.05, as its authors say. TextBlob names no thresholds:
the sign of its polarity, zero is neutral. In a set of two classes the sign decides for both, and zero is a miss.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.assess import chosen_sets
from benchmarks.tables import WIDTH, Figures, markdown, share
from monitor.analysis import scores
from training.data import LABELS, Row, read, sample

VADER_THRESHOLD = 0.05
Scorer = Callable[[str], float]  # -1..1


def main() -> None:
    options = _options()
    rivals = {"vader": (vader(), VADER_THRESHOLD), "textblob": (textblob(), 0.0)}
    lines = [measured(name, rivals, options.rows) for name in chosen_sets(options.sets)]
    if options.out is not None:
        options.out.write_text(markdown(table(lines)) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(lines, indent=1))
        return
    Console(width=WIDTH).print(table(lines).for_terminal())


def vader() -> Scorer:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError as error:
        raise SystemExit("VADER is missing: pip install vaderSentiment") from error
    analyser = SentimentIntensityAnalyzer()
    return lambda text: float(analyser.polarity_scores(text)["compound"])


def textblob() -> Scorer:
    try:
        from textblob import TextBlob
    except ImportError as error:
        raise SystemExit("TextBlob is missing: pip install textblob") from error
    return lambda text: float(TextBlob(text).sentiment.polarity)


def measured(name: str, rivals: dict[str, tuple[Scorer, float]], most: int) -> dict[str, Any]:
    """One line: macro-F1, accuracy and negative recall and precision of each rival."""
    rows = sample(list(read("test", name)), most)
    line: dict[str, Any] = {"set": name, "n": len(rows)}
    for rival, (scorer, threshold) in rivals.items():
        found = figures(rows, [scorer(row.text) for row in rows], threshold)
        line |= {f"{rival}_{key}": value for key, value in found.items()}
    return line


def figures(rows: list[Row], said: list[float], threshold: float) -> dict[str, float]:
    """Shares 0..1. A score of at least `threshold` is positive, of at most its opposite negative; 0 is neutral."""
    truth = np.array([LABELS.index(row.label) for row in rows])
    values = np.array(said)
    if not (truth == scores.NEUTRAL).any():
        threshold = 0.0
    labels = np.where(values == 0, scores.NEUTRAL, np.where(values > 0, scores.POSITIVE, scores.NEGATIVE))
    labels[np.abs(values) < threshold] = scores.NEUTRAL
    found = scores.confusion(truth, labels)
    shares = {
        "accuracy": scores.accuracy(found),
        "macro_f1": scores.macro_f1(found, scores.present(found)),
        "negative_recall": scores.recalls(found)[scores.NEGATIVE],
        "negative_precision": scores.precisions(found)[scores.NEGATIVE],
    }
    return {name: round(float(value), 4) for name, value in shares.items()}


def table(lines: list[dict[str, Any]]) -> Figures:
    columns: dict[str, Callable[[dict[str, Any]], str]] = {
        "test": lambda line: line["set"],
        "n": lambda line: str(line["n"]),
    }
    for rival, name in (("vader", "VADER"), ("textblob", "TextBlob")):
        columns[f"{name} macro-F1"] = share(f"{rival}_macro_f1")
        columns[f"{name} negative recall"] = share(f"{rival}_negative_recall")
        columns[f"{name} negative precision"] = share(f"{rival}_negative_precision")
    return Figures(columns, lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=["main"], help="names of test files, `main`, or `all`")
    parser.add_argument("--rows", type=int, default=100_000, help="at most so many rows of each set")
    parser.add_argument("--out", type=Path, help="also write the table to this file, as Markdown")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
