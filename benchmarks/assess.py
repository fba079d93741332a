"""Measures the reading of texts: accuracy per labelled test file, language and mission language, and texts per second.

    EMBERWATCH_DATA=../shared python -m benchmarks.assess [--sets umsab firecs | main | all] [--rows 500]
        [--out tables.md] [--json]

A set without a neutral class is scored on negative against positive. Accuracy, macro-F1 and macro recall are by the
largest probability, as published figures are; negative recall and precision by the label that the product gives.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.tables import WIDTH, language_table, markdown, mission_table, set_table
from monitor.analysis import scores
from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.options import AnalysisOptions
from monitor.analysis.scores import Answers, Estimate, measure
from monitor.facts import Prediction
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
MISSIONS = {
    "en": ("tweeteval",),
    "ur": ("urdu_products_mt",),
    "ur-Latn": ("roman_urdu_uci", "daraz_roman_urdu"),
    "te": ("telugu_actsa",),
    "te-Latn": ("telugu_codemix",),
    "tl": ("firecs",),
}
"""The languages of the mission, and the test files that stand for them."""
MEAN_OF_LANGUAGES = "umsab"
"""Published as the mean of the macro-F1 of its languages."""
LEAST_ROWS = 30
"""Of a language, for a line of its own."""
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Read:
    """One test file and what was said of it; `languages` (n,) are those the file states."""

    name: str
    languages: np.ndarray
    answers: Answers
    seconds: float


def main() -> None:
    options = _options()
    started = time.perf_counter()
    assessor = load_assessor(
        AnalysisOptions(model=options.model, batch_size=options.batch_size, threads=options.threads)
    )
    loading = time.perf_counter() - started
    done = []
    for name in chosen_sets(options.sets):
        done.append(read_set(assessor, name, options.rows))
        if not options.json:
            print(f"{name}: {len(done[-1].languages)} texts, {done[-1].seconds:.0f} s", flush=True)
    result = {
        "model": assessor.name,
        "version": assessor.version,
        "cores": os.cpu_count(),
        "load_seconds": round(loading, 2),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **(speed(assessor) if options.speed else {}),
        "sets": [line for one in done for line in set_lines(one)],
        "missions": mission_lines(done),
        "languages": language_lines(done),
    }
    _show(result, as_json=options.json, to=options.out)


def chosen_sets(asked: list[str]) -> list[str]:
    """`all` is every file of the test part, the main ones first; `main` those that the targets name."""
    if asked == ["main"]:
        return list(MAIN_SETS)
    if asked == ["all"]:
        names = set_names("test")
        return [*(name for name in MAIN_SETS if name in names), *(name for name in names if name not in MAIN_SETS)]
    return asked


def read_set(assessor: Assessor, name: str, most: int) -> Read:
    rows = sample(list(read("test", name)), most)
    started = time.perf_counter()
    said = [
        one for start in range(0, len(rows), _AT_ONCE) for one in _assessed(assessor, rows[start : start + _AT_ONCE])
    ]
    seconds = time.perf_counter() - started
    return Read(name, np.array([row.lang for row in rows]), answers_of(rows, said), seconds)


def _assessed(assessor: Assessor, rows: list[Row]) -> list[Prediction]:
    return assessor.assess([row.text for row in rows])


def answers_of(rows: list[Row], said: list[Prediction]) -> Answers:
    return Answers(
        truth=np.array([LABELS.index(row.label) for row in rows]),
        labels=np.array([LABELS.index(one.label) for one in said]),
        unsure=np.array([one.unsure for one in said]),
        probabilities=np.array([(one.negative, one.neutral, one.positive) for one in said], np.float32),
    )


def set_lines(done: Read) -> Iterator[dict[str, Any]]:
    """One line for the set, the mean of its languages where that is what is published, and one per language."""
    yield {"set": done.name, **figures(done.answers), "texts_per_second": round(len(done.languages) / done.seconds)}
    codes = [code for code in sorted(set(done.languages)) if (done.languages == code).sum() >= LEAST_ROWS]
    parts = {code: done.answers.only(done.languages == code) for code in codes}
    if len(parts) < 2:
        return
    if done.name == MEAN_OF_LANGUAGES:
        yield {"set": f"{done.name}, mean", "n": len(done.languages), **_estimates("macro_f1", mean_f1(parts.values()))}
    for code, answers in parts.items():
        yield {"set": f"{done.name} {code}", **figures(answers, two_classes=done.answers.two_classes)}


def mean_f1(parts: Iterable[Answers]) -> Estimate:
    """The mean of the macro-F1 of the parts; its interval from drawing each part again by itself."""
    tables = [measure(answers).largest.table for answers in parts]
    values = [float(scores.macro_f1(table, scores.present(table))) for table in tables]
    drawn = [
        scores.macro_f1(scores.resampled(table, seed=scores.SEED + place), scores.present(table))
        for place, table in enumerate(tables)
    ]
    return Estimate(float(np.mean(values)), *scores.percentiles(np.mean(drawn, axis=0)))


def mission_lines(done: list[Read]) -> list[dict[str, Any]]:
    """One line per mission language of which all files were read."""
    by_name = {one.name: one.answers for one in done}
    return [
        {"language": code, "files": list(names), **figures(pooled([by_name[name] for name in names]))}
        for code, names in MISSIONS.items()
        if all(name in by_name for name in names)
    ]


def language_lines(done: list[Read]) -> list[dict[str, Any]]:
    """One line per language over all sets. Where a set has two classes, neutral is no answer in its part."""
    lines = []
    for code in sorted({code for one in done for code in one.languages}):
        spoken = [(one, one.answers.only(one.languages == code)) for one in done if (one.languages == code).any()]
        asked = pooled([scores.forced(part) if one.answers.two_classes else part for one, part in spoken])
        if len(asked.truth) < LEAST_ROWS:
            continue
        told = figures(pooled([part for _, part in spoken]))
        told["calibration_error"] = round(scores.expected_calibration_error(asked.probabilities, asked.truth), 4)
        kept = ("n", "negative_recall", "negative_precision", "calibration_error", "unsure")
        lines.append({"language": code, "sets": len(spoken), **{key: told[key] for key in kept}})
    return lines


def pooled(parts: list[Answers]) -> Answers:
    """All answers of the parts as one."""
    return Answers(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("truth", "labels", "unsure", "probabilities")
        )
    )


def figures(answers: Answers, *, two_classes: bool = False) -> dict[str, Any]:
    """Shares 0..1; each `_interval` holds the true value 95 times in 100. `two_classes` as of `measure`."""
    found = measure(answers, two_classes=two_classes)
    return {
        "n": found.n,
        "classes": len(scores.present(found.largest.table)),
        **_estimates("accuracy", found.largest.accuracy),
        **_estimates("macro_f1", found.largest.macro_f1),
        **_estimates("macro_recall", found.largest.macro_recall),
        **_estimates("negative_recall", found.negative_recall),
        **_estimates("negative_precision", found.negative_precision),
        **_estimates("labelled_macro_f1", found.labelled.macro_f1),
        "calibration_error": round(found.calibration_error, 4),
        "unsure": round(found.unsure, 4),
    }


def _estimates(name: str, found: Estimate | None) -> dict[str, Any]:
    if found is None:
        return {name: None}
    return {name: round(found.value, 4), f"{name}_interval": [round(found.low, 4), round(found.high, 4)]}


def speed(assessor: Assessor) -> dict[str, float]:
    """Whole assessments (language, sentiment, themes, embedding) per second on mixed short texts."""
    texts = [row.text for row in sample(list(read("test", "umsab")), 1000)]
    assessor.assess(texts[:64])
    started = time.perf_counter()
    assessor.assess(texts)
    return {"assessments_per_second": round(len(texts) / (time.perf_counter() - started))}


def _show(result: dict[str, Any], *, as_json: bool, to: Path | None) -> None:
    tables = [set_table(result["sets"]), mission_table(result["missions"]), language_table(result["languages"])]
    if to is not None:
        to.write_text("\n\n".join(markdown(table) for table in tables if table.lines) + "\n", encoding="utf-8")
    if as_json:
        print(json.dumps(result, indent=1))
        return
    console = Console(width=WIDTH)
    console.print({key: value for key, value in result.items() if not isinstance(value, list)})
    for table in tables:
        console.print(table.for_terminal())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="builtin")
    parser.add_argument("--sets", nargs="+", default=["all"], help="names of test files, `main`, or `all`")
    parser.add_argument("--rows", type=int, default=1000, help="at most so many rows of each set")
    parser.add_argument("--out", type=Path, help="also write the tables to this file, as Markdown")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--speed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
