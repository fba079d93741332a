"""Voices as columns, and the parts they play: who says the same again, and who only copies."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from monitor.facts import WHOLE, Cell, Dimension, Voice

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

NOWHERE = -1
SURE = 0.5
"""From here on a voice counts as negative where whole voices are counted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The voices of one brand as columns of n rows; times are Unix seconds.

    `cells` has shape (n, k): numbers of the cells a voice belongs to (whole brand, source, language, themes), padded
    with NOWHERE. `author`, `story` and `repost` are as in Voice.
    """

    id: NDArray[np.int64]
    at: Floats
    negative: Floats
    author: NDArray[np.int64]
    story: NDArray[np.int64]
    repost: NDArray[np.bool_]
    fresh: NDArray[np.bool_]
    followers: Floats
    video: NDArray[np.bool_]
    cells: Numbers

    def __getitem__(self, rows: Numbers | NDArray[np.bool_] | slice) -> "Heard":
        return Heard(*(getattr(self, column)[rows] for column in _COLUMNS))


_COLUMNS = tuple(column.name for column in fields(Heard))


def cells_of(source: str, language: str, themes: Sequence[str]) -> tuple[Cell, ...]:
    """Every cell that a voice with these values belongs to, except its story."""
    named = (Cell(Dimension.THEME, theme) for theme in dict.fromkeys(themes))
    return (WHOLE, Cell(Dimension.SOURCE, source), Cell(Dimension.LANGUAGE, language), *named)


def hear(voices: Sequence[Voice], numbers: dict[Cell, int]) -> Heard:
    """Columns of the voices. `numbers` gives each cell its number; cells met for the first time are added to it."""
    rows: dict[tuple[str, str, tuple[str, ...]], tuple[int, ...]] = {}
    cells = []
    for voice in voices:
        values = (voice.source, voice.language, voice.themes)
        if values not in rows:
            rows[values] = tuple(numbers.setdefault(cell, len(numbers)) for cell in cells_of(*values))
        cells.append(rows[values])
    width = max(map(len, cells), default=1)
    padded = [row + (NOWHERE,) * (width - len(row)) for row in cells]
    return Heard(
        id=np.array([voice.mention_id for voice in voices], np.int64),
        at=np.array([voice.at.timestamp() for voice in voices], np.float64),
        negative=np.array([voice.negative for voice in voices], np.float64),
        author=np.array([voice.author for voice in voices], np.int64),
        story=np.array([voice.story for voice in voices], np.int64),
        repost=np.array([voice.repost for voice in voices], bool),
        fresh=np.array([voice.fresh for voice in voices], bool),
        followers=np.array([voice.followers for voice in voices], np.float64),
        video=np.array([voice.video for voice in voices], bool),
        cells=np.array(padded, np.intp).reshape(len(voices), width),
    )


def newest_first(heard: Heard) -> Heard:
    """The same voices in an order that does not depend on how they came."""
    return heard[np.lexsort((heard.id, -heard.at))]


def copied(heard: Heard) -> NDArray[np.bool_]:
    """Which voices say what another one said, and are no reposts: all of a story but its surest, then oldest."""
    order = np.lexsort((heard.id, heard.at, -heard.negative, heard.repost))
    _, first = np.unique(heard.story[order], return_index=True)
    own = heard.repost.copy()
    own[order[first]] = True
    return ~own


def group(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number per different combination of the columns' values, shape (n,)."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values, code = np.unique(column, return_inverse=True)
        key = key * (len(values) + 1) + code
    return key


def rising(key: NDArray[np.int64], weights: Floats) -> Floats:
    """How much each row adds to the largest weight of its key so far, shape (n,).

    With rows newest first, the gains inside any window add up to the largest weight of each key in that window.
    Weights lie in 0..1.
    """
    return Shared.of(key).gains(weights, np.ones(len(key), bool))


@dataclass(frozen=True, slots=True)
class Shared:
    """The rows whose key others have too, by key and in their order within it; most rows are alone with theirs."""

    rows: Numbers
    key: NDArray[np.int64]

    @classmethod
    def of(cls, key: NDArray[np.int64]) -> "Shared":
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        same = ordered[1:] == ordered[:-1]
        several = np.zeros(len(key), bool)
        several[1:] = same
        several[:-1] |= same
        return cls(order[several], ordered[several])

    def gains(self, weights: Floats, kept: NDArray[np.bool_], part: NDArray[np.int64] | None = None) -> Floats:
        """As `rising`, of the rows that are `kept`; the others have none.

        `part` (never falling within a key) cuts each key into parts that count apart.
        """
        gains: Floats = np.where(kept, weights, 0.0)
        if len(self.rows):
            still = kept[self.rows]
            rows, key = self.rows[still], self.key[still]
            if part is not None:
                key = key * (int(part.max(initial=0)) + 1) + part[rows]
            gains[rows] = _gains(key, weights[rows])
        return gains


def _gains(key: NDArray[np.int64], weight: Floats) -> Floats:
    """As `rising`, for rows in the order of their keys."""
    first = np.ones(len(key), bool)
    first[1:] = key[1:] != key[:-1]
    # A step of 2 per key keeps the running maximum of one key from reaching into the next.
    base = 2.0 * np.cumsum(first)
    highest = np.maximum.accumulate(base + weight)
    before = np.concatenate([[0.0], highest[:-1]])
    gains: Floats = np.where(first, weight, highest - np.maximum(before, base))
    return gains
