"""Voices as columns, and how many of them count: one per author and time, one per text however often it is copied."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from monitor.detection.series import window_counts
from monitor.facts import WHOLE, Cell, Dimension, Voice

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

AUTHOR_BLOCK_SECONDS = 6 * 3600
"""An author counts once in six hours, however often they write."""
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
        return Heard(*(getattr(self, column.name)[rows] for column in fields(self)))


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


def without_repeats(heard: Heard) -> Heard:
    """Voices (newest first) less those who told the same story before, unless then with more certainty."""
    return heard[rising(group(heard.author, heard.story), heard.negative) > 0]


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
    order = np.argsort(key, kind="stable")
    gains = np.empty(len(key))
    gains[order] = _gains(key[order], weights[order])
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


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which voice is in which cell: m rows of row numbers and cell numbers 0..size-1, newest first in each cell.

    Cells from `stories` on are stories.
    """

    voice: Numbers
    cell: Numbers
    stories: int
    size: int


def pair(voices: Heard, size: int, least_story: int) -> tuple[Pairs, list[int]]:
    """Voices with their cells 0..size-1, then with the stories that at least `least_story` of them tell.

    Also gives those stories, in the order of their cell numbers from `size` on.
    """
    voice, column = np.nonzero(voices.cells != NOWHERE)
    stories, code, told = np.unique(voices.story, return_inverse=True, return_counts=True)
    large = told >= least_story
    number = np.where(large, size - 1 + np.cumsum(large), NOWHERE)[code]
    teller = np.nonzero(number != NOWHERE)[0]
    pairs = Pairs(
        voice=np.concatenate([voice, teller]),
        cell=np.concatenate([voices.cells[voice, column], number[teller]]),
        stories=size,
        size=size + int(large.sum()),
    )
    return pairs, [int(story) for story in stories[large]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was heard per cell and window, shape (cells, windows); `newest` has shape (cells,)."""

    certain: Floats  # sum of P squared, each author once in six hours, copies of a text once
    told: Floats  # the same, but in the cell of a story with all copies of it
    authors: Floats  # distinct authors with P of at least one half
    newest: Floats  # seconds since the newest voice of such an author; endless when there is none


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the voices of one story weigh beside its surest one, 0..1: reposts, and copies that are none."""

    echo: float = 1.0
    copies: float = 1.0


def count(voices: Heard, age: Floats, pairs: Pairs, windows: Floats, weights: Weights) -> Counts:
    """Count voices (newest first, `age` in seconds) in every cell and window; windows in seconds, rising.

    In the cell of a story its reposts weigh in full: it is about how far the story went.
    """
    _, author = np.unique(voices.author, return_inverse=True)
    blocks = int(windows[-1] // AUTHOR_BLOCK_SECONDS) + 1
    block = np.minimum(age // AUTHOR_BLOCK_SECONDS, blocks - 1).astype(np.int64)
    person = pairs.cell * (int(author.max(initial=0)) + 1) + author[pairs.voice]
    key = person * blocks + block[pairs.voice]
    order = np.argsort(key, kind="stable")
    voice, cell = pairs.voice[order], pairs.cell[order]
    sure, ages = voices.negative[voice] >= SURE, age[voice]
    heard, once, echoed = _weighed(voices, weights)

    def summed(in_story: Floats) -> Floats:
        weight = np.where(cell < pairs.stories, echoed[voice], in_story[voice])
        return window_counts(ages, _gains(key[order], weight), cell, pairs.size, windows)

    certain = summed(once)
    newest = np.full(pairs.size, np.inf)
    np.minimum.at(newest, cell[sure], ages[sure])
    return Counts(
        certain=certain,
        told=certain if pairs.size == pairs.stories else summed(heard),
        authors=window_counts(ages, _gains(person[order], sure.astype(np.float64)), cell, pairs.size, windows),
        newest=newest,
    )


def _weighed(voices: Heard, weights: Weights) -> tuple[Floats, Floats, Floats]:
    """The weight of each voice alone, with copies counted once, and with reposts and copies beside the surest voice."""
    certain = voices.negative**2
    text = group(voices.story, np.where(voices.repost, voices.id, NOWHERE))
    once = weights.copies * certain + (1 - weights.copies) * rising(text, certain)
    echoed = weights.echo * once + (1 - weights.echo) * rising(voices.story, certain)
    return certain, once, echoed
