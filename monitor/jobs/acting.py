"""The links that go out with an alert, by which its readers act on the incident without looking for it."""

import hmac
from datetime import timedelta

from sqlmodel import Session

from monitor.alerting import links
from monitor.alerting.channel import find
from monitor.alerting.links import Grant
from monitor.alerting.routing import CLOSINGS
from monitor.facts import ChangeKind, Link, Message
from monitor.jobs.context import Context
from monitor.models import Alert, Installation
from monitor.store import authors

GOOD_FOR = timedelta(days=30)
"""Counted from when the alert was made. Marks are worth something long after; who finds an old mail must not act."""
URGENT = ("ack", "own")
"""What a link may ask for while an incident goes on: acknowledge it, look after it."""
LABELS = {"ack": "Acknowledge", "own": "I look after it", "useful": "Useful", "noise": "Noise"}
"""What a link may ask for, and what it is called."""
_TROUBLE = (ChangeKind.OPENED, ChangeKind.WORSENED, "escalated", "reminder")


def links_of(context: Context, alert: Alert, message: Message) -> tuple[Link, ...]:
    """The links of one alert, the same at every try; none for what is about no single incident, and none where they are
    printed: what a terminal shows is often kept as a log, and who reads that should not act by it.
    """
    asked = _asked(message.kind) if context.settings.has_action_pages else ()
    if alert.incident_id is None or alert.id is None or not asked or _is_printed(context, alert.channel):
        return ()
    address = f"{context.settings.reception.link}/act/{links.make(key_of(context.session), grant_of(alert))}"
    return tuple(Link(LABELS[do], f"{address}?do={do}") for do in asked)


def grant_of(alert: Alert) -> Grant:
    """What the links of an alert about an incident allow, and until which second."""
    ends_at = (alert.created_at + GOOD_FOR).replace(microsecond=0)
    return Grant(alert.incident_id or 0, alert.id or 0, alert.channel, ends_at)


def _asked(kind: str) -> tuple[str, ...]:
    if kind in _TROUBLE:
        return tuple(LABELS)
    return tuple(do for do in LABELS if do not in URGENT) if kind in CLOSINGS else ()


def _is_printed(context: Context, channel_id: str) -> bool:
    channel = find(context.settings.channels, channel_id)
    return channel is not None and channel.type == "console"


def key_of(session: Session) -> str:
    """What signs the links, made of this installation's own key. Where there is none yet it is made and committed: the
    database must not stay locked while a message goes out.
    """
    is_new = session.get(Installation, authors.KEY_NAME) is None
    key = authors.installation_key(session)
    if is_new:
        session.commit()
    return hmac.digest(key.encode(), b"links of alerts", "sha256").hex()
