"""Fits how relevance weighs the writing of a name and what the text is about; by labelled texts of the train parts.

EMBERWATCH_DATA=../shared python -m training.relevance_fit       # writes weights/subjects.json; half a minute
"""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.analysis import spelling
from monitor.analysis.model import SentimentModel
from monitor.analysis.subject import FEATURES, Embed, Subject, Weights
from training.labelled import Trap, traps

Floats = NDArray[np.float64]

_PENALTY = 1.0
_STEPS = 20
_FOLDS = 8


def features(rows: Sequence[Trap], embed: Embed) -> Floats:
    """(n, FEATURES): each text against the one line `about` of its brand."""
    abouts = {row.brand: row.about for row in rows}
    subjects = {brand: Subject.of([brand], [about], [], embed) for brand, about in abouts.items()}
    whole = embed([row.text for row in rows])
    around = embed([spelling.window(spelling.places(row.text, [row.brand])) for row in rows])
    found = zip(rows, whole, around, strict=True)
    return np.array([subjects[row.brand].features(row.text, text, near) for row, text, near in found], np.float64)


def fit(inputs: Floats, labels: Floats) -> Floats:
    """The weights and, last, the bias: logistic regression by Newton's method."""
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    penalty = np.full(inputs.shape[1], _PENALTY)
    penalty[-1] = 1e-3
    solution = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        shares = 1 / (1 + np.exp(-inputs @ solution))
        curvature = (inputs * (shares * (1 - shares))[:, None]).T @ inputs + np.diag(penalty)
        solution -= np.linalg.solve(curvature, inputs.T @ (shares - labels) + penalty * solution)
    return solution


def cross_validated(inputs: Floats, labels: Floats, brands: Sequence[str]) -> float:
    """Accuracy on brands that were left out of the fit."""
    order = sorted(set(brands))
    fold = np.array([order.index(brand) % _FOLDS for brand in brands])
    right = 0
    for left_out in range(_FOLDS):
        solution = fit(inputs[fold != left_out], labels[fold != left_out])
        said = inputs[fold == left_out] @ solution[:-1] + solution[-1] > 0
        right += int((said == (labels[fold == left_out] > 0)).sum())
    return right / len(labels)


def main() -> None:
    model = SentimentModel.load()
    rows = traps("train", "traps_choose")
    inputs, labels = features(rows, model.embed), np.array([float(row.relevant) for row in rows])
    solution = fit(inputs, labels)
    Weights(model.version, solution[:-1].astype(np.float32), float(solution[-1])).write()
    accuracy = cross_validated(inputs, labels, [row.brand for row in rows])
    print(json.dumps({"texts": len(rows), "accuracy_on_brands_left_out": round(accuracy, 3), "features": FEATURES}))


if __name__ == "__main__":
    main()
