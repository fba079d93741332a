"""Themes by nearness to example sentences; the vectors here are made by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.analysis.themes import ThemeIndex

PLACES = {"late": (1, 0, 0), "slow": (0.9, 0.436, 0), "rude": (0, 1, 0), "dear": (0, 0, 1)}


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([PLACES[text] for text in texts], np.float32)


def index(threshold: float = 0.5) -> ThemeIndex:
    return ThemeIndex({"delivery": ["late"], "staff": ["rude"], "price": ["dear"]}, embed, threshold)


def test_the_nearest_theme_is_named_with_its_cosine() -> None:
    (found,) = index().match(embed(["late"]))
    assert [(score.theme, score.score) for score in found] == [("delivery", 1.0)]


def test_two_themes_are_named_when_both_are_near() -> None:
    both = np.array([[0.72, 0.69, 0]], np.float32)
    assert [score.theme for score in index().match(both)[0]] == ["delivery", "staff"]


def test_a_much_weaker_theme_is_left_out() -> None:
    assert [score.theme for score in index(0.3).match(embed(["slow"]))[0]] == ["delivery"]


def test_a_text_near_nothing_has_no_theme() -> None:
    assert index().match(np.array([[0.4, 0.4, 0.4]], np.float32)) == [()]


def test_an_empty_text_has_no_theme() -> None:
    assert index().match(np.zeros((1, 3), np.float32)) == [()]


def test_several_examples_count_by_the_mean_of_the_nearest() -> None:
    themes = ThemeIndex({"delivery": ["late", "slow"]}, embed, 0)
    assert themes.scores(embed(["late"]))[0, 0] == pytest.approx(0.95)


def test_without_themes_nothing_is_matched() -> None:
    assert ThemeIndex({}, embed).match(embed(["late", "rude"])) == [(), ()]
