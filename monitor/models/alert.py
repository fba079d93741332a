"""The outbox: messages owed to channels, why they were sent or withheld, and how the channels are."""

import enum
from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel

from monitor.models.columns import Choice, UtcDateTime


class AlertState(enum.StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # permanent, or tried too often
    WITHHELD = "withheld"  # not owed; `reason` says why


class Alert(SQLModel, table=True):
    """One message owed (or withheld) to one channel because of one change, a report or the monitor's own trouble."""

    __table_args__ = (Index(None, "state", "next_try_at"), Index(None, "incident_id"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)  # change and channel; the idempotency key of the message
    change_id: int | None = Field(default=None, foreign_key="incident_change.id")
    incident_id: int | None = Field(default=None, foreign_key="incident.id")
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    channel: str = Field(max_length=64)
    state: AlertState = Field(default=AlertState.PENDING, sa_column=Column(Choice(AlertState), nullable=False))
    reason: str = Field(max_length=32)  # a value of alerting.routing.Reason
    message: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""


class ChannelHealth(SQLModel, table=True):
    """How a channel is doing; `told_at` is when the operator was last told that it fails."""

    __tablename__ = "channel_health"

    channel: str = Field(max_length=64, primary_key=True)
    failures: int = 0
    error: str = ""
    permanent: bool = False
    last_good_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
