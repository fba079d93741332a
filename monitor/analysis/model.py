"""The only code that loads weights: a classifier with its tokenizer, from a folder or the Hugging Face hub."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.files import ModelFolder, open_folder
from monitor.analysis.labels import class_map
from monitor.analysis.onnx_runner import OnnxRunner
from monitor.analysis.parts import Places, parts_of
from monitor.analysis.text import readable
from monitor.analysis.tokens import Tokens, load_tokens
from monitor.analysis.torch_runner import TorchRunner
from monitor.errors import ModelUnavailable

_TOKENS_PER_PASS = 384
"""With padding. Fewer and the weights are fetched too often, more and what passes between layers leaves the processor's
cache: on 600 umsab texts 256 to 512 cost the same, 128 five and 1,024 ten in a hundred more."""

BUILTIN = Path(__file__).parent / "weights"

_LARGEST = 1e4  # of a logit; beyond it sums would overflow

Floats = NDArray[np.float32]


class Runner(Protocol):
    """Runs the network; may be called by `at_once` threads side by side. `width` of an embedding, 0 if it has none."""

    width: int
    at_once: int

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Floats, Floats | None]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says of n texts."""

    probabilities: Floats  # (n, 3): negative, neutral, positive; rows add up to 1
    embeddings: Floats | None  # (n, d), unit length, zeros for an empty text; None if the model gives none


class SentimentModel:
    """A loaded model. An empty text is neutral by definition: the model is not asked."""

    def __init__(self, folder: ModelFolder, runner: Runner, tokens: Tokens, batch_size: int) -> None:
        self.name = folder.name
        self.version = folder.version
        self.theme_threshold = folder.theme_threshold
        self.calibration = folder.calibration
        self._runner = runner
        self._tokens = tokens
        self._batch_size = batch_size
        self._max_tokens = folder.max_tokens
        self._classes = class_map(folder.id2label)

    @property
    def embeds(self) -> bool:
        """Whether readings come with embeddings."""
        return bool(self._runner.width)

    @classmethod
    def load(cls, name_or_path: str = "builtin", *, batch_size: int = 32, threads: int | None = None) -> Self:
        """Load `builtin`, a folder, or a Hugging Face id. Raises ModelUnavailable with what to do."""
        folder = open_folder(BUILTIN, "builtin") if name_or_path == "builtin" else open_folder(name_or_path)
        tokens = load_tokens(folder)
        runner = TorchRunner.load(folder, threads) if folder.onnx is None else OnnxRunner.load(folder, threads)
        return cls(folder, runner, tokens, batch_size)

    def predict(self, texts: Sequence[str], languages: Sequence[str] | None = None) -> Reading:
        """Read the texts, each different one once, and answer in the order given.

        `languages`, one code per text, say which temperature holds; without them the common one does for all.
        """
        plain = [readable(text) for text in texts]
        parts = self._parts([text for text in dict.fromkeys(plain) if text])
        logits, vectors = self._read([ids for own in parts.values() for ids in own])
        places = Places.of(plain, parts)
        divisors = self.calibration.divisors(languages or [None] * len(texts))
        probabilities = _softmax(places.joined(logits[places.parts]) / divisors[:, None]) @ self._classes
        probabilities[~places.read] = (0, 1, 0)
        return Reading(probabilities, None if vectors is None else _unit(places.joined(vectors[places.parts])))

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors (n, d) of the texts. Raises ModelUnavailable if the model gives no embeddings."""
        embeddings = self.predict(texts).embeddings
        if embeddings is None:
            raise ModelUnavailable(f"model {self.name!r} gives no sentence embeddings")
        return embeddings

    def _parts(self, texts: Sequence[str]) -> dict[str, list[list[int]]]:
        """Each text with the tokens of its parts, one part for most; a text without tokens is left out."""
        tokens = self._tokens.encode(texts)
        return {
            text: [part.ids for part in parts_of(text, ids, self._tokens.encode, self._max_tokens)]
            for text, ids in zip(texts, tokens, strict=True)
            if ids
        }

    def _read(self, parts: Sequence[list[int]]) -> tuple[Floats, Floats | None]:
        """Logits (parts, classes) and embeddings (parts, width), passes of like length side by side."""
        logits = np.zeros((len(parts), len(self._classes)), np.float32)
        vectors = np.zeros((len(parts), self._runner.width), np.float32) if self.embeds else None
        passes = list(_passes([len(ids) for ids in parts], self._batch_size))
        for chosen, (found, embedded) in zip(passes, self._answers(parts, passes), strict=True):
            logits[chosen] = np.clip(np.nan_to_num(found), -_LARGEST, _LARGEST)  # a broken model: a third each
            if vectors is not None and embedded is not None:
                vectors[chosen] = np.nan_to_num(embedded)
        return logits, vectors

    def _answers(self, parts: Sequence[list[int]], passes: Sequence[list[int]]) -> list[tuple[Floats, Floats | None]]:
        def answer(chosen: list[int]) -> tuple[Floats, Floats | None]:
            return self._runner(*self._padded([parts[index] for index in chosen]))

        if len(passes) < 2 or self._runner.at_once < 2:
            return [answer(chosen) for chosen in passes]
        with ThreadPoolExecutor(self._runner.at_once) as pool:
            return list(pool.map(answer, passes))

    def _padded(self, tokens: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        width = max(len(ids) for ids in tokens)
        padded = np.full((len(tokens), width), self._tokens.pad, np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, ids in enumerate(tokens):
            padded[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        return padded, mask


def _passes(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Places of texts of like length, the longest first, so that memory stays bounded and no thread ends late."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    start = 0
    while start < len(order):
        longest = lengths[order[start]]
        chosen = order[start : start + max(1, min(most, _TOKENS_PER_PASS // longest))]
        alike = [place for place in chosen if 2 * lengths[place] >= longest]  # shorter ones would be mostly padding
        yield alike
        start += len(alike)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _unit(vectors: Floats) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
