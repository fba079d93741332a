"""One pass over texts, with a tiny real model."""

from pathlib import Path

import numpy as np
import pytest

from monitor.analysis.assess import Assessor, packed, unpacked
from monitor.analysis.calibration import Calibration
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import SentimentModel
from monitor.analysis.themes import ThemeIndex
from monitor.facts import Sentiment
from tests.analysis.tiny_model import write_tiny


@pytest.fixture
def assessor(tiny: Path) -> Assessor:
    model = SentimentModel.load(str(tiny))
    themes = ThemeIndex({"delivery": ["late"], "refund": ["refund"]}, model.embed, 0.5)
    return Assessor(model, model, LanguageIdentifier.load(), themes)


def test_a_text_gets_language_sentiment_and_theme(assessor: Assessor) -> None:
    (found,) = assessor.assess(["my parcel is late and this is bad"])
    assert (found.language, found.themes[0].theme) == ("en", "delivery")
    assert found.negative > 0.9


def test_predictions_keep_the_order_of_the_texts(assessor: Assessor) -> None:
    found = assessor.assess(["refund", "late late late", "good"])
    assert [[score.theme for score in one.themes] for one in found] == [["refund"], ["delivery"], []]


def test_many_texts_are_answered_in_their_order(assessor: Assessor) -> None:
    found = assessor.assess([*(f"late {number}" for number in range(1500)), "refund"])
    assert [score.theme for one in (found[0], found[1200], found[-1]) for score in one.themes] == [
        "delivery",
        "delivery",
        "refund",
    ]
    assert len(found) == 1501


def test_the_assessor_tells_the_models_name_and_version(assessor: Assessor) -> None:
    assert (assessor.name, assessor.version) == ("tiny", "unversioned")


def test_nothing_to_assess_gives_nothing(assessor: Assessor) -> None:
    assert assessor.assess([]) == []


@pytest.mark.parametrize(
    "text", ["", "\ud800", "\x00\x00", "\u202e", "x" * 1_000_000, "<script>", "😡" * 5000, "a\u0301" * 9000]
)
def test_any_text_has_a_defined_answer(assessor: Assessor, text: str) -> None:
    (found,) = assessor.assess([text])
    assert found.negative + found.neutral + found.positive == pytest.approx(1, abs=1e-5)
    assert len(found.embedding) == 2


def test_label_and_doubt_come_from_the_texts_own_language(tiny: Path) -> None:
    model = SentimentModel.load(str(tiny))
    calibration = Calibration(negative_from=0.5, negative_from_by_language={"en": 0.9}, certainty=0.9)
    assessor = Assessor(model, model, LanguageIdentifier.load(), ThemeIndex({}, model.embed), calibration)
    said = assessor.assess(["late", "بہت late ہے", "bad"])
    assert [one.language for one in said] == ["en", "ur", "en"]
    assert [one.label for one in said] == [Sentiment.NEUTRAL, Sentiment.NEGATIVE, Sentiment.NEGATIVE]
    assert [one.unsure for one in said] == [True, True, False]


def test_a_model_without_embeddings_borrows_the_embedders(tmp_path: Path, tiny: Path) -> None:
    bare = SentimentModel.load(str(write_tiny(tmp_path / "bare", embeds=False)))
    embedder = SentimentModel.load(str(tiny))
    themes = ThemeIndex({"delivery": ["late"]}, embedder.embed, 0.5)
    (found,) = Assessor(bare, embedder, LanguageIdentifier.load(), themes).assess(["late"])
    assert [score.theme for score in found.themes] == ["delivery"]


def test_an_embedding_survives_packing() -> None:
    vector = np.array([0.6, -0.8, 0.0], np.float32)
    assert np.allclose(unpacked(packed(vector)), vector, atol=0.01)


def test_words_in_the_marks_of_html_tell_of_no_theme(tiny: Path) -> None:
    model = SentimentModel.load(str(tiny))
    themes = ThemeIndex({"delivery": ["late"]}, model.embed, 0.3, words={"delivery": ["parcel"]})
    said = Assessor(model, model, LanguageIdentifier.load(), themes).assess(["<img src=x alt='parcel'>", "a parcel"])
    assert [len(one.themes) for one in said] == [0, 1]
