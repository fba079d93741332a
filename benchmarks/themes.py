"""How often the themes of real texts are found, complaint told from compliment, and a brand from a word like its name.

EMBERWATCH_DATA=../shared python -m benchmarks.themes

Val texts of six languages, labelled by two readers who did not see each other's labels (benchmarks/labels/README.md).
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.assess import load_assessor
from monitor.analysis.default_themes import default_themes
from monitor.analysis.model import SentimentModel
from monitor.analysis.relevance import relevance
from monitor.analysis.subject import Weights
from monitor.facts import RELEVANT, Prediction
from training.labelled import Themed, Trap, is_for_choosing, themed, traps
from training.relevance_fit import features

Bools = NDArray[np.bool_]

_HALVES = ("choosing", "measuring", "all")
_SAID = {"complaint": "negative", "compliment": "positive"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("themes", "relevance"), help="one of the two measurements")
    only = parser.parse_args().only
    if only != "relevance":
        _measure_themes(themed("val"))
    if only != "themes":
        _measure_relevance(traps("val"))


def _measure_themes(rows: Sequence[Themed]) -> None:
    said = load_assessor().assess([row.text for row in rows])
    names = [theme.id for theme in default_themes()]
    true = np.array([[name in row.themes for name in names] for row in rows])
    told = np.array([[any(score.theme == name for score in one.themes) for name in names] for one in said])
    print("| themes | n | labels | precision | recall | micro-F1 |\n|---|---|---|---|---|---|")
    for half in _HALVES:
        print(_line(half, told[_part(rows, half)], true[_part(rows, half)]))
    measuring = _part(rows, "measuring")
    for lang in sorted({row.lang for row in rows}):
        chosen = measuring & np.array([row.lang == lang for row in rows])
        print(_line(f"measuring, {lang}", told[chosen], true[chosen]))
    for index, name in enumerate(names):
        print(_line(f"measuring, {name}", told[measuring, index], true[measuring, index]))
    _measure_sides(rows, said)


def _measure_sides(rows: Sequence[Themed], said: Sequence[Prediction]) -> None:
    print("\n| complaint or compliment | n | accuracy by label | by the larger of the two |\n|---|---|---|---|")
    for half in _HALVES:
        part = _part(rows, half)
        for themes_only in (False, True):
            pairs = [
                (row, one)
                for row, one, chosen in zip(rows, said, part, strict=True)
                if chosen and row.kind in _SAID and (row.themes or not themes_only)
            ]
            label = np.mean([one.label.value == _SAID[row.kind] for row, one in pairs])
            sides = np.mean([(one.negative > one.positive) == (row.kind == "complaint") for row, one in pairs])
            print(f"| {half}{', with a theme' if themes_only else ''} | {len(pairs)} | {label:.3f} | {sides:.3f} |")


def _measure_relevance(rows: Sequence[Trap]) -> None:
    true = np.array([row.relevant for row in rows])
    weights = Weights.read()
    inputs = features(rows, SentimentModel.load().embed)
    by_name = np.array([relevance(row.text, "", [row.brand]) >= RELEVANT for row in rows])
    told = np.array([weights.relevance(row.astype(np.float32)) >= RELEVANT for row in inputs]) & by_name
    print("\n| relevance | n | accuracy | precision | recall | F1 |\n|---|---|---|---|---|---|")
    for name, found in (("the name alone", by_name), ("with `about`", told)):
        for half in _HALVES:
            part = _part(rows, half)
            accuracy = float((found[part] == true[part]).mean())
            print(
                f"| {name}, {half} | {part.sum()} | {accuracy:.3f} | {' | '.join(_shares(found[part], true[part]))} |"
            )


def _part(rows: Sequence[Themed] | Sequence[Trap], half: str) -> Bools:
    return np.array([half == "all" or is_for_choosing(row.hash) == (half == "choosing") for row in rows])


def _line(name: str, told: Bools, true: Bools) -> str:
    return f"| {name} | {len(true)} | {true.sum()} | {' | '.join(_shares(told, true))} |"


def _shares(told: Bools, true: Bools) -> list[str]:
    """Precision, recall and F1; a dash where nothing was told or labelled."""
    both, said, labelled = int((told & true).sum()), int(told.sum()), int(true.sum())
    parts = ((both, said), (both, labelled), (2 * both, said + labelled))
    return [f"{part / whole:.3f}" if whole else "-" for part, whole in parts]


if __name__ == "__main__":
    main()
