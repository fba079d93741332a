"""What was fitted to the shipped embedding belongs to the shipped model, and finds what is plain."""

import pytest

from monitor.analysis.assess import load_assessor
from monitor.analysis.default_themes import default_themes
from monitor.analysis.fitted import WEIGHTS, FittedThemes
from monitor.analysis.model import SentimentModel
from monitor.analysis.spelling import places, window
from monitor.analysis.subject import Subject, Weights

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel.load(threads=2)


def test_both_were_fitted_to_this_version_of_the_model(model: SentimentModel) -> None:
    fitted = FittedThemes.read(WEIGHTS)
    assert fitted is not None, "python -m training.theme_fit"
    assert fitted.version == model.version, "python -m training.theme_fit"
    assert Weights.read().version == model.version, "python -m training.relevance_fit"


def test_every_default_theme_was_fitted() -> None:
    fitted = FittedThemes.read(WEIGHTS)
    assert fitted is not None
    assert set(fitted.ids) == {theme.id for theme in default_themes()}


def test_plain_complaints_have_their_theme() -> None:
    said = load_assessor().assess(
        [
            "The courier is a week late with my parcel",
            "Refund nahi mila, mere paise wapas karo",
            "ang pangit ng quality, nasira agad",
            "The waiter was rude",
            "What a beautiful sunset this evening",
        ]
    )
    assert [one.themes[0].theme if one.themes else "" for one in said] == [
        "delivery", "refund", "quality", "staff", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("No signal from Orange again, my phone has no mobile data in Paris", True),
        ("We ate an orange and a banana for breakfast", False),
    ],
)
def test_a_brand_is_told_from_a_fruit(model: SentimentModel, text: str, meant: bool) -> None:
    subject = Subject.of(["Orange"], ["French mobile phone company"], [], model.embed)
    whole, around = model.embed([text, window(places(text, ["Orange"]))])
    assert (Weights.read().relevance(subject.features(text, whole, around)) >= 0.5) is meant


def test_an_empty_text_has_an_answer(model: SentimentModel) -> None:
    subject = Subject.of(["Orange"], ["French mobile phone company"], [], model.embed)
    (empty,) = model.embed([""])
    assert 0 <= Weights.read().relevance(subject.features("", empty, empty)) <= 1
