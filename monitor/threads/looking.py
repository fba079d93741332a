"""Puts the complaints of some weeks into groups: those known keep what is theirs, and of the rest new ones are made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from monitor.threads.grouping import ALONE, Floats, Ints, Rules, Voices, nearest, new_centres
from monitor.threads.space import Space

MOST_TEXTS = 20_000
"""Texts that are looked through for new groups, one of each story."""


@dataclass(frozen=True)
class Heard:
    """n complaints in the order of their ids: unit vectors (n, d), and of each the language, author, week and story.

    `was_in` is the row of the centre that it was put to before, ALONE for none.
    """

    embeddings: Floats
    languages: Sequence[str]
    authors: Sequence[int | None]
    weeks: Sequence[int]
    stories: Sequence[int | None]
    was_in: Ints


@dataclass(frozen=True)
class Looked:
    """`centres` are the known ones before the new ones; `told` has each complaint's row or ALONE, `cosines` to it."""

    space: Space
    centres: Floats
    told: Ints
    cosines: Floats


def look(heard: Heard, known: Floats, space: Space, rules: Rules | None = None) -> Looked:
    """What is known keeps its centres and, as long as they are near enough, its texts; then new groups are made."""
    rules = rules or Rules()
    points = space.place(heard.embeddings, heard.languages)
    told, cosines = _known(points, known, heard.was_in, rules.near)
    first, story = _one_per_story(heard.stories)
    free = first[told[first] == ALONE]
    free = free[:: max(1, -(-len(free) // MOST_TEXTS))]
    voices = Voices(points[free], [heard.authors[int(i)] for i in free], [heard.weeks[int(i)] for i in free])
    fresh = new_centres(voices, rules)
    rest, near = nearest(points, fresh, rules.near)
    joins = (told == ALONE) & (rest != ALONE)
    told = np.where(joins, rest + len(known), told)
    cosines = np.where(joins, near, cosines).astype(np.float32)
    told, cosines = _like_their_story(told, cosines, first, story)
    centres = np.concatenate([known, fresh]) if len(known) else fresh
    return Looked(space, centres, told, cosines)


def _known(points: Floats, known: Floats, was_in: Ints, near: float) -> tuple[Ints, Floats]:
    """The nearest known centre; a text that was put somewhere stays as long as it is near enough."""
    told, cosines = nearest(points, known, near)
    stays = np.flatnonzero(was_in != ALONE)
    if len(stays):
        own = np.einsum("nd,nd->n", points[stays], known[was_in[stays]])
        kept = stays[own >= near]
        told[kept], cosines[kept] = was_in[kept], own[own >= near]
    return told, cosines


def _one_per_story(stories: Sequence[int | None]) -> tuple[Ints, Ints]:
    """The rows that stand for their stories, and per row the row that stands for its own."""
    seen: dict[int, int] = {}
    stands = [row if story is None else seen.setdefault(story, row) for row, story in enumerate(stories)]
    first = np.array([row for row, stand in enumerate(stands) if row == stand], np.int64)
    return first, np.array(stands, np.int64)


def _like_their_story(told: Ints, cosines: Floats, first: Ints, story: Ints) -> tuple[Ints, Floats]:
    """Copies belong where the first of them does: they may differ by a word."""
    copies = np.ones(len(told), bool)
    copies[first] = False
    told, cosines = told.copy(), cosines.copy()
    told[copies], cosines[copies] = told[story[copies]], cosines[story[copies]]
    return told, cosines


def without(looked: Looked, dropped: Sequence[int]) -> Looked:
    """The same, without some of the new groups."""
    if not dropped:
        return looked
    keeps = [row for row in range(len(looked.centres)) if row not in set(dropped)]
    place = np.full(len(looked.centres) + 1, ALONE, np.int64)
    place[keeps] = range(len(keeps))
    return replace(looked, centres=looked.centres[keeps], told=place[looked.told])
