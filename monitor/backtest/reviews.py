"""What the reviews of a source were like before, as it was known at any moment of the past."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from monitor.facts import Reviewed, Voice
from monitor.jobs.detect import LATELY, is_review
from monitor.store.counts import floor
from monitor.store.reviewed import MOST

HOUR = timedelta(hours=1)
_AT, _SEEN, _ID, _NEW, _KNOWN, _RATED, _STARS = range(7)


class Reviews:
    """The reviews of one brand, by source."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        rows: dict[str, list[tuple[float, ...]]] = {}
        for voice in voices:
            if is_review(voice):
                rows.setdefault(voice.source, []).append(_row(voice))
        self._rows = {source: np.array(of_source, np.float64) for source, of_source in rows.items()}

    def before(self, now: datetime, since: datetime, heard: Sequence[Voice]) -> dict[str, Reviewed]:
        """What the job would have read at `now` for the sources of the reviews among `heard`."""
        span = (floor(since, HOUR).timestamp(), (now - LATELY).timestamp())
        places = {voice.source for voice in heard if is_review(voice)}
        found = {place: _sum(self._rows[place], now.timestamp(), span) for place in sorted(places)}
        return {place: one for place, one in found.items() if one != Reviewed()}


def _row(voice: Voice) -> tuple[float, ...]:
    known = voice.author != -voice.mention_id  # that is nobody known
    return (
        voice.at.timestamp(),
        voice.seen_at.timestamp(),
        float(voice.mention_id),
        float(known and voice.newcomer),
        float(known and not voice.newcomer),
        float(voice.rating is not None),
        voice.rating or 0.0,
    )


def _sum(rows: NDArray[np.float64], now: float, span: tuple[float, float]) -> Reviewed:
    old = rows[(rows[:, _AT] < span[1]) & (rows[:, _SEEN] <= now)]
    newest = old[np.argsort(-old[:, _ID])[:MOST]]
    new, known, rated, stars = newest[newest[:, _AT] >= span[0]][:, _NEW:].sum(axis=0).tolist()
    return Reviewed(round(new), round(known), round(rated), stars)
