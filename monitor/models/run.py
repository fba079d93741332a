"""Executions: of a source's crawl or of a job, with counters and the reason of each drop."""

import enum
from datetime import datetime

from sqlmodel import JSON, Column, Field, Index, SQLModel

from monitor.models.columns import Choice, UtcDateTime


class RunOutcome(enum.StrEnum):
    RUNNING = "running"
    OK = "ok"
    BLOCKED = "blocked"
    FAILED = "failed"
    SPENT = "spent"  # ended early: a quota is used up, or the host wants to be left alone for a while


class Run(SQLModel, table=True):
    """One execution: `job` is the job's name; a crawl also names its source."""

    __table_args__ = (Index(None, "job", "started_at"), Index(None, "source_id", "started_at"))

    id: int | None = Field(default=None, primary_key=True)
    job: str = Field(max_length=32)
    source_id: int | None = Field(default=None, foreign_key="source.id")
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: RunOutcome = Field(default=RunOutcome.RUNNING, sa_column=Column(Choice(RunOutcome), nullable=False))
    counters: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    error: str = ""


class JobHealth(SQLModel, table=True):
    """How a job of the supervisor is doing: back-off and last good run."""

    __tablename__ = "job_health"

    job: str = Field(max_length=32, primary_key=True)
    failures: int = 0
    error: str = ""
    last_good_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Installation(SQLModel, table=True):
    """Facts of this installation, such as the key that author hashes are made with."""

    name: str = Field(max_length=32, primary_key=True)
    value: str
