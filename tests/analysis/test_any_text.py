"""Whatever people and machines write, there is an answer: never an exception, always three shares and a known label."""

import math
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import SentimentModel
from monitor.analysis.options import AnalysisOptions
from monitor.analysis.themes import ThemeIndex
from monitor.facts import Prediction, Sentiment
from tests.analysis.tiny_model import write_tiny

ODD = {
    "empty": "",
    "spaces": " \n\t\u00a0\u3000",
    "control characters": "\x00\x01\x1b[31m\x7f\x85",
    "lone surrogates": "\ud83d bad \udc00",
    "surrogates in a row": "\ud800" * 5_000,
    "direction marks": "\u202e\u2067dab\u2069\u202c\u200f",
    "joiners only": "\u200d\u200c\ufe0f",
    "accents only": "\u0301\u0302",
    "no characters": "\ufffe\uffff\U0010ffff",
    "private use": "\ue000" * 300,
    "one letter": "k",
    "one sign": "!",
    "emoji only": "😡🤬👎🏽" * 40,
    "a family": "👨‍👩‍👧‍👦🏳️‍🌈🇵🇰",
    "zalgo": "b" + "\u0301\u0336\u035b" * 30 + "a" + "\u0489" * 40 + "d",
    "mixed scripts": "bad خراب చెడ్డ masama плохо 很差 แย่ かなり",
    "right to left with numbers": "سروس 0/10 bad بہت",
    "html": "<div><p>bad</p><br/>&nbsp;&amp; <b>late</b></div>",
    "html only": "<br><br><img src=x onerror=alert(1)>",
    "broken html": "<<<b <a href='><script><!-- bad",
    "the model's own marks": "<s> </s> <pad> <unk> <mask> [CLS] [SEP] bad",
    "a long word": "x" * 50_000,
    "a long word of another script": "ख़" * 50_000,
    "a wide sign": "﷽" * 3_000,
    "a hundred thousand letters": "bad service and late food. " * 3_704,
    "a hundred thousand spaces": " " * 100_000 + "bad",
    "a hundred thousand accents": "a" + "\u0301" * 100_000,
    "five million letters": "bad " * 1_250_000,
    "a heart": "I <3 you",
    "a comparison": "a < b > c",
}


def is_defined(said: Prediction) -> bool:
    shares = (said.negative, said.neutral, said.positive)
    return (
        all(math.isfinite(share) and 0 <= share <= 1.0001 for share in shares)
        and math.isclose(sum(shares), 1, abs_tol=1e-4)
        and said.label in Sentiment
        and bool(said.language)
    )


@pytest.fixture(scope="module")
def assessor(tmp_path_factory: pytest.TempPathFactory) -> Assessor:
    model = SentimentModel.load(str(write_tiny(tmp_path_factory.mktemp("any") / "tiny")))
    themes = ThemeIndex({"delivery": ["late"]}, model.embed, 0.5)
    return Assessor(model, model, LanguageIdentifier.load(), themes)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_odd_text_has_an_answer(assessor: Assessor, text: str) -> None:
    (said,) = assessor.assess([text])
    assert is_defined(said)
    assert len(said.embedding) == 2


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=60), max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_texts_have_an_answer_each(assessor: Assessor, texts: list[str]) -> None:
    said = assessor.assess(texts)
    assert len(said) == len(texts)
    assert all(map(is_defined, said))


@given(st.text(alphabet="<>&;/!-'\"= abpbr3#x\u0301\u202e\ud800", max_size=120))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_heap_of_signs_has_an_answer(assessor: Assessor, text: str) -> None:
    assert is_defined(assessor.assess([text])[0])


@pytest.mark.parametrize("text", ["", " \n", "\ud800\x00", "\u200d", "<br>", "&nbsp;", "\u0301"])
def test_a_text_with_nothing_to_read_is_neutral_for_certain_in_no_language(assessor: Assessor, text: str) -> None:
    (said,) = assessor.assess([text])
    assert (said.negative, said.neutral, said.positive) == (0, 1, 0)
    assert (said.label, said.unsure, said.language) == (Sentiment.NEUTRAL, False, "und")
    assert not any(said.embedding)


@pytest.mark.parametrize(
    "text",
    ["<p>b<b>ad</b></p>", "&nbsp;bad&#160;", "b\u0301\u0302\u0303\u0304ad", "\u202ebad\u202c", "ba\x00d", "bad \ud83d"],
)
def test_wrapping_does_not_hide_a_complaint(assessor: Assessor, text: str) -> None:
    (said,) = assessor.assess([text])
    assert said.label is Sentiment.NEGATIVE


@pytest.mark.slow
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_the_shipped_model_answers_odd_texts_too(shipped: Assessor, text: str) -> None:
    started = time.monotonic()
    (said,) = shipped.assess([text])
    assert is_defined(said)
    assert time.monotonic() - started < 3


@pytest.mark.slow
def test_the_end_of_a_long_text_counts(shipped: Assessor) -> None:
    middle = "We arrived on a Tuesday and walked to the square. " * 60
    good, bad = shipped.assess([f"{middle} {end}" for end in ("Wonderful, I love it!", "Terrible, never again!")])
    assert bad.negative > good.negative


@pytest.fixture(scope="module")
def shipped() -> Assessor:
    return load_assessor(AnalysisOptions(threads=2))


def test_a_model_that_answers_no_numbers_is_unsure(tmp_path: Path) -> None:
    model = SentimentModel.load(str(write_tiny(tmp_path / "broken", broken=True)))
    assessor = Assessor(model, model, LanguageIdentifier.load(), ThemeIndex({}, model.embed))
    (said,) = assessor.assess(["bad"])
    assert is_defined(said)
    assert said.unsure
