"""Reads the labelled texts that training and measuring use; they stay outside the project."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    label: str  # one of LABELS, "" for unlabelled texts
    lang: str


def data_folder() -> Path:
    """The folder with `train`, `val` and `test`: EMBERWATCH_DATA/data/sentiment, default `../shared`."""
    return Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "data" / "sentiment"


def set_names(part: str) -> list[str]:
    return sorted(path.name.removesuffix(".jsonl.gz") for path in (data_folder() / part).glob("*.jsonl.gz"))


def read(part: str, name: str) -> Iterator[Row]:
    """The rows of one set, in the order of the file."""
    with gzip.open(data_folder() / part / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield Row(record["text"], record.get("label") or "", record["lang"])


def sample(rows: list[Row], size: int) -> list[Row]:
    """At most `size` rows, evenly spaced, so that a subset keeps the make-up of a sorted file."""
    if len(rows) <= size:
        return rows
    return [rows[index * len(rows) // size] for index in range(size)]
