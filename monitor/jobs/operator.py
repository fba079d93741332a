"""Owes messages to the operator: which channel can carry them, and the row in the outbox; part of several jobs."""

from datetime import datetime

from sqlmodel import Session

from monitor.alerting import retry
from monitor.alerting.routing import Reason
from monitor.alerting.stored import to_dict
from monitor.config import Settings
from monitor.facts import Message
from monitor.models import Alert
from monitor.store import outbox


def channel_for(session: Session, settings: Settings, *, besides: str = "") -> str | None:
    """The operator's channel, or the first other one that works and is not `besides`; None when there is none."""
    failing = outbox.troubled(session, retry.TELL_AFTER)
    return retry.stand_in(besides, settings.operator_channel, settings.channels, failing)


def owe(session: Session, channel: str, message: Message, now: datetime) -> None:
    """Add the message to the outbox under its own key, to be sent at once."""
    session.add(
        Alert(
            key=message.key,
            channel=channel,
            reason=Reason.OPERATOR,
            message=to_dict(message),
            created_at=now,
            due_at=now,
            next_try_at=now,
        )
    )
