"""Complaints that people own until they are solved: cases, their history, and replies."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Column, Field, Index, SQLModel

from monitor.facts import Severity
from monitor.models.columns import Choice, Number, UtcDateTime


class CaseState(enum.StrEnum):
    NEW = "new"
    OWNED = "owned"
    ANSWERED = "answered"
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"
    DISMISSED = "dismissed"


class ReplyState(enum.StrEnum):
    DRAFT = "draft"
    OWED = "owed"  # a person asked to post it
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"  # for good, or tried too often
    CANCELLED = "cancelled"  # taken back before it went out


class Relation(enum.StrEnum):
    """How a text that came later belongs to a case."""

    ANSWER = "answer"  # our own public answer
    LATER = "later"  # the same customer wrote again
    SURVEY = "survey"  # what the customer said when asked


class Case(SQLModel, table=True):
    """One complaint that a person owns, with or without an incident."""

    __table_args__ = (
        Index(None, "brand_id", "state"),
        Index(None, "owner", "state"),
        Index(None, "brand_id", "follow_up_at"),
        Index(None, "brand_id", "opened_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id")
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, unique=True)
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
    severity: Severity | None = Field(default=None, sa_column=Column(Choice(Severity)))  # of its incident or rule
    hostile: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})  # hard to read; see cases
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when a manager was told, overdue


class CaseMention(SQLModel, table=True):
    """A later text that belongs to a case: our answer, the customer's next words, what they said in a survey."""

    __tablename__ = "case_mention"

    case_id: int = Field(foreign_key="case.id", primary_key=True)
    mention_id: int = Field(foreign_key="mention.id", sa_type=Number, primary_key=True, index=True)
    relation: Relation = Field(sa_column=Column(Choice(Relation), nullable=False))
    linked_at: datetime = Field(sa_type=UtcDateTime)


class CaseEvent(SQLModel, table=True):
    """Who did what to a case, and when."""

    __tablename__ = "case_event"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str = Field(max_length=120)
    action: str = Field(max_length=32)  # opened, took, answered, noted, solved, dismissed, reopened ...
    note: str = ""


class Reply(SQLModel, table=True):
    """An answer to a complaint: a draft, what is owed to a place, or what was posted there.

    `poster` is the id of what posts it; "" when a person posted it by hand.
    """

    __table_args__ = (Index(None, "state", "next_try_at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    state: ReplyState = Field(default=ReplyState.DRAFT, sa_column=Column(Choice(ReplyState), nullable=False))
    actor: str = Field(max_length=120)
    language: str = Field(default="", max_length=16)
    text: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    mention_id: int | None = Field(default=None, foreign_key="mention.id", sa_type=Number)  # the answer, when crawled
    poster: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    external_id: str = Field(default="", max_length=512, sa_column_kwargs={"server_default": ""})  # at the place
    url: str = Field(default="", sa_column_kwargs={"server_default": ""})
    error: str = Field(default="", sa_column_kwargs={"server_default": ""})
