"""A tiny real ONNX classifier with a word tokenizer: it says negative for `bad`, positive for `good`."""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer, models, pre_tokenizers

WORDS = ["<pad>", "<unk>", "good", "bad", "late", "refund"]
# One row per word: three logits, then a two-number embedding.
TABLE = np.array(
    [[0, 0, 0, 0, 0], [0, 0.1, 0, 0, 0], [-4, 0, 4, 0, 0], [4, 0, -4, 0, 0], [2, 0, 0, 3, 0], [2, 0, 0, 0, 3]]
)


def _graph(*, embeds: bool, logits_name: str, broken: bool) -> bytes:
    """Adds up the rows of the tokens that the mask keeps; a broken one says that nothing is a number."""
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "two"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["kept"]),
        helper.make_node("ReduceSum", ["kept", "one"], ["sums"], keepdims=0),
        helper.make_node("Slice", ["sums", "zero", "three", "one"], [logits_name]),
        helper.make_node("Slice", ["sums", "three", "five", "one"], ["embedding"]),
    ]
    constants = [numpy_helper.from_array((TABLE * np.nan if broken else TABLE).astype(np.float32), "table")]
    numbers = {"zero": 0, "one": 1, "two": 2, "three": 3, "five": 5}
    constants += [numpy_helper.from_array(np.array([value], np.int64), name) for name, value in numbers.items()]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info(logits_name, TensorProto.FLOAT, ["n", 3])]
    if embeds:
        outputs.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 2]))
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)


def write_tiny(
    folder: Path, *, labels: tuple[str, ...] = ("negative", "neutral", "positive"), embeds: bool = True,
    logits_name: str = "logits", place: str = "model.onnx", broken: bool = False,
) -> Path:  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / place).parent.mkdir(exist_ok=True)
    save(_graph(embeds=embeds, logits_name=logits_name, broken=broken), folder / place)
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(kind))
    config = {"model_type": "bert", "id2label": dict(enumerate(labels))}
    (folder / "config.json").write_text(json.dumps(config))
    return folder
