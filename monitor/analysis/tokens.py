"""Turns texts into the numbers of a model's tokens."""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.analysis.files import ModelFolder
from monitor.errors import ModelUnavailable

_WHOLE = "tokenizer.json"
_OTHERS = ("vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model")


@dataclass(frozen=True, slots=True)
class Tokens:
    """`encode` gives each text its tokens, however many, with the model's marks for start and end."""

    encode: Callable[[Sequence[str]], list[list[int]]]
    pad: int  # fills up the shorter texts of a pass


def load_tokens(folder: ModelFolder) -> Tokens:
    """The folder's tokenizer. Raises ModelUnavailable when there is none or it is damaged."""
    if (folder.path / _WHOLE).is_file():
        return _from_whole(folder)
    if any((folder.path / name).is_file() for name in _OTHERS):  # else transformers would make up an empty one
        return _from_vocabulary(folder)
    raise ModelUnavailable(f"{folder.path} has no tokenizer: looked for {', '.join((_WHOLE, *_OTHERS))}")


def _from_whole(folder: ModelFolder) -> Tokens:
    """Without transformers, whose import takes half a second and 40 MB."""
    tokenizer = _opened(folder.path / _WHOLE)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [found.ids for found in tokenizer.encode_batch_fast(list(texts))]

    return Tokens(encode, tokenizer.token_to_id(_name_of_pad(folder)) or 0)


def _opened(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = None
    try:
        tokenizer = Tokenizer.from_file(str(path))
    finally:
        error = sys.exception()
        if tokenizer is None and type(error) is Exception:  # what tokenizers raises: the class itself, nothing narrower
            raise ModelUnavailable(f"{path} is damaged, or for a newer `tokenizers`: {error}") from error
    return tokenizer


def _name_of_pad(folder: ModelFolder) -> str:
    try:
        settings = json.loads((folder.path / "tokenizer_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        settings = {}
    named = settings.get("pad_token") or "[PAD]"
    return str(named.get("content") if isinstance(named, dict) else named)


def _from_vocabulary(folder: ModelFolder) -> Tokens:
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # "PyTorch was not found": we do without
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ModelUnavailable("the package `transformers` is missing: pip install transformers") from error
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(  # nosec B615
            str(folder.path), local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, ImportError) as error:
        raise ModelUnavailable(f"{folder.path} has no tokenizer that transformers can load: {error}") from error

    def encode(texts: Sequence[str]) -> list[list[int]]:
        if not texts:  # transformers fails on nothing
            return []
        found: list[list[int]] = tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return found

    return Tokens(encode, tokenizer.pad_token_id or 0)
