"""The stream of a brand as it was known at any moment of the past: texts count from their arrival on, not before."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from monitor.backtest.reviews import Reviews
from monitor.facts import WHOLE, Cell, Dimension, RatingTrack, Series, Stream, Voice
from monitor.jobs.detect import RATED
from monitor.store.assessments import cells_of
from monitor.store.backtests import Past, Place, Span
from monitor.store.streams import heard_spans

Floats = NDArray[np.float64]
Known = NDArray[np.bool_]
Rated = tuple[datetime, float, int | None]

HOUR = timedelta(hours=1)
NEGLIGIBLE = 1e-6
"""Sums of thousands of probabilities differ by less than this with the order in which they are added."""
MOST_AHEAD = timedelta(hours=6)
"""So far ahead the usual can be laid out."""
HALF = 0.5
"""An hour is known when half of it is."""
_BY_TIME = attrgetter("at", "mention_id")


class Arriving:
    """Goes forward through the past of one brand: `take` what arrived until a moment, then ask for the stream of then.

    The hourly counts are those of the texts that have arrived. Where the stored counts hold more than the texts that
    are kept come to (some were deleted at their source), the rest stands in its hour once that is over.
    """

    def __init__(self, past: Past, *, history: timedelta, recent: timedelta) -> None:
        self._past, self._history, self._recent = past, history, recent
        self._numbers = {cell: number for number, cell in enumerate(dict.fromkeys([WHOLE, *past.counts]))}
        rows = [self._cells(voice) for voice in past.voices]  # numbers cells that only texts have
        hours = max([1, *(sums.shape[1] for sums in past.counts.values())]) + MOST_AHEAD // HOUR
        self._hour = np.array([self._hour_of(voice.at) for voice in past.voices], np.intp)
        self._rows = rows
        self._rest = self._left_over(hours)
        self._sums = np.zeros_like(self._rest)
        self._arrived = self._hours_over = 0
        self._voices: list[Voice] = []
        self._sources = {cell.key: i for cell, i in self._numbers.items() if cell.dimension is Dimension.SOURCE}
        self._layout = [
            (cell, i, cell.key if cell.dimension is Dimension.SOURCE else None) for cell, i in self._numbers.items()
        ]
        self._places = {slug: _Heard(place) for slug, place in past.places.items()}
        self._reviews = Reviews(past.voices)

    def take(self, now: datetime) -> Sequence[Voice]:
        """What arrived since the last time, until `now`."""
        first = self._arrived
        self._arrived = bisect_right(self._past.voices, now, lo=first, key=attrgetter("seen_at"))
        new = self._past.voices[first : self._arrived]
        for i, voice in enumerate(new, first):
            self._count(i, voice)
            if voice.at > now - self._recent:
                insort(self._voices, voice, key=_BY_TIME)
        over = min((now - self._past.start) // HOUR, self._rest.shape[2])
        self._sums[:, :, self._hours_over : over] += self._rest[:, :, self._hours_over : over]
        self._hours_over = max(self._hours_over, over)
        return new

    def stream(self, now: datetime, troubled: Sequence[Span], *, ahead: timedelta = timedelta()) -> Stream:
        """What a detector would have got to know at `now`, up to which everything was taken.

        With `ahead` the hours go on for so long, empty and unknown, so that the usual can be laid out for them.
        """
        hourly, heard = self._hourly(now, ahead), self.voices(now)
        before = self._reviews.before(now, now - self._history, heard)
        return Stream(self._past.brand, now, hourly, heard, tuple(troubled), self._ratings(now), before)

    def voices(self, now: datetime) -> tuple[Voice, ...]:
        """The texts of late that had arrived by `now`, in order of publication."""
        old = bisect_left(self._voices, now - self._recent, key=attrgetter("at"))
        del self._voices[:old]
        return tuple(self._voices)

    def _hourly(self, now: datetime, ahead: timedelta) -> dict[Cell, Series]:
        first = max(0, (now - self._history - self._past.start) // HOUR)
        end = min(-((self._past.start - now - ahead) // HOUR), self._sums.shape[2])
        start = self._past.start + first * HOUR
        sums = self._sums[:, :, first:end]
        heard = sums[0].any(axis=1)
        known = self._known(now, sums, first, end)
        mentions, negative, uncertainty = sums
        return {
            cell: Series(cell, start, HOUR, mentions[i], negative[i], uncertainty[i], known[source])
            for cell, i, source in self._layout
            if heard[i] or cell == WHOLE
        }

    def _known(self, now: datetime, sums: Floats, first: int, end: int) -> dict[str | None, Known]:
        """The hours in which each source was known, and under None when the sources that bring half of the texts were.

        That is what is known of all cells that are no source.
        """
        since = (self._past.start + first * HOUR).timestamp()
        edges = since + np.arange(end - first + 1, dtype=np.float64) * HOUR.total_seconds()
        heard = {slug: until for slug, place in self._places.items() if (until := place.until(now)) is not None}
        spans = {slug: self._places[slug].before(until, since) for slug, until in heard.items()}
        volume = {slug: float(sums[0, i].sum()) if (i := self._sources.get(slug)) else 0.0 for slug in heard}
        known: dict[str | None, Known] = dict.fromkeys(self._sources, np.zeros(end - first, np.bool_))
        known |= {slug: _buckets(own, edges) for slug, own in spans.items()}
        known[None] = _buckets(heard_spans(spans, volume), edges)
        return known

    def _cells(self, voice: Voice) -> list[int]:
        cells = cells_of(voice.source, voice.language, voice.themes)
        return [self._numbers.setdefault(cell, len(self._numbers)) for cell in cells]

    def _hour_of(self, at: datetime) -> int:
        return (at - self._past.start) // HOUR

    def _left_over(self, hours: int) -> Floats:
        """What the stored counts hold beyond the kept texts, shape (3, cells, hours)."""
        kept = np.zeros((3, len(self._numbers), hours))
        for voice, cells, hour in zip(self._past.voices, self._rows, self._hour.tolist(), strict=True):
            kept[:, cells, hour] += _parts(voice)
        stored = np.zeros_like(kept)
        for cell, sums in self._past.counts.items():
            stored[:, self._numbers[cell], : sums.shape[1]] = sums
        rest = stored - kept
        return np.where(rest > NEGLIGIBLE, rest, 0.0)

    def _count(self, i: int, voice: Voice) -> None:
        self._sums[:, self._rows[i], self._hour[i]] += _parts(voice)

    def _ratings(self, now: datetime) -> tuple[RatingTrack, ...]:
        """As the job reads them: from the step on that stood `RATED` ago."""
        tracks = (replace(one, steps=_standing(one.steps, now - RATED, now)) for one in self._past.ratings)
        return tuple(track for track in tracks if track.steps)


def _standing(steps: Sequence[Rated], since: datetime, now: datetime) -> tuple[Rated, ...]:
    """The steps that began until `now`, without those that were over at `since`."""
    times = [at for at, _, _ in steps]
    return tuple(steps[max(0, bisect_right(times, since) - 1) : bisect_right(times, now)])


def _parts(voice: Voice) -> Floats:
    """What one voice adds to each of its cells, shape (3, 1)."""
    return np.array([[1.0], [voice.negative], [voice.negative * (1 - voice.negative)]])


class _Heard:
    """What was known of one source at any moment of the past."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._ends = [end for end, _ in place.crawls]

    def until(self, now: datetime) -> datetime | None:
        """The moment up to which it was known then; None when it was not watched.

        By its last good crawl, which vouches for what was written before it began; when the Runs of that time are not
        kept any more, up to that moment.
        """
        place = self._place
        left = place.gone and (not place.spans or now > place.spans[-1][1])
        if left or (place.first_crawled_at is not None and now < place.first_crawled_at):
            return None
        crawls = bisect_right(self._ends, now)
        return min(now, place.crawls[crawls - 1][1]) if crawls else now

    def before(self, until: datetime, start: float) -> list[Span]:
        """Its stretches up to that time, without those that ended before `start` (Unix seconds)."""
        since = datetime.fromtimestamp(start, UTC)
        return [(first, min(last, until)) for first, last in self._place.spans if first < until and last > since]


def _buckets(spans: Sequence[Span], edges: Floats) -> Known:
    """Which buckets the spans (in order, not overlapping) cover to one half at least; `edges` has shape (n + 1,)."""
    if not spans:
        return np.zeros(len(edges) - 1, np.bool_)
    turns = np.array([moment.timestamp() for span in spans for moment in span])
    lengths = np.cumsum(turns[1::2] - turns[::2])
    covered = np.zeros(len(turns))
    covered[1::2], covered[2::2] = lengths, lengths[:-1]
    sums = np.interp(edges, turns, covered)
    known: Known = sums[1:] - sums[:-1] >= HALF * HOUR.total_seconds()
    return known
