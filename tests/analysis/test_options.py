"""What the operator may set about the reading."""

import pytest
from pydantic import ValidationError

from monitor.analysis.default_themes import default_themes
from monitor.analysis.options import AnalysisOptions, ThemeOptions


def test_the_shipped_model_is_the_default() -> None:
    assert AnalysisOptions().model == "builtin"


@pytest.mark.parametrize(
    "wrong",
    [{"modle": "x"}, {"batch_size": 0}, {"threads": 0}, {"model": ""}, {"certainty": 1.5}, {"negative_from": 0}],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AnalysisOptions.model_validate(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "Late!", "name": "Late", "examples": ["it is late"]},
        {"id": "late", "name": "", "examples": ["it is late"]},
        {"id": "late", "name": "Late", "examples": []},
        {"id": "late", "name": "Late", "examples": ["  "]},
    ],
)
def test_a_theme_without_id_name_or_examples_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ThemeOptions.model_validate(wrong)


@pytest.mark.parametrize("word", ["*", "a", "ref*und", "!!!", ""])
def test_a_word_that_would_find_everything_or_nothing_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        ThemeOptions.model_validate({"id": "late", "name": "Late", "examples": ["it is late"], "words": [word]})


@pytest.mark.parametrize("word", ["refund*", "money back", "貨", "ڈیلیور*", "రీఫండ్*"])
def test_words_may_be_of_any_script(word: str) -> None:
    theme = {"id": "late", "name": "Late", "examples": ["it is late"], "words": [word]}
    assert ThemeOptions.model_validate(theme).words == (word,)


def test_the_default_themes_are_twelve_and_speak_several_scripts() -> None:
    themes = default_themes()
    assert len({theme.id for theme in themes}) == 12
    for theme in themes:
        letters = " ".join(theme.examples)
        assert any("\u0600" <= letter <= "\u06ff" for letter in letters), theme.id
        assert any("\u0c00" <= letter <= "\u0c7f" for letter in letters), theme.id
