"""Looks at a model under training on val parts and held-out rows, so that a bad turn shows early."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.data import LABELS, Row, read, sample, set_names
from training.encoder import Encoder
from training.mix import TWO_CLASS, held_out

_SETS = (
    "umsab", "tweeteval", "roman_urdu_uci", "daraz_roman_urdu", "telugu_codemix", "telugu_actsa",
    "urdu_social_nasirbrohi", "urdu_products_mt",
)  # fmt: skip
_HELD_OUT = ("firecs", "hinglish_sentimix")
_ROWS = 400
_TEXTS = 64
_MAX_TOKENS = 128


def rows() -> dict[str, list[Row]]:
    """At most 400 rows a set, by the set's name."""
    there = set_names("val")
    found = {name: sample(list(read("val", name)), _ROWS) for name in _SETS if name in there}
    return found | {name: sample(held_out(name), _ROWS) for name in _HELD_OUT}


def scores(encoder: Encoder, tokenizer: Tokenizer, sets: dict[str, list[Row]]) -> dict[str, float]:
    """Macro-F1 of each set, in percent."""
    return {name: round(100 * _macro_f1(name, encoder, tokenizer, members), 1) for name, members in sets.items()}


def _macro_f1(name: str, encoder: Encoder, tokenizer: Tokenizer, members: Sequence[Row]) -> float:
    logits = all_logits(encoder, tokenizer, [row.text for row in members])
    classes = (0, 2) if name in TWO_CLASS else (0, 1, 2)
    found = np.array(classes)[logits[:, classes].argmax(1)]
    truth = np.array([LABELS.index(row.label) for row in members])
    parts = []
    for number in classes:
        hits = ((found == number) & (truth == number)).sum()
        parts.append(2 * hits / max(1, (found == number).sum() + (truth == number).sum()))
    return float(np.mean(parts))


def all_logits(encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, 3), in the order given, read without dropout."""
    out = np.zeros((len(texts), 3), np.float32)
    with torch.no_grad():
        for places, ids, mask in _batches(tokenizer, texts):
            out[places] = encoder(ids, mask).logits.float().numpy()
    return out


def _batches(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
    tokens = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    tokens = [ids if len(ids) <= _MAX_TOKENS else [*ids[: _MAX_TOKENS - 1], ids[-1]] for ids in tokens]
    order = sorted(range(len(tokens)), key=lambda index: len(tokens[index]))
    for start in range(0, len(order), _TEXTS):
        places = order[start : start + _TEXTS]
        width = max(len(tokens[index]) for index in places)
        ids, mask = torch.ones(len(places), width, dtype=torch.long), torch.zeros(len(places), width, dtype=torch.long)
        for row, index in enumerate(places):
            ids[row, : len(tokens[index])] = torch.tensor(tokens[index])
            mask[row, : len(tokens[index])] = 1
        yield places, ids, mask
