"""Runs an ONNX model over many texts in batches of like length; for measuring, without the product's rules."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

Floats = NDArray[np.float32]


def session(model: onnx.ModelProto | Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    source = str(model) if isinstance(model, Path) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(
    model: onnxruntime.InferenceSession,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    *,
    max_tokens: int,
    batch_size: int = 32,
) -> dict[str, Floats]:
    """All outputs by name, each (n, width), in the order of the texts."""
    tokenizer.enable_truncation(max_tokens)
    tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
    outputs = {item.name: np.zeros((len(texts), item.shape[1]), np.float32) for item in model.get_outputs()}
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        found = model.run(list(outputs), _padded([tokens[index] for index in batch]))
        for name, values in zip(outputs, found, strict=True):
            outputs[name][batch] = values
    return outputs


def _padded(tokens: list[list[int]]) -> dict[str, NDArray[np.int64]]:
    width = max(len(ids) for ids in tokens)
    padded = np.ones((len(tokens), width), np.int64)
    mask = np.zeros((len(tokens), width), np.int64)
    for row, ids in enumerate(tokens):
        padded[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return {"input_ids": padded, "attention_mask": mask}
