"""Loading and running a classifier, on a tiny real ONNX model."""

import json
from pathlib import Path

import numpy as np
import pytest

from monitor.analysis.model import SentimentModel
from monitor.errors import ModelUnavailable
from tests.analysis.tiny_model import write_tiny


def test_answers_come_in_the_order_of_the_texts(tiny: Path) -> None:
    model = SentimentModel.load(str(tiny), batch_size=2)
    texts = ["good", "bad bad bad bad bad", "good good good", "bad"]
    assert model.predict(texts).probabilities.argmax(axis=1).tolist() == [2, 0, 2, 0]


def test_probabilities_add_up_to_one(tiny: Path) -> None:
    found = SentimentModel.load(str(tiny)).predict(["good late refund", "zzz"]).probabilities
    assert np.allclose(found.sum(axis=1), 1)


def test_padding_does_not_change_an_answer(tiny: Path) -> None:
    model = SentimentModel.load(str(tiny))
    alone = model.predict(["bad"])
    beside = model.predict(["bad", "good " * 50])
    assert np.allclose(alone.probabilities[0], beside.probabilities[0])
    assert alone.embeddings is not None
    assert beside.embeddings is not None
    assert np.allclose(alone.embeddings[0], beside.embeddings[0])


def test_embeddings_are_brought_to_unit_length(tiny: Path) -> None:
    found = SentimentModel.load(str(tiny)).predict(["late refund", "late"]).embeddings
    assert found is not None
    assert np.allclose(found, [[0.7071, 0.7071], [1, 0]], atol=1e-3)


@pytest.mark.parametrize("text", ["", "   ", "\x00\u200b", "\ud800"])
def test_a_text_with_nothing_to_read_is_neutral_without_embedding(tiny: Path, text: str) -> None:
    found = SentimentModel.load(str(tiny)).predict([text, "bad"])
    assert found.probabilities[0].tolist() == [0, 1, 0]
    assert found.embeddings is not None
    assert not found.embeddings[0].any()


def test_no_texts_give_no_answers(tiny: Path) -> None:
    assert SentimentModel.load(str(tiny)).predict([]).probabilities.shape == (0, 3)


def test_a_huge_text_is_cut_before_the_model_sees_it(tiny: Path) -> None:
    found = SentimentModel.load(str(tiny)).predict(["bad " * 500_000])
    assert found.probabilities[0].argmax() == 0


def test_the_configs_label_order_is_obeyed(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "turned", labels=("positive", "neutral", "negative"))
    assert SentimentModel.load(str(folder)).predict(["good"]).probabilities[0].argmax() == 0


def test_the_temperature_of_the_config_softens_the_answer(tiny: Path) -> None:
    sharp = SentimentModel.load(str(tiny)).predict(["late"]).probabilities[0, 0]
    config = json.loads((tiny / "config.json").read_text())
    (tiny / "config.json").write_text(json.dumps(config | {"emberwatch": {"temperature": 3.0, "version": "7"}}))
    soft = SentimentModel.load(str(tiny))
    assert soft.version == "7"
    assert soft.predict(["late"]).probabilities[0, 0] < sharp


def test_a_model_without_that_output_gives_no_embeddings(tmp_path: Path) -> None:
    model = SentimentModel.load(str(write_tiny(tmp_path / "bare", embeds=False)))
    assert model.predict(["good"]).embeddings is None
    with pytest.raises(ModelUnavailable, match="no sentence embeddings"):
        model.embed(["good"])


def test_the_onnx_file_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "hub", place="onnx/model.onnx")
    assert SentimentModel.load(str(folder)).predict(["bad"]).probabilities[0].argmax() == 0


def test_a_folder_that_is_missing_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="/nowhere/at/all: the folder does not exist"):
        SentimentModel.load("/nowhere/at/all")


def test_a_folder_without_weights_says_what_was_looked_for(tiny: Path) -> None:
    (tiny / "model.onnx").unlink()
    with pytest.raises(ModelUnavailable, match=r"no weights in .*model\.onnx"):
        SentimentModel.load(str(tiny))


def test_a_folder_without_config_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"config\.json is missing"):
        SentimentModel.load(str(tmp_path))


def test_a_damaged_weights_file_is_a_clear_error(tiny: Path) -> None:
    (tiny / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelUnavailable, match="cannot be loaded by onnxruntime"):
        SentimentModel.load(str(tiny))


def test_a_missing_tokenizer_is_a_clear_error(tiny: Path) -> None:
    (tiny / "tokenizer.json").unlink()
    (tiny / "tokenizer_config.json").unlink()
    with pytest.raises(ModelUnavailable, match="no tokenizer"):
        SentimentModel.load(str(tiny))


def test_a_model_that_is_no_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no `logits`"):
        SentimentModel.load(str(write_tiny(tmp_path / "other", logits_name="pooled")))


def test_labels_that_are_no_sentiment_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="not a sentiment"):
        SentimentModel.load(str(write_tiny(tmp_path / "topics", labels=("sport", "news", "arts"))))


def test_a_torch_model_without_torch_says_which_extra_to_install(tiny: Path) -> None:
    pytest.importorskip("transformers")
    if __import__("importlib.util").util.find_spec("torch"):
        pytest.skip("torch is installed here")
    (tiny / "model.onnx").unlink()
    (tiny / "model.safetensors").write_bytes(b"")
    with pytest.raises(ModelUnavailable, match=r"pip install 'emberwatch\[torch\]'"):
        SentimentModel.load(str(tiny))


@pytest.mark.parametrize("name", ["not a model id!", "a/b/c/d"])
def test_a_name_that_cannot_be_a_model_is_refused(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="neither a folder nor a Hugging Face id"):
        SentimentModel.load(name)
