"""Turns a part of the voices into a finding: who, where, about what, how far, and which mentions show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from monitor.detection.voices import NOWHERE, SURE, Floats, Heard, copied, rising
from monitor.facts import LARGEST_NUMBER, Cell, Dimension, Finding, Held, Severity

FEWEST_BEFORE = 0.5
"""Growth compares with at least half a voice, so that a start from nothing is not endless growth."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One cell and window that stand out; `expected` is the usual sum of P(negative)."""

    cell: Cell
    severity: Severity
    strength: float
    expected: float
    window: timedelta
    held: Held | None = None


def describe(detector: str, hit: Hit, voices: Heard, cells: tuple[Cell, ...], now: datetime, most: int) -> Finding:
    """The finding of one hit.

    `voices` are those of its cell and window that may be negative, newest first, without repeats; `cells` gives the
    meaning of the numbers in `voices.cells`; at most `most` mentions are kept as evidence. Copies of a text are told
    apart: they are evidence and they reach people, but they are not counted.
    """
    copies = copied(voices)
    loud = voices.negative >= SURE
    sure, own = voices[loud], voices[loud & ~copies]
    surest = np.lexsort((sure.id, -sure.negative, copies[loud]))[:most]
    counted = voices[~copies]
    gains = rising(counted.author, counted.negative)
    return Finding(
        detector=detector,
        cell=hit.cell,
        severity=hit.severity,
        window_start=now - hit.window,
        window_end=now,
        seen=float(gains.sum()),
        expected=hit.expected,
        strength=hit.strength,
        growth=_growth(counted.at, gains, (now - hit.window / 2).timestamp()),
        authors=len(np.unique(own.author)),
        sources=tuple(sorted(name for name, _ in _parts(sure, cells, Dimension.SOURCE))),
        themes=_parts(own, cells, Dimension.THEME),
        languages=_parts(own, cells, Dimension.LANGUAGE),
        reach=_reach(sure),
        first_mention_id=int(sure.id[-1]) if len(sure.id) else None,
        mention_ids=tuple(int(number) for number in sure.id[surest]),
        video=bool(sure.video.any()),
        copies=len(sure.id) - len(own.id),
        held=hit.held,
    )


def _growth(at: Floats, gains: Floats, middle: float) -> float:
    newer = float(gains[at >= middle].sum())
    return newer / max(float(gains.sum()) - newer, FEWEST_BEFORE)


def _parts(voices: Heard, cells: tuple[Cell, ...], dimension: Dimension) -> tuple[tuple[str, float], ...]:
    """Names in one dimension with their share of the voices, largest first."""
    inside = voices.cells[voices.cells != NOWHERE]
    counts = np.bincount(inside, minlength=len(cells))
    named = [
        (cell.key, float(counts[number]) / len(voices.id))
        for number, cell in enumerate(cells)
        if cell.dimension == dimension and counts[number]
    ]
    return tuple(sorted(named, key=lambda part: (-part[1], part[0])))


def _reach(voices: Heard) -> int:
    """Followers of the distinct authors, each with the largest number seen; no more than people there could be."""
    largest: dict[int, float] = {}
    for author, followers in zip(voices.author.tolist(), voices.followers.tolist(), strict=True):
        largest[author] = max(followers, largest.get(author, 0.0))
    return int(min(sum(largest.values()), LARGEST_NUMBER))
