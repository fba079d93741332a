"""Turns parts of the spike detector off, to see what each of them is worth."""

from dataclasses import dataclass, replace

import numpy as np

from monitor.detection.baseline import Usual
from monitor.detection.spike import SpikeOptions
from monitor.detection.voices import SURE, Heard

PARTS = ("cells", "story", "volume", "voice", "certainty")
"""The cells of themes and sources; the cell of a story; allowing for the volume of all else; one voice per author and
text; weighing by certainty."""
NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Without:
    """What a replay goes without."""

    parts: frozenset[str] = frozenset()

    def options(self, spike: SpikeOptions) -> SpikeOptions:
        """The options for what is left."""
        changes: dict[str, object] = {}
        if "story" in self.parts:
            changes["story_authors"] = NEVER
        if "voice" in self.parts:
            changes |= {"echo": 1.0, "copies": 1.0}
        if "certainty" in self.parts:
            changes["weight"] = 1.0
        return spike.model_copy(update=changes)

    def heard(self, heard: Heard) -> Heard:
        """The voices as what is left hears them."""
        if "cells" in self.parts:
            heard = replace(heard, cells=heard.cells[:, :1])
        if "voice" in self.parts:
            heard = replace(heard, author=np.arange(len(heard.id)))
        if "certainty" in self.parts:
            heard = replace(heard, negative=(heard.negative >= SURE).astype(np.float64))
        return heard

    def usual(self, usual: Usual) -> Usual:
        """Where endlessly much else is usual, nothing that is heard of it is more."""
        return replace(usual, calm=1e12) if "volume" in self.parts else usual
