"""Loading and running a classifier, on a tiny real ONNX model."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from monitor.analysis.files import open_folder
from monitor.analysis.model import Floats, Runner, SentimentModel
from monitor.analysis.onnx_runner import OnnxRunner
from monitor.analysis.tokens import load_tokens
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


def test_the_temperature_of_the_texts_language_holds(tiny: Path) -> None:
    config = json.loads((tiny / "config.json").read_text())
    ours = {"temperature": 1.0, "temperatures": {"ur-Latn": 4.0}}
    (tiny / "config.json").write_text(json.dumps(config | {"emberwatch": ours}))
    model = SentimentModel.load(str(tiny))
    said = model.predict(["late", "late", "late"], ["en", "ur-Latn", "ur"]).probabilities[:, 0]
    assert said[1] < said[0] == said[2] == model.predict(["late"]).probabilities[0, 0]


class Counting:
    """A runner that keeps the number of texts it was asked for."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.width, self.at_once = runner.width, 1
        self.asked: list[int] = []

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Floats, Floats | None]:
        self.asked.append(len(ids))
        return self._runner(ids, mask)


def _counted(tiny: Path, batch_size: int = 32) -> tuple[SentimentModel, Counting]:
    folder = open_folder(tiny)
    counting = Counting(OnnxRunner.load(folder, 1))
    return SentimentModel(folder, counting, load_tokens(folder), batch_size), counting


def test_equal_texts_are_read_once(tiny: Path) -> None:
    model, counting = _counted(tiny)
    found = model.predict(["bad", "good", "bad ", "", "<b>bad</b>", "good"])
    assert counting.asked == [2]
    assert found.probabilities.argmax(axis=1).tolist() == [0, 2, 0, 1, 0, 2]
    assert found.embeddings is not None
    assert np.array_equal(found.embeddings[0], found.embeddings[2])


def test_a_pass_has_no_more_texts_than_asked_for_and_all_of_like_length(tiny: Path) -> None:
    model, counting = _counted(tiny, batch_size=4)
    model.predict([f"bad {'late ' * size}" for size in (1, 2, 3, 4, 5, 6, 100, 101)])
    assert sorted(counting.asked) == [2, 2, 4]


def test_threads_answer_like_one(tiny: Path) -> None:
    texts = [f"{'good ' * (number % 7)}{'bad ' * (number % 5)}late" for number in range(300)]
    alone = SentimentModel.load(str(tiny), batch_size=8, threads=1).predict(texts)
    together = SentimentModel.load(str(tiny), batch_size=8, threads=3).predict(texts)
    assert np.array_equal(alone.probabilities, together.probabilities)


def test_a_long_text_is_read_to_its_end(tiny: Path) -> None:
    config = json.loads((tiny / "config.json").read_text())
    (tiny / "config.json").write_text(json.dumps(config | {"emberwatch": {"max_tokens": 8}}))
    found = SentimentModel.load(str(tiny)).predict([f"{'x ' * 20} bad", f"{'x ' * 20} good"]).probabilities
    assert found[0, 0] > found[0, 2]
    assert found[1, 2] > found[1, 0]


def test_the_embedding_of_a_long_text_is_the_mean_of_its_parts(tiny: Path) -> None:
    found = SentimentModel.load(str(tiny)).predict(["late " * 100 + "refund " * 100, "late " * 200]).embeddings
    assert found is not None
    assert np.allclose(np.linalg.norm(found, axis=1), 1)
    assert found[0].min() > 0.5


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


def test_a_damaged_tokenizer_is_a_clear_error(tiny: Path) -> None:
    (tiny / "tokenizer.json").write_text('{"version": "1.0", "model"')
    with pytest.raises(ModelUnavailable, match=r"tokenizer\.json is damaged"):
        SentimentModel.load(str(tiny))


def test_a_tokenizer_that_comes_as_a_word_list_is_loaded_too(tiny: Path) -> None:
    (tiny / "tokenizer.json").unlink()
    (tiny / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "good", "bad", "[CLS]", "[SEP]"]))
    (tiny / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}))
    config = json.loads((tiny / "config.json").read_text())
    (tiny / "config.json").write_text(json.dumps(config | {"emberwatch": {"max_tokens": 8}}))
    model = SentimentModel.load(str(tiny))
    assert model.predict(["bad", "good"]).probabilities.argmax(axis=1).tolist() == [0, 2]
    assert model.predict([""]).probabilities.tolist() == [[0, 1, 0]]


def test_the_pad_token_of_the_tokenizers_settings_fills_up(tiny: Path) -> None:
    (tiny / "tokenizer_config.json").write_text(json.dumps({"pad_token": {"content": "late"}}))
    assert load_tokens(open_folder(tiny)).pad == 4


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
