"""Decides which channel is told of a change of an incident, and when, and gives the reason, sent or withheld."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerting import holding
from monitor.alerting.channel import ChannelOptions
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import (
    CLOSINGS,
    ChangeFacts,
    Decision,
    EscalationStep,
    RouteOptions,
    Silenced,
    Told,
)
from monitor.facts import ChangeKind, Worse

__all__ = [
    "CLOSINGS",
    "ChangeFacts",
    "Decision",
    "EscalationStep",
    "Reason",
    "RouteOptions",
    "Silenced",
    "Told",
    "decide",
    "decide_report",
]

REPORT_LATE = timedelta(weeks=2)
"""A report of a week that has been over for longer is kept and not sent: by then it is history."""
DOUBLED = 2.0
"""Trouble that opens again within the cool-down is told all the same when it is so many times the size told."""
BIG_AMPLIFIER = 100_000
"""Followers that make a voice news by itself; the config has its own (`detection.incidents.big_amplifier`)."""


def decide_report(channel: ChannelOptions, *, over_since: datetime, now: datetime) -> Reason:
    """Why a report goes to a channel that it is meant for, or does not; `over_since` is the end of its week."""
    if not channel.enabled:
        return Reason.CHANNEL_DISABLED
    return Reason.TOO_LATE if now - over_since > REPORT_LATE else Reason.WEEKLY_REPORT


_SENT = {
    ChangeKind.OPENED: Reason.NEW_INCIDENT,
    ChangeKind.WORSENED: Reason.WORSENED,
    ChangeKind.CALMED: Reason.CALMED,
    ChangeKind.RESOLVED: Reason.RESOLVED,
    ChangeKind.DISMISSED: Reason.DISMISSED,
    ChangeKind.ACKNOWLEDGED: Reason.ACKNOWLEDGED,
    ChangeKind.OWNED: Reason.OWNED,
}
_TELLING = (*_SENT.values(), Reason.NOW_SEVERE)
# When several routes lead to a channel and none lets the message through, the reason of the one that came closest.
_CLOSEST = (Reason.COOLDOWN, Reason.STILL_GROWING, Reason.NOT_ASKED_FOR, Reason.BELOW_SEVERITY, Reason.NO_ROUTE)
_ONCE = (*CLOSINGS, ChangeKind.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class _Look:
    """One change at one time, with all that decides about it."""

    change: ChangeFacts
    routes: tuple[RouteOptions, ...]
    channels: tuple[ChannelOptions, ...]
    silences: tuple[Silenced, ...]
    now: datetime
    big_amplifier: int


def decide(
    change: ChangeFacts,
    routes: tuple[RouteOptions, ...],
    channels: tuple[ChannelOptions, ...],
    history: tuple[Told, ...],
    now: datetime,
    silences: tuple[Silenced, ...] = (),
    big_amplifier: int = BIG_AMPLIFIER,
) -> list[Decision]:
    """One decision per channel, in the order of the config; without routes every channel hears of all that is HIGH.

    `silences` are those that hold now; `history` is of the change's brand.
    """
    look = _Look(change, routes or in_the_place_of_none(channels), channels, silences, now, big_amplifier)
    decided = [
        _decide_one(look, channel, [told for told in history if told.channel == channel.id]) for channel in channels
    ]
    return decided if routes else [replace(one, route=None) for one in decided]


def in_the_place_of_none(channels: tuple[ChannelOptions, ...]) -> tuple[RouteOptions, ...]:
    """The route that a config without routes has."""
    return (RouteOptions(channels=tuple(channel.id for channel in channels)),) if channels else ()


def _decide_one(look: _Look, channel: ChannelOptions, past: list[Told]) -> Decision:
    if not channel.enabled:
        return Decision(channel.id, send=False, reason=Reason.CHANNEL_DISABLED)
    if any(told.change_id == look.change.change_id for told in past):
        return Decision(channel.id, send=False, reason=Reason.DUPLICATE)
    reason, number = _trouble(look, channel, past) if look.change.is_trouble else _afterwards(look, channel, past)
    if reason not in _TELLING or number is None:
        return Decision(channel.id, send=False, reason=reason, route=number)
    route = look.routes[number - 1]
    others = tuple(other for other in look.channels if other.id in route.channels)
    wait = holding.hold(look.change, route, holding.Bars(channel, others, look.silences), past, look.now)
    return Decision(
        channel.id,
        send=True,
        reason=reason,
        held=wait.reason if wait else None,
        until=wait.until if wait else None,
        together=look.change.brand if route.interval or route.wait else "",
        route=number,
        silence=wait.silence if wait else None,
    )


def _trouble(look: _Look, channel: ChannelOptions, past: list[Told]) -> tuple[Reason, int | None]:
    """What the routes to a channel say of an incident that opened or got worse: the best answer, and whose it is."""
    found: dict[Reason, int | None] = {Reason.NO_ROUTE: None}
    for number, route in enumerate(look.routes, start=1):
        if channel.id in route.channels:
            found.setdefault(_one_route(look, route, past), number)
    best = next(reason for reason in (*_TELLING, *_CLOSEST) if reason in found)
    return best, found[best]


def _one_route(look: _Look, route: RouteOptions, past: list[Told]) -> Reason:
    """What one route says of an incident that opened or got worse.

    The first change that gets as far as the route asks for counts as the opening there.
    """
    change = look.change
    if not matches(change, route):
        return Reason.NO_ROUTE
    if change.severity.rank < route.at_least.rank:
        return Reason.BELOW_SEVERITY
    asked = change.kind in route.tell
    if not asked and not (ChangeKind.OPENED in route.tell and _is_news(change, past)):
        return Reason.NOT_ASKED_FOR
    if asked and change.because is Worse.GROWING and not _is_much_larger(change, past):
        return Reason.STILL_GROWING
    opens = change.kind is ChangeKind.OPENED or not asked
    if opens and _cooling(look, route, past):
        return Reason.COOLDOWN
    return _SENT[change.kind] if asked else Reason.NOW_SEVERE


def _is_much_larger(change: ChangeFacts, past: list[Told]) -> bool:
    """Whether mere growth is news once more: twice the size told, then four times, then eight times.

    A trouble that doubles ten times is told four times of its growth; whatever else makes it worse is told at once.
    """
    ours = sorted((told for told in past if told.incident_id == change.incident_id), key=lambda told: told.change_id)
    opened = max((i for i, told in enumerate(ours) if told.kind is ChangeKind.OPENED), default=0)
    # A call or a reminder is told of the same change once more: that is no growth.
    grown = len({told.change_id for told in ours[opened:] if told.because is Worse.GROWING})
    sizes = [told.size for told in ours[opened:] if told.is_trouble and told.size]
    return not (grown and sizes) or change.size >= DOUBLED ** (grown + 1) * sizes[-1]


def _is_news(change: ChangeFacts, past: list[Told]) -> bool:
    """Whether the channel has not heard of the incident, or only of its end since: the change is its opening there.

    An incident may open below a route's severity, or elsewhere than the route asks for, and get there later.
    """
    ours = [told for told in past if told.incident_id == change.incident_id]
    heard = [told for told in ours if told.is_trouble or told.kind in CLOSINGS]
    last = max(heard, key=lambda told: told.change_id, default=None)
    return last is None or last.kind in CLOSINGS


def matches(change: ChangeFacts, route: RouteOptions) -> bool:
    """Whether a route is meant for trouble of this brand, location, theme, source and language."""
    if route.brands and change.brand not in route.brands:
        return False
    asked_and_found = (
        (route.locations, change.locations),
        (route.themes, change.themes),
        (route.sources, change.sources),
        (route.languages, change.languages),
    )
    return all(not asked or set(asked) & set(found) for asked, found in asked_and_found)


def _cooling(look: _Look, route: RouteOptions, past: list[Told]) -> bool:
    """Whether the same trouble, no better than now, was told within the cool-down.

    What was dismissed keeps its findings itself: what opens after it is something else. What is still held was not
    heard by anybody.
    """
    heard = [
        told
        for told in past
        if told.cell == look.change.cell
        and told.is_trouble
        and not told.dismissed
        and timedelta() <= look.now - told.out_at < route.cooldown
    ]
    return bool(heard) and not _is_worse(look.change, heard, look.big_amplifier)


def _is_worse(change: ChangeFacts, heard: list[Told], big_amplifier: int) -> bool:
    """Whether it is more than people know: more severe, doubled, at a new place, or passed on by a bigger voice."""
    size = max(told.size for told in heard)
    sources = {source for told in heard for source in told.sources}
    return (
        change.severity.rank > max(told.severity.rank for told in heard)
        or 0 < DOUBLED * size <= change.size
        or (bool(sources) and not set(change.sources) <= sources)
        or change.amplifier >= max(big_amplifier, 1 + max(told.amplifier for told in heard))
    )


def _afterwards(look: _Look, channel: ChannelOptions, past: list[Told]) -> tuple[Reason, int | None]:
    """That it is over, or looked after, is told to those who heard of the trouble, whatever routes say of severity.

    Who heard of it because nobody acknowledged it is one of them. An end is told once.
    """
    kind = look.change.kind
    ours = [told for told in past if told.incident_id == look.change.incident_id]
    trouble = [told.change_id for told in ours if told.is_trouble]
    if not trouble:
        return Reason.NOT_TOLD_OF_OPENING, None
    leading = [
        number
        for number, route in enumerate(look.routes, start=1)
        if channel.id in reached(route) and (not route.brands or look.change.brand in route.brands)
    ]
    asking = [number for number in leading if kind in look.routes[number - 1].tell]
    if not asking:
        return Reason.NOT_ASKED_FOR, next(iter(leading), None)
    if kind in _ONCE and any(told.kind is kind and told.change_id > max(trouble) for told in ours):
        return Reason.DUPLICATE, asking[0]
    return _SENT[kind], asking[0]


def reached(route: RouteOptions) -> set[str]:
    """All channels that hear of something by this route, at once or in the end."""
    return {*route.channels, *(name for step in route.escalate for name in step.channels)}
