"""Reviews of one place as columns: how bad each is, whether its author is new, and whether its words are another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from monitor.detection.voices import SURE, Heard, Numbers, group, hear
from monitor.facts import Cell, MentionKind, Voice

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HIGH_RATING = 0.75
"""Four stars of five: such a review is not bad, whatever its words seem to say."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one source, newest first; all arrays have shape (n,)."""

    heard: Heard
    bad: Floats  # 0..1: how surely it is a bad review
    newcomer: Flags
    copy: Flags  # tells the same story as another author's, and is no repost
    age: Floats  # seconds

    def __getitem__(self, rows: Flags | Numbers) -> "Reviews":
        return Reviews(self.heard[rows], self.bad[rows], self.newcomer[rows], self.copy[rows], self.age[rows])

    def bad_within(self, window: float) -> Flags:
        """Which are fresh, rather bad, and not older than so many seconds."""
        return self.heard.fresh & (self.bad >= SURE) & (self.age <= window)

    def authors(self) -> "Reviews":
        """One review per author: their worst, of those a copy before one in own words, then the newest."""
        order = np.lexsort((self.age, ~self.copy, -self.bad))
        _, first = np.unique(self.heard.author[order], return_index=True)
        return self[order[first]]


def by_source(voices: Sequence[Voice]) -> dict[str, list[Voice]]:
    """The reviews among the voices, by place."""
    found: dict[str, list[Voice]] = {}
    for voice in voices:
        if voice.kind is MentionKind.REVIEW:
            found.setdefault(voice.source, []).append(voice)
    return found


def count_bad_authors(told: Sequence[Voice], low: float) -> int:
    """Distinct authors of fresh bad reviews."""
    return len({voice.author for voice in told if voice.fresh and badness(voice, low) >= SURE})


def badness(voice: Voice, low: float) -> float:
    """How surely a review is a bad one, 0..1: by its stars when they say so, else by its words.

    Ratings up to `low` (0 is the worst, 1 the best) are bad ones.
    """
    if voice.rating is not None and voice.rating <= low:
        return 1.0
    return 0.0 if voice.rating is not None and voice.rating >= HIGH_RATING else voice.negative**2


def read_reviews(told: Sequence[Voice], numbers: dict[Cell, int], now: datetime, low: float) -> Reviews:
    """The reviews of one place; cells that `numbers` does not know yet are added to it, as by `hear`."""
    heard = hear(told, numbers)
    reviews = Reviews(
        heard=heard,
        bad=np.array([badness(voice, low) for voice in told]),
        newcomer=np.array([voice.newcomer for voice in told]),
        copy=_copied(heard),
        age=np.maximum(now.timestamp() - heard.at, 0.0),
    )
    return reviews[np.lexsort((heard.id, -heard.at))]


def _copied(heard: Heard) -> Flags:
    """The first of several is as much a copy as the others: nobody knows who wrote the template."""
    _, story = np.unique(heard.story, return_inverse=True)
    own = ~heard.repost
    _, tellers = np.unique(group(heard.story, heard.author)[own], return_index=True)
    told = np.bincount(story[own][tellers], minlength=int(story.max(initial=0)) + 1)
    copied: Flags = own & (told[story] > 1)
    return copied
