"""Decides who is called besides while nobody acknowledges an incident, and who is reminded of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.alerting.channel import ChannelOptions, find
from monitor.alerting.holding import Bars
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import ChangeFacts, EscalationStep, RouteOptions, Silenced


class Standing(StrEnum):
    """How far a message has come."""

    HELD = "held"  # it waits for the end of a hold
    OWED = "owed"  # it is sent now, or tried again
    SENT = "sent"
    LOST = "lost"  # the channel refused it for good, or for too long
    WITHHELD = "withheld"


class Sort(StrEnum):
    """Why a message on the trouble of an incident was written; the calls' keys begin so."""

    CHANGE = "change"
    ESCALATION = "escalation"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on the trouble of one incident that was written for a channel, whatever became of it."""

    channel: str
    sort: Sort
    change_id: int
    opens: bool  # the change opened the incident, or opened it again
    due_at: datetime  # when it was, or is, meant to go out
    standing: Standing
    sent_at: datetime | None = None
    routes: frozenset[int] = frozenset()  # the numbers of those that lead the change there, counted from 1

    @property
    def at(self) -> datetime:
        """When it went out; of what has not yet, when it is meant to."""
        return self.sent_at or self.due_at


@dataclass(frozen=True, slots=True)
class Call:
    """A message that is owed, held or withheld, because nobody has acknowledged an incident."""

    key: str
    channel: str
    reason: Reason
    change_id: int  # the one that opened the incident for the route
    route: int
    since: datetime  # when the first was told, or was to be
    told: tuple[Notice, ...]  # who was to know before
    lost: bool = False  # nobody of them was reached
    held: Reason | None = None
    until: datetime | None = None
    silence: int | None = None
    send: bool = True


_REACHED = frozenset({Standing.OWED, Standing.SENT})


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An incident that is open and that nobody has acknowledged, with all that decides who is called besides."""

    change: ChangeFacts  # the trouble as it stands
    notices: tuple[Notice, ...]
    routes: tuple[RouteOptions, ...]
    channels: tuple[ChannelOptions, ...]
    silences: tuple[Silenced, ...]
    now: datetime

    def calls(self) -> list[Call]:
        """What is owed and was not written before; what is held is among it each time, as it would be held now."""
        found: dict[str, Call] = {}
        for number, route in enumerate(self.routes, start=1):
            told = self._told(number)
            if told and self.change.severity.rank >= route.at_least.rank:
                for call in (*self._escalations(number, route, told), *self._reminders(number, route, told)):
                    found.setdefault(call.key, call)
        return list(found.values())

    def _told(self, number: int) -> list[Notice]:
        """What a route told, or is to tell, of the trouble since it opened last; what is meant to go out first leads.

        A reopening that nobody was told of (a cool-down) does not count: people know of the trouble from before.
        """
        mine = [
            one
            for one in self.notices
            if one.sort is Sort.CHANGE and number in one.routes and one.standing is not Standing.WITHHELD
        ]
        opened = max((one.change_id for one in mine if one.opens), default=0)
        return sorted((one for one in mine if one.change_id >= opened), key=lambda one: (one.due_at, one.change_id))

    def _escalations(self, number: int, route: RouteOptions, told: list[Notice]) -> Iterator[Call]:
        """The steps whose time has come, counted from the first message; after one that reached nobody, the next."""
        first, stage, known = told[0], told, list(told)
        for step in sorted(route.escalate, key=lambda one: one.after):
            lost = _is_lost(stage)
            if lost or first.due_at + step.after <= self.now:
                for channel in self._not_called(step, first):
                    key = f"{Sort.ESCALATION}:{self.change.incident_id}:{first.change_id}:{channel.id}"
                    call = Call(
                        key, channel.id, Reason.ESCALATED, first.change_id, number, first.at, tuple(known), lost
                    )
                    yield self._as_it_can_be(call, channel, step.channels)
            stage = [one for one in self._called(first) if one.channel in step.channels]
            known += [one for one in stage if one not in known]

    def _called(self, first: Notice) -> list[Notice]:
        return [one for one in self.notices if one.sort is Sort.ESCALATION and one.change_id == first.change_id]

    def _not_called(self, step: EscalationStep, first: Notice) -> Iterator[ChannelOptions]:
        done = {one.channel for one in self._called(first) if one.standing is not Standing.HELD}
        for name in step.channels:
            if name not in done and (channel := find(self.channels, name)) is not None:
                yield channel

    def _as_it_can_be(self, call: Call, channel: ChannelOptions, together_with: Iterable[str]) -> Call:
        """The call as the channel lets it be: at once, later, or not at all."""
        if not channel.enabled:
            return replace(call, send=False, reason=Reason.CHANNEL_DISABLED)
        hold = self._bars(channel, together_with).hold(self.change, self.now)
        return replace(call, held=hold.reason, until=hold.until, silence=hold.silence) if hold else call

    def _bars(self, channel: ChannelOptions, together_with: Iterable[str]) -> Bars:
        names = set(together_with)
        return Bars(channel, tuple(other for other in self.channels if other.id in names), self.silences)

    def _reminders(self, number: int, route: RouteOptions, told: list[Notice]) -> Iterator[Call]:
        """For those who got the message and heard nothing more for so long; not while anything keeps it from them."""
        if route.repeat is None:
            return
        for name in dict.fromkeys(one.channel for one in told if one.standing is Standing.SENT):
            channel = find(self.channels, name)
            mine = [one for one in self.notices if one.channel == name and one.standing is not Standing.WITHHELD]
            if channel is None or not channel.enabled or any(one.standing is Standing.OWED for one in mine):
                continue
            heard = max(one.at for one in mine if one.standing is not Standing.HELD)
            if self.now - heard < route.repeat or self._bars(channel, route.channels).hold(self.change, self.now):
                continue
            before = sum(one.sort is Sort.REMINDER and one.channel == name for one in self.notices)
            key = f"{Sort.REMINDER}:{self.change.incident_id}:{name}:{before + 1}"
            yield Call(key, name, Reason.REMINDER, told[0].change_id, number, told[0].at, (told[0],))


def _is_lost(stage: Sequence[Notice]) -> bool:
    """Whether all that was sent to this stage was refused for good: nobody there knows of the trouble."""
    standings = {one.standing for one in stage}
    return Standing.LOST in standings and not standings & _REACHED


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message on an incident as far as it matters here whether it is still worth telling; `id` is its own."""

    id: int
    is_trouble: bool  # that it opened or got worse; False: that it is over, or looked after
    is_call: bool  # it asks for somebody to acknowledge the incident
    waits: bool  # it can still be withheld
    stopped: bool = False  # it waits for the end of a silence, or for duty to begin
    reached: bool = False  # the channel has it, or is to get it


def no_longer_owed(messages: Iterable[Waiting], *, is_over: bool, taken_up: Reason | None) -> dict[int, Reason]:
    """Which of one channel's messages on an incident are withheld after all, and why; `taken_up`: somebody did.

    What a silence or duty kept is told afterwards only if it goes on. A channel that so never hears of the trouble is
    not told that it is over either.
    """
    known = list(messages)
    found: dict[int, Reason] = {}
    for one in known:
        if not (one.waits and one.is_trouble):
            continue
        if is_over and (one.stopped or one.is_call):
            found[one.id] = Reason.OVER_MEANWHILE
        elif one.is_call and taken_up is not None:
            found[one.id] = taken_up
    if found and not any(one.is_trouble and one.reached and one.id not in found for one in known):
        found |= {one.id: Reason.NOT_TOLD_OF_OPENING for one in known if one.waits and not one.is_trouble}
    return found


def may_call(routes: Sequence[RouteOptions]) -> bool:
    """Whether any route has steps or reminders at all."""
    return any(route.escalate or route.repeat for route in routes)
