"""A brand and the word that it shares its name with; the vectors here are made by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.analysis.spelling import FEATURES as SPELLINGS
from monitor.analysis.spelling import features, places, window
from monitor.analysis.subject import FEATURES, Subject, Weights

PHONES, FRUIT = np.array([1, 0], np.float32), np.array([0, 1], np.float32)


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.array([FRUIT if "fruit" in text else PHONES if "phone" in text else 0 * PHONES for text in texts])


def written(text: str, name: str = "Orange") -> set[str]:
    shares = features(places(text, [name]))
    return {feature for feature, share in zip(SPELLINGS, shares, strict=True) if share}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I left Orange today", {"proper"}),
        ("Orange is down", {"start"}),
        ("It broke. Orange says no", {"start"}),
        ("We ate an orange in Paris", {"lower", "article"}),
        ("we ate oranges, orange", {"lower_alone"}),
        ("thanks @orange", {"tag"}),
        ("such an #OrangeFail", {"tag"}),
        ("I bought it from Orange", {"proper", "place"}),
        ("the Orange County fair", {"proper", "inside", "article"}),
        ("ORANGE!!!", set()),
        ("no such name", set()),
    ],
)
def test_how_a_name_is_written_is_seen(text: str, said: set[str]) -> None:
    assert written(text) == said


def test_the_window_holds_the_words_around_the_name() -> None:
    text = "one two three four five six seven Orange eight nine ten eleven twelve thirteen fourteen"
    assert window(places(text, ["Orange"])) == "three four five six seven Orange eight nine ten eleven twelve"
    assert window([]) == ""


def subject(not_about: Sequence[str] = ()) -> Subject:
    return Subject.of(["Orange"], ["mobile phone company"], not_about, embed)


def feature(name: str, text: str, whole: NDArray[np.float32], of: Subject | None = None) -> float:
    return float((of or subject()).features(text, whole, whole)[FEATURES.index(name)])


def test_a_text_near_to_what_the_brand_is_scores_higher() -> None:
    assert feature("whole", "Orange", PHONES) > feature("whole", "Orange", FRUIT)


def test_what_the_brand_is_not_counts_against_it() -> None:
    assert feature("whole", "Orange", FRUIT, subject(["a fruit"])) < feature("whole", "Orange", FRUIT)


def test_a_word_of_what_the_brand_is_is_seen() -> None:
    assert feature("overlap", "my PHONE by Orange", PHONES) == 1
    assert feature("overlap", "my cat", PHONES) == 0


def test_weights_are_the_same_after_writing(tmp_path: Path) -> None:
    weights = Weights("1", np.arange(len(FEATURES), dtype=np.float32), -2.0)
    weights.write(tmp_path / "subjects.json")
    found = Weights.read(tmp_path / "subjects.json")
    assert (found.version, found.weights.tolist(), found.bias) == ("1", weights.weights.tolist(), -2.0)


def test_relevance_lies_between_nothing_and_one() -> None:
    weights = Weights("1", np.ones(len(FEATURES), np.float32), 0.0)
    assert weights.relevance(np.full(len(FEATURES), -9, np.float32)) == 0.0
    assert weights.relevance(np.zeros(len(FEATURES), np.float32)) == 0.5


def test_the_shipped_weights_know_every_feature() -> None:
    assert len(Weights.read().weights) == len(FEATURES)


@pytest.mark.parametrize("text", ["", "\ud800\x00", "Orange " * 20_000, "@" * 5000 + "orange", "((((" * 9000])
def test_any_text_has_an_answer(text: str) -> None:
    assert np.isfinite(subject().features(text, PHONES, 0 * PHONES)).all()
