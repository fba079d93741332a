"""Measures the reading of texts: accuracy per labelled test file, and texts per second.

    EMBERWATCH_DATA=../shared python -m benchmarks.assess [--sets umsab firecs] [--rows 500] [--json]

A set without a neutral class is scored on negative against positive. `umsab` is also split by language.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from monitor.analysis.assess import load_assessor
from monitor.analysis.model import SentimentModel
from monitor.analysis.options import AnalysisOptions
from training.data import LABELS, Row, read, sample, set_names

MAIN_SETS = (
    "umsab",
    "tweeteval",
    "firecs",
    "telugu_codemix",
    "telugu_actsa",
    "roman_urdu_uci",
    "daraz_roman_urdu",
    "hinglish_sentimix",
    "urdu_products_mt",
    "urdu_social_nasirbrohi",
    "id_smsa",
    "tr_telco_tweets",
)


def main() -> None:
    options = _options()
    started = time.perf_counter()
    model = SentimentModel.load(options.model, batch_size=options.batch_size, threads=options.threads)
    loading = time.perf_counter() - started
    names = set_names("test") if options.sets == ["all"] else options.sets
    rows = [line for name in names for line in measured(model, name, options.rows)]
    speed = speeds(options) if options.speed else {}
    result = {
        "model": model.name,
        "version": model.version,
        "cores": os.cpu_count(),
        "load_seconds": round(loading, 2),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **speed,
        "sets": rows,
    }
    _show(result, as_json=options.json)


def measured(model: SentimentModel, name: str, most: int) -> Iterator[dict[str, Any]]:
    """One line for the set, and one per language if it has several of them."""
    rows = sample(list(read("test", name)), most)
    started = time.perf_counter()
    probabilities = model.predict([row.text for row in rows]).probabilities
    seconds = time.perf_counter() - started
    yield {"set": name, **scores(rows, probabilities), "texts_per_second": round(len(rows) / seconds)}
    languages = sorted({row.lang for row in rows})
    if name == "umsab" and len(languages) > 1:
        for language in languages:
            chosen = [index for index, row in enumerate(rows) if row.lang == language]
            yield {"set": f"{name} {language}", **scores([rows[i] for i in chosen], probabilities[chosen])}


def scores(rows: list[Row], probabilities: NDArray[np.float32]) -> dict[str, float]:
    truth = np.array([LABELS.index(row.label) for row in rows])
    classes = [index for index in range(3) if (truth == index).any()]
    said = np.array(classes)[probabilities[:, classes].argmax(axis=1)]
    hits = [((said == c) & (truth == c)).sum() for c in classes]
    f1 = [2 * hit / max(((said == c).sum() + (truth == c).sum()), 1) for c, hit in zip(classes, hits, strict=True)]
    recalls = [hit / (truth == c).sum() for c, hit in zip(classes, hits, strict=True)]
    return {
        "n": len(rows),
        "classes": len(classes),
        "accuracy": round(float((said == truth).mean()), 4),
        "macro_f1": round(float(np.mean(f1)), 4),
        "macro_recall": round(float(np.mean(recalls)), 4),
        "negative_recall": round(float(recalls[0]), 4),
        "negative_precision": round(float(hits[0] / max((said == 0).sum(), 1)), 4),
    }


def speeds(options: argparse.Namespace) -> dict[str, float]:
    """Whole assessments (language, sentiment, themes, embedding) per second on mixed short texts."""
    texts = [row.text for row in sample(list(read("test", "umsab")), 1000)]
    assessor = load_assessor(
        AnalysisOptions(model=options.model, batch_size=options.batch_size, threads=options.threads)
    )
    assessor.assess(texts[:64])
    started = time.perf_counter()
    assessor.assess(texts)
    return {"assessments_per_second": round(len(texts) / (time.perf_counter() - started))}


def _show(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, indent=1))
        return
    console = Console()
    console.print({key: value for key, value in result.items() if key != "sets"})
    table = Table(*result["sets"][0])
    for line in result["sets"]:
        table.add_row(*(str(line.get(column.header, "")) for column in table.columns))
    console.print(table)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--sets", nargs="+", default=list(MAIN_SETS), help="names of test files, or `all`")
    parser.add_argument("--rows", type=int, default=1000, help="at most so many rows of each set")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--speed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
