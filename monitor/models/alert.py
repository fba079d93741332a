"""The outbox: messages owed to channels, why they were sent or withheld, how the channels are; silences and marks."""

import enum
from datetime import datetime
from typing import Any

from sqlmodel import JSON, Column, Field, Index, SQLModel, UniqueConstraint

from monitor.facts import Kind, Mark, Severity
from monitor.models.columns import Choice, UtcDateTime


class AlertState(enum.StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # permanent, or tried too often
    WITHHELD = "withheld"  # not owed; `reason` says why


class Alert(SQLModel, table=True):
    """One message owed (or withheld) to one channel because of one change, a report or the monitor's own trouble."""

    __table_args__ = (
        Index(None, "state", "next_try_at"),
        Index(None, "incident_id"),
        Index(None, "channel", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120, unique=True)  # change and channel; the idempotency key of the message
    change_id: int | None = Field(default=None, foreign_key="incident_change.id")
    incident_id: int | None = Field(default=None, foreign_key="incident.id")
    report_id: int | None = Field(default=None, foreign_key="report.id", index=True)
    channel: str = Field(max_length=64)
    state: AlertState = Field(default=AlertState.PENDING, sa_column=Column(Choice(AlertState), nullable=False))
    reason: str = Field(max_length=32)  # a value of alerting.routing.Reason
    held: str = Field(default="", max_length=32)  # why it waits, or waited: a value of alerting.routing.Reason
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it is meant to go out
    together: str = Field(default="", max_length=64)  # what is due for this goes out as one message; "": alone
    bundle_id: int | None = Field(default=None, foreign_key="alert.id", index=True)  # the alert it went out with
    route: int | None = None  # which route of the config decided, counted from 1; None: none, or all of them
    silence_id: int | None = Field(default=None, foreign_key="silence.id", index=True)
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


class AlertThread(SQLModel, table=True):
    """The first message of an incident at a channel that can change what it sent: it is kept as things stand."""

    __tablename__ = "alert_thread"
    __table_args__ = (UniqueConstraint("channel", "thread"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(max_length=64)
    thread: str = Field(max_length=120)  # Message.thread
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    ref: str = Field(max_length=255)  # the receiver's own id of it
    message: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))  # as it was sent
    shows_change_id: int = 0  # the newest change of the incident that it shows
    shown_at: datetime = Field(sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0  # in a row, to bring it up to date
    error: str = ""


class Silence(SQLModel, table=True):
    """A stretch of time in which nobody is told of some trouble, made by a person with a reason; "" stands for all."""

    __table_args__ = (Index(None, "ends_at"),)

    id: int | None = Field(default=None, primary_key=True)
    brand: str = Field(default="", max_length=64)  # ids, as in the config
    location: str = Field(default="", max_length=64)
    theme: str = Field(default="", max_length=64)
    source: str = Field(default="", max_length=64)
    language: str = Field(default="", max_length=16)
    up_to: Severity = Field(sa_column=Column(Choice(Severity), nullable=False))  # what is severer breaks through
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)  # brought forward when somebody ends it early
    reason: str
    actor: str = Field(max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str = Field(default="", max_length=120)  # who ended it early


class AlertMark(SQLModel, table=True):
    """What one person said of an alert, or of an incident as a whole, with the rule that raised it."""

    __tablename__ = "alert_mark"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    mark: Mark = Field(sa_column=Column(Choice(Mark), nullable=False))
    actor: str = Field(max_length=120)
    at: datetime = Field(sa_type=UtcDateTime)
    detector: str = Field(default="", max_length=32)  # of the incident's first finding
    kind: Kind = Field(sa_column=Column(Choice(Kind), nullable=False))
    channel: str = Field(default="", max_length=64)
    reason: str = Field(default="", max_length=32)  # of the alert
