"""Groups texts that complain about the same thing: a text belongs to the nearest centre that is near enough."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.threads.space import unit

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

NEAR = 0.35
"""Cosine to the centre from which a text belongs to it."""
TIGHT = 0.12
"""Mean cosine between the texts of two groups from which they are one."""
MOST_LINKED = 4_000
"""Texts between which every pair is compared: 32 MB of distances, and less than two seconds."""
ALONE = -1
_TURNS = 8
_SAME = 0.8  # centres this near are one group


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a group of texts a recurring complaint."""

    texts: int = 6
    authors: int = 3
    weeks: int = 2
    near: float = NEAR
    tight: float = TIGHT


@dataclass(frozen=True, slots=True)
class Voices:
    """Of n texts: where they stand (n, d), who wrote each, and the number of the week it is of."""

    points: Floats
    authors: Sequence[int | None]
    weeks: Sequence[int]


def nearest(points: Floats, centres: Floats, near: float = NEAR) -> tuple[Ints, Floats]:
    """Per point the row of the nearest centre, or ALONE when it is farther than `near`; and the cosine to it."""
    if not len(centres) or not len(points):
        return np.full(len(points), ALONE, np.int64), np.zeros(len(points), np.float32)
    cosines = points @ centres.T
    best = cosines.argmax(axis=1)
    similarity: Floats = cosines[np.arange(len(points)), best]
    return np.where(similarity >= near, best, ALONE).astype(np.int64), similarity


def new_centres(voices: Voices, rules: Rules | None = None) -> Floats:
    """The centres (k, d) of the recurring complaints among these texts, the largest first; the same for any order.

    Average linkage makes the first groups (of an even sample when there are many texts), then each text goes to the
    nearest centre and the centres to the middle of their texts, until nothing moves.
    """
    rules = rules or Rules()
    points = voices.points
    if len(points) < rules.texts:
        return points[:0]
    centres = _linked(points[:: -(-len(points) // MOST_LINKED)], rules)
    for _ in range(_TURNS):
        centres = _apart(centres)
        told, _near = nearest(points, centres, rules.near)
        kept = [
            unit(points[told == row].mean(axis=0)) for row in range(len(centres)) if _recurs(voices, told, row, rules)
        ]
        moved = np.stack(kept) if kept else points[:0]
        if moved.shape == centres.shape and np.allclose(moved, centres, atol=1e-4):
            break
        centres = moved
    told, _near = nearest(points, centres, rules.near)
    lasting = [row for row in range(len(centres)) if _recurs(voices, told, row, rules)]
    return centres[sorted(lasting, key=lambda row: (-int((told == row).sum()), row))]


def _linked(points: Floats, rules: Rules) -> Floats:
    """The middles of groups by average linkage."""
    from scipy.cluster.hierarchy import fcluster, linkage

    merged = linkage(points.astype(np.float64), "average", metric="cosine")
    told = fcluster(np.maximum(merged, 0), 1 - rules.tight, "distance")
    sizes = np.bincount(told)
    least = max(2, rules.texts // 2)  # of a sample; and each gathers more when texts go to the nearest
    groups = [unit(points[told == group].mean(axis=0)) for group in np.flatnonzero(sizes >= least)]
    return np.stack(groups) if groups else points[:0]


def _apart(centres: Floats) -> Floats:
    """Centres without those that are nearly another one."""
    kept: list[int] = []
    for row in range(len(centres)):
        if not kept or float((centres[kept] @ centres[row]).max()) < _SAME:
            kept.append(row)
    return centres[kept]


def _recurs(voices: Voices, told: Ints, row: int, rules: Rules) -> bool:
    members = np.flatnonzero(told == row)
    if len(members) < rules.texts:
        return False
    return (
        len(set(_people(voices, members))) >= rules.authors
        and len({voices.weeks[int(i)] for i in members}) >= rules.weeks
    )


def _people(voices: Voices, members: Ints) -> Iterator[int]:
    """Who is not named is somebody of their own."""
    for number in members:
        author = voices.authors[int(number)]
        yield -int(number) - 1 if author is None else author
