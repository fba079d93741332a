"""Says why a channel was told of a change of an incident, waits for it, or was never told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.alerting.reasons import Reason
from monitor.alerting.routes import RouteOptions
from monitor.alerting.text import one_line
from monitor.clock import format_duration
from monitor.facts import ChangeKind, IncidentState
from monitor.models import Alert, AlertState, Silence
from monitor.store.explaining import Dossier

_CALLS = (Reason.ESCALATED, Reason.REMINDER)


class Outcome(StrEnum):
    """What became of a message to a channel."""

    TOLD = "told"
    WAITS = "waits"
    NOT_TOLD = "not told"
    LOST = "lost"  # the channel refused it for good, or for too long


_OUTCOMES = {
    AlertState.PENDING: Outcome.WAITS,
    AlertState.SENDING: Outcome.WAITS,
    AlertState.SENT: Outcome.TOLD,
    AlertState.FAILED: Outcome.LOST,
    AlertState.WITHHELD: Outcome.NOT_TOLD,
}


@dataclass(frozen=True, slots=True)
class Word:
    """What one channel was told of one change, or was not, and why; times in UTC."""

    channel: str
    outcome: Outcome
    because: str  # in plain words, as the second half of `told because …`
    reason: str = ""  # its name, as it is kept
    alert: int | None = None  # None: nobody has decided about it
    held: str = ""  # why it waits or waited, in plain words
    until: datetime | None = None  # how long it waits
    route: int | None = None  # which of the config's routes decided, counted from 1
    asks: str = ""  # what that route asks for
    silence: str = ""  # who silenced it, and why
    others: int = 0  # further messages that it went out with, as one
    attempts: int = 0
    sent_at: datetime | None = None
    receipt: str = ""  # the receiver's own id of the thread
    error: str = ""
    calls: bool = False  # it was written because nobody had acknowledged the incident

    def sentence(self, zone: ZoneInfo, *, asks: bool = True) -> str:
        """All of it in one plain line, with what the route asks for or without."""
        told = {
            Outcome.TOLD: self._told,
            Outcome.WAITS: self._waits,
            Outcome.NOT_TOLD: self._not_told,
            Outcome.LOST: self._lost,
        }[self.outcome](zone)
        route = f" (route {self.route}{f': {self.asks}' if asks else ''})" if self.route else ""
        silence = f" {self.silence}." if self.silence else ""
        return f"{told}{route}.{silence}"

    def _told(self, zone: ZoneInfo) -> str:
        at = f" at {moment(self.sent_at, zone)}" if self.sent_at else ""
        words = [f"told{at} because {self.because}"]
        if self.held:
            words.append(f"it waited, because {self.held}")
        if self.others:
            words.append(f"in one message with {self.others} {'other' if self.others == 1 else 'others'}")
        if self.attempts > 1:
            words.append(f"at try {self.attempts}")
        if self.receipt:
            words.append(f"its thread there is {self.receipt}")
        return "; ".join([*words, *([f"but {self.error}"] if self.error else [])])

    def _waits(self, zone: ZoneInfo) -> str:
        if self.alert is None:
            return f"waits: {self.because}"
        until = f" until {moment(self.until, zone)}" if self.until else ""
        if self.held:
            return f"waits{until} because {self.held}; it is to be told because {self.because}"
        if self.error:
            return f"waits{until} for try {self.attempts + 1}, as the last one failed: {self.error}"
        return f"is being told because {self.because}"

    def _not_told(self, zone: ZoneInfo) -> str:
        return f"not told because {self.because}"

    def _lost(self, zone: ZoneInfo) -> str:
        again = f"`emberwatch alert --resend {self.alert}` sends it again"
        tries = f"after {self.attempts} {'try' if self.attempts == 1 else 'tries'}"
        return f"never reached, {tries}: {self.error or 'no answer is kept'}; {again}"


def word_of(alert: Alert, known: Dossier, routes: Sequence[RouteOptions], now: datetime) -> Word:
    """What the rows say of one message."""
    together = known.together.get(alert.bundle_id or alert.id or 0, ())
    silence = known.silences.get(alert.silence_id or 0)
    waits = alert.state is AlertState.PENDING and alert.next_try_at is not None and alert.next_try_at > now
    return Word(
        channel=alert.channel,
        outcome=_OUTCOMES[alert.state],
        because=words_of(alert.reason),
        reason=alert.reason,
        alert=alert.id,
        held=words_of(alert.held),
        until=alert.next_try_at if waits else None,
        route=alert.route,
        asks=_asked_by(alert.route, routes),
        silence=_silenced_by(silence) if silence else "",
        others=max(0, len(together) - 1),
        attempts=alert.attempts,
        sent_at=alert.sent_at,
        receipt=one_line(known.refs.get(alert.channel, "")) if alert.state is AlertState.SENT else "",
        error=one_line(alert.error),
        calls=alert.reason in _CALLS,
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A channel that will be told besides, unless somebody acknowledges the incident before."""

    channel: str
    at: datetime
    route: int

    def sentence(self, zone: ZoneInfo) -> str:
        at = moment(self.at, zone)
        return f"{self.channel} will be called at {at} unless somebody acknowledges it (route {self.route})."


def to_come(known: Dossier, routes: Sequence[RouteOptions], now: datetime) -> list[Call]:
    """The escalations ahead of an open incident that nobody has acknowledged, soonest first."""
    incident = known.incident
    if incident.state is not IncidentState.OPEN or incident.acknowledged_at is not None or incident.owner:
        return []
    opened = {change.id for change in known.changes if change.kind is ChangeKind.OPENED}
    found: list[Call] = []
    for number, route in enumerate(routes, start=1):
        first = _first_told(known, number, opened)
        if first is not None and incident.severity.rank >= route.at_least.rank:
            steps = [(name, first + step.after) for step in route.escalate for name in step.channels]
            found += [Call(name, at, number) for name, at in steps if at > now]
    return sorted(found, key=lambda call: (call.at, call.channel))


def _first_told(known: Dossier, route: int, opened: Collection[int | None]) -> datetime | None:
    """When a route told, or is to tell, first of the trouble since it opened last: from then on the time counts."""
    told = [
        one
        for one in known.alerts
        if one.route == route and one.reason not in _CALLS and one.state is not AlertState.WITHHELD and one.change_id
    ]
    since = max((one.change_id for one in told if one.change_id in opened and one.change_id), default=0)
    return min((one.due_at or one.created_at for one in told if (one.change_id or 0) >= since), default=None)


def words_of(reason: str) -> str:
    """A stored reason in plain words; one that this version does not know as it stands."""
    return Reason(reason).words if reason in set(Reason) else one_line(reason).replace("_", " ")


def conditions(route: RouteOptions) -> str:
    """What a route asks for, in words."""
    asked = {
        "brand": route.brands,
        "location": route.locations,
        "theme": route.themes,
        "source": route.sources,
        "language": route.languages,
    }
    words = [f"{name} {' or '.join(values)}" for name, values in asked.items() if values]
    kinds = ", ".join(kind.value for kind in route.tell)
    return "; ".join(
        [*words, f"at least {route.at_least}", f"tells {kinds}", f"cool-down {format_duration(route.cooldown)}"]
    )


def _asked_by(number: int | None, routes: Sequence[RouteOptions]) -> str:
    if number is None:
        return ""
    return conditions(routes[number - 1]) if number <= len(routes) else "it is no longer in the config"


def _silenced_by(silence: Silence) -> str:
    by, reason = one_line(silence.actor), one_line(silence.reason)
    return f"Silence {silence.id} by {by} until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {reason}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time as people read it, in the brand's zone."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
