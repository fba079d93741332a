"""Looks at the past of one brand again, as the job would have looked then with other settings."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor import incidents as rules
from monitor.backtest.arriving import Arriving
from monitor.backtest.asking import Asking, raising
from monitor.backtest.desk import Desk, Episode
from monitor.backtest.screening import Screen
from monitor.config import Settings
from monitor.detection.spread import spread
from monitor.facts import Finding, IncidentState, Spread, Stream
from monitor.jobs import detect
from monitor.store.backtests import Past, Span

IDLE = timedelta(minutes=30)
"""While an incident goes on and nothing arrives, one look in so long is enough to see it end."""
RUN_IN = timedelta(days=3)
"""The replay begins so long before the range, so that what was going on at its start is not raised as new."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Range:
    """What is replayed: [start, end), with a look at most every `every`."""

    start: datetime
    end: datetime
    every: timedelta

    @property
    def begin(self) -> datetime:
        """The first look, which is before the range."""
        return self.start - RUN_IN

    @property
    def days(self) -> int:
        """How many steps of a day a replay has, the run-in included."""
        return -((self.begin - self.end) // DAY)

    def at(self, moment: datetime) -> datetime:
        """The first look at or after a moment."""
        return self.begin - (self.begin - moment) // self.every * self.every


class Replay:
    """One brand's looks, in order of time. A look is taken when something arrived, and while an incident goes on."""

    def __init__(self, past: Past, within: Range, settings: Settings, screen: type[Screen] = Screen) -> None:
        self.looks = 0
        self._within, self._settings = within, settings
        self._arriving = Arriving(past, history=detect.HISTORY, recent=detect.RECENT)
        self._asking = Asking(past.voices, settings, self._stream, screen)
        self._desk = Desk(settings.detection.incidents, past.troubled)
        self._by_id = {voice.mention_id: voice for voice in past.voices}
        self._news = self._looks_at_news(past)
        self._rated = sorted(at for track in past.ratings for at, _, _ in track.steps)
        self._next = 0
        self._arriving.take(within.begin)
        self._looked = within.begin

    def days(self) -> Iterator[None]:
        """Go through the range; gives a sign of life after each day."""
        until = self._within.begin
        for _ in range(self._within.days):
            until = min(until + DAY, self._within.end)
            while (now := self._due()) is not None and now <= until:
                self._look(now)
            yield

    def episodes(self) -> list[Episode]:
        """What was raised within the range, in order."""
        return [one for one in self._desk.episodes if self._within.start <= one.facts.opened_at < self._within.end]

    def _looks_at_news(self, past: Past) -> list[datetime]:
        """The looks at which something new is known; what was written long before it came raises nothing."""
        came = [voice.seen_at for voice in past.voices if voice.fresh]
        came += [at for track in past.ratings for at, _, _ in track.steps]
        within = self._within
        return sorted({within.at(moment) for moment in came if within.begin < moment <= within.end})

    def _due(self) -> datetime | None:
        """When to look next: at what arrives, while an incident is heard, or when one is to calm or to end."""
        times = [self._desk.due(), self._looked + IDLE if self._desk.heard_at(self._looked) else None]
        known = [self._within.at(one) for one in times if one is not None] + self._news[self._next : self._next + 1]
        return max(min(known), self._looked + self._within.every) if known else None

    def _look(self, now: datetime) -> None:
        new = self._arriving.take(now)
        news = bisect_right(self._news, now, lo=self._next)
        is_news, self._next = news > self._next, news
        if is_news:
            rated = bisect_right(self._rated, now) > bisect_right(self._rated, self._looked)
            found = self._asking.at_news(now, new, self._news[news:], len(self._desk.episodes), rated=rated)
        else:
            found = self._ask(now)
        self.looks += 1
        if not is_news and not found and self._desk.heard_at(self._looked):
            self._last_heard(now)
        self._take(found, now)

    def _last_heard(self, until: datetime) -> None:
        """Nothing is found any more, and the last look did find something: also take the last look that would have."""
        quiet = (until - self._looked) // self._within.every
        heard, last = 0, self._looked
        found: Sequence[Finding] = ()
        while quiet - heard > 1:
            middle = (heard + quiet) // 2
            again = self._ask(last + middle * self._within.every)
            if again:
                heard, found = middle, again
            else:
                quiet = middle
        if heard:
            self._take(found, last + heard * self._within.every)

    def _ask(self, now: datetime) -> list[Finding]:
        return raising(self._settings, self._stream(now))

    def _stream(self, now: datetime, ahead: timedelta = timedelta()) -> Stream:
        return self._arriving.stream(now, self._desk.troubled(now - detect.HISTORY), ahead=ahead)

    def _take(self, found: Sequence[Finding], now: datetime) -> None:
        names = detect.names_of(self._settings, found)
        gone = self._spreads(now) if found else rules.NO_SPREADS
        self._desk.take(found, now, names, self._by_id, gone, unheard=self._unheard(now))
        self._desk.tell(self._spreads(now, besides=gone) if found else rules.NO_SPREADS)
        self._looked = now

    def _unheard(self, now: datetime) -> dict[int, list[Span]]:
        """When the places of the incidents that are quiet for long enough to calm were not listened to."""
        calm_after = self._settings.detection.incidents.calm_after
        quiet = [one for one in self._desk.going() if now - one.last_finding_at >= calm_after]
        stream = self._stream(now) if quiet else None
        return {one.id: detect.unheard_of(one, stream) for one in quiet} if stream else {}

    def _spreads(self, now: datetime, besides: Collection[int] = ()) -> dict[int, Spread]:
        """How far each open incident has gone, as the job finds it: by its evidence and the voices of late."""
        gone = {}
        for one in self._desk.going():
            if one.state is IncidentState.OPEN and one.id not in besides:
                since, recent = max(one.started_at, now - detect.LONGEST), now - detect.RECENT
                older = (voice for number in one.mention_ids if since <= (voice := self._by_id[number]).at < recent)
                voices = rules.voices_of(one.cell, one.mention_ids, one.kind, (*older, *self._arriving.voices(now)))
                if voices:
                    gone[one.id] = spread(voices, now)
        return gone
