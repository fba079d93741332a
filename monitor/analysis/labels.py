"""Maps the classes of any sentiment classifier to negative, neutral and positive."""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from monitor.errors import ModelUnavailable

LABELS = ("negative", "neutral", "positive")

_WORDS = {
    "negative": "negative",
    "neg": "negative",
    "very negative": "negative",
    "neutral": "neutral",
    "neu": "neutral",
    "mixed": "neutral",
    "positive": "positive",
    "pos": "positive",
    "very positive": "positive",
}
_STARS = re.compile(r"^([1-5])[ _-]?stars?$")
_NUMBERED = re.compile(r"^label_(\d+)$")


def class_map(id2label: Mapping[int, str]) -> NDArray[np.float32]:
    """A 0/1 matrix of shape (classes, 3): `probabilities @ matrix` sums the model's classes into ours.

    Known: the words above, `1 star` to `5 stars` (1-2, 3, 4-5), and `LABEL_0..` in the usual order: three classes
    (negative, neutral, positive), two (negative, positive) or five (stars). Raises ModelUnavailable for anything else.
    """
    names = [id2label[index].strip().lower().replace("_", " ") for index in range(len(id2label))]
    targets = [_target(name, len(names)) for name in names]
    if None in targets or len(names) < 2 or not {"negative", "positive"} <= set(targets):
        raise ModelUnavailable(
            f"the model's labels {names} are not a sentiment; known are negative, neutral, positive, "
            "1 star to 5 stars, and LABEL_0 to LABEL_1, LABEL_2 or LABEL_4"
        )
    matrix = np.zeros((len(names), len(LABELS)), np.float32)
    for row, target in enumerate(targets):
        matrix[row, LABELS.index(str(target))] = 1
    return matrix


def _target(name: str, count: int) -> str | None:
    if star := _STARS.match(name):
        return _of_star(int(star[1]))
    if numbered := _NUMBERED.match(name.replace(" ", "_")):
        return _of_number(int(numbered[1]), count)
    return _WORDS.get(name)


def _of_star(stars: int) -> str:
    return LABELS[0 if stars <= 2 else 1 if stars == 3 else 2]


def _of_number(number: int, count: int) -> str | None:
    if count == 2:
        return ("negative", "positive")[number]
    if count == 3:
        return LABELS[number]
    return _of_star(number + 1) if count == 5 else None
