"""All that was heard in some stretch of time, arranged once so that many looks at it are cheap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.detection.chance import calm_weight
from monitor.detection.counting import Arranged, arrange
from monitor.detection.voices import SURE, Floats, Heard
from monitor.facts import Cell

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tally:
    """Running sums by time: `sums` has shape (n + 1, ...), before the first and after each of `at`, which rises."""

    at: Floats
    sums: Floats

    def until(self, times: Floats) -> Floats:
        """What came before the `times`, shape (*times, ...)."""
        before: Floats = self.sums[np.searchsorted(self.at, times)]
        return before

    def up_to(self, times: Floats) -> Floats:
        """What came until the `times`, or at them, shape (*times, ...)."""
        until: Floats = self.sums[np.searchsorted(self.at, times, side="right")]
        return until


def tally(at: Floats, values: Floats) -> Tally:
    """Running sums of `values`, shape (n, ...), at times in any order."""
    order = np.argsort(at, kind="stable")
    sums = np.zeros((len(at) + 1, *values.shape[1:]))
    np.cumsum(values[order], axis=0, out=sums[1:])
    return Tally(at[order], sums)


@dataclass(frozen=True, slots=True)
class Scene:
    """The voices of a stretch of time; a cache, which can be made from them again at any time.

    Those that may be negative are arranged; of the rest there are sums. Times are Unix seconds.
    """

    arranged: Arranged
    seen: Floats  # when each arranged voice was collected
    certain: Tally  # by time of publication, (n + 1, cells): sums of P squared
    sure: Tally  # the same: how many with P of at least one half
    calm: Tally  # of all voices, by time of publication
    calm_seen: Tally  # the same by the time when they were collected
    calm_late: tuple[Floats, Floats, Floats]  # time, time collected and weight of those collected after `at`

    def calm_at(self, now: float, windows: Floats) -> Floats:
        """The calm voices of each window that ends now and were collected by then, shape (windows,)."""
        at, seen, weight = self.calm_late
        unseen = (seen > now) & (at <= now)
        counts = self.calm.up_to(np.array(now)) - self.calm.until(now - windows)
        if unseen.any():
            counts = counts - ((at[unseen] >= now - windows[:, None]) * weight[unseen]).sum(axis=1)
        return np.maximum(counts, 0.0)

    def least_calm(self, now: Floats, windows: Floats) -> Floats:
        """No more than `calm_at` for many looks at once, shape (looks, windows)."""
        return np.maximum(self.calm_seen.up_to(now)[:, None] - self.calm.until(now[:, None] - windows), 0.0)


def scene(heard: Heard, seen: Floats, cells: tuple[Cell, ...], audible: float, least_story: int) -> Scene:
    """Arrange voices in any order. `seen` is when each was collected, and no voice is younger than that.

    A voice below `audible`, or that is not fresh, is heard only among all else.
    """
    at = np.minimum(heard.at, seen)
    loud = heard.fresh & (heard.negative >= audible)
    order = np.nonzero(loud)[0][np.lexsort((heard.id[loud], -at[loud]))]
    arranged = arrange(heard[order], cells, least_story)
    weights = np.zeros((len(order), len(arranged.cells)))
    weights[arranged.voice, arranged.cell] = arranged.voices.negative[arranged.voice] ** 2
    sure = (weights > 0) & (arranged.voices.negative >= SURE)[:, None]
    calm = calm_weight(heard.negative)
    return Scene(
        arranged=arranged,
        seen=seen[order],
        certain=tally(at[order], weights),
        sure=tally(at[order], sure.astype(np.float64)),
        calm=tally(at, calm),
        calm_seen=tally(seen, calm),
        calm_late=(at, seen, calm),
    )
