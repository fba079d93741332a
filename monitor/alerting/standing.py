"""How the first message of an incident shows where things stand now: it is the one that people scroll back to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerting.channel import AskedToWait
from monitor.errors import DeliveryError
from monitor.facts import IncidentState, Link, Message

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=60)
MOST_ATTEMPTS = 30  # a day and some hours; then the next change of the incident is waited for
LABEL = "Status"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an incident stands; `since` is when it got there, "" stands for nobody and for no reason."""

    state: IncidentState
    since: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    owner: str
    reason: str  # of a dismissal
    time_zone: str


def in_words(standing: Standing) -> str:
    """One line: whether it goes on and who has seen it, or since when it is over."""
    at = _told(standing.since, standing) if standing.since else ""
    if standing.state is IncidentState.OPEN:
        return f"goes on; {_seen(standing)}"
    if standing.state is IncidentState.DISMISSED:
        return ": ".join(filter(None, (f"dismissed {at}".strip(), standing.reason)))
    return f"{'calming down' if standing.state is IncidentState.CALMED else 'over'} since {at}".removesuffix(" since ")


def _seen(standing: Standing) -> str:
    if standing.acknowledged_at is None:
        return f"{standing.owner} looks after it" if standing.owner else "nobody has acknowledged it yet"
    who = standing.acknowledged_by or "somebody"
    return f"acknowledged by {who}, {_told(standing.acknowledged_at, standing)}"


def _told(moment: datetime, standing: Standing) -> str:
    return f"{moment.astimezone(ZoneInfo(standing.time_zone)):%d %b %H:%M %Z}"


def as_it_stands(message: Message, standing: Standing, links: tuple[Link, ...]) -> Message:
    """The message under the line that says where things stand."""
    return replace(message, facts=((LABEL, in_words(standing)), *message.facts), links=links)


def next_try(error: DeliveryError, *, attempts: int, now: datetime) -> datetime | None:
    """When to try again to change a message after `attempts` failures (1, 2, 4 … 60 min); None: not for this change."""
    if error.permanent or attempts >= MOST_ATTEMPTS:
        return None
    asked = error.wait if isinstance(error, AskedToWait) else timedelta()
    return now + min(max(FIRST_WAIT * 2.0 ** min(max(attempts, 1) - 1, 10), asked), LONGEST_WAIT)
