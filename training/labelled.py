"""Finds again the texts that were labelled with themes and brands: the project has only their hashes and labels."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from training.data import read

LABELS = Path(__file__).parents[1] / "benchmarks" / "labels"
WRITTEN = Path(__file__).parent / "written"


@dataclass(frozen=True, slots=True)
class Themed:
    """A text with its themes; `kind` is complaint, compliment, mixed or none, "" when it was not labelled."""

    hash: str
    lang: str
    kind: str
    themes: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Trap:
    """A text with the name of a brand in it, of which `about` says what it is; whether the brand is meant."""

    hash: str
    lang: str
    brand: str
    about: str
    relevant: bool
    text: str


def themed(part: str, name: str = "themes") -> list[Themed]:
    """The labels of benchmarks/labels/NAME.jsonl whose texts are in this part of the data."""
    return [
        Themed(line["hash"], line["lang"], line.get("kind", ""), frozenset(line["themes"]), text)
        for line, text in _with_texts(part, LABELS / f"{name}.jsonl")
    ]


def traps(part: str, name: str = "traps") -> list[Trap]:
    return [
        Trap(line["hash"], line["lang"], line["brand"], line["about"], line["relevant"], text)
        for line, text in _with_texts(part, LABELS / f"{name}.jsonl")
    ]


def written() -> list[Themed]:
    """The texts written for training, with their themes."""
    found = []
    for path in sorted(WRITTEN.glob("*.jsonl")):
        for line in _lines(path):
            kind = {"negative": "complaint", "positive": "compliment"}.get(line["label"], "")
            found.append(Themed(digest(line["text"]), path.stem, kind, frozenset(line["themes"]), line["text"]))
    return found


def is_for_choosing(hash_: str) -> bool:
    """Half of the labels of val texts, by the first letters of the hash, are for choosing, the others for measuring."""
    return int(hash_[:2], 16) % 2 == 0


def digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _with_texts(part: str, path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    lines = list(_lines(path))
    texts = _texts(part, sorted({line["set"] for line in lines}), {line["hash"] for line in lines})
    missing = sum(line["hash"] not in texts for line in lines)
    if missing:
        raise LookupError(f"{missing} of {len(lines)} texts of {path.name} are not in the {part} parts of the data")
    return ((line, texts[line["hash"]]) for line in lines)


def _texts(part: str, sets: Sequence[str], wanted: set[str]) -> dict[str, str]:
    found = {}
    for name in sets:
        for row in read(part, name):
            if (key := digest(row.text)) in wanted:
                found[key] = row.text
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
