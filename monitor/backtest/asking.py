"""Asks the detectors at each look of a replay, but not the spike detector where it could find nothing."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.backtest.arriving import MOST_AHEAD
from monitor.backtest.asked import with_these
from monitor.backtest.screening import MOST_LATE, Screen
from monitor.config import Settings
from monitor.detection.spike import SpikeOptions
from monitor.facts import Finding, Stream, Voice
from monitor.jobs import detect

SLOWLY = timedelta(hours=1)
"""A detector that looks at days is asked once in so long, and only when something may be negative since then."""
LOUD = 0.3
"""A text may be negative from this P(negative) on, or when it has a rating."""
ABOUT_BAD_REVIEWS = ("review_bombing", "rating_drop")
"""To these, a text that is neither rated nor negative tells nothing that could raise something."""


def raising(settings: Settings, stream: Stream) -> list[Finding]:
    """What the configured detectors find that is not held back."""
    found = detect.ask(settings, stream) if stream.voices or stream.ratings else []
    return [finding for finding in found if finding.held is None]


class Asking:
    """The detectors of one replay of one brand.

    `stream` gives the stream as of a moment, with so many empty hours after it; it is made only when it is needed.
    """

    def __init__(
        self,
        voices: Sequence[Voice],
        settings: Settings,
        stream: Callable[[datetime, timedelta], Stream],
        screen: type[Screen] = Screen,
    ) -> None:
        detectors = settings.detection.detectors
        spikes = [options for options in detectors if isinstance(options, SpikeOptions)]
        self._settings, self._stream = settings, stream
        self._spikes = [(options, screen(voices, options)) for options in spikes]
        self._slow = [options for options in detectors if is_slow(options)]
        others = [options for options in detectors if options not in spikes and options not in self._slow]
        self._bad_reviews = [options for options in others if options.type in ABOUT_BAD_REVIEWS]
        self._others = [options for options in others if options not in self._bad_reviews]
        self._late = self._episodes = 0
        self._until = self._asked_slow = datetime.min.replace(tzinfo=UTC)
        self._louder = False

    def at_news(
        self, now: datetime, news: Sequence[Voice], coming: Sequence[datetime], episodes: int, *, rated: bool = False
    ) -> list[Finding]:
        """What is found at a look at which something new is known.

        `news` came since the look before, `coming` are the later looks of the kind, `episodes` were raised so far;
        `rated` says that the average rating of a page has changed.
        """
        self._late += sum(not voice.fresh for voice in news)
        loud = any(voice.negative >= LOUD or voice.rating is not None for voice in news)
        loud = loud or rated or not news
        self._louder = self._louder or loud
        if self._spikes and (now >= self._until or self._late > MOST_LATE or episodes != self._episodes):
            self._look_ahead(now, coming)
            self._late, self._episodes = 0, episodes
        asked = [options for options, screen in self._spikes if screen.may_find(now)] + self._others
        asked += (self._bad_reviews if loud else []) + self._due(now)
        if not asked:
            return []
        return raising(with_these(self._settings, asked), self._stream(now, timedelta()))

    def _due(self, now: datetime) -> list[Any]:
        """The slow detectors, when they have to be asked again."""
        if not self._louder or now - self._asked_slow < SLOWLY:
            return []
        self._asked_slow, self._louder = now, False
        return self._slow

    def _look_ahead(self, now: datetime, coming: Sequence[datetime]) -> None:
        self._until = now + MOST_AHEAD
        made = self._stream(now, MOST_AHEAD)
        looks = [now, *coming[: bisect_left(coming, self._until)]]
        for _, screen in self._spikes:
            screen.renew(made, looks)


def is_slow(options: Any) -> bool:
    """Whether a detector looks at days only: to ask it about every text would take long and hardly tell more."""
    return min(getattr(options, "windows", ()), default=timedelta()) >= timedelta(days=1)
