"""Themes by nearness to example sentences; the vectors here are made by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.analysis.default_themes import default_themes
from monitor.analysis.fitted import FittedThemes
from monitor.analysis.options import ThemeOptions
from monitor.analysis.themes import ThemeIndex, fitted_for, theme_index
from monitor.errors import ModelUnavailable

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


def fitted(threshold: float = 0.5) -> FittedThemes:
    """Tells `delivery` by the second number of the vector, and by its word."""
    one = np.array([[0, 8, 0]], np.float32)
    return FittedThemes(
        "1", ("delivery",), one, np.array([9], np.float32), np.array([-4], np.float32), threshold=threshold
    )


def test_a_word_of_the_theme_lifts_its_score() -> None:
    themes = ThemeIndex({"delivery": ["late"]}, embed, 0.32, words={"delivery": ["parcel*"]})
    vectors = np.array([[0.1, 0, 0.995]] * 2, np.float32)
    said = themes.match(vectors, ["my parcels", "my cat"])
    assert [[score.score for score in one] for one in said] == [[pytest.approx(0.4)], []]


def test_a_score_never_passes_one() -> None:
    themes = ThemeIndex({"delivery": ["late"]}, embed, 0.32, words={"delivery": ["late"]})
    assert themes.match(embed(["late"]), ["late"])[0][0].score == 1.0


def test_a_fitted_theme_is_told_by_its_own_model() -> None:
    themes = ThemeIndex({"delivery": ["late"]}, embed, fitted=fitted(), fitted_for=["delivery"])
    said = themes.match(embed(["late", "rude"]))
    assert [[score.theme for score in one] for one in said] == [[], ["delivery"]]


def test_a_fitted_theme_hears_its_word() -> None:
    themes = ThemeIndex(
        {"delivery": ["late"]}, embed, words={"delivery": ["parcel"]}, fitted=fitted(), fitted_for=["delivery"]
    )
    assert [len(said) for said in themes.match(embed(["late", "late"]), ["a parcel", "a cat"])] == [1, 0]


def test_a_fitted_theme_does_not_push_out_a_theme_of_ones_own() -> None:
    themes = ThemeIndex({"delivery": ["late"], "mine": ["rude"]}, embed, 0.5, fitted=fitted(), fitted_for=["delivery"])
    vector = np.array([[0.8, 0.6, 0]], np.float32)
    assert {score.theme for score in themes.match(vector)[0]} == {"delivery", "mine"}


def test_an_empty_text_has_no_fitted_theme() -> None:
    themes = ThemeIndex({"delivery": ["late"]}, embed, fitted=fitted(0.001), fitted_for=["delivery"])
    assert themes.match(np.zeros((1, 3), np.float32)) == [()]


def test_a_default_theme_with_other_examples_is_told_by_those() -> None:
    changed = ThemeOptions(id="delivery", name="Delivery", examples=("late",))
    index = theme_index([changed], lambda texts: np.ones((len(texts), 3), np.float32), 0.5, fitted())
    assert index.scores(np.zeros((1, 3), np.float32))[0, 0] == 0
    assert index.match(np.array([[0, 0.2, 0]], np.float32)) == [()]


def test_what_was_fitted_is_the_same_after_writing(tmp_path: Path) -> None:
    fitted(0.3).write(tmp_path)
    found = FittedThemes.read(tmp_path)
    assert found is not None
    assert (found.version, found.ids, found.threshold) == ("1", ("delivery",), 0.3)
    assert found.vectors.tolist() == [[0, 8, 0]]


def test_without_the_file_nothing_is_fitted(tmp_path: Path) -> None:
    assert FittedThemes.read(tmp_path) is None
    assert fitted_for("another model", "1", None) is None
    assert fitted_for("builtin", "of another version", None) is None


def near_nothing(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 3), np.float32)


@pytest.mark.parametrize(("words", "heard"), [((), True), (("snail",), False)])
def test_a_default_theme_keeps_its_words_when_no_others_are_given(words: tuple[str, ...], heard: bool) -> None:
    theme = next(theme for theme in default_themes() if theme.id == "delivery").model_copy(update={"words": words})
    (said,) = theme_index([theme], near_nothing, 0.5, fitted()).match(embed(["late"]), ["my parcel"])
    assert bool(said) is heard


def test_damaged_numbers_of_the_default_themes_are_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "themes.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(ModelUnavailable, match=r"themes\.npz cannot be read: reinstall"):
        FittedThemes.read(tmp_path)
