"""The numbers that make probabilities honest and labels useful: which hold for a text, and what wrong ones say."""

import json
from pathlib import Path

import pytest

from monitor.analysis.calibration import Calibration
from monitor.analysis.model import SentimentModel
from monitor.errors import ModelUnavailable
from monitor.facts import Sentiment

PLACE = Path("model/config.json")


def test_without_numbers_logits_stay_and_half_decides() -> None:
    assert Calibration.read({}, PLACE) == Calibration(1.0, {}, None, {}, 0.5)


def test_a_language_has_its_own_numbers_and_others_the_common_ones() -> None:
    found = Calibration.read(
        {"temperature": 2, "temperatures": {"ur": 3.0}, "negative_from": 0.4, "negative_from_by_language": {"ur": 0.3}},
        PLACE,
    )
    assert found.divisors(["ur", "en", "ur-Latn", None]).tolist() == [3, 2, 2, 2]
    assert [found.threshold(code) for code in ("ur", "ur-Latn", None)] == [0.3, 0.4, 0.4]


@pytest.mark.parametrize(
    ("shares", "label"),
    [
        ((0.4, 0.35, 0.25), Sentiment.NEGATIVE),
        ((0.39, 0.31, 0.30), Sentiment.NEUTRAL),
        ((0.39, 0.30, 0.31), Sentiment.POSITIVE),
        ((0.2, 0.4, 0.4), Sentiment.NEUTRAL),
        ((0.0, 1.0, 0.0), Sentiment.NEUTRAL),
        ((0.45, 0.0, 0.55), Sentiment.NEGATIVE),
    ],
)
def test_a_text_is_negative_from_the_threshold_on_else_the_larger_of_the_others(
    shares: tuple[float, float, float], label: Sentiment
) -> None:
    assert Calibration(negative_from=0.4).label("en", *shares) is label


def test_the_same_text_may_be_called_otherwise_in_another_language() -> None:
    found = Calibration(negative_from_by_language={"te": 0.3})
    assert [found.label(code, 0.35, 0.6, 0.05) for code in ("te", "en")] == [Sentiment.NEGATIVE, Sentiment.NEUTRAL]


def test_a_text_is_doubtful_while_no_class_reaches_the_certainty() -> None:
    found = Calibration(certainty=0.6)
    assert found.unsure(0.59, 0.41, 0.0)
    assert not found.unsure(0.1, 0.3, 0.6)


def test_a_certainty_of_zero_marks_nothing() -> None:
    assert not Calibration(certainty=0).unsure(0.34, 0.33, 0.33)


@pytest.mark.parametrize(
    ("shares", "label"),
    [((0.45, 0.25, 0.30), Sentiment.NEGATIVE), ((0.3, 0.45, 0.25), Sentiment.NEUTRAL)],
)
def test_without_a_threshold_the_likeliest_class_is_the_label(
    shares: tuple[float, float, float], label: Sentiment
) -> None:
    assert Calibration().label("en", *shares) is label


def test_the_operators_threshold_holds_for_every_language() -> None:
    shipped = Calibration(negative_from=0.5, negative_from_by_language={"ur": 0.3}, certainty=0.5)
    changed = shipped.changed(negative_from=0.7)
    assert [changed.threshold(code) for code in ("ur", "en")] == [0.7, 0.7]
    assert changed.certainty == 0.5


def test_the_operators_certainty_leaves_the_thresholds() -> None:
    shipped = Calibration(negative_from_by_language={"ur": 0.3})
    changed = shipped.changed(certainty=0.0)
    assert (changed.certainty, changed.threshold("ur")) == (0, 0.3)
    assert shipped.changed() == shipped


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"temperature": 0}, r"emberwatch\.temperature is 0, it must be a number from 0\.01 to 100"),
        ({"temperature": "hot"}, r"emberwatch\.temperature is 'hot'"),
        ({"temperature": True}, r"emberwatch\.temperature is True"),
        ({"temperature": float("nan")}, r"emberwatch\.temperature is nan"),
        ({"temperatures": [1.2]}, r"emberwatch\.temperatures is \[1\.2\], it must be an object"),
        ({"temperatures": {"ur": -1}}, r"emberwatch\.temperatures\.ur is -1"),
        ({"negative_from": 0}, r"emberwatch\.negative_from is 0, it must be a number from 0\.01 to 1"),
        ({"negative_from": None}, r"emberwatch\.negative_from is None"),
        ({"negative_from_by_language": {"te": 1.5}}, r"emberwatch\.negative_from_by_language\.te is 1\.5"),
        ({"certainty": 2}, r"emberwatch\.certainty is 2, it must be a number from 0 to 1"),
        ({"max_tokens": "many"}, r"emberwatch\.max_tokens is 'many'"),
        ({"max_tokens": 0}, r"emberwatch\.max_tokens is 0, it must be a number from 8"),
        ({"theme_threshold": "near"}, r"emberwatch\.theme_threshold is 'near'"),
        ([], r"emberwatch is \[\], it must be an object"),
    ],
)
def test_a_wrong_number_in_a_models_config_is_named(tiny: Path, wrong: object, said: str) -> None:
    _write(tiny, wrong)
    with pytest.raises(ModelUnavailable, match=rf"config\.json: {said}"):
        SentimentModel.load(str(tiny))


def test_labels_that_are_no_object_are_named(tiny: Path) -> None:
    config = json.loads((tiny / "config.json").read_text())
    (tiny / "config.json").write_text(json.dumps(config | {"id2label": {"first": "negative"}}))
    with pytest.raises(ModelUnavailable, match="id2label must be an object"):
        SentimentModel.load(str(tiny))


def test_more_tokens_than_a_model_can_read_are_brought_down(tiny: Path) -> None:
    _write(tiny, {"max_tokens": 100_000, "theme_threshold": None})
    assert SentimentModel.load(str(tiny)).predict(["bad"]).probabilities[0].argmax() == 0


def _write(folder: Path, ours: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"emberwatch": ours}))
