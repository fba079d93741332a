"""Decides which channel is told of a change of an incident, and gives the reason, sent or withheld."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from monitor.alerting.channel import ChannelOptions, Slug
from monitor.clock import Duration, parse_duration
from monitor.facts import Cell, ChangeKind, Severity

CLOSINGS = (ChangeKind.CALMED, ChangeKind.RESOLVED, ChangeKind.DISMISSED)


class Reason(StrEnum):
    """Why a message was sent or withheld; stored with every alert and shown to people."""

    NEW_INCIDENT = "new_incident"
    WORSENED = "worsened"
    NOW_SEVERE = "now_severe"
    CALMED = "calmed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    OPERATOR = "operator"
    WEEKLY_REPORT = "weekly_report"
    NO_ROUTE = "no_route"
    BELOW_SEVERITY = "below_severity"
    NOT_ASKED_FOR = "not_asked_for"
    COOLDOWN = "cooldown"
    NOT_TOLD_OF_OPENING = "not_told_of_opening"
    CHANNEL_DISABLED = "channel_disabled"
    DUPLICATE = "duplicate"
    TOO_LATE = "too_late"

    @property
    def words(self) -> str:
        """The reason for people, as the second half of `sent because …` or `withheld because …`."""
        return _WORDS[self]


_WORDS = {
    Reason.NEW_INCIDENT: "a new incident opened",
    Reason.WORSENED: "the incident got worse",
    Reason.NOW_SEVERE: "the incident became one that this channel wants to hear of",
    Reason.CALMED: "the incident calmed down",
    Reason.RESOLVED: "the incident is over",
    Reason.DISMISSED: "someone dismissed the incident",
    Reason.OPERATOR: "the monitor itself has trouble",
    Reason.WEEKLY_REPORT: "the week's report was made",
    Reason.NO_ROUTE: "no route leads there for this brand, theme, source or language",
    Reason.BELOW_SEVERITY: "it is less severe than the routes to this channel ask for",
    Reason.NOT_ASKED_FOR: "the routes to this channel do not ask for this kind of change",
    Reason.COOLDOWN: "this channel was told of the same trouble a short while ago",
    Reason.NOT_TOLD_OF_OPENING: "this channel was never told of the incident",
    Reason.CHANNEL_DISABLED: "the channel is switched off",
    Reason.DUPLICATE: "this channel was told already",
    Reason.TOO_LATE: "the week had been over for more than two weeks",
}


REPORT_LATE = timedelta(weeks=2)
"""A report of a week that has been over for longer is kept and not sent: by then it is history."""


class RouteOptions(BaseModel):
    """Which changes go to which channels. An empty list of brands, themes, sources or languages means all."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    channels: tuple[Slug, ...] = Field(min_length=1)
    brands: tuple[Slug, ...] = ()
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    at_least: Severity = Severity.HIGH
    tell: tuple[ChangeKind, ...] = (ChangeKind.OPENED, ChangeKind.WORSENED, ChangeKind.RESOLVED)
    cooldown: Duration = parse_duration("30m")  # the same trouble opening again within it is not told again


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change of an incident as routing needs to see it; themes, sources and languages are ids."""

    change_id: int
    incident_id: int
    kind: ChangeKind
    severity: Severity
    brand: str
    cell: Cell
    themes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A message that a channel got, or is going to get, of this brand's incidents."""

    channel: str
    change_id: int
    incident_id: int
    kind: ChangeKind
    severity: Severity
    cell: Cell
    at: datetime
    dismissed: bool = False  # its incident: a person said that it is none


@dataclass(frozen=True, slots=True)
class Decision:
    channel: str
    send: bool
    reason: Reason


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
}
_TELLING = (*_SENT.values(), Reason.NOW_SEVERE)
# When several routes lead to a channel and none lets the message through, the reason of the one that came closest.
_CLOSEST = (Reason.COOLDOWN, Reason.NOT_ASKED_FOR, Reason.BELOW_SEVERITY, Reason.NO_ROUTE)


def decide(
    change: ChangeFacts,
    routes: tuple[RouteOptions, ...],
    channels: tuple[ChannelOptions, ...],
    history: tuple[Told, ...],
    now: datetime,
) -> list[Decision]:
    """One decision per channel, in the order of the config; without routes every channel hears of all that is HIGH."""
    if not routes and channels:
        routes = (RouteOptions(channels=tuple(channel.id for channel in channels)),)
    return [_decide_one(change, routes, channel, history, now) for channel in channels]


def _decide_one(
    change: ChangeFacts,
    routes: tuple[RouteOptions, ...],
    channel: ChannelOptions,
    history: tuple[Told, ...],
    now: datetime,
) -> Decision:
    past = [told for told in history if told.channel == channel.id]
    leading = [route for route in routes if channel.id in route.channels]
    if not channel.enabled:
        return Decision(channel.id, send=False, reason=Reason.CHANNEL_DISABLED)
    if any(told.change_id == change.change_id for told in past):
        return Decision(channel.id, send=False, reason=Reason.DUPLICATE)
    if change.kind in CLOSINGS:
        reason = _closing(change, leading, past)
    else:
        reasons = [_trouble(change, route, past, now) for route in leading]
        reason = next((r for r in (*_TELLING, *_CLOSEST) if r in reasons), Reason.NO_ROUTE)
    return Decision(channel.id, send=reason in _TELLING, reason=reason)


def _trouble(change: ChangeFacts, route: RouteOptions, past: list[Told], now: datetime) -> Reason:
    """What one route says of an incident that opened or got worse.

    The first change that gets as far as the route asks for counts as the opening there.
    """
    if not _matches(change, route):
        return Reason.NO_ROUTE
    if change.severity.rank < route.at_least.rank:
        return Reason.BELOW_SEVERITY
    asked = change.kind in route.tell
    if not asked and not (ChangeKind.OPENED in route.tell and _is_news(change, past)):
        return Reason.NOT_ASKED_FOR
    opens = change.kind is ChangeKind.OPENED or not asked
    if opens and _cooling(change, route, past, now):
        return Reason.COOLDOWN
    return _SENT[change.kind] if asked else Reason.NOW_SEVERE


def _is_news(change: ChangeFacts, past: list[Told]) -> bool:
    """Whether the channel has not heard of the incident, or only of its end since: the change is its opening there.

    An incident may open below a route's severity, or elsewhere than the route asks for, and get there later.
    """
    ours = [told for told in past if told.incident_id == change.incident_id]
    last = max(ours, key=lambda told: told.change_id, default=None)
    return last is None or last.kind in CLOSINGS


def _matches(change: ChangeFacts, route: RouteOptions) -> bool:
    if route.brands and change.brand not in route.brands:
        return False
    asked_and_found = (
        (route.themes, change.themes),
        (route.sources, change.sources),
        (route.languages, change.languages),
    )
    return all(not asked or set(asked) & set(found) for asked, found in asked_and_found)


def _cooling(change: ChangeFacts, route: RouteOptions, past: list[Told], now: datetime) -> bool:
    """Whether the same trouble, at least as severe, was told within the cool-down.

    What was dismissed keeps its findings itself: what opens after it is something else.
    """
    return any(
        told.cell == change.cell
        and not told.dismissed
        and told.kind not in CLOSINGS
        and told.severity.rank >= change.severity.rank
        and now - told.at < route.cooldown
        for told in past
    )


def _closing(change: ChangeFacts, leading: list[RouteOptions], past: list[Told]) -> Reason:
    """An end is told once, and to those who heard of the trouble, whatever the routes say of its severity."""
    ours = [told for told in past if told.incident_id == change.incident_id]
    trouble = [told.change_id for told in ours if told.kind not in CLOSINGS]
    if not trouble:
        return Reason.NOT_TOLD_OF_OPENING
    if not any(change.kind in route.tell for route in leading):
        return Reason.NOT_ASKED_FOR
    again = any(told.kind is change.kind and told.change_id > max(trouble) for told in ours)
    return Reason.DUPLICATE if again else _SENT[change.kind]
