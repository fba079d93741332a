"""Cuts a text that is longer than a model can read into parts, and joins what is said of them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MOST_PARTS = 8
"""Parts that are read of one text, so that the cost of a long one is bounded."""
_FILL = 0.8
"""Of the tokens that fit: room for cutting where a sentence ends."""
_SLACK = 8
"""A cut may move by this fraction of a part."""

_SENTENCE_END = re.compile(r"[.!?…؟۔।]+[\"'”’)\]]*\s|[。！？]")


class Part(NamedTuple):
    """A stretch of a text and its tokens."""

    text: str
    ids: list[int]


Encode = Callable[[Sequence[str]], list[list[int]]]
"""Texts to their tokens, with the model's marks for start and end."""


def parts_of(text: str, ids: list[int], encode: Encode, most_tokens: int) -> list[Part]:
    """At most MOST_PARTS parts of at most `most_tokens` tokens, evenly spread, the first and the last among them."""
    parts = _fitting(Part(text, ids), encode, most_tokens)
    if len(parts) <= MOST_PARTS:
        return parts
    return [parts[round(index)] for index in np.linspace(0, len(parts) - 1, MOST_PARTS)]


def cut(text: str, count: int) -> list[str]:
    """About `count` pieces of like length, cut after a sentence if one ends nearby, else at a space, else anywhere."""
    size = len(text) / count
    edges = [0, *(_border(text, round(size * k), int(size / _SLACK)) for k in range(1, count)), len(text)]
    pieces = (text[start:end].strip() for start, end in pairwise(edges))
    return [piece for piece in pieces if piece]


def _fitting(whole: Part, encode: Encode, most: int) -> list[Part]:
    if len(whole.ids) <= most:
        return [whole]
    pieces = cut(whole.text, math.ceil(len(whole.ids) / (_FILL * most)))
    if len(pieces) < 2:  # a single sign of more tokens than fit
        return [Part(whole.text, [*whole.ids[: most - 1], whole.ids[-1]])]
    return [part for own in map(Part, pieces, encode(pieces)) for part in _fitting(own, encode, most)]


def _border(text: str, ideal: int, slack: int) -> int:
    first, last = max(ideal - slack, 0), ideal + slack
    ends = [found.end() for found in _SENTENCE_END.finditer(text, first, last)]
    ends = ends or [place for place in range(first, min(last, len(text))) if text[place] == " "]
    return min(ends, key=lambda place: abs(place - ideal), default=ideal)


@dataclass(frozen=True, slots=True)
class Places:
    """Which parts answer for which of n texts: an entry for each text and part of it; equal texts share their parts."""

    rows: NDArray[np.int64]  # place of the text
    parts: NDArray[np.int64]  # place of the part among the parts of all different texts
    shares: NDArray[np.float32]  # of the tokens of its text that the part has
    read: NDArray[np.bool_]  # (n,): whether the text has any part

    @classmethod
    def of(cls, texts: Sequence[str], parts: Mapping[str, Sequence[Sequence[int]]]) -> Self:
        """`parts`: the tokens of each part of the texts that have some, in the order in which parts are numbered."""
        firsts = np.cumsum([0, *map(len, parts.values())]).tolist()
        first_of = dict(zip(parts, firsts, strict=False))
        own = {text: [len(ids) / sum(map(len, of)) for ids in of] for text, of in parts.items()}
        entries = [
            (row, first_of[text] + place, share)
            for row, text in enumerate(texts)
            for place, share in enumerate(own.get(text, ()))
        ]
        rows, numbers, shares = np.array(entries, np.float64).reshape(-1, 3).T
        read = np.array([text in parts for text in texts], bool)
        return cls(rows.astype(np.int64), numbers.astype(np.int64), shares.astype(np.float32), read)

    def joined(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(entries, k) to (n, k): the mean over the parts of each text by tokens, zeros for a text without parts.

        Of logits this is the best of the rules that benchmarks/long.py compares, together with the mean of the shares.
        """
        found = np.zeros((len(self.read), values.shape[1]), np.float32)
        np.add.at(found, self.rows, values * self.shares[:, None])
        return found
