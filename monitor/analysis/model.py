"""The only code that loads weights: a classifier with its tokenizer, from a folder or the Hugging Face hub."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.files import ModelFolder, open_folder
from monitor.analysis.labels import class_map
from monitor.analysis.text import clean
from monitor.errors import ModelUnavailable

_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model")

_USUAL_LENGTH = 48  # tokens; four of five test texts are shorter

BUILTIN = Path(__file__).parent / "weights"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says of n texts."""

    probabilities: Floats  # (n, 3): negative, neutral, positive; rows add up to 1
    embeddings: Floats | None  # (n, d), unit length, zeros for an empty text; None if the model gives none


class SentimentModel:
    """A loaded model. An empty text is neutral by definition: the model is not asked."""

    def __init__(self, folder: ModelFolder, runner: Any, tokenizer: Any, batch_size: int) -> None:
        self.name = folder.name
        self.version = folder.version
        self.theme_threshold = folder.theme_threshold
        self._runner = runner
        self._tokenizer = tokenizer
        self._batch_size = batch_size
        self._max_tokens = folder.max_tokens
        self._temperature = folder.temperature
        self._classes = class_map(folder.id2label)

    @property
    def embeds(self) -> bool:
        """Whether readings come with embeddings."""
        return bool(self._runner.width)

    @classmethod
    def load(cls, name_or_path: str = "builtin", *, batch_size: int = 32, threads: int | None = None) -> Self:
        """Load `builtin`, a folder, or a Hugging Face id. Raises ModelUnavailable with what to do."""
        folder = open_folder(BUILTIN, "builtin") if name_or_path == "builtin" else open_folder(name_or_path)
        tokenizer = _load_tokenizer(folder)
        return cls(folder, _load_runner(folder, threads), tokenizer, batch_size)

    def predict(self, texts: Sequence[str]) -> Reading:
        """Read the texts, the short ones together, and answer in the order given."""
        tokens = self._tokenize([clean(text) for text in texts])
        asked = sorted((index for index, ids in enumerate(tokens) if ids), key=lambda index: len(tokens[index]))
        probabilities = np.tile(np.array([0, 1, 0], np.float32), (len(texts), 1))
        vectors: dict[int, Floats] = {}
        for batch in _batches(asked, [len(ids) for ids in tokens], self._batch_size):
            logits, embeddings = self._runner(*self._padded([tokens[index] for index in batch]))
            probabilities[batch] = _softmax(logits / self._temperature) @ self._classes
            if embeddings is not None:
                vectors.update(zip(batch, _unit(embeddings), strict=True))
        return Reading(probabilities, self._stacked(vectors, len(texts)))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (n, d) of the texts. Raises ModelUnavailable if the model gives no embeddings."""
        embeddings = self.predict(texts).embeddings
        if embeddings is None:
            raise ModelUnavailable(f"model {self.name!r} gives no sentence embeddings")
        return embeddings

    def _tokenize(self, texts: list[str]) -> list[list[int]]:
        readable = [index for index, text in enumerate(texts) if text]
        tokens: list[list[int]] = [[] for _ in texts]
        if not readable:
            return tokens
        found = self._tokenizer([texts[index] for index in readable], truncation=True, max_length=self._max_tokens)
        for index, ids in zip(readable, found["input_ids"], strict=True):
            tokens[index] = ids
        return tokens

    def _padded(self, tokens: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        width = max(len(ids) for ids in tokens)
        padded = np.full((len(tokens), width), self._tokenizer.pad_token_id or 0, np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        return padded, mask

    def _stacked(self, vectors: dict[int, Floats], count: int) -> Floats | None:
        if not self._runner.width:
            return None
        stacked = np.zeros((count, self._runner.width), np.float32)
        for index, vector in vectors.items():
            stacked[index] = vector
        return stacked


class OnnxRunner:
    """Runs an ONNX classifier: inputs `input_ids`, `attention_mask` (and zeros for types), output `logits`.

    Embeddings are the output `embedding`, if there is one. The last hidden states of a classifier will not do: they
    keep little of what a text is about (docs/sentiment.md: 30 % of the probe sentences got their theme).
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._inputs = {item.name for item in session.get_inputs()}
        shapes = {item.name: item.shape for item in session.get_outputs()}
        if "logits" not in shapes:
            raise ModelUnavailable(f"the ONNX file gives {sorted(shapes)} but no `logits`: export a classifier")
        width = shapes["embedding"][-1] if "embedding" in shapes else 0
        self.width: int = width if isinstance(width, int) else 0
        self._outputs = ["logits", *(["embedding"] if self.width else [])]

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Floats, Floats | None]:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self._session.run(self._outputs, {name: given[name] for name in self._inputs})
        return found[0].astype(np.float32), found[1] if self.width else None


def _batches(order: list[int], lengths: list[int], most: int) -> Iterator[list[int]]:
    """Neighbours in `order` (shortest first), fewer of the long ones, so that memory stays bounded."""
    start = 0
    while start < len(order):
        widest = lengths[order[min(start + most, len(order)) - 1]]
        size = max(1, min(most, most * _USUAL_LENGTH // widest))
        yield order[start : start + size]
        start += size


def _load_tokenizer(folder: ModelFolder) -> Any:
    if not any((folder.path / name).is_file() for name in _TOKENIZER_FILES):  # transformers would make up an empty one
        raise ModelUnavailable(f"{folder.path} has no tokenizer: looked for {', '.join(_TOKENIZER_FILES)}")
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # "PyTorch was not found": we do without
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ModelUnavailable("the package `transformers` is missing: pip install transformers") from error
    try:
        return AutoTokenizer.from_pretrained(str(folder.path), local_files_only=True)
    except (OSError, ValueError, ImportError) as error:
        raise ModelUnavailable(f"{folder.path} has no tokenizer that transformers can load: {error}") from error


def _load_runner(folder: ModelFolder, threads: int | None) -> Any:
    if folder.onnx is None:
        from monitor.analysis.torch_runner import TorchRunner

        return TorchRunner.load(folder, threads)
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as errors
    except ImportError as error:
        raise ModelUnavailable("the package `onnxruntime` is missing: pip install onnxruntime") from error
    refusals = (errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument, errors.NotImplemented)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.log_severity_level = 3  # errors only: its warnings are about graph optimisation
    try:
        session = onnxruntime.InferenceSession(str(folder.onnx), options, providers=["CPUExecutionProvider"])
    except refusals as error:
        raise ModelUnavailable(f"{folder.onnx} cannot be loaded by onnxruntime: {error}") from error
    return OnnxRunner(session)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
