"""Counts voices per cell and window: one per author and time, one per text however often it is copied."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.detection.voices import NOWHERE, SURE, Floats, Heard, Numbers, Shared
from monitor.facts import Cell, Dimension

Bools = NDArray[np.bool_]

AUTHOR_BLOCK_SECONDS = 6 * 3600
"""An author counts once in six hours, however often they write."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """Voices newest first, with the orders in which they are counted, so that any part of them is counted quickly.

    `cells` gives the cell numbers their meaning; from `stories` on they are the stories of several voices. `voice` and
    `cell` are the pairs (row, cell number) of which voice is in which cell, newest first in each.
    """

    voices: Heard
    cells: tuple[Cell, ...]
    stories: int
    voice: Numbers
    cell: Numbers
    repeats: Shared  # rows of one author and story
    texts: Shared  # rows of one story that are no reposts
    tellers: Shared  # rows of one story
    people: Shared  # pairs of one cell and author


def arrange(voices: Heard, cells: tuple[Cell, ...], least_story: int) -> Arranged:
    """Voices that stand newest first; a story of at least `least_story` of them is a cell."""
    voice, column = np.nonzero(voices.cells != NOWHERE)
    names, story, told = np.unique(voices.story, return_inverse=True, return_counts=True)
    large = told >= least_story
    number = np.where(large, len(cells) - 1 + np.cumsum(large), NOWHERE)[story]
    teller = np.nonzero(number != NOWHERE)[0]
    row = np.concatenate([voice, teller])
    cell = np.concatenate([voices.cells[voice, column], number[teller]])
    _, author = np.unique(voices.author, return_inverse=True)
    text = np.where(voices.repost, len(names) + np.arange(len(story)), story)
    return Arranged(
        voices=voices,
        cells=cells + tuple(Cell(Dimension.STORY, str(name)) for name in names[large].tolist()),
        stories=len(cells),
        voice=row,
        cell=cell,
        repeats=Shared.of(author * (len(names) + 1) + story),
        texts=Shared.of(text),
        tellers=Shared.of(story),
        people=Shared.of(cell * (len(story) + 1) + author[row]),
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What was heard per cell and window, shape (cells, windows); `newest` has shape (cells,)."""

    certain: Floats  # sum of P squared, each author once in six hours, copies of a text once
    told: Floats  # the same, but in the cell of a story with all copies of it
    authors: Floats  # distinct authors with P of at least one half, weighed alike; in the cell of a story in full
    newest: Floats  # seconds since the newest voice of such an author; endless when there is none


@dataclass(frozen=True, slots=True)
class Weights:
    """How much the voices of one story weigh beside its surest one, 0..1: reposts, and copies that are none."""

    echo: float = 1.0
    copies: float = 1.0


def without_repeats(arranged: Arranged, kept: Bools) -> Bools:
    """Of the rows `kept`, those that do not tell a story again, unless with more certainty than later."""
    return kept & (arranged.repeats.gains(arranged.voices.negative, kept) > 0)


def count(arranged: Arranged, kept: Bools, age: Floats, windows: Floats, weights: Weights) -> Counts:
    """Count the rows `kept` in every cell and window; `age` in seconds per row, windows in seconds, rising.

    In the cell of a story its reposts weigh in full: it is about how far the story went.
    """
    voice, cell = arranged.voice, arranged.cell
    inside = kept[voice]
    voices = arranged.voices
    sure = voices.negative >= SURE
    certain = _weighed(arranged, voices.negative**2, kept, weights)
    block = (age // AUTHOR_BLOCK_SECONDS).astype(np.int64)[voice]
    size = len(arranged.cells)
    place = cell * (len(windows) + 1) + np.searchsorted(windows, age)[voice]

    def summed(gains: Floats) -> Floats:
        sums = np.bincount(place, gains, minlength=size * (len(windows) + 1)).astype(np.float64)
        counts: Floats = np.cumsum(sums.reshape(size, -1), axis=1)[:, :-1]
        return counts

    def per_pair(elsewhere: Floats, in_story: Floats) -> Floats:
        return np.where(cell < arranged.stories, elsewhere[voice], in_story[voice])

    def weighed(in_story: Floats) -> Floats:
        return summed(arranged.people.gains(per_pair(certain.echoed, in_story), inside, block))

    counted = weighed(certain.once)
    authors = _weighed(arranged, sure.astype(np.float64), kept, weights)
    newest = np.full(size, np.inf)
    surely = inside & sure[voice]
    np.minimum.at(newest, cell[surely], age[voice[surely]])
    return Counts(
        certain=counted,
        told=counted if size == arranged.stories else weighed(certain.alone),
        authors=summed(arranged.people.gains(per_pair(authors.echoed, authors.alone), inside)),
        newest=newest,
    )


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The weight of each voice, shape (n,)."""

    alone: Floats
    once: Floats  # copies of a text once
    echoed: Floats  # and reposts beside the surest voice of their story


def _weighed(arranged: Arranged, alone: Floats, kept: Bools, weights: Weights) -> _Weighed:
    once = weights.copies * alone + (1 - weights.copies) * arranged.texts.gains(alone, kept)
    echoed = weights.echo * once + (1 - weights.echo) * arranged.tellers.gains(alone, kept)
    return _Weighed(alone, once, echoed)
