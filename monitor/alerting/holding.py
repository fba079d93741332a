"""Decides how long a message waits: for silences, quiet hours, duty, and for others that go with it as one message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor import hours
from monitor.alerting.channel import ChannelOptions
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import CLOSINGS, TAKEN_UP, ChangeFacts, RouteOptions, Silenced, Told
from monitor.facts import WHOLE, ChangeKind, Message, Severity

_NOT_URGENT = ChangeFacts(0, 0, ChangeKind.OPENED, Severity.WATCH, "", WHOLE)
STEPS = 200
"""So often a hold may end within another; the config is refused where hours leave nothing of the week."""
NOBODY = ("console",)
"""Types of channels that are a place to look at: nobody is on duty there."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a message waits, and how long; `silence` is the one that it waits for, or would have."""

    reason: Reason
    until: datetime
    silence: int | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """What keeps messages from one channel: silences, and its own hours."""

    channel: ChannelOptions
    others: tuple[ChannelOptions, ...]  # of the same route: who is told when this one is off duty
    silences: tuple[Silenced, ...] = ()

    def hold(self, change: ChangeFacts, now: datetime) -> Hold | None:
        """How long a change must wait from `now` on; None when nothing keeps it. What is kept longest counts.

        A hold may end within another, as a silence does at night: the message waits for that one too.
        """
        found = self._at(change, now)
        for _ in range(STEPS):
            longer = self._at(change, found.until) if found else None
            if found is None or longer is None:
                break
            found = replace(longer, silence=longer.silence or found.silence)
        return found

    def _at(self, change: ChangeFacts, now: datetime) -> Hold | None:
        """The longest of what keeps it at that time."""
        found = [
            Hold(Reason.SILENCED, silence.ends_at, silence.id)
            for silence in self.silences
            if silence.ends_at > now and silence.covers(change)
        ]
        silence = max(found, key=lambda hold: hold.until).silence if found else None
        zone = self.channel.zone
        if not change.is_urgent and (end := hours.ends_at(self.channel.quiet, zone, now)):
            found.append(Hold(Reason.QUIET_HOURS, end, silence))
        if not on_duty(self.channel, now) and not (change.is_urgent and self._nobody_else(now)):
            found.append(Hold(Reason.OFF_DUTY, hours.starts_at(self.channel.on_call, zone, now), silence))
        return max(found, key=lambda hold: hold.until, default=None)

    def _nobody_else(self, now: datetime) -> bool:
        return not any(
            other.enabled and other.type not in NOBODY and other.id != self.channel.id and on_duty(other, now)
            for other in self.others
        )


def on_duty(channel: ChannelOptions, now: datetime) -> bool:
    """Whether the channel is on call; always where it has no hours for that."""
    return not channel.on_call or hours.ends_at(channel.on_call, channel.zone, now) is not None


def put_off(channel: ChannelOptions, messages: Sequence[Message], now: datetime) -> datetime | None:
    """Until when messages about incidents wait that could not be delivered in time; None: not at all.

    They were due when the channel could be told; by now it may be night there. With what is critical go the others.
    """
    if any(one.severity is Severity.CRITICAL and one.kind not in (*CLOSINGS, *TAKEN_UP) for one in messages):
        return None
    found = Bars(channel, ()).hold(_NOT_URGENT, now)
    return found.until if found else None


def hold(change: ChangeFacts, route: RouteOptions, bars: Bars, past: list[Told], now: datetime) -> Hold | None:
    """How long a change waits that is to be told; None: not at all. `past` is what the channel was told."""
    found = bars.hold(change, now)
    if found is None:
        found = _grouped(change, route, past, now)
        found = bars.hold(change, found.until) or found if found else None
    return found if change.is_trouble else _after_its_trouble(change, found, past, now)


def _grouped(change: ChangeFacts, route: RouteOptions, past: list[Told], now: datetime) -> Hold | None:
    """Waits for the message that is already waiting, or for the end of the interval since the last one.

    What is critical, or more severe than all trouble told within the interval, does not wait.
    """
    if change.is_urgent:
        return None
    group = [told for told in past if told.together == change.brand]
    lately = [told for told in group if now - route.interval < told.out_at <= now]
    told_of = [told.severity.rank for told in lately if told.is_trouble]
    if lately and change.is_trouble and change.severity.rank > max(told_of, default=-1):
        return None
    waiting = [told.out_at for told in group if told.held is Reason.GROUPED and told.out_at > now]
    if waiting:
        return Hold(Reason.GROUPED, min(waiting))
    until = max(told.out_at for told in lately) + route.interval if lately else now + route.wait
    return Hold(Reason.GROUPED, until) if until > now else None


def _after_its_trouble(change: ChangeFacts, found: Hold | None, past: list[Told], now: datetime) -> Hold | None:
    """Nobody is told that a trouble is over, or looked after, before they are told of it."""
    ours = [told for told in past if told.incident_id == change.incident_id and told.held and told.out_at > now]
    last = max(ours, key=lambda told: told.out_at, default=None)
    if last is None or last.held is None or (found and found.until >= last.out_at):
        return found
    return Hold(last.held, last.out_at, last.silence)
