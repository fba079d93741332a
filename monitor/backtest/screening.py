"""Tells at which looks of a replay the spike detector could find anything, for many looks at once."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from monitor.detection.baseline import learn
from monitor.detection.spike import Lookout, SpikeOptions, prepare
from monitor.detection.voices import hear
from monitor.facts import Cell, Stream, Voice

MARGIN = 1.5
"""A look is worth its cost from so far below the threshold on: more than the usual moves a strength in that time."""
MOST_LATE = 10
"""After so many texts of long ago (a first crawl, an import) the usual is another one."""


class Screen:
    """Which looks are worth their cost; those that are not find nothing that is raised."""

    def __init__(self, voices: Sequence[Voice], options: SpikeOptions) -> None:
        self._options = options.model_copy(update={"near": max(options.near, MARGIN)})
        numbers: dict[Cell, int] = {}
        self._heard = hear(voices, numbers)
        self._cells = tuple(numbers)
        self._seen = np.array([voice.seen_at.timestamp() for voice in voices], np.float64)
        self._worth: dict[float, bool] | None = None

    def renew(self, stream: Stream, moments: Sequence[datetime]) -> None:
        """Work out the next looks in order of time, the first of which is that of the stream.

        The usual is learnt once for all of them: it leaves out the newest six hours, so it hardly changes in as many.
        """
        self._worth = None
        looks = np.array([moment.timestamp() for moment in moments])
        usual = learn(stream.hourly, stream.now, stream.troubled, self._options.baseline)
        if usual is None:
            return
        since = looks[0] - self._options.seconds[-1]
        heard = (self._heard.at >= since) & (self._seen <= looks[-1])
        scene = prepare(self._heard[heard], self._seen[heard], self._cells, self._options)
        worth = Lookout.of(scene, usual, self._options).worth(looks, near=True)
        found = np.any(worth.alarm | worth.notice, axis=1)
        self._worth = dict(zip(looks.tolist(), found.tolist(), strict=True))

    def may_find(self, now: datetime) -> bool:
        """False when the detector finds nothing then; true when it may, or when that look was not worked out."""
        return self._worth is None or self._worth.get(now.timestamp(), True)
