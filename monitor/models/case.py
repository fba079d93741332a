"""Complaints that people own until they are solved: cases, their history, and replies."""

import enum
from datetime import datetime

from sqlmodel import Column, Field, Index, SQLModel

from monitor.models.columns import Choice, UtcDateTime


class CaseState(enum.StrEnum):
    NEW = "new"
    OWNED = "owned"
    ANSWERED = "answered"
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"
    DISMISSED = "dismissed"


class ReplyState(enum.StrEnum):
    DRAFT = "draft"
    POSTED = "posted"


class Case(SQLModel, table=True):
    """One complaint that a person owns, with or without an incident."""

    __table_args__ = (
        Index(None, "brand_id", "state"),
        Index(None, "owner", "state"),
        Index(None, "brand_id", "follow_up_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(foreign_key="mention.id", unique=True)
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    state: CaseState = Field(default=CaseState.NEW, sa_column=Column(Choice(CaseState), nullable=False))
    owner: str = Field(default="", max_length=120)
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    answer_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    solve_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # first answer
    solved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    follow_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: not due, or done
    outcome: str = ""  # what was done, or why it was dismissed
    reopened: int = 0


class CaseEvent(SQLModel, table=True):
    """Who did what to a case, and when."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=120)
    action: str = Field(max_length=32)  # opened, took, answered, noted, solved, dismissed, reopened ...
    note: str = ""


class Reply(SQLModel, table=True):
    """An answer to a complaint: a draft, or what was posted."""

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    state: ReplyState = Field(default=ReplyState.DRAFT, sa_column=Column(Choice(ReplyState), nullable=False))
    actor: str = Field(max_length=120)
    language: str = Field(default="", max_length=16)
    text: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mention_id: int | None = Field(default=None, foreign_key="mention.id")  # the public answer, when crawled
