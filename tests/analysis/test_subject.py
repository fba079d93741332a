"""A brand and the word that it shares its name with; the vectors here are made by hand."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.analysis.relevance import relevance
from monitor.analysis.spelling import FEATURES as SPELLINGS
from monitor.analysis.spelling import features, places, window
from monitor.analysis.subject import FEATURES, Subject, Weights, weights_for
from monitor.errors import ModelUnavailable

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
        ("Great Service\nOrange is down", {"start"}),
        ("bought from Orange\nGreat Service", {"proper", "place"}),
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


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Café Nero", "We met at Café Nero today"),
        ("Café Nero", "We met at Cafe\u0301 Nero today"),
        ("Müller", "Ich war bei MÜLLER"),
        ("ہانڈا", "میں نے ہانڈا خریدا"),
        ("كريم", "خدمة كريم سيئة"),
        ("Orange", "ＯＲＡＮＧＥ is down"),
    ],
)
def test_a_name_is_found_in_the_spellings_in_which_it_is_looked_for(name: str, text: str) -> None:
    assert relevance(text, "", [name]) == 1.0
    (found,) = places(text, [name])
    assert found.before + found.written + found.after == unicodedata.normalize("NFC", text)


def test_what_touches_a_name_with_accents_is_told_apart() -> None:
    (found,) = places("«Café ﬁn Nero» ok", ["fin Nero"])
    assert (found.before, found.written, found.after) == ("«Café ", "ﬁn Nero", "» ok")


def test_the_name_itself_is_no_word_of_what_the_brand_is() -> None:
    told = Subject.of(["Orange"], ["Orange, the mobile phone company"], [], embed)
    assert feature("overlap", "an orange from Spain", FRUIT, told) == 0


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"version": "1", "weights": {}, "bias": 0}'])
def test_damaged_weights_are_a_clear_error(tmp_path: Path, said: str) -> None:
    (tmp_path / "subjects.json").write_text(said)
    with pytest.raises(ModelUnavailable, match=r"subjects\.json cannot be read: reinstall"):
        Weights.read(tmp_path / "subjects.json")


def test_weights_hold_for_the_embeddings_they_were_fitted_to_only() -> None:
    assert weights_for("builtin", Weights.read().version) is not None
    assert weights_for("builtin", "of another version") is None
    assert weights_for("another model", Weights.read().version) is None
