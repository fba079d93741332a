"""How the classes of other models become ours."""

import numpy as np
import pytest

from monitor.analysis.labels import class_map
from monitor.errors import ModelUnavailable


def test_another_order_of_the_three_classes_is_put_right() -> None:
    found = np.array([[0.7, 0.2, 0.1]]) @ class_map({0: "POSITIVE", 1: "Neutral", 2: "neg"})
    assert np.allclose(found, [[0.1, 0.2, 0.7]])


def test_stars_collapse_to_three_classes() -> None:
    stars = {0: "1 star", 1: "2 stars", 2: "3 stars", 3: "4 stars", 4: "5 stars"}
    assert (np.array([0.1, 0.2, 0.3, 0.25, 0.15]) @ class_map(stars)).tolist() == pytest.approx([0.3, 0.3, 0.4])


@pytest.mark.parametrize(("count", "expected"), [(2, [1, 0, 1]), (3, [1, 1, 1]), (5, [2, 1, 2])])
def test_unnamed_labels_take_the_usual_order(count: int, expected: list[int]) -> None:
    assert class_map({index: f"LABEL_{index}" for index in range(count)}).sum(axis=0).tolist() == expected


@pytest.mark.parametrize("labels", [{0: "spam", 1: "ham"}, {0: "LABEL_0"}, {}, {n: f"LABEL_{n}" for n in range(4)}])
def test_labels_that_are_no_sentiment_are_refused(labels: dict[int, str]) -> None:
    with pytest.raises(ModelUnavailable, match="not a sentiment"):
        class_map(labels)
